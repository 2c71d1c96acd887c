//! The strictest policy of a host page stays on, and what it forbids has a way around.

use huiyin_tests::artifact::figure;
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::host_page::HostPage;
use huiyin_tests::network::Network;
use huiyin_tests::wait;
use serde_json::json;

/// All that the widget needs, and nothing else.
const STRICT: &str = "default-src 'none'; script-src COLLECTOR 'wasm-unsafe-eval'; \
    connect-src COLLECTOR; frame-src COLLECTOR; style-src 'none'; \
    require-trusted-types-for 'script'";

const NO_WASM: &str = "default-src 'none'; script-src COLLECTOR; connect-src COLLECTOR; \
    frame-src COLLECTOR; style-src 'none'; require-trusted-types-for 'script'";

const NO_FRAMES: &str = "default-src 'none'; script-src COLLECTOR; connect-src COLLECTOR; \
    frame-src 'none'; style-src 'none'; require-trusted-types-for 'script'";

async fn arrived(collector: &Collector) {
    wait::until("the rating arrives", async || {
        (collector.n("tax").await == 1).then_some(())
    })
    .await;
}

async fn style(browser: &Browser, css: &str, property: &str) -> String {
    let element = browser.shown(css).await;
    element
        .css_value(property.to_owned())
        .await
        .expect("a style")
}

#[tokio::test]
async fn the_strictest_policy_is_kept_and_everything_is_styled() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector)
        .policy(STRICT)
        .serve()
        .await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    let host = browser.element("huiyin-feedback").await;
    let position = host.css_value("position").await.expect("a style");
    assert_eq!(position, "fixed");
    let colour = style(&browser, "[part=button]", "background-color").await;
    assert_eq!(colour, "rgba(11, 74, 143, 1)", "the button has no colour");

    browser.panel().open().await;
    browser.panel().question().await;
    assert_eq!(style(&browser, "dialog.panel", "position").await, "fixed");
    assert_eq!(style(&browser, "dialog.panel", "width").await, "600px");
    let colour = style(&browser, "dialog.panel", "background-color").await;
    assert_eq!(colour, "rgba(255, 255, 255, 1)");
    assert_eq!(style(&browser, ".grades svg", "width").await, "48px");
    browser.panel().rate(5).await;
    arrived(&collector).await;
    browser.panel().comment().await;
    browser.panel().send().await;
    browser.shown("[part=thanks]").await;
    browser.picture("policy-strict").await;
    let violations = browser.violations().await;
    figure("policy violations", &violations.len().to_string());
    assert_eq!(violations, Vec::<String>::new());
}

#[tokio::test]
async fn where_wasm_is_refused_the_collectors_form_comes_in_a_frame() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector)
        .policy(NO_WASM)
        .serve()
        .await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    let frame = browser.panel().frame().await;
    browser.panel().link().await;
    let source = frame.attr("src").await.expect("asked").expect("a source");
    let here = page.url().replace(':', "%3A").replace('/', "%2F");
    assert!(source.contains(&format!("page={here}")), "{source}");
    frame.enter_frame().await.expect("a frame");
    let grade = browser.element("input[name=rating][value='2']").await;
    browser.picture("policy-frame").await;
    grade.click().await.expect("a grade can be chosen");
    let send = browser.element("button[type=submit]").await;
    send.click().await.expect("the form can be sent");
    browser.element(".thanks").await;
    browser.picture("policy-frame-thanks").await;
    arrived(&collector).await;
    assert_eq!(collector.score("tax").await["counts"]["2"], json!(1));
}

#[tokio::test]
async fn where_frames_are_refused_too_a_plain_link_leads_to_the_form() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector)
        .policy(NO_FRAMES)
        .serve()
        .await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().link().await;
    browser.panel().until_gone("iframe").await;
    browser.picture("policy-link").await;
    browser.tap("[part=link]").await;
    browser.follow().await;
    let grade = browser.element("input[name=rating][value='5']").await;
    grade.click().await.expect("a grade can be chosen");
    let send = browser.element("button[type=submit]").await;
    send.click().await.expect("the form can be sent");
    browser.element(".thanks").await;
    arrived(&collector).await;
}

#[tokio::test]
async fn without_scripts_the_link_in_noscript_leads_to_the_form() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let look = Look {
        scripts: false,
        ..Look::default()
    };
    let browser = Browser::start(look).await;
    browser.open(page.url()).await;
    let link = browser.element("a[href$='/d/tax/rate']").await;
    browser.picture("no-script-1-link").await;
    link.click().await.expect("the link can be followed");
    let grade = browser.element("input[name=rating][value='3']").await;
    browser.picture("no-script-2-form").await;
    grade.click().await.expect("a grade can be chosen");
    let text = browser.element("textarea").await;
    text.send_keys("没有脚本也能评价")
        .await
        .expect("a comment can be typed");
    let send = browser.element("button[type=submit]").await;
    send.click().await.expect("the form can be sent");
    let code = browser.element(".code").await.text().await.expect("a code");
    browser.picture("no-script-3-receipt").await;
    let stored = collector.get(&format!("/r/{code}")).await.body;
    assert!(stored.contains("没有脚本也能评价"), "{stored}");
    assert_eq!(collector.score("tax").await["counts"]["3"], json!(1));
}

#[tokio::test]
async fn the_strictest_policy_is_kept_by_all_that_few_pages_ask_for() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let page = HostPage::with_tag_from(network.origin())
        .without_tag()
        .beside(
            "<script async src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" data-invite=\"0.1\"></script>\
             <huiyin-feedback mode=\"inline\" data-department=\"police\"></huiyin-feedback>",
        )
        .policy(STRICT);
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    let invited = "[...document.querySelectorAll('huiyin-feedback')]\
        .map((host) => host.shadowRoot?.querySelector('[part=accept]')).find(Boolean)";
    browser.until(&format!("!!{invited}")).await;
    let padding = format!("getComputedStyle({invited}.closest('[part=invite]')).padding");
    assert_eq!(
        browser.value(&padding).await,
        "16px",
        "the invitation is not styled"
    );
    let grade = "document.querySelector('[mode=inline]').shadowRoot.querySelector('[name=rating]')";
    browser.until(&format!("!!{grade}")).await;
    // What waits is sent by the next page.
    network.connect(false);
    browser.value(&format!("{grade}.click()")).await;
    browser.until("localStorage.huiyin == '1'").await;
    let told = "!!document.querySelector('[mode=inline]').shadowRoot.querySelector('[part=error]')";
    browser.until(told).await;
    let before = browser.violations().await;
    network.connect(true);
    browser.open(page.url()).await;
    wait::until("the rating arrives", async || {
        (collector.n("police").await == 1).then_some(())
    })
    .await;
    browser.until(&format!("!!{invited}")).await;
    browser.value(&format!("{invited}.click()")).await;
    let panel = "[...document.querySelectorAll('huiyin-feedback')]\
        .some((host) => host.shadowRoot?.querySelector('dialog.panel:modal'))";
    browser.until(panel).await;
    for violations in [before, browser.violations().await] {
        assert_eq!(violations, Vec::<String>::new());
    }
}
