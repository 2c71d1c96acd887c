//! Roll-ups that are wrong are found and corrected.

use super::*;

contract! {
    a_wrong_rollup_is_found_and_corrected
    another_process_moves_the_tree_while_ratings_come_in
}

async fn a_wrong_rollup_is_found_and_corrected(world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    let may = Sent {
        day: date(2026, 5, 9),
        ..Sent::new(2, 4)
    };
    world.send(&may).await.expect("taken");
    world.roll_up().await;
    world.tamper(
        "UPDATE rollup_day SET c5 = 2 WHERE department_id = 1 AND c5 = 1;
         DELETE FROM rollup_day WHERE department_id = 3 AND c4 = 1;
         UPDATE rollup_month SET c1 = 7 WHERE department_id = 2 AND c4 = 1;",
    );
    // Two days, the months of both, and a month of its own.
    assert_eq!(world.store.verify().await.expect("verifies").differences, 3);
    world
        .send(&Sent::new(3, 3))
        .await
        .expect("taken in between");
    let found = world.store.rebuild().await.expect("rebuilds");
    assert_eq!(found.differences, 3);
    world.assert_verified().await;
    assert_eq!(world.counts("province").await, [0, 0, 1, 1, 1]);
    assert_eq!(
        world.store.rebuild().await.expect("rebuilds").differences,
        0
    );
}

async fn another_process_moves_the_tree_while_ratings_come_in(world: World) {
    let other = world.another().await;
    for round in 0..20 {
        let parent = ["city", "hall"][usize::from(round % 2 == 0)];
        world.import(&[("tax", parent)]).await.expect("moves");
        let sent: Vec<_> = (0..8)
            .map(|one| Sent::new(100 * round + one, 5).received())
            .collect();
        let (taken, left) = tokio::join!(other.commit(sent.into()), world.store.settle());
        assert_eq!(
            (taken.expect("stores").len(), left.expect("settles")),
            (8, 0)
        );
    }
    world.assert_verified().await;
    assert_eq!(world.counts("province").await[4], 160);
    assert_eq!(world.counts("city").await[4], 160);
}
