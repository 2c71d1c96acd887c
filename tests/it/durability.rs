//! What was acknowledged survives a killed process, and is counted once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::submission::Submission;
use huiyin_tests::turn;
use reqwest::Client;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

const CYCLES: u64 = 20;
const CLIENTS: usize = 32;
const DEPARTMENTS: [&str; 3] = ["tax", "tax-east", "police"];

/// A small generator, so that a run's choices can differ and still need no library.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn grade(&mut self) -> u8 {
        u8::try_from(1 + self.throw(5)).expect("one of five")
    }
}

/// What is known of a feedback.
struct Sent {
    first: Submission,
    latest: Submission,
    /// The newest revision that was acknowledged; 0 where none was.
    acknowledged: u64,
}

/// Returns whether the collector acknowledged this.
async fn post(client: &Client, url: &str, submission: &Submission) -> bool {
    let request = client.post(url).header("content-type", "text/plain");
    let Ok(response) = request.body(submission.body()).send().await else {
        return false;
    };
    let stored = response.status().is_success();
    // Without its body an answer has not arrived.
    response.bytes().await.is_ok() && stored
}

/// Sends new ratings, and second versions of some, until the collector is gone.
async fn load(
    client: Client,
    url: String,
    mut dice: Dice,
    told: UnboundedSender<Sent>,
    count: Arc<AtomicUsize>,
) {
    let mut gone = false;
    while !gone {
        let department = DEPARTMENTS[usize::try_from(dice.throw(3)).expect("small")];
        let first = Submission::new(department, dice.grade());
        let mut sent = Sent {
            latest: first.clone(),
            first,
            acknowledged: 0,
        };
        gone = !post(&client, &url, &sent.first).await;
        sent.acknowledged += u64::from(!gone);
        if !gone && dice.throw(4) == 0 {
            sent.latest = sent.first.revised(dice.grade());
            gone = !post(&client, &url, &sent.latest).await;
            sent.acknowledged += u64::from(!gone);
        }
        count.fetch_add(1, Ordering::Relaxed);
        drop(told.send(sent));
    }
}

/// Runs the load into a kill, and returns what was sent.
async fn cycle(collector: Collector, dice: &mut Dice) -> Vec<Sent> {
    let (told, mut heard) = unbounded_channel();
    let count = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(load(
            collector.client().clone(),
            collector.url("/api/v1/feedback"),
            Dice(dice.throw(u64::MAX)),
            told.clone(),
            Arc::clone(&count),
        ));
    }
    // The moment depends on the progress, so that a slow machine is hit in the middle as well.
    let enough = usize::try_from(30 + dice.throw(300)).expect("small");
    let mut running = clients.len();
    // A client that is refused stops; without any there is nothing left to hit.
    while count.load(Ordering::Relaxed) < enough && running > 0 {
        running -= usize::from(clients.try_join_next().is_some());
        tokio::time::sleep(Duration::from_micros(dice.throw(3_000))).await;
    }
    collector.kill();
    drop(told);
    let mut sent = Vec::new();
    while let Some(one) = heard.recv().await {
        sent.push(one);
    }
    clients.join_all().await;
    sent
}

/// Sends everything once more; returns how many acknowledged ones the collector did not know.
async fn lost(collector: &Arc<Collector>, sent: Vec<Sent>) -> u64 {
    let lost = Arc::new(AtomicU64::new(0));
    let queue = Arc::new(Mutex::new(sent));
    let mut checks = JoinSet::new();
    for _ in 0..16 {
        let collector = Arc::clone(collector);
        let (queue, lost) = (Arc::clone(&queue), Arc::clone(&lost));
        checks.spawn(async move {
            loop {
                let next = queue.lock().expect("nobody panics with it").pop();
                let Some(one) = next else { return };
                if !is_known(&collector, &one).await {
                    lost.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    checks.join_all().await;
    lost.load(Ordering::Relaxed)
}

/// Returns whether all that was acknowledged is there; what was not is stored now.
async fn is_known(collector: &Collector, one: &Sent) -> bool {
    // The answer to the first version says which one is stored, and changes nothing.
    let answer = collector.send(&one.first).await;
    let stored = answer.json()["revision"].as_u64().unwrap_or_default();
    let created = u64::from(answer.status == 201);
    let receipt = collector.get(&format!("/r/{}", answer.receipt())).await;
    let latest = collector.send(&one.latest).await;
    assert_eq!((receipt.status, latest.status), (200, 200), "{latest:?}");
    one.acknowledged <= stored - created
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_counted_twice_when_it_is_killed() {
    let _turn = turn::heavy().await;
    let installation = Installation::of_government();
    let mut seed = [0; 8];
    getrandom::fill(&mut seed).expect("random numbers");
    let seed = u64::from_ne_bytes(seed);
    let mut dice = Dice(seed);
    let (mut acknowledged, mut unsure, mut lost_in_all) = (0, 0, 0);
    let mut expected: BTreeMap<u64, u64> = (1..=5).map(|grade| (grade, 0)).collect();
    for _ in 0..CYCLES {
        let sent = cycle(installation.start(), &mut dice).await;
        for one in &sent {
            *expected.entry(one.latest.rating()).or_default() += 1;
            acknowledged += u64::from(one.acknowledged > 0);
            unsure += u64::from(one.acknowledged == 0);
        }
        let collector = Arc::new(installation.start());
        lost_in_all += lost(&collector, sent).await;
        Arc::into_inner(collector)
            .expect("nobody else holds it")
            .kill();
        installation.verify();
    }
    let collector = installation.start();
    let score = collector.score("gov").await;
    let distinct: u64 = expected.values().sum();
    let n = score["n"].as_u64().expect("a number");
    let measured = format!(
        "{CYCLES} cycles, {acknowledged} acknowledged, {unsure} cut off and sent again, \
         {lost_in_all} lost, {} counted twice (seed {seed})",
        n.saturating_sub(distinct)
    );
    figure("killed under load", &measured);
    assert_eq!((lost_in_all, n), (0, distinct));
    for (grade, count) in expected {
        assert_eq!(
            score["counts"][grade.to_string()].as_u64(),
            Some(count),
            "grade {grade}"
        );
    }
}
