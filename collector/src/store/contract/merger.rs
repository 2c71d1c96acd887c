//! Two departments become one.

use super::*;
use crate::store::NotMerged;

contract! {
    a_merged_department_is_counted_where_it_went_and_answers_to_both_names
    what_cannot_be_merged_is_left_alone
}

async fn a_merged_department_is_counted_where_it_went_and_answers_to_both_names(world: World) {
    world.import(&[("east", "tax")]).await.expect("one more");
    world.offer("hall", "refund").await;
    world.offer("hall", "permit").await;
    let to_tax = |number| Sent {
        service: Some("refund"),
        ..Sent::new(number, 5)
    };
    let to_hall = |number| Sent {
        department: "hall",
        service: Some("refund"),
        ..Sent::new(number, 3)
    };
    world.send(&to_tax(1)).await.expect("taken");
    world.send(&to_hall(2)).await.expect("taken");
    world.merge("tax", "hall").await;
    world.settle().await;
    world.send(&to_tax(3)).await.expect("the old name is known");
    let permit = Sent {
        service: Some("permit"),
        ..Sent::new(4, 1)
    };
    world
        .send(&permit)
        .await
        .expect("with the services of the other");
    for name in ["tax", "hall"] {
        assert_eq!(world.counts(name).await, [1, 0, 1, 0, 2], "{name}");
        assert_eq!(world.counts_of(name, "refund").await, [0, 0, 1, 0, 2]);
        let located = world.store.department(slug(name)).await.expect("reads");
        assert_eq!(located.expect("is known").department.slug, slug("hall"));
    }
    assert_eq!(world.counts("city").await, [0; 5]);
    let revised = Sent {
        revision: 2,
        department: "hall",
        ..to_tax(1)
    };
    let taken = world.send(&revised).await.expect("under the new name");
    assert!(taken.changed);
    let listed = world.store.departments().await.expect("reads");
    let listed: Vec<_> = listed.iter().map(|one| one.slug.as_str()).collect();
    assert_eq!(listed, ["province", "city", "hall", "east"]);
    let year = Period::year_to(date(2026, 12, 31));
    let services = world.services("hall", year).await;
    let services: Vec<_> = services
        .iter()
        .map(|row| (row.subject.slug.as_str(), row.now.n()))
        .collect();
    assert_eq!(services, [("refund", 3), ("permit", 1)]);
    world.assert_verified().await;
}

async fn what_cannot_be_merged_is_left_alone(world: World) {
    let merge = async |from, into| {
        let merged = world.store.merge(slug(from), slug(into)).await;
        merged.expect("answers")
    };
    assert_eq!(merge("x", "tax").await, Err(NotMerged::Unknown(slug("x"))));
    assert_eq!(merge("tax", "x").await, Err(NotMerged::Unknown(slug("x"))));
    for (from, into) in [("tax", "tax"), ("city", "tax")] {
        let (from_slug, into_slug) = (slug(from), slug(into));
        let below = NotMerged::Below {
            from: from_slug,
            into: into_slug,
        };
        assert_eq!(merge(from, into).await, Err(below));
    }
    assert_eq!(merge("tax", "city").await, Ok(()));
    let again = Err(NotMerged::AlreadyMerged(slug("tax")));
    assert_eq!(merge("tax", "hall").await, again);
    assert_eq!(merge("hall", "tax").await, again);
    for rows in [[("tax", "hall")], [("new", "tax")]] {
        world
            .import(&rows)
            .await
            .expect_err("it stands for itself no more");
    }
}
