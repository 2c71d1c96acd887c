//! Ratings are read as they are, whether or not they were added to the roll-ups yet.

use super::*;

contract! {
    everything_reads_the_same_before_and_after_it_is_counted
    counting_twice_changes_nothing
    a_backlog_is_counted_before_a_move
    what_is_pending_outlives_the_process
    what_is_left_is_counted_at_the_end
    a_move_takes_along_what_is_pending
    a_department_with_nothing_but_pending_ratings_has_some
    what_is_taken_back_before_it_was_counted_counts_nowhere
    a_repair_finds_nothing_in_what_is_pending
    several_processes_count_each_rating_once
    nobody_sees_that_ratings_are_being_counted
}

/// A rating of the tax bureau with all that is counted apart.
fn rich(number: u64, rating: u8, day: jiff::civil::Date) -> Sent {
    Sent {
        service: Some("refund"),
        placement: Some("footer"),
        lang: Some("en"),
        drivers: &["wait", "staff"],
        day,
        ..Sent::new(number, rating)
    }
}

/// Everything that is read from the roll-ups, as text.
async fn everything(world: &World) -> String {
    use std::fmt::Write;
    let period = Period::new(date(2026, 1, 15), date(2026, 5, 9)).expect("a period");
    let mut all = String::new();
    for department in ["tax", "city", "province", "hall"] {
        let services = world.services(department, period).await;
        write!(all, "{services:?}").expect("writes");
    }
    let refund = world.counts_of("tax", "refund").await;
    write!(all, "{refund:?}").expect("writes");
    for by in Dimension::ALL {
        for department in ["tax", "city", "province", "hall"] {
            let figures = world.figures(department, by, period).await;
            let footer = world.counts_with(department, by, "footer", period).await;
            write!(all, "{figures:?} {footer:?}").expect("writes");
        }
    }
    for order in [Order::Name, Order::Ratings] {
        let selection = Selection {
            search: Some("a".to_owned()),
            order,
            limit: 9,
            ..Selection::default()
        };
        let page = world.list(selection, period).await;
        write!(all, "{page:?}").expect("writes");
    }
    all
}

async fn everything_reads_the_same_before_and_after_it_is_counted(world: World) {
    let nothing = everything(&world).await;
    let days = [
        // Before the period, in the one before it, on its edges, and after it.
        date(2025, 6, 1),
        date(2025, 12, 31),
        date(2026, 1, 15),
        date(2026, 3, 2),
        date(2026, 5, 9),
        date(2026, 5, 10),
    ];
    for (number, day) in (1..).zip(days) {
        world.send(&rich(number, 5, day)).await.expect("taken");
    }
    let pending = everything(&world).await;
    assert_ne!(pending, nothing);
    assert_eq!(world.counts("province").await, [0, 0, 0, 0, 6]);
    assert_eq!(world.broken_down("tax", Dimension::Placement).await[0].1, 6);
    world.assert_verified().await;
    world.roll_up().await;
    assert_eq!(everything(&world).await, pending);
    world.assert_verified().await;
    // Half of it counted, and some of that revised.
    let revised = Sent {
        revision: 2,
        ..rich(4, 1, DAY)
    };
    world.send(&revised).await.expect("taken");
    world.send(&rich(7, 2, DAY)).await.expect("taken");
    let both = everything(&world).await;
    assert_eq!(world.counts("province").await, [1, 1, 0, 0, 5]);
    world.assert_verified().await;
    world.roll_up().await;
    assert_eq!(everything(&world).await, both);
    world.assert_verified().await;
}

async fn counting_twice_changes_nothing(world: World) {
    assert!(!world.store.roll_up().await.expect("counts"), "nothing yet");
    world.send(&Sent::new(1, 5)).await.expect("taken");
    // Neither changes anything, so there is nothing to count.
    world.send(&Sent::new(1, 5)).await.expect("a repeat");
    assert!(world.store.roll_up().await.expect("counts"));
    assert!(!world.store.roll_up().await.expect("counts"), "no more");
    let again = world.send(&Sent::new(1, 4)).await.expect("a repeat");
    assert!(!again.changed);
    assert!(!world.store.roll_up().await.expect("counts"), "no change");
    assert_eq!(world.counts("province").await, [0, 0, 0, 0, 1]);
    world.assert_verified().await;
}

async fn a_backlog_is_counted_before_a_move(world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    assert_eq!(world.store.uncounted().await.expect("reads"), 1);
    world.tamper(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2500)
         INSERT INTO pending_deltas (changes) SELECT changes FROM pending_deltas, n",
    );
    assert_eq!(world.counts("city").await[4], 2501);
    world.import(&[("tax", "hall")]).await.expect("moves");
    assert_eq!(world.store.uncounted().await.expect("reads"), 0);
    world.settle().await;
    assert_eq!(world.counts("city").await[4], 0);
    assert_eq!(world.counts("hall").await[4], 2501);
}

