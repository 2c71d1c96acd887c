//! A department that is moved takes its ratings along, whatever happens meanwhile.

use std::sync::Arc;
use std::time::Instant;

use huiyin_tests::artifact::figure;
use huiyin_tests::citizens::{Citizens, Memory};
use huiyin_tests::collector::{Collector, Installation, Kind};
use huiyin_tests::dice::Dice;
use huiyin_tests::effort::cycles;
use huiyin_tests::wait::PATIENCE;
use huiyin_tests::{turn, wait};
use tokio::task::block_in_place;

const DEPARTMENTS: [&str; 4] = ["gov", "tax", "tax-east", "police"];

/// Returns the department that this one stands under.
async fn parent(collector: &Collector, department: &str) -> String {
    let answer = collector
        .get(&format!("/api/v1/departments/{department}"))
        .await;
    let parent = answer.json()["parent"].as_str().map(str::to_owned);
    parent.unwrap_or_else(|| panic!("{department} stands under nobody: {answer:?}"))
}

/// Waits until a bureau counts its own ratings and those of the departments below it.
async fn until_counted(collector: &Collector, memory: &Memory, all_of: &[&str]) {
    let expected = memory.count_for(all_of);
    wait::until("the ratings have followed", async || {
        (collector.n(all_of[0]).await == expected).then_some(())
    })
    .await;
}

/// Moves a branch to and fro between two bureaus under load, kills the import and the collector in
/// the middle, and in the end makes the branch a part of one of the two.
async fn a_moved_department_takes_its_ratings_along(kind: Kind, name: &str) {
    let _turn = turn::heavy().await;
    let installation = Installation::of_government_on(kind);
    let (mut dice, seed) = Dice::with_any_seed();
    let mut collector = installation.start();
    let citizens = Citizens::rate(&[&collector], &DEPARTMENTS, 16, &mut dice);
    citizens.until_acknowledged(500).await;
    let moves = cycles(6, 100);
    for _ in 0..moves {
        let from = parent(&collector, "tax-east").await;
        let to = if from == "tax" { "police" } else { "tax" };
        let row = format!("slug,parent,name_zh,name_en\ntax-east,{to},示例市税务局东区分局,\n");
        let file = installation.file("moved.csv", row.as_bytes());
        let import = installation.begin(&["department", "import", &file]);
        let begun = Instant::now();
        // Without a pause between two looks: its ratings follow within milliseconds.
        while parent(&collector, "tax-east").await != to {
            assert!(begun.elapsed() < PATIENCE, "the branch does not move");
        }
        drop(import);
        collector.kill();
        collector = installation.start();
        citizens.turn_to(&[&collector]);
        citizens.until_acknowledged(dice.throw(200)).await;
    }
    let mut memory = citizens.go_home().await;
    let collector = Arc::new(collector);
    assert_eq!(memory.missing_at(&collector).await, 0);
    let (with, without) = match parent(&collector, "tax-east").await.as_str() {
        "tax" => ("tax", "police"),
        _ => ("police", "tax"),
    };
    until_counted(&collector, &memory, &[with, "tax-east"]).await;
    until_counted(&collector, &memory, &[without]).await;
    installation.verify();

    let citizens = Citizens::rate(&[&collector], &DEPARTMENTS, 16, &mut dice);
    citizens.until_acknowledged(100).await;
    let merge = ["department", "merge", "tax-east", without];
    let merged = block_in_place(|| installation.run(&merge));
    assert_eq!(merged.code, Some(0), "{merged:?}");
    citizens.until_acknowledged(100).await;
    memory.add(citizens.go_home().await);
    assert_eq!(memory.missing_at(&collector).await, 0);
    until_counted(&collector, &memory, &[without, "tax-east"]).await;
    until_counted(&collector, &memory, &[with]).await;
    memory.agrees_with(&collector.score("gov").await);
    installation.verify();
    let measured = format!(
        "{moves} moves, import and collector killed in each, 1 merged, {} acknowledged, \
         0 missing, all parents right (seed {seed})",
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
