//! Departments are listed.

use super::*;

contract! {
    a_list_is_in_the_order_asked_for_with_the_unknown_last
}

async fn a_list_is_in_the_order_asked_for_with_the_unknown_last(world: World) {
    world
        .import(&[("a", "city"), ("b", "city"), ("c", "city")])
        .await
        .expect("more");
    for (number, department, rating) in [(1, "a", 2), (2, "a", 2), (3, "b", 5), (4, "b", 4)] {
        world
            .send(&Sent {
                department,
                ..Sent::new(number, rating)
            })
            .await
            .expect("taken");
    }
    let year = Period::year_to(date(2026, 12, 31));
    for (order, expected) in [
        (Order::Name, ["a", "b", "c", "tax"]),
        (Order::Index, ["b", "a", "c", "tax"]),
        (Order::IndexLow, ["a", "b", "c", "tax"]),
        (Order::Poor, ["a", "b", "c", "tax"]),
    ] {
        let selection = Selection {
            parent: Some(slug("city")),
            order,
            limit: 9,
            ..Selection::default()
        };
        let page = world
            .store
            .standings(selection, year, 2)
            .await
            .expect("reads");
        let found: Vec<_> = page
            .rows
            .iter()
            .map(|row| row.subject.slug.to_string())
            .collect();
        assert_eq!(found, expected, "{order:?}");
    }
    let search = Selection {
        search: Some("TA".to_owned()),
        limit: 9,
        ..Selection::default()
    };
    let page = world.store.standings(search, year, 2).await.expect("reads");
    assert_eq!((page.total, page.rows[0].subject.slug.as_str()), (1, "tax"));
    let wild = Selection {
        search: Some("%".to_owned()),
        limit: 9,
        ..Selection::default()
    };
    assert_eq!(
        world
            .store
            .standings(wild, year, 2)
            .await
            .expect("reads")
            .total,
        0
    );
}
