//! Citizens who rate, send again what was not acknowledged, and remember what they were told.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use reqwest::{Client, header};
use tokio::task::JoinSet;

use crate::collector::{self, Collector};
use crate::dice::Dice;
use crate::submission::Submission;
use crate::wait;

/// How long a citizen waits before the next try; shorter than a widget, to meet more moments.
const PAUSE: Duration = Duration::from_millis(20);

/// How many ask at once whether what they were told is still true.
const CHECKS: usize = 16;

/// How many acknowledgements are waited for before patience begins anew.
const STRETCH: u64 = 5_000;

/// What a citizen remembers of one feedback.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its first version.
    pub first: Submission,
    /// The last version that was sent; the first one where there was no second.
    pub latest: Submission,
    /// The newest revision that was acknowledged; 0 where none was.
    pub acknowledged: u64,
}

/// A try that was not acknowledged.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The status; none where the connection failed before a whole answer had come.
    pub status: Option<u16>,
    /// Whether it said when to come back.
    pub says_when: bool,
    /// How long the answer took.
    pub took: Duration,
}

/// Citizens who rate all the time.
#[derive(Debug)]
pub struct Citizens {
    common: Arc<Common>,
    citizens: JoinSet<Vec<Sent>>,
}

#[derive(Debug)]
struct Common {
    client: Client,
    origins: Mutex<Vec<String>>,
    departments: Vec<String>,
    leave: AtomicBool,
    acknowledged: AtomicU64,
    refused: Mutex<Vec<Refused>>,
}

impl Citizens {
    /// Lets this many rate these departments, each time at one of the collectors.
    pub fn rate(
        collectors: &[&Collector],
        departments: &[&str],
        count: usize,
        dice: &mut Dice,
    ) -> Self {
        let common = Arc::new(Common {
            client: collector::client(),
            origins: Mutex::default(),
            departments: departments.iter().map(|&slug| slug.to_owned()).collect(),
            leave: AtomicBool::new(false),
            acknowledged: AtomicU64::new(0),
            refused: Mutex::default(),
        });
        let mut citizens = JoinSet::new();
        let group = Self {
            common: Arc::clone(&common),
            citizens: JoinSet::new(),
        };
        group.turn_to(collectors);
        for _ in 0..count {
            citizens.spawn(rate(Arc::clone(&common), dice.split()));
        }
        Self { citizens, ..group }
    }

    /// Sends them to other collectors, such as the one that was started in the place of the last.
    pub fn turn_to(&self, collectors: &[&Collector]) {
        *held(&self.common.origins) = collectors
            .iter()
            .map(|collector| collector.origin().to_owned())
            .collect();
    }

    /// Returns how many sends were acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.common.acknowledged.load(Ordering::Relaxed)
    }

    /// Waits until this many further sends are acknowledged, patiently for every few thousand.
    pub async fn until_acknowledged(&self, more: u64) {
        let mut now = self.acknowledged();
        let enough = now + more;
        while now < enough {
            let next = enough.min(now + STRETCH);
            now = wait::until("further acknowledgements", async || {
                Some(self.acknowledged()).filter(|all| *all >= next)
            })
            .await;
        }
    }

    /// Returns the tries that were not acknowledged since this was last asked.
    pub fn refused(&self) -> Vec<Refused> {
        std::mem::take(&mut *held(&self.common.refused))
    }

    /// Lets them finish what is under way, without another try, and go.
    pub async fn go_home(self) -> Memory {
        self.common.leave.store(true, Ordering::Relaxed);
        let sent = self.citizens.join_all().await;
        Memory(sent.into_iter().flatten().collect())
    }
}

/// What citizens have sent and what they were told.
#[derive(Clone, Debug, Default)]
pub struct Memory(Vec<Sent>);

impl Memory {
    /// Adds what others remember.
    pub fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns every feedback.
    pub fn sent(&self) -> &[Sent] {
        &self.0
    }

    /// Returns how many different feedback were sent.
    pub fn count(&self) -> u64 {
        u64::try_from(self.0.len()).expect("a count")
    }

    /// Returns how many of them were acknowledged.
    pub fn acknowledged(&self) -> u64 {
        let acknowledged = self.0.iter().filter(|one| one.acknowledged > 0);
        u64::try_from(acknowledged.count()).expect("a count")
    }

