//! Departments are listed.

use huiyin_shared::text::Name;
use jiff::civil::Date;

use super::*;
use crate::model::Names;
use crate::store::View;

contract! {
    a_list_is_in_the_order_asked_for_with_the_unknown_last
    a_list_is_in_the_order_of_change
    a_period_before_is_complete_only_with_ratings_of_its_first_quarter
    pages_follow_each_other_in_every_order
    a_search_finds_names_and_slugs_on_all_levels_below
    a_search_takes_wildcards_literally
    a_search_ignores_the_case_of_all_letters
}

/// Returns the slugs of a page, and how many departments there are.
async fn list(world: &World, selection: Selection, minimum: u64) -> (Vec<String>, usize) {
    let year = Period::year_to(date(2026, 12, 31));
    let read = async move |view: &mut View<'_>| view.standings(&selection, year, minimum).await;
    let page = world.store.view(read).await.expect("reads");
    let slugs = page.rows.iter().map(|row| row.subject.slug.to_string());
    (slugs.collect(), page.total)
}

async fn children(world: &World, parent: &str, order: Order) -> Vec<String> {
    let selection = Selection {
        parent: Some(world.id(parent).await),
        order,
        limit: 9,
        ..Selection::default()
    };
    list(world, selection, 2).await.0
}

async fn search(world: &World, parent: Option<&str>, text: &str) -> Vec<String> {
    let parent = match parent {
        Some(parent) => Some(world.id(parent).await),
        None => None,
    };
    let selection = Selection {
        parent,
        search: Some(text.to_owned()),
        limit: 9,
        ..Selection::default()
    };
    list(world, selection, 2).await.0
}

/// Adds a department below the hall.
async fn name(world: &World, department: &str, zh: &str, en: Option<&str>) {
    let name = |text: &str| Name::parse(text).expect("a name");
    let value = Department {
        slug: slug(department),
        parent: Some(slug("hall")),
        names: Names {
            zh: name(zh),
            en: en.map(name),
        },
    };
    let rows = vec![ImportRow { line: 2, value }];
    let imported = world.store.import_departments(rows).await.expect("stores");
    assert_eq!(imported, Ok(1));
}

async fn rate(world: &World, department: &'static str, ratings: &[(u64, u8)], day: Date) {
    for (number, rating) in ratings {
        let sent = Sent {
            department,
            day,
            ..Sent::new(*number, *rating)
        };
        world.send(&sent).await.expect("taken");
    }
}

async fn a_list_is_in_the_order_asked_for_with_the_unknown_last(world: World) {
    let more = [("a", "city"), ("b", "city"), ("c", "city")];
    world.import(&more).await.expect("more");
    rate(&world, "a", &[(1, 2), (2, 2), (3, 2)], DAY).await;
    rate(&world, "b", &[(4, 5), (5, 4)], DAY).await;
    for (order, expected) in [
        (Order::Name, ["a", "b", "c", "tax"]),
        (Order::Index, ["b", "a", "c", "tax"]),
        (Order::IndexLow, ["a", "b", "c", "tax"]),
        (Order::Ratings, ["a", "b", "c", "tax"]),
        (Order::Poor, ["a", "b", "c", "tax"]),
    ] {
        assert_eq!(children(&world, "city", order).await, expected, "{order:?}");
    }
    let top = Selection {
        limit: 9,
        ..Selection::default()
    };
    assert_eq!(list(&world, top, 2).await, (vec!["province".to_owned()], 1));
}

async fn a_list_is_in_the_order_of_change(world: World) {
    let more = ["a", "b", "c", "d"].map(|name| (name, "city"));
    world.import(&more).await.expect("more");
    let before = date(2025, 3, 31);
    rate(&world, "a", &[(1, 2), (2, 2)], before).await;
    rate(&world, "a", &[(3, 4), (4, 4)], DAY).await;
    rate(&world, "b", &[(5, 5), (6, 5)], before).await;
    rate(&world, "b", &[(7, 4), (8, 4)], DAY).await;
    // Nothing to compare with.
    rate(&world, "c", &[(9, 5), (10, 5)], DAY).await;
    // Only the end of the period before, which is compared with nothing.
    rate(&world, "d", &[(11, 1), (12, 1)], date(2025, 5, 1)).await;
    rate(&world, "d", &[(13, 5), (14, 5)], DAY).await;
    for (order, expected) in [
        (Order::Change, ["a", "b", "c", "d", "tax"]),
        (Order::ChangeLow, ["b", "a", "c", "d", "tax"]),
    ] {
        assert_eq!(children(&world, "city", order).await, expected, "{order:?}");
    }
}

