//! A department that is moved takes its ratings along, whatever happens meanwhile.

use std::sync::Arc;

use huiyin_tests::artifact::figure;
use huiyin_tests::citizens::Citizens;
use huiyin_tests::collector::{GOVERNMENT, Installation, Kind};
use huiyin_tests::dice::Dice;
use huiyin_tests::effort::cycles;
use huiyin_tests::{turn, wait};
use tokio::task::block_in_place;

/// Moves the branch back and forth between two bureaus under load, and kills at any moment.
async fn a_moved_department_takes_its_ratings_along(kind: Kind, name: &str) {
    let _turn = turn::heavy().await;
    let installation = Installation::of_government_on(kind);
    let (mut dice, seed) = Dice::with_any_seed();
    let mut collector = installation.start();
    let departments = ["gov", "tax", "tax-east", "police"];
    let citizens = Citizens::rate(&[&collector], &departments, 16, &mut dice);
    citizens.until_acknowledged(500).await;
    let mut parent = "tax";
    let moves = cycles(5, 100);
    for _ in 0..moves {
        parent = if parent == "tax" { "police" } else { "tax" };
        let header = GOVERNMENT.lines().next().unwrap_or_default();
        let branch = format!("{header}\ntax-east,{parent},示例市税务局东区分局,\n");
        let imported = block_in_place(|| installation.import(branch.as_bytes()));
        assert_eq!(imported.code, Some(0), "{imported:?}");
        citizens.until_acknowledged(dice.throw(60)).await;
        collector.kill();
        collector = installation.start();
        citizens.turn_to(&[&collector]);
        citizens.until_acknowledged(dice.throw(200)).await;
    }
    let memory = citizens.go_home().await;
    let collector = Arc::new(collector);
    assert_eq!(memory.missing_at(&collector).await, 0);
    let other = if parent == "tax" { "police" } else { "tax" };
    wait::until("both bureaus have what is theirs", async || {
        let with = collector.n(parent).await == memory.count_for(&[parent, "tax-east"]);
        let without = collector.n(other).await == memory.count_for(&[other]);
        (with && without).then_some(())
    })
    .await;
    memory.agrees_with(&collector.score("gov").await);
    installation.verify();
    let measured = format!(
        "{moves} moves and kills, {} acknowledged, 0 missing, both parents right (seed {seed})",
        memory.acknowledged()
    );
    figure(name, &measured);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_department_moved_under_load_takes_its_ratings_along() {
    a_moved_department_takes_its_ratings_along(Kind::Sqlite, "moved under load, SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_department_moved_under_load_on_a_server_takes_its_ratings_along() {
    a_moved_department_takes_its_ratings_along(Kind::Postgres, "moved under load, PostgreSQL")
        .await;
}
