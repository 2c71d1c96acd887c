//! Feedback arrives, is revised, refused, and taken back.

use super::*;

#[tokio::test]
async fn a_rating_counts_for_its_department_and_all_above() {
    let world = World::new().await;
    world
        .send(&Sent {
            service: Some("refund"),
            ..Sent::new(1, 5)
        })
        .await
        .expect("taken");
    for department in ["tax", "city", "province"] {
        assert_eq!(
            world.counts(department).await,
            [0, 0, 0, 0, 1],
            "{department}"
        );
    }
    assert_eq!(world.counts("hall").await, [0; 5]);
    let year = Period::year_to(date(2026, 12, 31));
    let refund = world
        .store
        .counts(slug("tax"), Some(slug("refund")), year)
        .await;
    assert_eq!(refund.expect("reads").n(), 1);
}

#[tokio::test]
async fn only_a_higher_revision_changes_anything() {
    let world = World::new().await;
    let first = Sent::new(1, 5);
    let taken = world.send(&first).await.expect("taken");
    assert!(taken.created);
    let again = world.send(&first).await.expect("a repeat");
    assert_eq!((again.created, again.revision.get()), (false, 1));
    let third = Sent {
        revision: 3,
        rating: 2,
        day: date(2026, 3, 3),
        ..first.clone()
    };
    world.send(&third).await.expect("a revision");
    let late = world
        .send(&Sent {
            revision: 2,
            rating: 4,
            ..first
        })
        .await
        .expect("an old one");
    assert_eq!(late.revision.get(), 3);
    assert_eq!(world.counts("tax").await, [0, 1, 0, 0, 0]);
    let first_day = Period::new(DAY, DAY).expect("a day");
    let counts = world
        .store
        .counts(slug("province"), None, first_day)
        .await
        .expect("reads");
    assert_eq!(
        counts,
        Counts::new([0, 1, 0, 0, 0]),
        "it counts on the day of its first version"
    );
    world.assert_verified().await;
}

#[tokio::test]
async fn what_the_rules_forbid_changes_nothing() {
    let world = World::new().await;
    let first = Sent::new(1, 5);
    world.send(&first).await.expect("taken");
    world
        .send(&Sent {
            key: 9,
            ..Sent::new(2, 5)
        })
        .await
        .expect("taken");
    world
        .store
        .withdraw(
            Sent {
                key: 9,
                ..Sent::new(2, 5)
            }
            .receipt(),
            0,
        )
        .await
        .expect("writes");
    let next = Sent {
        revision: 2,
        rating: 1,
        ..first
    };
    for (sent, expected) in [
        (
            Sent {
                key: 2,
                ..next.clone()
            },
            Refusal::WrongEditKey,
        ),
        (
            Sent {
                key: 2,
                revision: 1,
                ..next.clone()
            },
            Refusal::WrongEditKey,
        ),
        (
            Sent {
                department: "hall",
                ..next.clone()
            },
            Refusal::DifferentSubject,
        ),
        (
            Sent {
                service: Some("refund"),
                ..next.clone()
            },
            Refusal::DifferentSubject,
        ),
        (
            Sent {
                at: EDIT_WINDOW_MS + 1,
                ..next.clone()
            },
            Refusal::EditWindowClosed,
        ),
        (
            Sent {
                number: 2,
                key: 9,
                ..next.clone()
            },
            Refusal::Withdrawn,
        ),
        (
            Sent {
                number: 3,
                department: "nobody",
                ..next.clone()
            },
            Refusal::UnknownDepartment,
        ),
        (
            Sent {
                number: 3,
                service: Some("nothing"),
                ..next.clone()
            },
            Refusal::UnknownService,
        ),
    ] {
        assert_eq!(world.send(&sent).await, Err(expected), "{sent:?}");
    }
    assert_eq!(world.counts("province").await, [0, 0, 0, 0, 1]);
    world
        .send(&Sent {
            at: EDIT_WINDOW_MS,
            ..next
        })
        .await
        .expect("the last moment");
    world.assert_verified().await;
}

