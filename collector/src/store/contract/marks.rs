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
        assert!(world.feedback(&test).await.expect("is there").test);
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
    world.merge("tax", "hall").await;
    world.settle().await;
    assert_eq!(world.broken_down("hall", Dimension::Placement).await, []);
    nothing().await;
    assert!(world.withdraw(&test).await);
    nothing().await;
    let feedback = world.feedback(&test).await.expect("is there");
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
    assert!(!world.feedback(&revised).await.expect("is there").test);
    world.assert_verified().await;
}
