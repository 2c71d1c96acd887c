//! A department's own ratings by what was said with them, where somebody asked.

use super::*;
use crate::store::breakdown::LIMIT;

contract! {
    only_where_it_was_asked_for_is_anything_broken_down
    a_revision_and_a_withdrawal_move_what_is_broken_down
    the_past_is_counted_when_somebody_asks
    what_comes_after_the_limit_is_counted_together
    of_the_past_the_most_frequent_values_are_kept
    a_merged_department_is_broken_down_with_the_one_it_went_into
    a_wrong_breakdown_is_found_and_corrected
    a_batch_that_fails_leaves_no_value_behind
    two_processes_agree_on_the_values_at_the_limit
}

/// A rating of the tax bureau from a placement, in a language.
fn from(number: u64, placement: &str, lang: &'static str) -> Sent {
    Sent {
        placement: Some(String::leak(placement.to_owned())),
        lang: Some(lang),
        ..Sent::new(number, 5)
    }
}

fn named(rows: &[(&str, u64)]) -> Vec<(String, u64)> {
    let named = rows.iter().map(|(value, n)| ((*value).to_owned(), *n));
    named.collect()
}

async fn ask(world: &World, department: &str, by: Dimension) {
    world.ask(department, by).await;
    world.store.fill_breakdowns().await.expect("fills");
}

async fn only_where_it_was_asked_for_is_anything_broken_down(world: World) {
    ask(&world, "tax", Dimension::Placement).await;
    world.send(&from(1, "footer", "en")).await.expect("taken");
    world.send(&Sent::new(2, 4)).await.expect("taken");
    let hall = Sent {
        department: "hall",
        ..from(3, "footer", "en")
    };
    world.send(&hall).await.expect("taken");
    let found = world.broken_down("tax", Dimension::Placement).await;
    assert_eq!(found, named(&[("footer", 1)]));
    let year = Period::year_to(date(2026, 12, 31));
    for (department, by) in [
        ("tax", Dimension::Language),
        ("hall", Dimension::Placement),
        ("city", Dimension::Placement),
    ] {
        let nothing = world
            .store
            .breakdown(slug(department), by, None, year)
            .await;
        assert_eq!(nothing.expect("reads"), None, "{department} {by:?}");
    }
    assert_eq!(world.counts("city").await, [0, 0, 0, 1, 1]);
    let stop = || {
        world
            .store
            .stop_breakdown(slug("tax"), Dimension::Placement)
    };
    assert!(stop().await.expect("writes"));
    assert!(!stop().await.expect("writes"), "it has ended before");
    world.send(&from(4, "footer", "en")).await.expect("taken");
    world.assert_verified().await;
    let nobody = world
        .store
        .ask_breakdown(slug("nobody"), Dimension::Placement);
    assert!(!nobody.await.expect("answers"));
}

async fn a_revision_and_a_withdrawal_move_what_is_broken_down(world: World) {
    for by in Dimension::ALL {
        ask(&world, "tax", by).await;
    }
    let first = from(1, "footer", "en");
    world.send(&first).await.expect("taken");
    let second = Sent {
        revision: 2,
        ..from(1, "poster", "zh-Hans")
    };
    let third = Sent {
        revision: 3,
        ..from(1, "kiosk", "bo")
    };
    let batch = vec![second.received(), third.received()];
    world.commit(batch).await.expect("stores");
    let both = async || {
        let placements = world.broken_down("tax", Dimension::Placement).await;
        (
            placements,
            world.broken_down("tax", Dimension::Language).await,
        )
    };
    let expected = (named(&[("footer", 1)]), named(&[("bo", 1)]));
    assert_eq!(both().await, expected, "the placement is that of the first");
    world.assert_verified().await;
    let withdrawn = world.store.withdraw(first.receipt(), 1).await;
    assert!(withdrawn.expect("writes"));
    assert_eq!(both().await, (named(&[]), named(&[])));
    world.assert_verified().await;
}

async fn the_past_is_counted_when_somebody_asks(world: World) {
    world.send(&from(1, "footer", "en")).await.expect("taken");
    world.send(&from(2, "footer", "en")).await.expect("taken");
    world.send(&from(3, "poster", "en")).await.expect("taken");
    world.ask("tax", Dimension::Placement).await;
    world.send(&from(4, "poster", "en")).await.expect("taken");
    // Taken back before it was added.
    let withdrawn = world.store.withdraw(from(1, "footer", "en").receipt(), 1);
    withdrawn.await.expect("writes");
    let year = Period::year_to(date(2026, 12, 31));
    let half = world
        .store
        .breakdown(slug("tax"), Dimension::Placement, None, year);
    assert_eq!(half.await.expect("reads"), None, "half of it is not told");
    world.assert_verified().await;
    world.store.fill_breakdowns().await.expect("fills");
    let found = world.broken_down("tax", Dimension::Placement).await;
    assert_eq!(found, named(&[("footer", 1), ("poster", 2)]));
    world.assert_verified().await;
}

/// As many values as there may be, and three more; the first are the most frequent.
fn too_many(first_number: u64, name: &str) -> Vec<Received> {
    let mut batch = Vec::new();
    for value in 0..LIMIT + 3 {
        for _ in 0..=usize::from(value < LIMIT) {
            let number = first_number + batch.len() as u64;
            // Names come in the other order.
            let placement = format!("{name}-{:04}", 9_999 - value);
            batch.push(from(number, &placement, "en").received());
        }
    }
    batch
}

