//! The tag is a polite guest: it costs the page nothing, and a keyboard is enough.

use huiyin_tests::artifact::figure;
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use huiyin_tests::wait;
use serde_json::json;
use thirtyfour::Key;

#[tokio::test]
async fn before_anyone_shows_interest_only_the_loader_is_fetched() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let bare = HostPage::with_tag_of(&collector)
        .without_tag()
        .serve()
        .await;
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(bare.url()).await;
    let names = "Object.getOwnPropertyNames(window)";
    let before = browser.value(names).await;
    browser.open(page.url()).await;
    // Asked without the driver's own search for elements, which leaves names of its own.
    browser
        .until("!!document.querySelector('huiyin-feedback')?.shadowRoot.querySelector('button')")
        .await;
    let names = browser.value(names).await;
    let known = before.as_array().expect("a list");
    let mut added = names.as_array().expect("a list").clone();
    added.retain(|name| !known.contains(name));
    assert!(added.len() <= 1, "new globals: {added:?}");

    browser
        .until(
            "performance.getEntriesByType('resource').some((one) => one.name.endsWith('/moments'))",
        )
        .await;
    let fetched = "performance.getEntriesByType('resource').map((one) => one.name)";
    let fetched = browser.value(fetched).await;
    // The browser itself asks the page's own server for an icon.
    let of_others: Vec<_> = (fetched.as_array().expect("a list").iter())
        .filter_map(|address| address.as_str())
        .filter(|address| !address.starts_with(page.url()))
        .collect();
    let measured = format!("{} of the collector", of_others.len());
    figure("requests before intent", &measured);
    // The second counts the view, and asks whether the widget may show itself.
    let [loader, moments] = ["/huiyin.js", "/api/v1/moments"].map(|path| collector.url(path));
    assert_eq!(of_others, [&loader, &moments]);
    assert_nothing_kept(&browser).await;
    figure("kept before the first tap", "no cookie, nothing stored");

    let shift = browser.value("__witness.shift").await;
    figure("layout shift", &shift.to_string());
    figure("new globals", &format!("{}", added.len()));
    assert_eq!(shift.as_f64(), Some(0.0), "the page moved");

    // Not even afterwards.
    browser.panel().open().await;
    browser.panel().rate(5).await;
    wait::until("the rating arrives", async || {
        (collector.n("tax").await == 1).then_some(())
    })
    .await;
    let cookies = browser.tell("Network.getAllCookies", json!({})).await;
    assert_eq!(cookies["cookies"], json!([]));
    let shift = browser.value("__witness.shift").await;
    assert_eq!(shift.as_f64(), Some(0.0), "the page moved");
}

async fn assert_nothing_kept(browser: &Browser) {
    let kept = browser
        .value(
            "indexedDB.databases().then((bases) => [document.cookie, localStorage.length, \
             sessionStorage.length, bases.length])",
        )
        .await;
    assert_eq!(kept, json!(["", 0, 0, 0]));
    let cookies = browser.tell("Network.getAllCookies", json!({})).await;
    assert_eq!(cookies["cookies"], json!([]));
}

#[tokio::test]
async fn the_button_does_not_take_the_pages_styles() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    let button = browser.panel().button().await;
    let before = button.rect().await.expect("a place");
    let hostile = "(() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('* { font-size: 60px \
        !important; padding: 50px !important } button { display: none !important }'); \
        document.adoptedStyleSheets = [sheet]; return true })()";
    browser.until(hostile).await;
    let button = browser.panel().button().await;
    let after = button.rect().await.expect("a place");
    assert_eq!((before.width, before.height), (after.width, after.height));
}

/// Returns the part or the tag of what has the focus, in the page and in the shadow root.
async fn focus(browser: &Browser) -> String {
    let question = "(() => { const inner = document.activeElement.shadowRoot?.activeElement; \
        return inner ? inner.getAttribute('part') || inner.name || inner.tagName \
        : document.activeElement.tagName })()";
    let focus = browser.value(question).await;
    focus.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_keyboard_is_enough() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().button().await;
    let mut presses = 0;
    let mut press = async |key: Key| {
        presses += 1;
        browser.press(key).await;
        presses
    };
    press(Key::Tab).await;
    assert_eq!(focus(&browser).await, "button");
    press(Key::Enter).await;
    browser.panel().question().await;
    assert_eq!(focus(&browser).await, "rating");
    browser.picture("keyboard-1-panel").await;
    // The scale starts with very satisfied; one step down is satisfied.
    press(Key::Down).await;
    wait::until("the grade is stored", async || {
        (collector.score("tax").await["counts"]["4"] == json!(1)).then_some(())
    })
    .await;
    browser.panel().comment().await;
    for _ in 0..6 {
        press(Key::Tab).await;
        assert_eq!(focus(&browser).await, "driver");
    }
    press(Key::Tab).await;
    assert_eq!(focus(&browser).await, "comment");
    browser.press("键盘也行").await;
    press(Key::Tab).await;
    assert_eq!(focus(&browser).await, "kind");
    browser.picture("keyboard-2-kind").await;
    // As in any form, Enter on a choice sends.
    let needed = press(Key::Enter).await;
    let receipt = browser.panel().receipt().await.text().await;
    let receipt = receipt.expect("a code");
    figure(
        "keys from page to sent",
        &format!("{needed}, beside the comment"),
    );
    assert!(needed <= 12, "{needed} presses");
    assert_eq!(focus(&browser).await, "thanks");
    let stored = collector.get(&format!("/r/{receipt}")).await.body;
    assert!(stored.contains("键盘也行"), "{stored}");

    browser.press(Key::Escape).await;
    browser.panel().until_gone("dialog[open]").await;
    assert_eq!(focus(&browser).await, "button");
}
