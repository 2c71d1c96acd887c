//! Widget events are counted for a department and everything above it, and follow where it goes.

use super::*;
use crate::model::{Counted, WidgetEventCounts};

contract! {
    widget_events_count_for_a_department_and_all_above_it
    widget_events_follow_a_department_that_moves_or_becomes_part_of_another
}

const ONE: WidgetEventCounts = WidgetEventCounts {
    seen: 10,
    opened: 4,
    started: 3,
    sent: 2,
};

fn counted(department: &str, day: jiff::civil::Date) -> (Counted, WidgetEventCounts) {
    let department = slug(department);
    (Counted { department, day }, ONE)
}

/// Returns how often each of these was seen and sent from, on any day of the world.
async fn seen(world: &World, departments: &[&str]) -> Vec<u64> {
    let mut seen = Vec::new();
    for department in departments {
        let figures = world.figures(department, Dimension::Kind, years()).await;
        let moments = figures.moments;
        assert_eq!(moments.seen, 5 * moments.sent);
        seen.push(moments.seen);
    }
    seen
}

async fn widget_events_count_for_a_department_and_all_above_it(world: World) {
    let other = date(2026, 3, 5);
    let batch = vec![
        counted("tax", DAY),
        counted("tax", DAY),
        counted("tax", other),
        counted("hall", DAY),
        counted("nobody", DAY),
    ];
    for _ in 0..2 {
        let added = world.store.count_widget_events(batch.clone()).await;
        added.expect("writes");
    }
    let all = ["tax", "city", "hall", "province", "nobody"];
    assert_eq!(seen(&world, &all).await, [60, 60, 20, 80, 0]);
    let day = Period::new(other, other).expect("a period");
    let figures = world.figures("province", Dimension::Kind, day).await;
    assert_eq!(figures.moments.opened, 8);
    world
        .store
        .count_widget_events(Vec::new())
        .await
        .expect("nothing");
}

async fn widget_events_follow_a_department_that_moves_or_becomes_part_of_another(world: World) {
    let add = async |batch| {
        let counted = world.store.count_widget_events(batch).await;
        counted.expect("writes");
    };
    add(vec![counted("tax", DAY), counted("hall", DAY)]).await;
    world.import(&[("tax", "hall")]).await.expect("moves");
    // Before the ratings have followed, these are counted where those are.
    add(vec![counted("tax", DAY)]).await;
    assert_eq!(
        seen(&world, &["city", "hall", "province"]).await,
        [20, 10, 30]
    );
    world.settle().await;
    assert_eq!(
        seen(&world, &["city", "hall", "province"]).await,
        [0, 30, 30]
    );
    world.merge("tax", "city").await;
    world.settle().await;
    add(vec![counted("tax", DAY)]).await;
    assert_eq!(
        seen(&world, &["tax", "city", "hall", "province"]).await,
        [30, 30, 10, 40]
    );
}