    /// Returns how many were sent for these departments.
    pub fn count_for(&self, departments: &[&str]) -> u64 {
        let theirs = |one: &&Sent| departments.contains(&one.first.text("department"));
        u64::try_from(self.0.iter().filter(theirs).count()).expect("a count")
    }

    /// Sends everything once more, and returns how many acknowledged ones the collector did not
    /// know; what was not acknowledged is stored now.
    pub async fn missing_at(&self, collector: &Arc<Collector>) -> u64 {
        let queue = Arc::new(Mutex::new(self.0.clone()));
        let missing = Arc::new(AtomicU64::new(0));
        let mut checks = JoinSet::new();
        for _ in 0..CHECKS {
            let collector = Arc::clone(collector);
            let (queue, missing) = (Arc::clone(&queue), Arc::clone(&missing));
            checks.spawn(async move {
                loop {
                    let next = held(&queue).pop();
                    let Some(one) = next else { return };
                    if !one.is_known_at(&collector).await {
                        missing.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        checks.join_all().await;
        missing.load(Ordering::Relaxed)
    }

    /// Compares a score that counts all of this, and nothing else, with what was sent; panics
    /// where they differ. For use after [`missing_at`](Self::missing_at).
    #[track_caller]
    pub fn agrees_with(&self, score: &serde_json::Value) {
        let mut expected: BTreeMap<u64, u64> = (1..=5).map(|grade| (grade, 0)).collect();
        for one in &self.0 {
            *expected.entry(one.latest.rating()).or_default() += 1;
        }
        assert_eq!(
            score["n"].as_u64(),
            Some(self.count()),
            "counted twice, or not"
        );
        for (grade, count) in expected {
            let counted = score["counts"][grade.to_string()].as_u64();
            assert_eq!(counted, Some(count), "grade {grade}");
        }
    }
}

impl Sent {
    async fn is_known_at(&self, collector: &Collector) -> bool {
        // The answer to the first version says which one is stored, and changes nothing.
        let answer = collector.send(&self.first).await;
        let stored = answer.json()["revision"].as_u64().unwrap_or_default();
        let created = u64::from(answer.status == 201);
        let receipt = collector.get(&format!("/r/{}", answer.receipt())).await;
        let latest = collector.send(&self.latest).await;
        let statuses = (receipt.status, latest.status);
        statuses == (200, 200) && self.acknowledged <= stored - created
    }
}

/// Sends new ratings, and second versions of some, until it is time to go.
async fn rate(common: Arc<Common>, mut dice: Dice) -> Vec<Sent> {
    let mut all = Vec::new();
    while !common.leave.load(Ordering::Relaxed) {
        let department = dice.choose(&common.departments).clone();
        let first = Submission::new(&department, dice.grade());
        let mut sent = Sent {
            latest: first.clone(),
            first,
            acknowledged: 0,
        };
        if common.send(&sent.first, &mut dice).await {
            sent.acknowledged = 1;
            if dice.throw(4) == 0 {
                sent.latest = sent.first.revised(dice.grade());
                sent.acknowledged += u64::from(common.send(&sent.latest, &mut dice).await);
            }
        }
        all.push(sent);
    }
    all
}

impl Common {
    /// Sends until it is acknowledged or time to go; returns which.
    async fn send(&self, submission: &Submission, dice: &mut Dice) -> bool {
        loop {
            let origin = dice.choose(&held(&self.origins)).clone();
            let started = Instant::now();
            match self.post(&origin, submission).await {
                Ok(()) => {
                    self.acknowledged.fetch_add(1, Ordering::Relaxed);
                    return true;
                }
                Err((status, says_when)) => held(&self.refused).push(Refused {
                    status,
                    says_when,
                    took: started.elapsed(),
                }),
            }
            if self.leave.load(Ordering::Relaxed) {
                return false;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn post(&self, origin: &str, submission: &Submission) -> Result<(), (Option<u16>, bool)> {
        let request = self.client.post(format!("{origin}/api/v1/feedback"));
        let request = request.header(header::CONTENT_TYPE, "text/plain");
        let response = request.body(submission.body()).send().await;
        let response = response.map_err(|_| (None, false))?;
        let status = response.status();
        let says_when = response.headers().contains_key(header::RETRY_AFTER);
        // Without its body an answer has not arrived.
        response.bytes().await.map_err(|_| (None, false))?;
        if status.is_success() {
            Ok(())
        } else {
            Err((Some(status.as_u16()), says_when))
        }
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics with it")
}
