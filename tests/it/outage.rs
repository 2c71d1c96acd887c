//! A database that is gone is waited for, and nothing acknowledged goes with it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use huiyin_test_postgres::{Commit, Postgres};
use huiyin_tests::artifact::figure;
use huiyin_tests::citizens::{Citizens, Memory, Refused};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::dice::Dice;
use huiyin_tests::effort::{cycles, time_limit};
use huiyin_tests::{turn, wait};
use tokio::task::block_in_place;

const CITIZENS: usize = 16;
const DEPARTMENTS: [&str; 3] = ["tax", "tax-east", "police"];

/// How long a refusal may take.
const AT_ONCE: Duration = Duration::from_secs(2);

/// How soon the service is back after its database is.
const SOON: Duration = Duration::from_secs(10);

/// Waits until `/readyz` says this.
async fn until_readiness_is(status: u16, collector: &Collector) {
    wait::until("readiness", async || {
        (collector.get("/readyz").await.status == status).then_some(())
    })
    .await;
}

async fn is_all_there(memory: &Memory, collector: &Arc<Collector>, installation: &Installation) {
    assert_eq!(memory.missing_at(collector).await, 0);
    memory.agrees_with(&collector.score("gov").await);
    installation.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ratings_are_refused_at_once_while_the_database_is_gone_and_taken_when_it_is_back() {
    let _turn = turn::heavy().await;
    let mut server = Postgres::start(Commit::Synced);
    let installation = Installation::at(&server.database()).with_government();
    let collector = Arc::new(installation.start());
    let (mut dice, seed) = Dice::with_any_seed();
    let citizens = Citizens::rate(&[&collector], &DEPARTMENTS, CITIZENS, &mut dice);
    let mut slowest_return = Duration::ZERO;
    let mut refused: Vec<Refused> = Vec::new();
    let cycles = cycles(4, 100);
    for number in 0..cycles {
        citizens.until_acknowledged(200).await;
        block_in_place(|| {
            if number % 2 == 0 {
                server.kill();
            } else {
                server.stop();
            }
        });
        until_readiness_is(503, &collector).await;
        assert_eq!(collector.get("/healthz").await.status, 200);
        block_in_place(|| server.restart());
        let back = Instant::now();
        citizens.until_acknowledged(1).await;
        slowest_return = slowest_return.max(back.elapsed());
        until_readiness_is(200, &collector).await;
        refused.extend(citizens.refused());
    }
    let memory = citizens.go_home().await;
    is_all_there(&memory, &collector, &installation).await;
    let slowest = refused.iter().map(|one| one.took).max().unwrap_or_default();
    let measured = format!(
        "{cycles} outages, {} refused within {slowest:.1?}, taken again {slowest_return:.1?} after \
         the return, {} acknowledged, 0 lost, 0 counted twice (seed {seed})",
        refused.len(),
        memory.acknowledged()
    );
    figure("database gone", &measured);
    let odd = (refused.iter()).find(|one| one.status != Some(503) || !one.says_when);
    assert!(odd.is_none(), "{odd:?}");
    assert!(
        !refused.is_empty() && slowest < time_limit(AT_ONCE),
        "{slowest:?}"
    );
    assert!(slowest_return < time_limit(SOON), "{slowest_return:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_lose_nothing_and_count_nothing_twice() {
    const CUT: &str = "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid \
        FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
        ORDER BY random() LIMIT 1) AS one";
    let _turn = turn::heavy().await;
    let server = Postgres::shared();
    let installation = Installation::at(&server.database()).with_government();
    let collector = Arc::new(installation.start());
    let (mut dice, seed) = Dice::with_any_seed();
    let citizens = Citizens::rate(&[&collector], &DEPARTMENTS, CITIZENS, &mut dice);
    let times = cycles(50, 500);
    let mut cut = 0;
    while cut < times {
        citizens.until_acknowledged(1 + dice.throw(40)).await;
        let found = block_in_place(|| server.ask(installation.database(), CUT));
        cut += found.parse::<u64>().expect("a number");
    }
    citizens.until_acknowledged(50).await;
    let refused = citizens.refused();
    let memory = citizens.go_home().await;
    is_all_there(&memory, &collector, &installation).await;
    let measured = format!(
        "{cut} connections cut, {} tries refused, {} acknowledged, 0 lost, 0 counted twice \
         (seed {seed})",
        refused.len(),
        memory.acknowledged()
    );
    figure("connections cut", &measured);
    let odd = (refused.iter()).find(|one| one.status != Some(503) || !one.says_when);
    assert!(odd.is_none(), "{odd:?}");
}
