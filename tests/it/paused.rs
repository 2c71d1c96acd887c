//! Nobody is asked during a pause, and nothing that is sent all the same is lost.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation, Kind};
use huiyin_tests::host_page::HostPage;
use huiyin_tests::submission::Submission;
use huiyin_tests::wait;
use huiyin_tests::words::Words;
use tokio::task::block_in_place;

/// Waits until the form of a department stands there, or does not.
async fn until_asked(collector: &Collector, path: &str, asked: bool) -> String {
    wait::until("the pause is heard of", async || {
        let page = collector.get(path).await;
        assert_eq!(page.status, 200, "{page:?}");
        (page.body.contains("name=\"rating\"") == asked).then_some(page.body)
    })
    .await
}

async fn a_pause_stops_the_asking_and_not_the_taking(kind: Kind) {
    let installation = Installation::of_government_on(kind);
    let collector = installation.start();
    let run = |arguments: &[&str]| {
        let done = block_in_place(|| installation.run(arguments));
        assert_eq!(done.code, Some(0), "{done:?}");
        done.stdout
    };
    let form = collector.get("/d/tax-east/rate").await;
    run(&["pause", "tax", "--notice-zh", "系统维护，明天再来。"]);
    let page = until_asked(&collector, "/d/tax-east/rate", false).await;
    assert!(page.contains("系统维护，明天再来。"), "{page}");
    let page = until_asked(&collector, "/d/tax/rate?lang=en", false).await;
    assert!(
        page.contains("<p class=\"lead\" dir=\"auto\" lang=\"zh-Hans\">系统维护"),
        "{page}"
    );
    until_asked(&collector, "/d/police/rate", true).await;
    // Whoever has the form open may send it, and so may a panel.
    let fields = [
        ("id", form.hidden("id")),
        ("edit_key", form.hidden("edit_key")),
        ("revision", "1".to_owned()),
        ("rating", "5".to_owned()),
    ];
    let fields = fields
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let sent = collector.post_form("/d/tax-east/rate", &fields).await;
    assert_eq!(sent.status, 303, "{sent:?}");
    let sent = collector.send(&Submission::new("tax", 4)).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    assert_eq!(collector.n("tax").await, 2);
    // A form that is sent with a mistake in it comes back, so that it can be mended.
    let mended = collector.post_form("/d/tax/rate", &[("rating", "9")]).await;
    assert!(mended.body.contains("name=\"rating\""), "{mended:?}");
    assert_eq!(run(&["pause", "--list"]), "tax\t\t系统维护，明天再来。\t\n");
    run(&["resume", "tax"]);
    until_asked(&collector, "/d/tax-east/rate", true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_the_asking_and_not_the_taking_in_a_file() {
    a_pause_stops_the_asking_and_not_the_taking(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_the_asking_and_not_the_taking_on_a_server() {
    a_pause_stops_the_asking_and_not_the_taking(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_placement_is_paused_alone_and_what_is_unknown_is_refused() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let run = |arguments: &[&str]| block_in_place(|| installation.run(arguments));
    let begun = run(&["pause", "tax", "--placement", "footer"]);
    assert_eq!(begun.code, Some(0), "{begun:?}");
    let page = until_asked(&collector, "/d/tax/rate?placement=footer&lang=en", false).await;
    assert!(page.contains("not being collected"), "{page}");
    for language in Words::languages() {
        let asked = format!("/d/tax/rate?placement=footer&lang={language}");
        let page = collector.get(&asked).await.body;
        for name in ["paused", "paused_hint", "score"] {
            let said = Words::of(&language).page(name).replace('\'', "&#39;");
            assert!(page.contains(&said), "{language} {said}: {page}");
        }
    }
    for asked in [
        "/d/tax/rate",
        "/d/tax/rate?placement=hall",
        "/d/tax-east/rate?placement=footer",
    ] {
        until_asked(&collector, asked, true).await;
    }
    for wrong in [
        &["pause", "nobody"][..],
        &["resume", "tax"],
        &["resume", "tax", "--placement", "hall"],
    ] {
        assert_eq!(run(wrong).code, Some(1), "{wrong:?}");
    }
    let ended = run(&["resume", "tax", "--placement", "footer"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(run(&["pause", "--list"]).stdout, "");
}

/// Holds what a page asks, and lets it go.
const HELD: &str = "(window.held ??= []).push(done)";
const LET_GO: &str = "held.forEach((done) => done())";

/// Lets the first question of a page wait until an expression has called `done`.
fn slow(until: &str) -> String {
    format!(
        "<script>const own = window.fetch;
        window.fetch = async (address, options) => {{
            if (String(address).endsWith('/moments')) await new Promise((done) => {until});
            return own(address, options);
        }}</script>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_quicker_than_the_first_answer_is_not_asked_during_a_pause() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let paused = block_in_place(|| installation.run(&["pause", "tax", "--notice-zh", "维护"]));
    assert_eq!(paused.code, Some(0), "{paused:?}");
    until_asked(&collector, "/d/tax/rate", false).await;
    let browser = Browser::start(Look::default()).await;
    let page = HostPage::with_tag_of(&collector);
    let page = page.beside(&slow(HELD)).serve().await;
    for pressed in [true, false] {
        browser.open(page.url()).await;
        browser.panel().button().await;
        browser.until("!!window.held").await;
        // The answer comes right after the press: the panel waits for it no longer than a second.
        if pressed {
            let answer =
                format!("addEventListener('click', () => setTimeout(() => {LET_GO}), true)");
            browser.value(&answer).await;
            browser.panel().open().await;
        } else {
            let both = format!("void Huiyin.open(), void setTimeout(() => {LET_GO})");
            browser.value(&both).await;
        }
        let notice = browser.shown("[part=notice]").await.text().await;
        assert_eq!(notice.expect("a notice"), "维护");
        // Whoever asked for a form hears why there is none.
        browser.panel().until_focus("notice").await;
        assert!(!browser.panel().has("dialog").await);
    }

    // An element that was never in sight has not asked yet.
    let page = HostPage::with_tag_of(&collector).without_tag().beside(
        "<div style=\"height: 300vh\"></div><script async src=\"COLLECTOR/huiyin.js\"></script>\
         <huiyin-feedback style=\"position: static\" data-department=\"tax\"></huiyin-feedback>",
    );
    let page = page.serve().await;
    browser.open(page.url()).await;
    browser
        .until("!!window.Huiyin && Huiyin.open().then(() => true)")
        .await;
    browser.shown("[part=notice]").await;
    assert!(!browser.panel().has("dialog").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_the_pages_own_leads_on_where_nobody_is_asked() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let paused = block_in_place(|| installation.run(&["pause", "tax"]));
    assert_eq!(paused.code, Some(0), "{paused:?}");
    until_asked(&collector, "/d/tax/rate", false).await;
    let browser = Browser::start(Look::default()).await;
    let page = HostPage::with_tag_of(&collector).without_tag();
    let page = page.beside(&format!(
        "{}<a id=\"rate-us\" href=\"#form\">打分</a><script async src=\"COLLECTOR/huiyin.js\" \
         data-department=\"tax\" data-open-on=\"#rate-us\"></script>",
        slow(HELD)
    ));
    let page = page.serve().await;
    browser.open(page.url()).await;
    // Comes after all that was begun before.
    browser
        .until("!!window.Huiyin && !!window.held && Huiyin.close().then(() => true)")
        .await;
    let pressed = "document.querySelector('#rate-us').click(), location.hash";
    assert_eq!(browser.value(pressed).await, "");
    browser.value(LET_GO).await;
    browser.until("location.hash == '#form'").await;
}

#[tokio::test]
async fn a_collector_that_is_slow_to_tell_of_pauses_keeps_nobody_from_rating() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let page = HostPage::with_tag_of(&collector);
    let page = page.beside(&slow("0")).serve().await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(4).await;
    wait::until("the rating arrives", async || {
        (collector.n("tax").await == 1).then_some(())
    })
    .await;
}