async fn a_period_before_is_complete_only_with_ratings_of_its_first_quarter(world: World) {
    let more = ["a", "b", "c"].map(|name| (name, "city"));
    world.import(&more).await.expect("more");
    // The first quarter before a month, before 30 days of two months, and before a year.
    let cases = [
        (
            "a",
            [(2026, 7, 1), (2026, 7, 31)],
            [(2026, 6, 8), (2026, 6, 9)],
        ),
        (
            "b",
            [(2026, 7, 11), (2026, 8, 9)],
            [(2026, 6, 18), (2026, 6, 19)],
        ),
        (
            "c",
            [(2026, 1, 1), (2026, 12, 31)],
            [(2025, 3, 31), (2025, 5, 1)],
        ),
    ];
    for (number, (department, period, days)) in (1..).step_by(2).zip(cases) {
        let [from, to] = period.map(|(year, month, day)| date(year, month, day));
        let [early, late] = days.map(|(year, month, day)| date(year, month, day));
        let period = Period::new(from, to).expect("a period");
        for (number, day, n) in [(number, late, 1), (number + 1, early, 2)] {
            rate(&world, department, &[(number, 3)], day).await;
            let before = world
                .figures(department, Dimension::Kind, period)
                .await
                .before;
            assert_eq!(before.counts.n(), n, "{department} {day}");
            assert_eq!(before.is_complete, day == early, "{department} {day}");
            let city = Selection {
                parent: Some(world.id("city").await),
                limit: 9,
                ..Selection::default()
            };
            let listed = world.list(city, period).await.rows;
            let row = listed
                .iter()
                .find(|row| row.subject.slug == slug(department));
            assert_eq!(
                row.expect("a row").before,
                before,
                "{department}: in a list"
            );
        }
    }
}

async fn pages_follow_each_other_in_every_order(world: World) {
    let more = ["a", "b", "c", "d"].map(|name| (name, "city"));
    world.import(&more).await.expect("more");
    rate(&world, "a", &[(1, 3)], DAY).await;
    rate(&world, "c", &[(2, 5)], DAY).await;
    for (order, expected) in [
        (
            Order::Name,
            [vec!["a", "b"], vec!["c", "d"], vec!["tax"], vec![]],
        ),
        (
            Order::Index,
            [vec!["c", "a"], vec!["b", "d"], vec!["tax"], vec![]],
        ),
    ] {
        for (page, expected) in expected.into_iter().enumerate() {
            let selection = Selection {
                parent: Some(world.id("city").await),
                order,
                offset: 2 * page,
                limit: 2,
                ..Selection::default()
            };
            let (found, total) = list(&world, selection, 1).await;
            assert_eq!(
                (found, total),
                (expected.into_iter().map(str::to_owned).collect(), 5)
            );
        }
    }
}

async fn a_search_finds_names_and_slugs_on_all_levels_below(world: World) {
    name(&world, "branch", "税务分局", Some("Tax branch")).await;
    assert_eq!(search(&world, None, "tax").await, ["tax", "branch"]);
    assert_eq!(
        search(&world, Some("province"), "tax").await,
        ["tax", "branch"]
    );
    assert_eq!(search(&world, Some("city"), "tax").await, ["tax"]);
    assert_eq!(search(&world, Some("hall"), "分局").await, ["branch"]);
    assert_eq!(search(&world, Some("hall"), "ranc").await, ["branch"]);
    // What is searched is below the parent, not the parent.
    assert_eq!(search(&world, Some("tax"), "tax").await, [""; 0]);
    // A merged department is found no longer, and neither is a name of before.
    world.merge("branch", "tax").await;
    assert_eq!(search(&world, None, "branch").await, [""; 0]);
    name(&world, "tax", "国税", None).await;
    assert_eq!(search(&world, None, "国税").await, ["tax"]);
}

async fn a_search_takes_wildcards_literally(world: World) {
    name(&world, "all", "100% \\ 满意_度", None).await;
    for text in ["%", "_", "\\", "0% \\ 满", "意_度"] {
        assert_eq!(search(&world, None, text).await, ["all"], "{text}");
    }
    for text in ["1%0", "满_度", "\\%"] {
        assert_eq!(search(&world, None, text).await, [""; 0], "{text}");
    }
}

async fn a_search_ignores_the_case_of_all_letters(world: World) {
    name(&world, "passport", "Ämter für ＡＢ", Some("Ұлттық орталық")).await;
    for text in ["PASS", "ämter", "ÄMTER FÜR", "ａｂ", "ұЛТТЫҚ", "ОРТАЛЫҚ"] {
        assert_eq!(search(&world, None, text).await, ["passport"], "{text}");
    }
}
