//! The tag is found and understood however a page brings it in.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use serde_json::json;

/// Notes what the console is told.
const CONSOLE: &str = "<script>window.__told = [];
    console.warn = (...what) => __told.push(what.map(String).join(' '))</script>";

/// What the element on the page is about, null where there is none.
const ABOUT: &str = "(() => { const one = document.querySelector('huiyin-feedback[data-department]'); \
    return one && [one.dataset.department, one.dataset.placement ?? null] })()";

/// The tag as `.load()` and `.append()` of a library bring it in: what stands in the page is not run, and
/// a second script without its attributes is, and removed.
const BY_LIBRARY: &str = "<div id=\"foot\"></div><script>
    foot.innerHTML = '<script async src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" data-placement=\"foot\"></' + 'script>';
    const run = document.createElement('script');
    run.src = foot.firstChild.src;
    run.onload = () => run.remove();
    document.head.append(run);
</script>";

/// The same, but run as a text.
const AS_TEXT: &str = "<div id=\"foot\"></div><script>
    foot.innerHTML = '<script async src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" data-placement=\"foot\"></' + 'script>';
    fetch(foot.firstChild.src).then((answer) => answer.text()).then((text) => {
        const run = document.createElement('script');
        run.text = text;
        document.head.append(run).remove();
    });
</script>";

/// As a tag manager makes it: only the address is left.
const BY_ADDRESS: &str = "<script>
    const run = document.createElement('script');
    run.src = 'COLLECTOR/huiyin.js?department=tax&placement=foot';
    document.head.append(run);
</script>";

#[tokio::test]
async fn a_tag_that_lost_its_attributes_is_understood() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    for markup in [BY_LIBRARY, AS_TEXT, BY_ADDRESS] {
        let page = HostPage::with_tag_of(&collector).without_tag();
        let page = page.beside(&format!("{CONSOLE}{markup}")).serve().await;
        browser.open(page.url()).await;
        browser.panel().button().await;
        assert_eq!(
            browser.value(ABOUT).await,
            json!(["tax", "foot"]),
            "{markup}"
        );
        assert_eq!(browser.value("__told").await, json!([]), "{markup}");
    }
}

#[tokio::test]
async fn what_a_webmaster_wrote_wrong_is_told_once_to_the_console() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    for (attributes, told) in [
        ("", "[huiyin] no data-department"),
        ("data-departement=\"tax\"", "[huiyin] no data-department"),
        ("data-department=\"nowhere\"", "[huiyin] 系统中没有这个部门"),
        ("data-department=\"No Slug\"", "[huiyin] 部门代码"),
    ] {
        let tag =
            format!("{CONSOLE}<script async src=\"COLLECTOR/huiyin.js\" {attributes}></script>");
        let page = HostPage::with_tag_of(&collector).without_tag();
        let page = page.beside(&tag).serve().await;
        browser.open(page.url()).await;
        browser.until("__told.length > 0").await;
        // No button is left that would refuse a rating at the end.
        browser
            .until("!document.querySelector('huiyin-feedback')?.shadowRoot.querySelector('button')")
            .await;
        let all = browser.value("__told").await;
        let [only] = all.as_array().expect("a list").as_slice() else {
            panic!("{attributes}: {all}");
        };
        let only = only.as_str().unwrap_or_default();
        assert!(only.starts_with(told), "{attributes}: {only}");
    }
}

/// Shows a copy of the page and runs its scripts again, as Turbo does on the way back, or, as a `preview`,
/// until the page itself has come.
const SHOW_COPY: &str = "((preview) => new Promise((done) => {
    document.documentElement.toggleAttribute('data-turbo-preview', preview);
    const copy = document.body.cloneNode(true);
    document.body.replaceWith(copy);
    const old = copy.querySelector('script[src]'), again = document.createElement('script');
    for (const { name, value } of old.attributes) again.setAttribute(name, value);
    again.onload = () => setTimeout(done, 300, document.querySelectorAll('huiyin-feedback').length);
    old.replaceWith(again);
}))";

#[tokio::test]
async fn a_page_from_a_snapshot_has_one_button_and_counts_once() {
    const SEEN: &str = "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/moments')).length";
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until(&format!("{SEEN} == 1")).await;
    for (preview, seen) in [(true, 1), (false, 2), (true, 2), (false, 3)] {
        let buttons = browser.value(&format!("{SHOW_COPY}({preview})")).await;
        assert_eq!(buttons, json!(1), "preview: {preview}");
        browser.panel().button().await;
        browser.until(&format!("{SEEN} == {seen}")).await;
    }
    browser.panel().open().await;
    browser.panel().question().await;
}

/// A link of the page's own, whose clicks go no further than its box.
const OWN_LINK: &str = "<div onclick=\"event.stopPropagation()\"><a class=\"own\" href=\"#there\">评价</a></div>
    <script async src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" data-open-on=\".own\"></script>";

#[tokio::test]
async fn a_link_of_the_page_opens_the_panel_but_not_where_another_tab_is_asked_for() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).without_tag();
    let page = page.beside(OWN_LINK).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    let click = |more: &str| {
        format!(
            "document.querySelector('.own').dispatchEvent(new MouseEvent('click', \
             {{ bubbles: true, cancelable: true, {more} }}))"
        )
    };
    browser.until(&format!("!{}", click(""))).await;
    browser.panel().question().await;
    browser.panel().close().await;
    browser.panel().until_gone("dialog[open]").await;
    for key in ["ctrlKey", "metaKey", "shiftKey"] {
        let goes_on = browser.value(&click(&format!("{key}: true"))).await;
        assert_eq!(goes_on, json!(true), "{key}");
    }
    assert!(!browser.panel().has("dialog[open]").await);
}
