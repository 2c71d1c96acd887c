//! The ratings of a department and all below it by what was said with them.

use huiyin_shared::feedback::Kind;

use super::*;
use crate::store::breakdown::LISTED;
use crate::store::segment::ValueId;

contract! {
    every_value_is_counted_for_the_whole_line
    a_revision_and_a_withdrawal_move_what_is_broken_down
    a_reason_that_is_sent_twice_counts_once
    junk_hides_no_value_and_falsifies_none
    pending_ratings_decide_too_which_values_are_listed
    a_merged_department_is_broken_down_with_the_one_it_went_into
    a_move_takes_along_what_was_said
    a_wrong_breakdown_is_found_and_corrected
    a_lost_text_is_found_and_stored_again
    a_batch_that_fails_leaves_no_text_believed_to_be_stored
    two_processes_give_one_id_to_one_text
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

/// Returns all four breakdowns of a department.
async fn all(world: &World, department: &str) -> [Vec<(String, u64)>; 4] {
    let [placement, language, kind, driver] = Dimension::ALL;
    [
        world.broken_down(department, placement).await,
        world.broken_down(department, language).await,
        world.broken_down(department, kind).await,
        world.broken_down(department, driver).await,
    ]
}

/// Returns the ratings with one value.
async fn value(world: &World, department: &str, by: Dimension, value: &str) -> [u64; 5] {
    let year = Period::year_to(date(2026, 12, 31));
    let counts = world.counts_with(department, by, value, year).await;
    counts.one_to_five()
}

async fn every_value_is_counted_for_the_whole_line(world: World) {
    let full = Sent {
        kind: Some(Kind::Complaint),
        drivers: &["wait", "staff"],
        ..from(1, "footer", "en")
    };
    world.send(&full).await.expect("taken");
    world.send(&Sent::new(2, 4)).await.expect("taken");
    let hall = Sent {
        department: "hall",
        ..from(3, "footer", "zh-Hans")
    };
    world.send(&hall).await.expect("taken");
    for _ in 0..2 {
        let here = [
            named(&[("footer", 1)]),
            named(&[("en", 1)]),
            named(&[("complaint", 1)]),
            named(&[("staff", 1), ("wait", 1)]),
        ];
        assert_eq!(all(&world, "tax").await, here);
        assert_eq!(all(&world, "city").await, here);
        let [placements, languages, ..] = all(&world, "province").await;
        assert_eq!(placements, named(&[("footer", 2)]));
        assert_eq!(languages, named(&[("en", 1), ("zh-Hans", 1)]));
        let wait = value(&world, "city", Dimension::Driver, "wait").await;
        assert_eq!(wait, [0, 0, 0, 0, 1]);
        let nothing = value(&world, "city", Dimension::Placement, "wait").await;
        assert_eq!(nothing, [0; 5], "it is another dimension");
        world.assert_verified().await;
        world.roll_up().await;
    }
    let april = Period::new(date(2026, 4, 1), date(2026, 4, 30)).expect("a period");
    let nothing = world.figures("tax", Dimension::Kind, april).await;
    assert_eq!(nothing.breakdown, Breakdown::default());
}

async fn a_revision_and_a_withdrawal_move_what_is_broken_down(world: World) {
    let first = Sent {
        kind: Some(Kind::Praise),
        drivers: &["staff"],
        ..from(1, "footer", "en")
    };
    world.send(&first).await.expect("taken");
    let second = Sent {
        revision: 2,
        ..from(1, "poster", "zh-Hans")
    };
    let third = Sent {
        revision: 3,
        kind: Some(Kind::Question),
        drivers: &["wait", "staff"],
        ..from(1, "kiosk", "bo")
    };
    let batch = vec![second.received(), third.received()];
    world.commit(batch).await.expect("stores");
    let expected = [
        named(&[("footer", 1)]),
        named(&[("bo", 1)]),
        named(&[("question", 1)]),
        named(&[("staff", 1), ("wait", 1)]),
    ];
    let found = all(&world, "tax").await;
    assert_eq!(found, expected, "the placement is that of the first");
    world.assert_verified().await;
    assert!(world.withdraw(&first).await);
    assert_eq!(all(&world, "tax").await, [const { Vec::new() }; 4]);
    world.assert_verified().await;
}

async fn a_reason_that_is_sent_twice_counts_once(world: World) {
    let sent = Sent {
        drivers: &["wait", "wait", "staff", "wait"],
        ..Sent::new(1, 1)
    };
    world.send(&sent).await.expect("taken");
    let found = world.broken_down("tax", Dimension::Driver).await;
    assert_eq!(found, named(&[("staff", 1), ("wait", 1)]));
    world.assert_verified().await;
}

async fn junk_hides_no_value_and_falsifies_none(world: World) {
    let junk = (0..2 * LISTED as u64).map(|number| from(number, &format!("junk-{number}"), "en"));
    let junk = junk.map(|sent| sent.received()).collect();
    world.commit(junk).await.expect("stores");
    for number in 1_000..1_002 {
        let honest = from(number, "footer", "zh-Hans");
        world.send(&honest).await.expect("taken");
    }
    // The last of all, with as few ratings as the junk.
    world
        .send(&from(2_000, "kiosk", "bo"))
        .await
        .expect("taken");
    for _ in 0..2 {
        let year = Period::year_to(date(2026, 12, 31));
        let figures = world.figures("province", Dimension::Placement, year).await;
        let Breakdown { values, others } = figures.breakdown;
        let first = (values[0].0.as_str(), values[0].1.n());
        assert_eq!((values.len(), first), (LISTED, ("footer", 2)));
        assert_eq!(others.n(), LISTED as u64 + 2);
        for (name, n) in [("footer", 2), ("kiosk", 1), ("junk-399", 1)] {
            let found = value(&world, "tax", Dimension::Placement, name).await;
            assert_eq!(found, [0, 0, 0, 0, n], "{name}");
        }
        let languages = world.broken_down("tax", Dimension::Language).await;
        let expected = [("bo", 1), ("en", 2 * LISTED as u64), ("zh-Hans", 2)];
        assert_eq!(languages, named(&expected));
        world.roll_up().await;
    }
    world.assert_verified().await;
}

async fn pending_ratings_decide_too_which_values_are_listed(world: World) {
    let name = |number: usize| format!("p{number}");
    let mut names: Vec<String> = (0..LISTED + 3).map(name).collect();
    // Of as many ratings as others, the one with the least id is listed first.
    names.sort_by_key(|name| ValueId::new(Dimension::Placement, name));
    let sent: Vec<_> = (1..)
        .zip(&names)
        .map(|(number, name)| from(number, name, "en"))
        .collect();
    let batch = sent.iter().map(Sent::received).collect();
    world.commit(batch).await.expect("stores");
    world.roll_up().await;
    for first in &sent[..2] {
        let withdrawn = world.store.withdraw(first.receipt(), 1).await;
        assert!(withdrawn.expect("writes"));
    }
    let last = from(1_000, &names[LISTED + 2], "en");
    world.send(&last).await.expect("taken");
    let mut expected = names[2..=LISTED].to_vec();
    expected.insert(0, names[LISTED + 2].clone());
    expected[1..].sort();
    for _ in 0..2 {
        let figures = world.figures("tax", Dimension::Placement, years()).await;
        let Breakdown { values, others } = figures.breakdown;
        assert_eq!((values[0].1.n(), others.n()), (2, 1));
        let listed: Vec<_> = values.into_iter().map(|(value, _)| value).collect();
        assert_eq!(listed, expected);
        world.roll_up().await;
    }
    world.assert_verified().await;
}

async fn a_merged_department_is_broken_down_with_the_one_it_went_into(world: World) {
    let to_hall = |number| Sent {
        department: "hall",
        ..from(number, "poster", "en")
    };
    world.send(&from(1, "footer", "bo")).await.expect("taken");
    world.send(&to_hall(2)).await.expect("taken");
    world.merge("tax", "hall").await;
    world.send(&from(3, "poster", "en")).await.expect("taken");
    world.assert_verified().await;
    world.settle().await;
    for name in ["tax", "hall", "province"] {
        let [placements, languages, ..] = all(&world, name).await;
        assert_eq!(placements, named(&[("footer", 1), ("poster", 2)]));
        assert_eq!(languages, named(&[("bo", 1), ("en", 2)]));
    }
    assert_eq!(all(&world, "city").await, [const { Vec::new() }; 4]);
    world.assert_verified().await;
}

async fn a_move_takes_along_what_was_said(world: World) {
    let may = Sent {
        day: date(2026, 5, 9),
        drivers: &["wait"],
        ..from(1, "footer", "en")
    };
    world.send(&may).await.expect("taken");
    world.roll_up().await;
    world.send(&from(2, "footer", "bo")).await.expect("taken");
    world.import(&[("tax", "hall")]).await.expect("moves");
    world.send(&from(3, "poster", "bo")).await.expect("taken");
    world.settle().await;
    world.assert_verified().await;
    let here = all(&world, "tax").await;
    assert_eq!(here[0], named(&[("footer", 2), ("poster", 1)]));
    assert_eq!(all(&world, "hall").await, here);
    assert_eq!(all(&world, "province").await, here);
    assert_eq!(all(&world, "city").await, [const { Vec::new() }; 4]);
}

async fn a_wrong_breakdown_is_found_and_corrected(world: World) {
    world.send(&from(1, "footer", "en")).await.expect("taken");
    world.roll_up().await;
    world.tamper("UPDATE value_day SET c5 = 7");
    // The days of two values for three departments; their months still say what is true.
    assert_eq!(world.store.verify().await.expect("verifies").differences, 6);
    world.store.rebuild().await.expect("rebuilds");
    let found = world.broken_down("tax", Dimension::Language).await;
    assert_eq!(found, named(&[("en", 1)]));
    world.assert_verified().await;
}

async fn a_lost_text_is_found_and_stored_again(world: World) {
    let sent = Sent {
        drivers: &["wait", "staff"],
        ..from(1, "footer", "en")
    };
    world.send(&sent).await.expect("taken");
    world.tamper("DELETE FROM segment_value");
    let found = world.broken_down("tax", Dimension::Driver).await;
    assert_eq!(
        found,
        named(&[("", 2)]),
        "counted, and nobody knows as what"
    );
    let wait = value(&world, "tax", Dimension::Driver, "wait").await;
    assert_eq!(wait, [0, 0, 0, 0, 1]);
    assert_eq!(world.store.verify().await.expect("verifies").differences, 4);
    assert_eq!(
        world.store.rebuild().await.expect("rebuilds").differences,
        4
    );
    let found = world.broken_down("tax", Dimension::Driver).await;
    assert_eq!(found, named(&[("staff", 1), ("wait", 1)]));
    world.assert_verified().await;
}

async fn a_batch_that_fails_leaves_no_text_believed_to_be_stored(world: World) {
    // The text is stored, and then the changes cannot be: as many bytes are there.
    world.tamper("CREATE UNIQUE INDEX another_length ON pending_deltas (length(changes))");
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

async fn two_processes_give_one_id_to_one_text(world: World) {
    let other = world.another().await;
    let part = |store: Arc<dyn Store>, first: u64| async move {
        for round in 0..20 {
            // Each process says them in another order.
            let values = (0..10).map(|value| if first == 0 { value } else { 9 - value });
            let batch: Vec<_> = values
                .map(|value| {
                    let number = first + 10 * round + value;
                    from(number, &format!("p{round}-{value}"), "en").received()
                })
                .collect();
            store.commit(batch.into()).await.expect("stores");
        }
    };
    tokio::join!(
        part(Arc::clone(&world.store), 0),
        part(Arc::clone(&other), 10_000),
    );
    let found = world.broken_down("tax", Dimension::Placement).await;
    assert_eq!(found.len(), 200);
    assert!(found.iter().all(|(_, n)| *n == 2), "{found:?}");
    world.assert_verified().await;
}
