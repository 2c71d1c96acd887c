//! Whoever wants an answer is found again.

use super::*;
use crate::model::{Wish, Words};

contract! {
    whoever_wants_an_answer_is_listed_and_nobody_else
    wishes_are_those_of_a_department_and_all_below_it
    words_that_are_held_are_not_told_with_a_wish
}

async fn wishes(world: &World, department: Option<&str>) -> Vec<Wish> {
    let wishes = world.store.wishes(department.map(slug), 0, 9).await;
    wishes.expect("reads")
}

/// Returns the numbers of what is listed, in order.
async fn numbers(world: &World, department: Option<&str>) -> Vec<u64> {
    let wishes = wishes(world, department).await;
    wishes.iter().map(|wish| wish.id.made()).collect()
}

/// A rating that asks for an answer.
fn asking(number: u64, department: &'static str, at: i64) -> Sent {
    Sent {
        department,
        contact: Some("li@example.cn"),
        at,
        ..Sent::new(number, 2)
    }
}

async fn whoever_wants_an_answer_is_listed_and_nobody_else(world: World) {
    let test = Sent {
        test: true,
        ..asking(1, "tax", 1)
    };
    let silent = Sent {
        contact: None,
        ..asking(2, "tax", 2)
    };
    let withdrawn = asking(3, "tax", 3);
    let changed = asking(4, "tax", 4);
    for sent in [&test, &silent, &withdrawn, &changed] {
        world.send(sent).await.expect("taken");
    }
    // Whoever sent first has waited longest, whenever the id was made.
    for sent in [
        asking(5, "tax", 9),
        asking(7, "hall", 8),
        asking(6, "city", 8),
    ] {
        world.send(&sent).await.expect("taken");
    }
    assert_eq!(numbers(&world, None).await, [3, 4, 6, 7, 5]);
    let taken_back = world.store.withdraw(withdrawn.receipt(), 7).await;
    assert!(taken_back.expect("writes"));
    let changed = Sent {
        revision: 2,
        contact: None,
        ..changed
    };
    world.send(&changed).await.expect("taken");
    assert_eq!(numbers(&world, None).await, [6, 7, 5]);
    let first = world.store.wishes(None, 0, 1).await.expect("reads");
    let [first] = first.as_slice() else {
        panic!("as many as were asked for: {first:?}")
    };
    let told = (&first.department, first.received_at, first.rating.value());
    assert_eq!(told, (&slug("city"), 8, 2));
    let contact = first.contact.as_ref().map(|contact| contact.as_str());
    assert_eq!(contact, Some("li@example.cn"));
    assert_eq!(first.words, Words::Told(Some("写得很好".to_owned())));
}

async fn wishes_are_those_of_a_department_and_all_below_it(world: World) {
    world.import(&[("east", "tax")]).await.expect("one more");
    let departments = ["province", "city", "tax", "hall", "east"];
    for (number, department) in (1..).zip(departments) {
        let sent = asking(number, department, 0);
        world.send(&sent).await.expect("taken");
    }
    for (department, expected) in [
        ("province", vec![1, 2, 3, 4, 5]),
        ("city", vec![2, 3, 5]),
        ("tax", vec![3, 5]),
        ("hall", vec![4]),
        ("nowhere", vec![]),
    ] {
        let listed = numbers(&world, Some(department)).await;
        assert_eq!(listed, expected, "{department}");
    }
    let merged = world.store.merge(slug("tax"), slug("hall")).await;
    assert_eq!(merged.expect("merges"), Ok(()));
    // At once, before its ratings are counted there.
    for name in ["tax", "hall"] {
        assert_eq!(numbers(&world, Some(name)).await, [3, 4, 5], "{name}");
    }
    assert_eq!(numbers(&world, Some("city")).await, [2]);
    let wishes = wishes(&world, Some("hall")).await;
    let departments: Vec<_> = wishes.iter().map(|wish| wish.department.as_str()).collect();
    assert_eq!(departments, ["hall", "hall", "east"]);
}

async fn words_that_are_held_are_not_told_with_a_wish(world: World) {
    let sent = Sent {
        trap: true,
        ..asking(1, "tax", 0)
    };
    world.send(&sent).await.expect("taken");
    let listed = wishes(&world, None).await;
    assert_eq!(listed[0].words, Words::Held);
    let released = world.store.let_go(listed[0].id).await;
    assert!(released.expect("writes"));
    let listed = wishes(&world, None).await;
    assert_eq!(listed[0].words, Words::Told(Some("写得很好".to_owned())));
}
