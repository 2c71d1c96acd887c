//! A backup taken while people rate holds every rating that was acknowledged before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::{Collector, Finished, Installation};
use huiyin_tests::submission::Submission;
use huiyin_tests::{turn, wait};
use reqwest::Client;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

const CLIENTS: u128 = 16;

/// All clients of these tests have one address.
const UNLIMITED: [&str; 2] = ["--rate-limit", "0"];

/// Rates until it is told to end, and says of each rating that it was acknowledged.
async fn rate(
    client: Client,
    url: String,
    mut number: u128,
    acknowledged: UnboundedSender<u128>,
    end: Arc<AtomicBool>,
) {
    while !end.load(Ordering::Relaxed) {
        let body = Submission::numbered(number, "tax", 4)
            .comment("很好")
            .body();
        let request = client.post(&url).header("content-type", "text/plain");
        let response = request.body(body).send().await.expect("an answer");
        assert_eq!(response.status(), 201);
        _ = acknowledged.send(number);
        number += CLIENTS;
    }
}

fn file(installation: &Installation, name: &str) -> String {
    installation.path(name).to_string_lossy().into_owned()
}

#[track_caller]
fn succeeded(finished: &Finished) {
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

/// Returns which of these ratings a collector does not have: it would take them for new.
async fn missing(collector: &Collector, ratings: &[u128]) -> Vec<u128> {
    let mut missing = Vec::new();
    for number in ratings {
        let sent = Submission::numbered(*number, "tax", 4).comment("很好");
        match collector.send(&sent).await.status {
            200 => {}
            201 => missing.push(*number),
            status => panic!("{status} for a repeat"),
        }
    }
    missing
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rating_acknowledged_before_a_backup_is_in_it() {
    let _turn = turn::heavy().await;
    let installation = Installation::of_government();
    let collector = installation.start_with(&UNLIMITED);
    let (tell, mut hear) = unbounded_channel();
    let end = Arc::new(AtomicBool::new(false));
    let mut load = JoinSet::new();
    for first in 0..CLIENTS {
        let (client, url) = (
            collector.client().clone(),
            collector.url("/api/v1/feedback"),
        );
        load.spawn(rate(client, url, first + 1, tell.clone(), Arc::clone(&end)));
    }
    // So that waiting ends when all clients have.
    drop(tell);
    let mut before = Vec::new();
    while before.len() < 500 {
        before.push(hear.recv().await.expect("ratings are sent"));
    }
    while let Ok(number) = hear.try_recv() {
        before.push(number);
    }
    let copy = file(&installation, "copy");
    let installation = Arc::new(installation);
    let taking = Arc::clone(&installation);
    let name = copy.clone();
    let taken = tokio::task::spawn_blocking(move || taking.run(&["backup", &name]));
    succeeded(&taken.await.expect("the backup ends"));
    let mut after = 0;
    wait::until("ratings go on after the backup", async || {
        while hear.try_recv().is_ok() {
            after += 1;
        }
        (after > 0).then_some(())
    })
    .await;
    end.store(true, Ordering::Relaxed);
    while let Some(ended) = load.join_next().await {
        ended.expect("a client ends well");
    }
    installation.verify();
    drop(collector);
    let other = Installation::empty();
    succeeded(&other.run(&["restore", &copy]));
    other.verify();
    let collector = other.start_with(&UNLIMITED);
    assert_eq!(missing(&collector, &before).await, Vec::<u128>::new());
    let measured = format!("0 of {} acknowledged before it are missing", before.len());
    figure("backup under load", &measured);
}

#[tokio::test]
async fn a_restored_file_is_served_and_nothing_is_written_over() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let rating = Submission::new("police", 2);
    assert_eq!(collector.send(&rating).await.status, 201);
    let copy = file(&installation, "copy");
    let taken = installation.run(&["backup", &copy]);
    succeeded(&taken);
    assert!(
        taken.stdout.contains("1 feedback, 4 departments"),
        "{taken:?}"
    );
    for refused in [&["backup", &copy][..], &["restore", &copy]] {
        let finished = installation.run(refused);
        assert_eq!(finished.code, Some(1), "{finished:?}");
    }
    assert_eq!(collector.send(&rating).await.status, 200);
    let other = Installation::empty();
    succeeded(&other.run(&["restore", &copy]));
    let collector = other.start();
    assert_eq!(collector.n("gov").await, 1);
}

#[test]
fn a_server_is_backed_up_by_its_own_tools() {
    let place = Installation::empty();
    let server = ["--database", "postgres://h:s3cret@db/huiyin"];
    for (command, tool) in [("backup", "pg_dump "), ("restore", "pg_restore ")] {
        let finished = place.run(&[&[command, "f"][..], &server].concat());
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(finished.stderr.contains(tool), "{finished:?}");
        assert!(!finished.stderr.contains("s3cret"), "{finished:?}");
    }
}
