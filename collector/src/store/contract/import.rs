//! Departments arrive, move, and are refused.

use super::*;

contract! {
    a_department_that_another_process_adds_is_known_at_once
    a_file_is_imported_whole_or_not_at_all
    a_department_that_moves_takes_its_ratings_along
    a_tree_can_be_turned_upside_down
}

async fn a_department_that_another_process_adds_is_known_at_once(world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    let other = world.another().await;
    let new = Department {
        slug: slug("new"),
        parent: Some(slug("city")),
        names: names("新"),
    };
    let rows = vec![ImportRow {
        line: 2,
        value: new,
    }];
    other
        .import_departments(rows)
        .await
        .expect("stores")
        .expect("imports");
    world
        .send(&Sent {
            department: "new",
            ..Sent::new(2, 4)
        })
        .await
        .expect("taken");
    assert_eq!(world.counts("city").await, [0, 0, 0, 1, 1]);
}

async fn a_file_is_imported_whole_or_not_at_all(world: World) {
    for (rows, line) in [
        (&[("new", ""), ("province", "tax")][..], 3),
        (&[("new", ""), ("lost", "nobody")], 3),
        (&[("new", ""), ("new", "city")], 3),
        (&[("new", "new")], 2),
    ] {
        let rejected = world.import(rows).await.expect_err("is refused");
        assert_eq!(rejected.line, line, "{rejected}");
    }
    assert_eq!(world.store.departments().await.expect("reads").len(), 4);
    assert_eq!(
        world.import(&[("new", "later"), ("later", "")]).await,
        Ok(2)
    );
}

async fn a_department_that_moves_takes_its_ratings_along(world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    world.import(&[("tax", "hall")]).await.expect("moves");
    // It stands elsewhere at once; the ratings follow, and new ones count where the old ones do.
    let place = world.store.department(slug("tax")).await.expect("reads");
    assert_eq!(place.expect("a place").above[1].slug, slug("hall"));
    world.send(&Sent::new(2, 4)).await.expect("taken");
    assert_eq!(world.counts("city").await, [0, 0, 0, 1, 1]);
    world.assert_verified().await;
    world.settle().await;
    assert_eq!(world.counts("city").await, [0; 5]);
    assert_eq!(world.counts("hall").await, [0, 0, 0, 1, 1]);
    let revised = Sent {
        revision: 2,
        ..Sent::new(1, 1)
    };
    world.send(&revised).await.expect("taken");
    assert_eq!(world.counts("hall").await, [1, 0, 0, 1, 0]);
    assert_eq!(world.counts("province").await, [1, 0, 0, 1, 0]);
    world.assert_verified().await;
}

async fn a_tree_can_be_turned_upside_down(world: World) {
    world.send(&Sent::new(1, 5)).await.expect("taken");
    let upside_down = [("tax", ""), ("city", "tax"), ("province", "city")];
    world.import(&upside_down).await.expect("moves");
    world.settle().await;
    assert_eq!(world.counts("tax").await, [0, 0, 0, 0, 1]);
    assert_eq!(world.counts("city").await, [0; 5]);
    assert_eq!(world.counts("province").await, [0; 5]);
    world.assert_verified().await;
}
