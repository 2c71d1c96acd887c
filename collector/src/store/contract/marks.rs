//! A test counts nowhere.

use super::*;

contract! {
    a_test_counts_nowhere_whatever_becomes_of_it
    what_was_no_test_at_first_becomes_none
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
        assert_eq!(world.counts_of("tax", "refund").await, [0; 5]);
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
