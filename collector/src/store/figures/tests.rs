//! What made-up values cost, and that they falsify nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::store::testing::{DAY, Sent, World, contract, years};

contract! {
    made_up_values_are_not_read_with_those_that_are_offered
    of_made_up_values_no_more_are_read_than_are_listed
}

const MADE_UP: usize = 3_000;

const OFFERED: [&str; 2] = ["wait", "staff"];

/// Counts a rating each for thousands of drivers and placements, and two for honest ones, of which
/// one is pending.
async fn fill(world: &World) -> DepartmentId {
    let id = world.id("tax").await;
    for by in [Dimension::Driver, Dimension::Placement] {
        let (first, _) = ValueId::range(by);
        let department = id.0;
        world.tamper(&format!(
            "CREATE TABLE made_up AS WITH RECURSIVE n (n) AS (
                 SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {MADE_UP})
             SELECT {first} + n AS id, 'made-up-' || n AS value FROM n;
             INSERT INTO segment_value SELECT id, value FROM made_up;
             INSERT INTO value_month SELECT '2026-01-01', {department}, id, 1, 0, 0, 0, 0
             FROM made_up;
             INSERT INTO value_day SELECT '{DAY}', {department}, id, 0, 0, 0, 0, 0 FROM made_up;
             DROP TABLE made_up"
        ));
    }
    let honest = |number| Sent {
        drivers: &["wait"],
        placement: Some("footer"),
        ..Sent::new(number, 5)
    };
    world.send(&honest(1)).await.expect("taken");
    world.roll_up().await;
    world.send(&honest(2)).await.expect("taken, and pending");
    id
}

/// Returns how many rows a query has.
async fn rows(world: &World, query: Statement) -> usize {
    let rows = AtomicUsize::new(0);
    let read = world.store.view(async move |view| {
        let count = |_: &Row<'_>| {
            rows.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        view.for_each(query, count).await?;
        Ok::<_, StoreError>(rows.into_inner())
    });
    read.await.expect("reads")
}

async fn made_up_values_are_not_read_with_those_that_are_offered(world: World) {
    let id = fill(&world).await;
    let sums = Sums::new(id, years(), Values::new(Dimension::Driver, &OFFERED));
    for whole in [false, true] {
        assert!(rows(&world, sums.query(whole)).await < 10);
    }
    let read = world.store.view(async move |view| {
        let by = Dimension::Driver;
        let figures = view.figures_with(id, by, &OFFERED, years()).await?;
        let wait = view.value_counts(id, by, "wait", years()).await?;
        Ok::<_, StoreError>((figures, wait))
    });
    let (figures, wait) = read.await.expect("reads");
    let two = Counts::new([0, 0, 0, 0, 2]);
    assert_eq!((figures.now, wait), (two, two));
    let offered = [("wait", two), ("staff", Counts::default())];
    let offered = offered.map(|(value, counts)| (value.to_owned(), counts));
    assert_eq!(figures.breakdown.values, offered);
}

async fn of_made_up_values_no_more_are_read_than_are_listed(world: World) {
    let id = fill(&world).await;
    for by in [Dimension::Driver, Dimension::Placement] {
        let sums = Sums::new(id, years(), Values::All(by));
        assert!(rows(&world, sums.query(true)).await < 10);
        assert_eq!(rows(&world, sums.most_rated(by)).await, LISTED);
        let read = async move |view: &mut View<'_>| view.breakdown(id, by, years()).await;
        let breakdown = world.store.view(read).await.expect("reads");
        let Breakdown { values, others } = breakdown;
        assert_eq!((values.len(), values[0].1.n()), (LISTED, 2));
        let listed: u64 = values.iter().map(|(_, counts)| counts.n()).sum();
        assert_eq!(listed + others.n(), MADE_UP as u64 + 2);
    }
}

#[tokio::test]
async fn a_breakdown_is_not_prepared_again_in_a_file() {
    let world = World::sqlite().await;
    let id = fill(&world).await;
    let file = world.address().file().expect("a file");
    let file = rusqlite::Connection::open(file).expect("opens");
    let sums = Sums::new(id, years(), Values::All(Dimension::Placement));
    for _ in 0..3 {
        let query = sums.most_rated(Dimension::Placement);
        let mut query = query.prepare_in(&file).expect("prepares");
        let mut rows = query.raw_query();
        while rows.next().expect("reads").is_some() {}
        drop(rows);
        let again = query.get_status(rusqlite::StatementStatus::RePrepare);
        assert_eq!(again, 0);
    }
}
