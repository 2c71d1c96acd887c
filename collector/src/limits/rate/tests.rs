//! Limits on a clock that is wound by hand, and three collectors that share one.

use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use governor::clock::FakeRelativeClock;
use governor::state::keyed::HashMapStateStore;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::*;
use crate::limits::client::TrustedProxies;
use crate::limits::shared::{Asked, Failure};

type Time = FakeRelativeClock;

const QUOTA: NonZeroU32 = NonZeroU32::new(300).expect("more than none");

fn client(address: &str) -> Client {
    let address: IpAddr = address.parse().expect("an address");
    TrustedProxies::default().client(address, std::iter::empty())
}

fn limit(time: &Time) -> RateLimit<Time> {
    RateLimit::timed(QUOTA, &Random::system(), None, time)
}

fn shared(time: &Time, store: &Arc<impl SharedLimit + 'static>) -> RateLimit<Time> {
    let store = Arc::clone(store) as Arc<dyn SharedLimit>;
    let clock = Clock::system(TimeZone::UTC);
    RateLimit::timed(QUOTA, &Random::system(), Some((store, clock)), time)
}

/// Buckets that several limits share, as a database would keep them.
struct Store {
    buckets: RateLimiter<Key, HashMapStateStore<Key>, Time, Plain<Time>>,
    keys: Mutex<Vec<Key>>,
}

impl Store {
    fn new(time: &Time) -> Arc<Self> {
        let buckets = HashMapStateStore::default();
        Arc::new(Self {
            buckets: RateLimiter::new(Quota::per_minute(QUOTA), buckets, time.clone()),
            keys: Mutex::default(),
        })
    }
}

#[async_trait]
impl SharedLimit for Store {
    async fn grant(&self, asked: &[Asked], quota: shared::Quota) -> Result<Vec<u32>, Failure> {
        assert_eq!((quota.per_minute, quota.burst), (300, 300));
        assert!(asked.is_sorted_by(|one, next| one.key < next.key));
        let mut granted = Vec::new();
        for one in asked {
            self.keys.lock().expect("no panic").push(one.key);
            let cells = (0..one.requests).take_while(|_| self.buckets.check_key(&one.key).is_ok());
            granted.push(u32::try_from(cells.count())?);
        }
        Ok(granted)
    }

    async fn salt(&self, _: Date) -> Result<Key, Failure> {
        Ok([7; 16])
    }
}

/// A store that fails at once, or never answers.
struct Broken {
    at_once: bool,
    asked: AtomicUsize,
}

impl Broken {
    fn new(at_once: bool) -> Arc<Self> {
        let asked = AtomicUsize::new(0);
        Arc::new(Self { at_once, asked })
    }
}

#[async_trait]
impl SharedLimit for Broken {
    async fn grant(&self, _: &[Asked], _: shared::Quota) -> Result<Vec<u32>, Failure> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.at_once {
            Err("no connection".into())
        } else {
            std::future::pending().await
        }
    }

    async fn salt(&self, _: Date) -> Result<Key, Failure> {
        Ok([7; 16])
    }
}

/// Sends to all limits in turn, each so often a second, and returns how many each let through.
async fn flood(time: &Time, limits: &[RateLimit<Time>], client: Client, seconds: u64) -> Vec<u64> {
    const A_SECOND: u64 = 50;
    let mut through = vec![0; limits.len()];
    for _ in 0..seconds * A_SECOND {
        for (limit, through) in limits.iter().zip(&mut through) {
            *through += u64::from(limit.admit(client).await.is_ok());
        }
        time.advance(Duration::from_secs(1) / u32::try_from(A_SECOND).expect("small"));
    }
    through
}

/// What the quota lets through in this time: a burst, and so many a minute.
fn allowed(minutes: u64) -> u64 {
    300 + minutes * 300
}

fn assert_within_a_tenth(total: u64, allowed: u64) {
    let share = total * 100 / allowed;
    assert!(
        (90..=110).contains(&share),
        "{total} where {allowed} may be"
    );
}

