//! What was acknowledged survives a killed process, and is counted once.

use std::sync::Arc;
use std::time::Duration;

use huiyin_test_postgres::{Commit, Postgres};
use huiyin_tests::artifact::figure;
use huiyin_tests::citizens::{Citizens, Memory};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::dice::Dice;
use huiyin_tests::effort::cycles;
use huiyin_tests::{turn, wait};
use tokio::task::block_in_place;

const CITIZENS: usize = 32;
const DEPARTMENTS: [&str; 3] = ["tax", "tax-east", "police"];

/// Lets citizens rate into a kill, and returns what they sent.
async fn cycle(collector: Collector, dice: &mut Dice, kill: impl FnOnce(Collector)) -> Memory {
    let citizens = Citizens::rate(&[&collector], &DEPARTMENTS, CITIZENS, dice);
    // The moment depends on the progress, so that a slow machine is hit in the middle as well.
    let enough = 30 + dice.throw(300);
    wait::until("a moment for the kill", async || {
        tokio::time::sleep(Duration::from_micros(dice.throw(3_000))).await;
        (citizens.acknowledged() >= enough).then_some(())
    })
    .await;
    block_in_place(|| kill(collector));
    citizens.go_home().await
}

/// What came of all cycles.
#[derive(Default)]
struct Outcome {
    memory: Memory,
    missing: u64,
}

impl Outcome {
    /// Looks for what the last cycle has sent, and recounts.
    async fn add(&mut self, sent: Memory, installation: &Installation) {
        let collector = Arc::new(installation.start());
        self.missing += sent.missing_at(&collector).await;
        Arc::into_inner(collector)
            .expect("nobody else holds it")
            .kill();
        self.memory.add(sent);
        installation.verify();
    }

    async fn conclude(self, name: &str, what: &str, seed: u64, installation: &Installation) {
        let score = installation.start().score("gov").await;
        let (sent, acknowledged) = (self.memory.count(), self.memory.acknowledged());
        let twice = score["n"].as_u64().expect("a number").saturating_sub(sent);
        let measured = format!(
            "{what}, {acknowledged} acknowledged, {} cut off and sent again, {} lost, \
             {twice} counted twice (seed {seed})",
            sent - acknowledged,
            self.missing,
        );
        figure(name, &measured);
        assert_eq!(self.missing, 0, "acknowledged feedback is missing");
        self.memory.agrees_with(&score);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_counted_twice_when_it_is_killed() {
    let _turn = turn::heavy().await;
    let installation = Installation::of_government();
    let (mut dice, seed) = Dice::with_any_seed();
    let mut outcome = Outcome::default();
    let cycles = cycles(10, 200);
    for _ in 0..cycles {
        let sent = cycle(installation.start(), &mut dice, Collector::kill).await;
        outcome.add(sent, &installation).await;
    }
    let what = format!("{cycles} kills");
    outcome
        .conclude("killed under load, SQLite", &what, seed, &installation)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_counted_twice_when_its_server_is_killed_too() {
    let _turn = turn::heavy().await;
    let mut server = Postgres::start(Commit::Synced);
    let installation = Installation::at(&server.database()).with_government();
    let (mut dice, seed) = Dice::with_any_seed();
    let mut outcome = Outcome::default();
    let mut servers = 0;
    let cycles = cycles(10, 200);
    for number in 0..cycles {
        // Every third time the database goes first, with all its processes.
        let both = number % 3 == 2;
        let sent = cycle(installation.start(), &mut dice, |collector| {
            if both {
                server.kill();
            }
            collector.kill();
            if both {
                server.restart();
            }
        })
        .await;
        servers += u64::from(both);
        outcome.add(sent, &installation).await;
    }
    let what = format!("{cycles} kills, {servers} with the server");
    outcome
        .conclude("killed under load, PostgreSQL", &what, seed, &installation)
        .await;
}