async fn what_is_pending_outlives_the_process(mut world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    // Not closed: as when it was killed.
    world.store = world.another().await;
    assert_eq!(world.counts("province").await, [0, 0, 0, 0, 1]);
    world.assert_verified().await;
    assert!(world.store.roll_up().await.expect("counts"));
    assert_eq!(world.counts("province").await, [0, 0, 0, 0, 1]);
    world.assert_verified().await;
}

async fn what_is_left_is_counted_at_the_end(mut world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    world.store.close().await;
    world.store = world.another().await;
    assert!(!world.store.roll_up().await.expect("counts"), "it was left");
    assert_eq!(world.counts("province").await, [0, 0, 0, 0, 1]);
    world.assert_verified().await;
}

async fn a_move_takes_along_what_is_pending(world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    world.roll_up().await;
    world.send(&Sent::new(2, 4)).await.expect("taken");
    world.import(&[("tax", "hall")]).await.expect("moves");
    world.send(&Sent::new(3, 3)).await.expect("taken");
    world.assert_verified().await;
    world.settle().await;
    for _ in 0..2 {
        assert_eq!(world.counts("hall").await, [0, 0, 1, 1, 1]);
        assert_eq!(world.counts("city").await, [0; 5]);
        assert_eq!(world.counts("province").await, [0, 0, 1, 1, 1]);
        world.assert_verified().await;
        world.roll_up().await;
    }
}

async fn a_department_with_nothing_but_pending_ratings_has_some(world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    world.import(&[("tax", "hall")]).await.expect("moves");
    assert_eq!(world.counts("city").await, [0, 0, 0, 0, 1], "not yet");
    world.send(&Sent::new(2, 5)).await.expect("taken");
    world.merge("tax", "city").await;
    world.assert_verified().await;
    world.roll_up().await;
    world.assert_verified().await;
    world.settle().await;
    assert_eq!(world.counts("city").await, [0, 0, 0, 0, 2]);
    world.assert_verified().await;
}

async fn what_is_taken_back_before_it_was_counted_counts_nowhere(world: World) {
    for number in 1..3 {
        world.send(&Sent::new(number, 5)).await.expect("taken");
    }
    assert!(world.withdraw(&Sent::new(1, 5)).await);
    assert_eq!(world.counts("province").await, [0, 0, 0, 0, 1]);
    world.assert_verified().await;
    world.roll_up().await;
    assert!(world.withdraw(&Sent::new(2, 5)).await);
    for _ in 0..2 {
        assert_eq!(world.counts("province").await, [0; 5]);
        let year = Period::year_to(date(2026, 12, 31));
        let figures = world.figures("tax", Dimension::Driver, year).await;
        assert_eq!(figures, Figures::default());
        world.assert_verified().await;
        world.roll_up().await;
    }
}

async fn a_repair_finds_nothing_in_what_is_pending(world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    let found = world.store.rebuild().await.expect("rebuilds");
    assert_eq!(found.differences, 0);
    for number in 2..4 {
        world.send(&rich(number, 4, DAY)).await.expect("taken");
    }
    for _ in 0..2 {
        let placements = world.broken_down("tax", Dimension::Placement).await;
        assert_eq!(placements, [("footer".to_owned(), 2)]);
        let found = world.store.rebuild().await.expect("rebuilds");
        assert_eq!(found.differences, 0);
        world.assert_verified().await;
        world.roll_up().await;
    }
}

async fn several_processes_count_each_rating_once(world: World) {
    let others = [world.another().await, world.another().await];
    for round in 0..20 {
        for number in 10 * round..10 * round + 9 {
            world.send(&Sent::new(number, 5)).await.expect("taken");
        }
        let late = vec![Sent::new(10 * round + 9, 5).received()];
        let (one, two, three) = tokio::join!(
            world.store.roll_up(),
            others[0].roll_up(),
            others[1].commit(late.into()),
        );
        let (_, _, taken) = (one.expect("counts"), two.expect("counts"), three);
        assert!(taken.expect("stores")[0].is_ok());
        assert_eq!(world.counts("province").await[4], 10 * (round + 1));
    }
    world.roll_up().await;
    assert_eq!(world.counts("tax").await[4], 200);
    world.assert_verified().await;
}

async fn nobody_sees_that_ratings_are_being_counted(world: World) {
    for number in 0..100 {
        world.send(&Sent::new(number, 5)).await.expect("taken");
        let (counted, read, verified) = tokio::join!(
            world.store.roll_up(),
            world.counts("province"),
            world.store.verify(),
        );
        counted.expect("counts");
        assert_eq!(read[4], number + 1);
        assert_eq!(verified.expect("verifies").differences, 0);
    }
}