#[tokio::test]
async fn what_is_taken_back_is_gone_and_counts_nowhere() {
    let world = World::new().await;
    let sent = Sent::new(1, 1);
    world.send(&sent).await.expect("taken");
    for _ in 0..2 {
        assert!(
            world
                .store
                .withdraw(sent.receipt(), 7)
                .await
                .expect("writes")
        );
    }
    let feedback = world
        .store
        .feedback(sent.receipt())
        .await
        .expect("reads")
        .expect("a stone");
    assert_eq!((feedback.comment, feedback.withdrawn_at), (None, Some(7)));
    assert_eq!(world.counts("province").await, [0; 5]);
    assert!(
        !world
            .store
            .withdraw(Sent::new(2, 1).receipt(), 7)
            .await
            .expect("writes")
    );
    world.assert_verified().await;
}

#[tokio::test]
async fn one_bad_row_does_not_sink_its_neighbours() {
    let world = World::new().await;
    // Two ids with one receipt cannot come from a client; the table forbids them.
    let twin = Received {
        receipt: Sent::new(1, 5).receipt(),
        ..Sent::new(2, 5).received()
    };
    let good = (3..40).map(|number| Sent::new(number, 4).received());
    let all: Vec<_> = std::iter::once(Sent::new(1, 5).received())
        .chain(std::iter::once(twin))
        .chain(good)
        .map(|received| {
            let store = world.store.clone();
            tokio::spawn(async move { store.submit(received).await })
        })
        .collect();
    let mut failed = 0;
    for task in all {
        failed += usize::from(task.await.expect("ends").is_err());
    }
    assert_eq!(failed, 1);
    assert_eq!(world.counts("province").await, [0, 0, 0, 37, 1]);
    world.assert_verified().await;
}

#[tokio::test]
async fn too_much_at_once_is_refused_and_not_kept_waiting() {
    let world = World::new().await;
    let (release, held) = std::sync::mpsc::channel::<()>();
    let store = world.store.clone();
    let blocked = tokio::spawn(async move {
        store
            .writer
            .run(move |_, _| {
                held.recv().expect("is released");
                Ok(())
            })
            .await
    });
    let waiting: Vec<_> = (0..9_000)
        .map(|number| {
            let store = world.store.clone();
            tokio::spawn(async move { store.submit(Sent::new(number, 5).received()).await })
        })
        .collect();
    // Those who find no room are answered at once, while the others still wait.
    while !waiting.iter().any(|task| task.is_finished()) {
        tokio::task::yield_now().await;
    }
    release.send(()).expect("the writer waits");
    let (mut taken, mut busy) = (0, 0);
    for task in waiting {
        match task.await.expect("ends") {
            Ok(Ok(_)) => taken += 1,
            Err(StoreError::Busy) => busy += 1,
            other => panic!("{other:?}"),
        }
    }
    blocked.await.expect("ends").expect("runs");
    assert!(busy > 0, "nothing was refused");
    assert_eq!(
        world.counts("tax").await[4],
        taken,
        "what was acknowledged is counted"
    );
}

#[tokio::test]
async fn a_wrong_rollup_is_found() {
    let world = World::new().await;
    world.send(&Sent::new(1, 5)).await.expect("taken");
    let break_it = |transaction: &rusqlite::Transaction<'_>,
                    _: &mut crate::store::writer::KnownTree| {
        transaction.execute("UPDATE rollup_day SET c5 = 2 WHERE department_id = 1", [])
    };
    world.store.writer.run(break_it).await.expect("writes");
    assert_eq!(world.store.verify().await.expect("verifies").differences, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_who_leave_take_nothing_with_them() {
    let world = World::new().await;
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    let (started, mut running) = tokio::sync::mpsc::unbounded_channel();
    let mut impatient = Vec::new();
    for _ in 0..4 {
        let (readers, held, started) = (world.store.readers.clone(), held.clone(), started.clone());
        impatient.push(tokio::spawn(async move {
            let slow = readers.read(move |_| {
                started.send(()).expect("is heard");
                held.lock().expect("held").recv().expect("is released");
                Ok(())
            });
            slow.await
        }));
    }
    for _ in 0..4 {
        running.recv().await.expect("starts");
    }
    for task in impatient {
        task.abort();
    }
    let store = world.store.clone();
    let patient = tokio::spawn(async move { store.is_empty().await });
    tokio::task::yield_now().await;
    for _ in 0..4 {
        release.send(()).expect("is awaited");
    }
    assert!(
        !patient
            .await
            .expect("ends")
            .expect("waits for its turn and reads")
    );
    let panics = world
        .store
        .readers
        .read(|_| -> Result<(), _> { panic!("on purpose") });
    assert!(panics.await.is_err());
    for _ in 0..8 {
        assert!(!world.store.is_empty().await.expect("still reads"));
    }
}
