//! What is marked: a test counts nowhere, and what a program may have written waits.

use super::*;

contract! {
    a_test_counts_nowhere_whatever_becomes_of_it
    what_was_no_test_at_first_becomes_none
    a_signal_holds_the_words_until_somebody_lets_them_go
    nobody_takes_a_signal_back_but_with_the_feedback
}

async fn a_test_counts_nowhere_whatever_becomes_of_it(world: World) {
    let test = Sent {
        test: true,
        service: Some("refund"),
        placement: Some("footer"),
        ..Sent::new(1, 1)
    };
    let nothing = async || {
        for department in ["tax", "city", "hall", "province"] {
            assert_eq!(world.counts(department).await, [0; 5], "{department}");
        }
        assert_eq!(world.counts_of("tax", Some("refund")).await, [0; 5]);
        world.assert_verified().await;
        let found = world.store.verify().await.expect("verifies");
        assert_eq!((found.feedback, found.withdrawn, found.rollups), (0, 0, 0));
        let feedback = world.store.feedback(test.receipt()).await;
        assert!(feedback.expect("reads").expect("is there").test);
    };
    assert!(world.send(&test).await.expect("taken").created);
    nothing().await;
    // A revision cannot make a rating of it.
    let revised = Sent {
        revision: 2,
        test: false,
        ..test.clone()
    };
    assert!(world.send(&revised).await.expect("taken").changed);
    assert!(
        !world.store.roll_up().await.expect("counts"),
        "nothing to count"
    );
    nothing().await;
    world.store.rebuild().await.expect("rebuilds");
    nothing().await;
    world.import(&[("tax", "hall")]).await.expect("moves");
    world.settle().await;
    nothing().await;
    let merged = world.store.merge(slug("tax"), slug("hall")).await;
    assert_eq!(merged.expect("merges"), Ok(()));
    world.settle().await;
    assert_eq!(world.broken_down("hall", Dimension::Placement).await, []);
    nothing().await;
    let withdrawn = world.store.withdraw(test.receipt(), 7).await;
    assert!(withdrawn.expect("writes"));
    nothing().await;
    let feedback = world.store.feedback(test.receipt()).await;
    let feedback = feedback.expect("reads").expect("is there");
    assert_eq!((feedback.comment, feedback.withdrawn_at), (None, Some(7)));
}

async fn what_was_no_test_at_first_becomes_none(world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    let revised = Sent {
        revision: 2,
        test: true,
        ..Sent::new(1, 4)
    };
    world.send(&revised).await.expect("taken");
    assert_eq!(world.counts("province").await, [0, 0, 0, 1, 0]);
    let feedback = world.store.feedback(revised.receipt()).await;
    assert!(!feedback.expect("reads").expect("is there").test);
    world.assert_verified().await;
}

/// Returns the numbers of what is held, in order, with the signals.
async fn held(world: &World) -> Vec<(u64, String)> {
    let rows = world.store.held(9).await.expect("reads");
    rows.into_iter()
        .map(|held| (held.id.made(), held.signals))
        .collect()
}

async fn a_signal_holds_the_words_until_somebody_lets_them_go(world: World) {
    let signals = [
        (false, None),
        (false, Some(400)),
        (false, Some(399)),
        (true, Some(400)),
        (true, Some(0)),
    ];
    for (number, (trap, elapsed_ms)) in (1..).zip(signals) {
        let sent = Sent {
            trap,
            elapsed_ms,
            at: 10 - i64::try_from(number).expect("a number"),
            ..Sent::new(number, 2)
        };
        assert!(world.send(&sent).await.expect("taken").created);
    }
    let test = Sent {
        test: true,
        trap: true,
        at: 1,
        ..Sent::new(6, 2)
    };
    assert!(world.send(&test).await.expect("taken").created);
    // All of the others count.
    assert_eq!(world.counts("province").await, [0, 5, 0, 0, 0]);
    let expected = [(5, "trap quick"), (4, "trap"), (3, "quick")];
    let expected = expected.map(|(number, signals)| (number, signals.to_owned()));
    assert_eq!(held(&world).await, expected);
    let first = &world.store.held(1).await.expect("reads")[0];
    let told = (&first.department, first.received_at, first.rating.value());
    assert_eq!(told, (&slug("tax"), 5, 2));
    assert_eq!(first.comment.as_deref(), Some("写得很好"));
    assert!(world.store.let_go(first.id).await.expect("writes"));
    assert!(!world.store.let_go(first.id).await.expect("writes"));
    assert_eq!(held(&world).await, expected[1..]);
    let merged = world.store.merge(slug("tax"), slug("hall")).await;
    assert_eq!(merged.expect("merges"), Ok(()));
    let first = &world.store.held(1).await.expect("reads")[0];
    assert_eq!(first.department, slug("hall"));
    world.settle().await;
    world.assert_verified().await;
}

async fn nobody_takes_a_signal_back_but_with_the_feedback(world: World) {
    let first = Sent {
        elapsed_ms: Some(1),
        ..Sent::new(1, 2)
    };
    let revised = |revision, trap| Sent {
        revision,
        trap,
        ..Sent::new(1, 2)
    };
    world.send(&first).await.expect("taken");
    world.send(&revised(2, false)).await.expect("taken");
    assert_eq!(held(&world).await, [(1, "quick".to_owned())]);
    let batch = [revised(3, true), revised(4, false)].map(|sent| sent.received());
    world.commit(batch.into()).await.expect("stores");
    assert_eq!(held(&world).await, [(1, "trap quick".to_owned())]);
    let id = world.store.held(1).await.expect("reads")[0].id;
    assert!(world.store.let_go(id).await.expect("writes"));
    world.send(&revised(5, false)).await.expect("taken");
    assert_eq!(held(&world).await, []);
    world.send(&revised(6, true)).await.expect("taken");
    assert_eq!(held(&world).await, [(1, "trap".to_owned())]);
    let withdrawn = world.store.withdraw(first.receipt(), 7).await;
    assert!(withdrawn.expect("writes"));
    assert_eq!(held(&world).await, []);
}
