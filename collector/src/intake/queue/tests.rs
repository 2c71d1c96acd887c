//! The queue before a store that is busy, that refuses a row, and that stops.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::task::JoinSet;

use super::*;
use crate::intake::NotTaken;
use crate::metrics::Metrics;
use crate::store::testing::{Sent, World};

/// Made once: there are a hundred figures, and thousands of entries.
static METRICS: LazyLock<Metrics> =
    LazyLock::new(|| Metrics::new([BUSY, INTERNAL, UNAVAILABLE].into_iter()));

fn start(world: &World) -> Queue {
    Queue::start(Arc::clone(&world.store), METRICS.intake.clone())
}

fn entry() -> Entry {
    METRICS.ledger.receive()
}

/// Sends so many at once, and returns what became of each.
fn send_all(queue: &Queue, numbers: std::ops::Range<u64>) -> JoinSet<Result<Taken, NotTaken>> {
    let mut sent = JoinSet::new();
    for number in numbers {
        let queue = queue.clone();
        sent.spawn(async move { queue.submit(Sent::new(number, 5).received(), entry()).await });
    }
    sent
}

#[tokio::test]
async fn one_bad_row_does_not_sink_its_neighbours() {
    for world in [World::sqlite().await, World::postgres().await] {
        let queue = start(&world);
        // Two ids with one receipt cannot come from a client.
        world.tamper("CREATE UNIQUE INDEX one_receipt ON feedback (receipt_hash)");
        let twin = Received {
            receipt: Sent::new(1, 5).receipt().hash,
            ..Sent::new(2, 5).received()
        };
        let (first, bad, rest) = tokio::join!(
            queue.submit(Sent::new(1, 5).received(), entry()),
            queue.submit(twin, entry()),
            async { send_all(&queue, 3..40).join_all().await },
        );
        first.expect("the first is stored");
        assert!(
            matches!(bad, Err(NotTaken::Store(StoreError::Failed(_)))),
            "{bad:?}"
        );
        assert!(rest.iter().all(Result::is_ok), "{rest:?}");
        assert_eq!(world.counts("province").await, [0, 0, 0, 0, 38]);
        world.assert_verified().await;
    }
}

#[tokio::test]
async fn a_revision_of_a_row_that_cannot_be_read_does_not_sink_its_neighbours() {
    for world in [World::sqlite().await, World::postgres().await] {
        let queue = start(&world);
        let first = Sent::new(1, 5);
        world.send(&first).await.expect("taken");
        let short = world.either("x'00'", "'\\x00'");
        world.tamper(&format!("UPDATE feedback SET edit_key_hash = {short}"));
        let revision = 2;
        let revised = Sent { revision, ..first };
        let rest = send_all(&queue, 3..40);
        let bad = queue.submit(revised.received(), entry()).await;
        let rest = rest.join_all().await;
        assert!(
            matches!(bad, Err(NotTaken::Store(StoreError::Failed(_)))),
            "{bad:?}"
        );
        assert!(rest.iter().all(Result::is_ok), "{rest:?}");
    }
}

#[tokio::test]
async fn a_database_that_fails_with_all_is_not_asked_for_each_one() {
    for world in [World::sqlite().await, World::postgres().await] {
        let queue = start(&world);
        world.tamper("ALTER TABLE pending_deltas RENAME TO missing");
        let answers = send_all(&queue, 1..400).join_all().await;
        let is_failed = |answer: &&_| matches!(answer, Err(NotTaken::Store(StoreError::Failed(_))));
        let is_later =
            |answer: &&_| matches!(answer, Err(NotTaken::Store(StoreError::Unavailable(_))));
        let failed = answers.iter().filter(is_failed).count();
        assert_eq!(failed + answers.iter().filter(is_later).count(), 399);
        assert!(failed < 100, "{failed} were tried alone");
        world.tamper("ALTER TABLE missing RENAME TO pending_deltas");
        let answers = send_all(&queue, 1..400).join_all().await;
        assert!(answers.iter().all(Result::is_ok), "they can come again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_much_at_once_is_refused_and_not_kept_waiting() {
    let world = World::sqlite().await;
    let queue = start(&world);
    let held = world.hold();
    let mut sent = send_all(&queue, 0..10_000);
    // Those who find no room are answered at once, while the others still wait.
    let first = sent.join_next().await.expect("one ends").expect("ends");
    assert!(matches!(first, Err(NotTaken::Busy)), "{first:?}");
    drop(held);
    let mut taken = 0;
    while let Some(one) = sent.join_next().await {
        match one.expect("ends") {
            Ok(_) => taken += 1,
            Err(NotTaken::Busy) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(taken >= WAITING as u64, "{taken}");
    let counted = world.counts("tax").await[4];
    assert_eq!(counted, taken, "what was acknowledged is counted");
}

#[tokio::test]
async fn what_waits_at_the_end_is_stored_and_what_comes_later_is_refused() {
    let world = World::sqlite().await;
    let queue = start(&world);
    let sent = send_all(&queue, 0..50);
    // Lets all of them reach the queue.
    tokio::task::yield_now().await;
    queue.close().await;
    assert!(sent.join_all().await.iter().all(Result::is_ok));
    let late = queue.submit(Sent::new(99, 5).received(), entry()).await;
    assert!(
        matches!(late, Err(NotTaken::Store(StoreError::Stopped))),
        "{late:?}"
    );
    assert_eq!(world.counts("tax").await[4], 50);
}

#[tokio::test]
async fn a_store_that_has_stopped_keeps_nobody_waiting() {
    let world = World::sqlite().await;
    let queue = start(&world);
    world.store.close().await;
    for number in 0..3 {
        let refused = queue.submit(Sent::new(number, 5).received(), entry());
        let refused = tokio::time::timeout(Duration::from_secs(10), refused).await;
        let refused = refused.expect("an answer comes");
        assert!(matches!(refused, Err(NotTaken::Store(StoreError::Stopped))));
    }
}
