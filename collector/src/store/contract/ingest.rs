//! Feedback arrives, is revised, refused, and taken back.

use std::time::Duration;

use tokio::time::timeout;

use super::*;

contract! {
    a_rating_counts_for_its_department_and_all_above
    only_a_higher_revision_changes_anything
    what_the_rules_forbid_changes_nothing
    what_was_said_within_the_hour_is_taken_however_late_it_arrives
    a_contact_is_what_the_newest_revision_says_and_goes_with_a_withdrawal
    what_is_taken_back_is_gone_and_counts_nowhere
    a_batch_may_hold_every_version_of_one_feedback
    a_batch_with_a_row_that_the_tables_refuse_leaves_nothing
    a_batch_that_nobody_waits_for_is_stored_whole_or_not_at_all
}

async fn a_rating_counts_for_its_department_and_all_above(world: World) {
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
    assert_eq!(world.counts_of("tax", "refund").await, [0, 0, 0, 0, 1]);
}

async fn only_a_higher_revision_changes_anything(world: World) {
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
    let figures = world.figures("province", Dimension::Kind, first_day).await;
    assert_eq!(
        figures.now,
        Counts::new([0, 1, 0, 0, 0]),
        "it counts on the day of its first version"
    );
    world.assert_verified().await;
}

async fn what_the_rules_forbid_changes_nothing(world: World) {
    type Change = fn(&mut Sent);
    let first = Sent::new(1, 5);
    world.send(&first).await.expect("taken");
    let second = Sent {
        key: 9,
        ..Sent::new(2, 5)
    };
    world.send(&second).await.expect("taken");
    assert!(world.withdraw(&second).await);
    let next = Sent {
        revision: 2,
        rating: 1,
        ..first
    };
    let cases: [(Change, Refusal); 8] = [
        (|sent| sent.key = 2, Refusal::WrongEditKey),
        (
            |sent| (sent.key, sent.revision) = (2, 1),
            Refusal::WrongEditKey,
        ),
        (|sent| sent.department = "hall", Refusal::DifferentSubject),
        (
            |sent| sent.service = Some("refund"),
            Refusal::DifferentSubject,
        ),
        (
            |sent| sent.at = EDIT_WINDOW_MS + 1,
            Refusal::EditWindowClosed,
        ),
        (|sent| (sent.number, sent.key) = (2, 9), Refusal::Withdrawn),
        (
            |sent| (sent.number, sent.department) = (3, "nobody"),
            Refusal::UnknownDepartment,
        ),
        (
            |sent| (sent.number, sent.service) = (3, Some("nothing")),
            Refusal::UnknownService,
        ),
    ];
    for (change, expected) in cases {
        let mut sent = next.clone();
        change(&mut sent);
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

async fn what_was_said_within_the_hour_is_taken_however_late_it_arrives(world: World) {
    let first = Sent::new(1, 5);
    world.send(&first).await.expect("taken");
    let arrival = EDIT_WINDOW_MS + 1_000_000;
    let kept = |age_ms| Sent {
        revision: 2,
        rating: 2,
        at: arrival,
        age_ms,
        ..first.clone()
    };
    for late in [None, Some(0), Some(999_999)] {
        let told = world.send(&kept(late)).await;
        assert_eq!(told, Err(Refusal::EditWindowClosed), "{late:?}");
    }
    let stranger = Sent {
        key: 2,
        ..kept(Some(1_000_000))
    };
    assert_eq!(world.send(&stranger).await, Err(Refusal::WrongEditKey));
    assert_eq!(world.counts("tax").await, [0, 0, 0, 0, 1]);
    let taken = world.send(&kept(Some(1_000_000))).await;
    assert!(taken.expect("a revision").changed);
    assert_eq!(world.counts("tax").await, [0, 1, 0, 0, 0]);
    world.assert_verified().await;
}

async fn what_is_taken_back_is_gone_and_counts_nowhere(world: World) {
    let sent = Sent::new(1, 1);
    world.send(&sent).await.expect("taken");
    for _ in 0..2 {
        assert!(world.withdraw(&sent).await);
    }
    let feedback = world.feedback(&sent).await.expect("a stone");
    assert_eq!((feedback.comment, feedback.withdrawn_at), (None, Some(7)));
    assert_eq!(world.counts("province").await, [0; 5]);
    assert!(!world.withdraw(&Sent::new(2, 1)).await);
    world.assert_verified().await;
}

async fn a_contact_is_what_the_newest_revision_says_and_goes_with_a_withdrawal(world: World) {
    let first = Sent::new(1, 1);
    let kept = async || {
        let feedback = world.feedback(&first).await.expect("is there");
        (feedback.wants_answer, feedback.contact)
    };
    let steps = [None, Some("li@example.cn"), None, Some("13800000000")];
    for (revision, contact) in (1..).zip(steps) {
        let sent = Sent {
            revision,
            contact,
            ..first.clone()
        };
        world.send(&sent).await.expect("taken");
        let expected = (contact.is_some(), contact.map(str::to_owned));
        assert_eq!(kept().await, expected);
    }
    assert!(world.withdraw(&first).await);
    assert_eq!(kept().await, (false, None));
}

async fn a_batch_may_hold_every_version_of_one_feedback(world: World) {
    let first = Sent::new(1, 5);
    let second = Sent {
        revision: 2,
        rating: 2,
        ..first.clone()
    };
    let stranger = Sent {
        key: 9,
        revision: 7,
        ..first.clone()
    };
    let batch = [&first, &second, &first, &stranger, &Sent::new(2, 4)].map(Sent::received);
    let outcomes = world.commit(batch.to_vec()).await.expect("stores");
    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.map(|taken| (taken.created, taken.changed, taken.revision.get())))
        .collect();
    assert_eq!(
        told,
        [
            Ok((true, true, 1)),
            Ok((false, true, 2)),
            Ok((false, false, 2)),
            Err(Refusal::WrongEditKey),
            Ok((true, true, 1)),
        ]
    );
    assert_eq!(world.counts("province").await, [0, 1, 0, 1, 0]);
    world.assert_verified().await;
}

async fn a_batch_with_a_row_that_the_tables_refuse_leaves_nothing(world: World) {
    // Two ids with one receipt cannot come from a client.
    world.tamper("CREATE UNIQUE INDEX one_receipt ON feedback (receipt_hash)");
    let twin = Received {
        receipt: Sent::new(1, 5).receipt().hash,
        ..Sent::new(2, 5).received()
    };
    let batch = vec![Sent::new(1, 5).received(), twin, Sent::new(3, 5).received()];
    let failed = world.commit(batch).await;
    assert!(matches!(failed, Err(StoreError::Row(_))), "{failed:?}");
    assert_eq!(world.counts("province").await, [0; 5]);
    world.assert_verified().await;
}

async fn a_batch_that_nobody_waits_for_is_stored_whole_or_not_at_all(world: World) {
    let batch = |round: u64| {
        let pair = [2 * round, 2 * round + 1];
        pair.map(|number| Sent::new(number, 5).received()).to_vec()
    };
    for round in 0..80 {
        // At any moment of it, on a slow machine as on a fast one.
        let given_up = Duration::from_micros(50 * round);
        drop(timeout(given_up, world.commit(batch(round))).await);
        // Whoever comes next may get the same connection.
        world.commit(batch(100 + round)).await.expect("stores");
    }
    world.assert_verified().await;
    for round in 0..80 {
        let outcomes = world.commit(batch(round)).await.expect("stores");
        let created = outcomes
            .iter()
            .map(|outcome| outcome.expect("taken").created);
        let created: Vec<bool> = created.collect();
        assert_eq!(created[0], created[1], "half of {round} was stored");
    }
    assert_eq!(world.counts("province").await, [0, 0, 0, 0, 320]);
    world.assert_verified().await;
}