async fn what_comes_after_the_limit_is_counted_together(world: World) {
    ask(&world, "tax", Dimension::Placement).await;
    let mut numbers = 0..;
    let mut value = |value: usize| from(numbers.next().expect("more"), &format!("p{value}"), "en");
    for batch in [0..150, 150..LIMIT + 5] {
        let batch: Vec<_> = batch.map(|one| value(one).received()).collect();
        world.commit(batch).await.expect("stores");
    }
    let again = value(7);
    world.send(&again).await.expect("taken");
    let others = |rows: Vec<(String, u64)>| rows[0].clone();
    let found = world.broken_down("tax", Dimension::Placement).await;
    assert_eq!(found.len(), LIMIT + 1);
    assert_eq!(others(found), (String::new(), 5));
    let withdrawn = world.store.withdraw(again.receipt(), 1).await;
    assert!(withdrawn.expect("writes"));
    let later = world.another().await;
    let more = vec![value(999).received(), value(3).received()];
    later.commit(more.into()).await.expect("stores");
    let found = world.broken_down("tax", Dimension::Placement).await;
    assert_eq!(others(found), (String::new(), 6));
    world.assert_verified().await;
}

async fn of_the_past_the_most_frequent_values_are_kept(world: World) {
    world.commit(too_many(0, "a")).await.expect("stores");
    ask(&world, "tax", Dimension::Placement).await;
    let found = world.broken_down("tax", Dimension::Placement).await;
    assert_eq!(found[0], (String::new(), 3));
    assert_eq!(found.len(), LIMIT + 1);
    assert!(found[1..].iter().all(|(_, n)| *n == 2));
    world.assert_verified().await;
    assert_eq!(world.store.rebuild().await.expect("counts").differences, 0);
}

async fn a_merged_department_is_broken_down_with_the_one_it_went_into(world: World) {
    ask(&world, "tax", Dimension::Placement).await;
    ask(&world, "hall", Dimension::Language).await;
    let to_hall = |number| Sent {
        department: "hall",
        ..from(number, "poster", "en")
    };
    world.send(&from(1, "footer", "bo")).await.expect("taken");
    world.send(&to_hall(2)).await.expect("taken");
    let merged = world.store.merge(slug("tax"), slug("hall")).await;
    assert_eq!(merged.expect("merges"), Ok(()));
    world.send(&from(3, "poster", "en")).await.expect("taken");
    world.settle().await;
    world.store.fill_breakdowns().await.expect("fills");
    for name in ["tax", "hall"] {
        let found = world.broken_down(name, Dimension::Placement).await;
        assert_eq!(found, named(&[("footer", 1), ("poster", 2)]));
        let found = world.broken_down(name, Dimension::Language).await;
        assert_eq!(found, named(&[("bo", 1), ("en", 2)]));
    }
    world.assert_verified().await;
}

async fn a_wrong_breakdown_is_found_and_corrected(world: World) {
    ask(&world, "tax", Dimension::Language).await;
    world.send(&from(1, "footer", "en")).await.expect("taken");
    world.roll_up().await;
    world.tamper("UPDATE rollup_day SET c5 = 7 WHERE part_id < 0");
    // The day; its month still says what is true.
    assert_eq!(world.store.verify().await.expect("verifies").differences, 1);
    world.store.rebuild().await.expect("rebuilds");
    let found = world.broken_down("tax", Dimension::Language).await;
    assert_eq!(found, named(&[("en", 1)]));
    world.assert_verified().await;
}

async fn a_batch_that_fails_leaves_no_value_behind(world: World) {
    ask(&world, "tax", Dimension::Placement).await;
    // The value is registered, and then what changes cannot be kept: as many bytes are there.
    world.tamper("CREATE UNIQUE INDEX another_length ON uncounted (length(changes))");
    world.send(&from(0, "poster", "en")).await.expect("taken");
    let failed = world.commit(vec![from(1, "footer", "en").received()]).await;
    assert!(matches!(failed, Err(StoreError::Row(_))), "{failed:?}");
    // Nobody else writes in between, so nothing is read again but what had to be.
    world.roll_up().await;
    for number in 2..4 {
        let sent = from(number, "footer", "en");
        world.send(&sent).await.expect("taken");
        world.roll_up().await;
    }
    let found = world.broken_down("tax", Dimension::Placement).await;
    assert_eq!(found, named(&[("footer", 2), ("poster", 1)]));
    world.assert_verified().await;
}

async fn two_processes_agree_on_the_values_at_the_limit(world: World) {
    let other = world.another().await;
    ask(&world, "tax", Dimension::Placement).await;
    let part = |store: Arc<dyn Store>, first: u64, name: &'static str| async move {
        for (round, batch) in too_many(first, name).chunks(20).enumerate() {
            // Some values are common to both.
            let mut batch = batch.to_vec();
            let number = first + 5_000 + round as u64;
            batch.push(from(number, &format!("both-{round}"), "en").received());
            store.commit(batch.into()).await.expect("stores");
        }
    };
    tokio::join!(
        part(Arc::clone(&world.store), 0, "one"),
        part(other, 10_000, "two"),
    );
    let found = world.broken_down("tax", Dimension::Placement).await;
    assert_eq!(found.len(), LIMIT + 1);
    world.assert_verified().await;
    assert_eq!(world.store.rebuild().await.expect("counts").differences, 0);
}