#[tokio::test]
async fn five_hundred_people_behind_one_address_are_let_through() {
    let time = Time::default();
    let limit = limit(&time);
    let office = client("198.51.100.1");
    // 500 people in 10 minutes, each with a first tap and two revisions within 40 seconds.
    let mut sent: Vec<u64> = (0..500_u64)
        .flat_map(|person| {
            // Spread as chance would: a fixed sequence without a period.
            let start = person.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 600_000;
            [0, 7_000, 40_000].map(|later| start + later)
        })
        .collect();
    sent.sort_unstable();
    let (mut now, mut blocked) = (0, 0);
    for at in &sent {
        time.advance(Duration::from_millis(at - now));
        now = *at;
        blocked += u64::from(limit.admit(office).await.is_err());
    }
    assert_eq!(sent.len(), 1_500);
    assert!(
        blocked * 1_000 <= 1_500 * 5,
        "{blocked} of 1,500 were blocked"
    );
}

#[tokio::test]
async fn a_flood_from_one_address_is_held_to_the_quota_and_told_how_long() {
    let time = Time::default();
    let limit = limit(&time);
    let through = flood(
        &time,
        std::slice::from_ref(&limit),
        client("198.51.100.1"),
        120,
    )
    .await;
    assert_within_a_tenth(through[0], allowed(2));
    let mut early = limit.admit(client("198.51.100.1")).await;
    if early.is_ok() {
        early = limit.admit(client("198.51.100.1")).await;
    }
    assert!(early.is_err_and(|early| early.wait <= Duration::from_millis(200)));
    assert!(limit.admit(client("198.51.100.2")).await.is_ok());
}

#[tokio::test]
async fn three_collectors_together_keep_the_quota_of_one() {
    let time = Time::default();
    let store = Store::new(&time);
    let limits = [(); 3].map(|()| shared(&time, &store));
    let through = flood(&time, &limits, client("198.51.100.1"), 120).await;
    assert_within_a_tenth(through.iter().sum(), allowed(2));
}

#[tokio::test]
async fn one_collector_of_three_may_use_the_whole_quota() {
    let time = Time::default();
    let store = Store::new(&time);
    let limits = [shared(&time, &store)];
    let through = flood(&time, &limits, client("198.51.100.1"), 120).await;
    assert_within_a_tenth(through[0], allowed(2));
}

#[tokio::test]
async fn many_who_wait_at_once_are_asked_for_in_one_question() {
    let time = Time::default();
    let store = Store::new(&time);
    let limit = shared(&time, &store);
    let clients = ["198.51.100.1", "198.51.100.2"].map(client);
    let asked = clients.into_iter().cycle().take(2_000);
    let asked = asked.map(|client| limit.admit(client));
    let answers = futures_util::future::join_all(asked).await;
    let through = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(through, 2 * 300);
    let questions = store.keys.lock().expect("no panic").len();
    assert!(questions < 100, "{questions} buckets were asked");
}

#[tokio::test]
async fn honest_citizens_cost_the_shared_store_nothing() {
    let time = Time::default();
    let store = Store::new(&time);
    let limit = shared(&time, &store);
    for number in 0..1_000 {
        let citizen = client(&format!("10.0.{}.{}", number / 250, number % 250));
        for _ in 0..3 {
            assert!(limit.admit(citizen).await.is_ok());
        }
    }
    let asked = store.keys.lock().expect("no panic").len();
    // Some citizens share a slot by chance.
    assert!(asked < 50, "{asked} questions");
}

#[tokio::test]
async fn a_store_that_fails_leaves_each_collector_its_own_quota_and_no_more() {
    for at_once in [true, false] {
        let time = Time::default();
        let store = Broken::new(at_once);
        let limits = [(); 3].map(|()| shared(&time, &store));
        for through in flood(&time, &limits, client("198.51.100.1"), 60).await {
            assert_within_a_tenth(through, allowed(1));
        }
        // It is not asked for each request, only now and then.
        assert!(store.asked.load(Ordering::Relaxed) < 60);
    }
}

#[test]
fn the_buckets_take_the_same_room_however_many_clients_come() {
    assert_eq!(
        Slots::default().0.len() * size_of::<InMemoryState>(),
        512 * 1024
    );
}
