//! What the form hands on, shows again, and counts.

use crate::model::WidgetEventCounts;
use crate::store::testing::World;
use crate::web::testing::{collector, look, send, send_with};

#[tokio::test]
async fn whatever_the_mark_of_a_test_says_it_is_one() {
    let world = World::sqlite().await;
    let app = collector(world.store.clone());
    for (query, is_test) in [
        ("", false),
        ("?test", true),
        ("?test=", true),
        ("?test=1", true),
        ("?test=false", true),
    ] {
        let (_, form) = look(&app, &format!("/d/tax/rate{query}")).await;
        let mark = form.contains("name=\"test\"");
        assert!(form.contains("name=\"edit_key\""), "{form}");
        assert_eq!(mark, is_test, "{query}");
    }
}

#[tokio::test]
async fn a_slip_of_the_pages_author_silences_nobody() {
    let world = World::sqlite().await;
    let app = collector(world.store.clone());
    for query in ["service=nosuch", "service=a%20b", "placement=%0A", "page=x"] {
        let (status, form) = look(&app, &format!("/d/tax/rate?{query}")).await;
        assert_eq!(status, 200, "{query}");
        for name in ["service", "placement", "page"] {
            let empty = format!("name=\"{name}\" value=\"\"");
            assert!(form.contains(&empty), "{query}: {form}");
        }
    }
}

#[tokio::test]
async fn the_form_hands_on_where_it_is_shown_and_in_which_language() {
    let world = World::sqlite().await;
    let app = collector(world.store.clone());
    let query = "lang=fr&page=https%3A%2F%2Fa.example%2Fpay%3Fid%3D1&placement=%20footer%20";
    let (_, form) = look(&app, &format!("/d/tax/rate?{query}")).await;
    for (name, value) in [
        ("lang", "fr"),
        ("page", "https://a.example/pay"),
        ("placement", "footer"),
    ] {
        let field = format!("name=\"{name}\" value=\"{value}\"");
        assert!(form.contains(&field), "{form}");
    }
}

#[tokio::test]
async fn a_form_that_the_widget_opened_is_counted_once_and_only_where_it_may_be() {
    const PAGE: &str = "&page=https%3A%2F%2Fa.example%2F";
    let world = World::sqlite().await;
    let app = collector(world.store.clone());
    let test = format!("{PAGE}&test=1");
    for (number, more, wish, sent) in [
        (1, "", None, 0),
        (2, "&page=x", None, 0),
        (3, test.as_str(), None, 0),
        (4, PAGE, Some("sec-gpc"), 0),
        (5, PAGE, Some("dnt"), 0),
        (6, PAGE, None, 1),
        // Once more, as after a reload.
        (6, PAGE, None, 1),
        (7, PAGE, None, 2),
    ] {
        let id = format!("01939f5a-0000-7000-8000-{number:012}");
        let form = "application/x-www-form-urlencoded";
        let body = format!("id={id}&edit_key=AAAAAAAAAAAAAAAAAAAAAA&revision=1&rating=5{more}");
        let (status, page) = send_with(&app, "/d/tax/rate", form, &body, wish).await;
        assert_eq!(status, 303, "{number}: {page}");
        let expected = WidgetEventCounts {
            started: sent,
            sent,
            ..WidgetEventCounts::default()
        };
        assert_eq!(
            app.widget_events.all(),
            expected,
            "{number} {more} {wish:?}"
        );
    }
}

#[tokio::test]
async fn a_form_with_the_last_number_there_is_comes_back() {
    let world = World::sqlite().await;
    let app = collector(world.store.clone());
    let fields = format!("rating=6&revision={}", u64::MAX);
    let form = "application/x-www-form-urlencoded";
    let (status, page) = send(&app, "/d/tax/rate", form, &fields).await;
    assert_eq!(status, 422, "{page}");
    assert!(page.contains(&u64::MAX.to_string()), "{page}");
}
