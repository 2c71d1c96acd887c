//! One feedback that arrives many times at once is one feedback.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::{Collector, Installation, Kind};
use huiyin_tests::effort::cycles;
use huiyin_tests::submission::Submission;
use huiyin_tests::turn;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// How many are on their way at every moment.
const AT_ONCE: u64 = 256;

/// What was answered, and how often.
type Answers = BTreeMap<(u16, String), u64>;

/// Sends `times` copies, turn by turn of these submissions and these collectors, and returns the
/// answers to each of the submissions; who is told to come back does.
async fn race(collectors: &[Arc<Collector>], sent: &[Submission], times: u64) -> Vec<Answers> {
    let start = Arc::new(Barrier::new(usize::try_from(AT_ONCE).expect("small")));
    let next = Arc::new(AtomicU64::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (start, next) = (Arc::clone(&start), Arc::clone(&next));
        let (collectors, sent) = (collectors.to_vec(), sent.to_vec());
        senders.spawn(async move {
            let mut answers = vec![Answers::new(); sent.len()];
            start.wait().await;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= times {
                    return answers;
                }
                let number = usize::try_from(number).expect("small");
                // Neighbours meet at one collector, and those after them at the next.
                let which = number % sent.len();
                let collector = &collectors[number / sent.len() % collectors.len()];
                let mut answer = collector.send(&sent[which]).await;
                while answer.status == 503 {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    answer = collector.send(&sent[which]).await;
                }
                *answers[which]
                    .entry((answer.status, answer.body))
                    .or_default() += 1;
            }
        });
    }
    let mut all = vec![Answers::new(); sent.len()];
    for answers in senders.join_all().await {
        for (all, one) in all.iter_mut().zip(answers) {
            for (answer, times) in one {
                *all.entry(answer).or_default() += times;
            }
        }
    }
    all
}

fn times_with(answers: &Answers, status: u16) -> u64 {
    let with = answers.iter().filter(|((found, _), _)| *found == status);
    with.map(|(_, times)| times).sum()
}

/// Asserts that every answer is a 200 but one, a 201, and that all have the same body.
fn is_one_feedback(answers: &Answers, times: u64) {
    let bodies: BTreeSet<_> = answers.keys().map(|(_, body)| body).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(times_with(answers, 201), 1, "{answers:?}");
    assert_eq!(times_with(answers, 200), times - 1, "{answers:?}");
}

async fn one_id_is_one_row(kind: Kind, collectors: usize, name: &str) {
    let _turn = turn::heavy().await;
    let installation = Installation::of_government_on(kind);
    let collectors: Vec<_> = (0..collectors)
        .map(|_| Arc::new(installation.start()))
        .collect();
    let times = cycles(1_000, 10_000);

    let same = Submission::new("tax-east", 4);
    let answers = race(&collectors, &[same], times).await;
    is_one_feedback(&answers[0], times);
    assert_eq!(installation.stored(), 1);

    // Another knows the id and not the edit key.
    let mine = Submission::new("tax", 5);
    let theirs = mine
        .clone()
        .with("edit_key", Submission::new("tax", 5).text("edit_key"));
    let answers = race(&collectors, &[mine, theirs], times).await;
    let (winner, loser) = match times_with(&answers[0], 201) {
        1 => (&answers[0], &answers[1]),
        _ => (&answers[1], &answers[0]),
    };
    is_one_feedback(winner, times / 2);
    assert_eq!(times_with(loser, 403), times / 2, "{loser:?}");
    assert_eq!(installation.stored(), 2);
    for collector in &collectors {
        assert_eq!(collector.n("gov").await, 2);
    }
    let measured = format!(
        "{times} posts to {} collector(s): 1 row, 1 created, {} the same answer; \
         with two edit keys 1 row, {} refused",
        collectors.len(),
        times - 1,
        times / 2
    );
    figure(name, &measured);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_id_sent_many_times_at_once_is_one_row() {
    one_id_is_one_row(Kind::Sqlite, 1, "one id at once, SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_id_sent_to_three_collectors_at_once_is_one_row() {
    one_id_is_one_row(Kind::Postgres, 3, "one id at once, PostgreSQL").await;
}
