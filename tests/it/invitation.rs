//! An invitation asks now and then, once, and takes no for an answer.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::host_page::{HostPage, Served};
use serde_json::json;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Whether any element of the page asks, after a second.
const ASKS: &str = "new Promise((done) => setTimeout(() => done(
    [...document.querySelectorAll('huiyin-feedback')]
        .some((host) => host.shadowRoot.querySelector('[part=invite]'))), 1000))";

async fn serve(collector: &Collector, markup: &str) -> Served {
    let page = HostPage::with_tag_of(collector).without_tag();
    let page = page.beside(&format!(
        "<script>const root = () => document.querySelector('huiyin-feedback').shadowRoot</script>{markup}\
         <script async src=\"COLLECTOR/huiyin.js\"></script>"
    ));
    page.serve().await
}

#[tokio::test]
async fn an_invitation_asks_once_and_keeps_nothing_before_an_answer() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let page = async |attributes: &str| {
        let element =
            format!("<huiyin-feedback data-department=\"tax\" {attributes}></huiyin-feedback>");
        // A second one asks nobody who is being asked, or has answered.
        let markup = format!("{element}{element}<div style=\"height:400vh\"></div>");
        serve(&collector, &markup).await
    };
    // Each page is of another origin, and knows nothing of the one before.
    let soon = page("data-invite=\"0.1\"").await;
    browser.open(soon.url()).await;
    browser.shown("[part=invite]").await;
    browser.picture("page-invite").await;
    let kept = "[localStorage.length, document.cookie, document.activeElement.localName]";
    assert_eq!(browser.value(kept).await, json!([0, "", "body"]));
    browser.tap("[part=decline]").await;
    let invited = "[...document.querySelectorAll('huiyin-feedback')]\
        .some((host) => host.shadowRoot.querySelector('[part=invite]'))";
    assert_eq!(browser.value(invited).await, false);
    let later = format!("new Promise((done) => setTimeout(() => done({invited}), 1000))");
    browser.open(soon.url()).await;
    browser.panel().button().await;
    assert_eq!(browser.value(&later).await, false, "asked again");

    // Wherever the element stands, the question can be read.
    for attributes in [
        "data-invite=\"0.1\" data-position=\"start\"",
        "data-invite=\"0.1\" style=\"position: static; display: inline-block\"",
    ] {
        let elsewhere = page(attributes).await;
        browser.open(elsewhere.url()).await;
        let question = browser.shown("[part=invite]").await;
        let place = question.rect().await.expect("a place");
        assert!(place.x >= 0.0 && place.y >= 0.0, "{attributes}: {place:?}");
    }

    let never = page("data-invite=\"0.1\" data-invite-sample=\"0\"").await;
    browser.open(never.url()).await;
    browser.panel().button().await;
    assert_eq!(browser.value(&later).await, false, "not in the sample");

    let halfway = page("data-invite=\"50%\"").await;
    browser.open(halfway.url()).await;
    browser.panel().button().await;
    assert_eq!(browser.value(&later).await, false, "asked at the top");
    browser
        .value("scrollTo(0, document.body.scrollHeight / 2)")
        .await;
    browser.shown("[part=invite]").await;
    browser.tap("[part=accept]").await;
    browser.panel().question().await;
    // What dresses the invitation dresses nothing of the panel.
    let padding = "getComputedStyle(root().querySelector('[role=alert]')).padding";
    assert_eq!(browser.value(padding).await, "0px");
}

#[tokio::test]
async fn whoever_has_answered_is_left_in_peace_for_ninety_days() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let markup = "<huiyin-feedback data-department=\"tax\" data-invite=\"0.1\"></huiyin-feedback>";
    let page = serve(&collector, markup).await;
    for (days, asks) in [(89, false), (91, true)] {
        browser.open(page.url()).await;
        let answered = format!(
            "localStorage['huiyin-asked'] = Date.now() - {}",
            days * DAY_MS
        );
        browser.value(&answered).await;
        browser.open(page.url()).await;
        browser.panel().button().await;
        assert_eq!(browser.value(ASKS).await, asks, "{days}");
    }
    // Yes is an answer too.
    browser.tap("[part=accept]").await;
    browser.open(page.url()).await;
    browser.panel().button().await;
    assert_eq!(browser.value(ASKS).await, false);
}

#[tokio::test]
async fn of_many_page_views_a_part_is_asked_and_nobody_who_keeps_nothing() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let element = "<huiyin-feedback data-department=\"tax\" data-invite=\"0.1\" \
        data-invite-sample=\"0.1\"></huiyin-feedback>";
    for (script, asks) in [
        ("Math.random = () => 0.09", true),
        ("Math.random = () => 0.11", false),
        (
            "Math.random = () => 0; Object.defineProperty(window, 'localStorage', \
             { get() { throw new Error('not allowed') } })",
            false,
        ),
    ] {
        let page = serve(&collector, &format!("<script>{script}</script>{element}")).await;
        browser.open(page.url()).await;
        browser.panel().button().await;
        assert_eq!(browser.value(ASKS).await, asks, "{script}");
    }
}
