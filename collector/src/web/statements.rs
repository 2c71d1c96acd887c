//! How many statements a page of a department takes, and a score.

use std::sync::Arc;

use crate::store::testing::{Sent, World, contract};
use crate::web::testing::{collector, look};

contract! {
    a_page_of_a_department_takes_at_most_nine_statements
    a_score_takes_at_most_three_statements
    a_query_that_cannot_be_read_takes_no_statement
}

/// A department with more children than fit on a page, two services, and ratings of all kinds.
async fn fill(world: &World) {
    let children: Vec<String> = (0..60).map(|number| format!("d{number:02}")).collect();
    let children: Vec<_> = children
        .iter()
        .map(|child| (child.as_str(), "tax"))
        .collect();
    world.import(&children).await.expect("a tree");
    world.offer("tax", "permit").await;
    let rating = |number| Sent {
        service: Some(if number % 2 == 0 { "refund" } else { "permit" }),
        drivers: &["wait", "staff"],
        placement: Some("footer"),
        ..Sent::new(number, 1)
    };
    for number in 0..8 {
        world.send(&rating(number)).await.expect("taken");
    }
    world.roll_up().await;
    world.send(&rating(8)).await.expect("taken, and pending");
}

async fn statements(world: &World, path: &str) -> u64 {
    let app = collector(Arc::clone(&world.store));
    let before = world.store.database().statements();
    let (status, body) = look(&app, path).await;
    assert!(status.is_success(), "{path}: {body}");
    let statements = world.store.database().statements() - before;
    assert_ne!(statements, 0, "{path}");
    statements
}

async fn a_page_of_a_department_takes_at_most_nine_statements(world: World) {
    fill(&world).await;
    let path = "/d/tax?from=2026-01-15&to=2026-05-09";
    let statements = statements(&world, path).await;
    assert!(statements <= 9, "{statements} statements");
}

async fn a_score_takes_at_most_three_statements(world: World) {
    fill(&world).await;
    for part in [
        "",
        "&format=csv",
        "&service=refund",
        "&placement=footer",
        "&by=placement",
        "&by=driver",
        "&by=driver&format=csv",
    ] {
        let path = "/api/v1/departments/tax/score?from=2026-01-15&to=2026-05-09";
        let statements = statements(&world, &format!("{path}{part}")).await;
        assert!(statements <= 3, "{statements} statements for {part}");
    }
}

async fn a_query_that_cannot_be_read_takes_no_statement(world: World) {
    let app = collector(Arc::clone(&world.store));
    let before = world.store.database().statements();
    let score = "/api/v1/departments/tax/score";
    for path in [
        format!("{score}?from=x"),
        format!("{score}?format=pdf"),
        format!("{score}?by=weather"),
        format!("{score}?kind=rant"),
        format!("{score}?service=a%20b"),
        format!("{score}?service=refund&by=driver"),
        format!("{score}?placement=footer&format=csv"),
        "/api/v1/departments?parent=tax&sort=x".to_owned(),
        "/?parent=tax&page=0".to_owned(),
        "/d/tax?to=x".to_owned(),
    ] {
        let (status, _) = look(&app, &path).await;
        assert!(status.is_client_error(), "{path}: {status}");
        let statements = world.store.database().statements() - before;
        assert_eq!(statements, 0, "{path}");
    }
}
