//! Several collectors on one database are one collector.

use std::sync::Arc;
use std::thread;

use huiyin_test_postgres::{Commit, Postgres};
use huiyin_tests::artifact::figure;
use huiyin_tests::citizens::Citizens;
use huiyin_tests::collector::{Collector, Installation, Kind};
use huiyin_tests::dice::Dice;
use huiyin_tests::effort::cycles;
use huiyin_tests::turn;
use tokio::task::block_in_place;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_collectors_that_start_at_once_make_the_tables_once() {
    for _ in 0..cycles(2, 20) {
        let installation = Installation::empty_on(Kind::Postgres);
        let collectors: Vec<Collector> = block_in_place(|| {
            thread::scope(|scope| {
                let starting: Vec<_> = (0..3)
                    .map(|_| scope.spawn(|| installation.start()))
                    .collect();
                starting
                    .into_iter()
                    .map(|one| one.join().expect("it starts"))
                    .collect()
            })
        });
        for collector in &collectors {
            assert_eq!(collector.get("/readyz").await.status, 200);
        }
        let applied = "SELECT count(*) = count(DISTINCT version) AND count(*) > 0 \
            FROM refinery_schema_history";
        let applied = Postgres::shared().ask(installation.database(), applied);
        assert_eq!(applied, "t");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn collectors_that_write_the_same_figures_never_block_each_other_for_good() {
    let _turn = turn::heavy().await;
    let server = Postgres::start(Commit::Synced);
    let installation = Installation::at(&server.database()).with_government();
    let collectors: Vec<_> = (0..3).map(|_| Arc::new(installation.start())).collect();
    let (mut dice, seed) = Dice::with_any_seed();
    let all: Vec<&Collector> = collectors.iter().map(Arc::as_ref).collect();
    let departments = ["gov", "tax", "tax-east", "police"];
    let citizens = Citizens::rate(&all, &departments, 48, &mut dice);
    citizens.until_acknowledged(cycles(5_000, 200_000)).await;
    let refused = citizens.refused().len();
    let memory = citizens.go_home().await;
    // The server counts with a delay, and at the latest when its sessions end.
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(memory.missing_at(&collectors[0]).await, 0);
    memory.agrees_with(&collectors[1].score("gov").await);
    drop(collectors);
    installation.verify();
    let deadlocks = server.ask(installation.database(), deadlocks);
    let measured = format!(
        "3 collectors, {} acknowledged, {refused} refused, {deadlocks} deadlocks (seed {seed})",
        memory.acknowledged()
    );
    figure("deadlocks", &measured);
    assert_eq!(deadlocks, "0");
    assert!(!server.log().contains("deadlock"), "{}", server.log());
}
