//! Departments arrive, move, and are refused.

use super::*;

#[tokio::test]
async fn a_department_that_another_process_adds_is_known_at_once() {
    let world = World::new().await;
    world.send(&Sent::new(1, 5)).await.expect("taken");
    let other = Store::open(&world.folder.path().join("h.db")).expect("opens again");
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

#[tokio::test]
async fn a_file_is_imported_whole_or_not_at_all() {
    let world = World::new().await;
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

#[tokio::test]
async fn a_department_that_moves_takes_its_ratings_along() {
    let world = World::new().await;
    world.send(&Sent::new(1, 5)).await.expect("taken");
    world.import(&[("tax", "hall")]).await.expect("moves");
    assert_eq!(world.counts("city").await, [0; 5]);
    assert_eq!(world.counts("hall").await, [0, 0, 0, 0, 1]);
    world.send(&Sent::new(2, 4)).await.expect("taken");
    assert_eq!(world.counts("hall").await, [0, 0, 0, 1, 1]);
    world.assert_verified().await;
}
