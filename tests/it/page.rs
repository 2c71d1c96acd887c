//! What a page can do with its elements, and what it finds of them afterwards: nothing.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::host_page::{HostPage, Served};
use huiyin_tests::wait;
use serde_json::{Value, json};
use thirtyfour::Key;
use tokio::task::block_in_place;

/// Notes what listens at the page and at the window, and what the collector is told.
const WITNESS: &str = "<script>
    const live = [], told = [];
    for (const target of [document, window]) {
        const { addEventListener: add, removeEventListener: remove } = target;
        const gone = (listener) => {
            const at = live.findIndex((one) => one[1] == listener);
            if (at >= 0) live.splice(at, 1);
        };
        target.addEventListener = (type, listener, options) => {
            // Nothing is heard by null, which tries only whether somebody may listen.
            if (options?.signal?.aborted || !listener) return;
            live.push([type, listener]);
            options?.signal?.addEventListener('abort', () => gone(listener));
            add.call(target, type, listener, options);
        };
        target.removeEventListener = (type, listener, options) => {
            gone(listener);
            remove.call(target, type, listener, options);
        };
    }
    const own = window.fetch;
    window.fetch = (address, options) => {
        if (String(address).endsWith('/moments')) told.push(JSON.parse(options.body).moment);
        return own(address, options);
    };
    const root = () => document.querySelector('huiyin-feedback').shadowRoot;
</script>";

/// Brings the loader, which then finds the page's own elements.
const LOADER: &str = "<script async src=\"COLLECTOR/huiyin.js\"></script>";

async fn serve(collector: &Collector, markup: &str) -> Served {
    let page = HostPage::with_tag_of(collector).without_tag();
    let page = page.beside(&format!("{WITNESS}{markup}{LOADER}"));
    page.serve().await
}

async fn listeners(browser: &Browser) -> Value {
    let left = "live.map(([type]) => type).filter((type) => type != 'DOMContentLoaded').sort()";
    browser.value(left).await
}

/// Presses the page's own button, and waits for the panel of a bureau.
async fn open(browser: &Browser, bureau: &str) {
    browser
        .element("#rate-us")
        .await
        .click()
        .await
        .expect("it can be pressed");
    browser
        .until("!!root().querySelector('dialog.panel:modal')")
        .await;
    browser
        .until(&format!(
            "root().querySelector('h2').textContent == '{bureau}'"
        ))
        .await;
    let all = "[root().querySelectorAll('dialog').length, root().adoptedStyleSheets.length]";
    assert_eq!(browser.value(all).await, json!([1, 2]), "{bureau}");
    assert_eq!(
        listeners(browser).await,
        json!(["click", "online", "pagehide"])
    );
}

async fn close(browser: &Browser) {
    browser.press(Key::Escape).await;
    browser.until("!root().querySelector('dialog[open]')").await;
    assert_eq!(browser.value("document.activeElement.id").await, "rate-us");
}

#[tokio::test]
async fn an_element_is_moved_changed_and_removed_and_leaves_nothing_behind() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let markup = "<button id=\"rate-us\">打分</button><div id=\"aside\"></div>\
        <huiyin-feedback data-department=\"tax\" data-open-on=\"#rate-us\"></huiyin-feedback>";
    let page = serve(&collector, markup).await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser
        .until("live.some(([type]) => type == 'click')")
        .await;
    let button = "!!root().querySelector('[part=button]')";
    assert_eq!(browser.value(button).await, false, "the page has its own");
    open(&browser, "示例市税务局").await;
    close(&browser).await;

    browser
        .value("window.host = document.querySelector('huiyin-feedback'), document.querySelector('#aside').append(host)")
        .await;
    open(&browser, "示例市税务局").await;
    close(&browser).await;

    browser.value("host.dataset.department = 'police'").await;
    open(&browser, "示例市公安局").await;
    // Open or not.
    browser.value("host.dataset.department = 'gov'").await;
    open(&browser, "示例市人民政府").await;

    browser.value("host.remove()").await;
    browser
        .until("host.shadowRoot.childElementCount == 0")
        .await;
    assert_eq!(listeners(&browser).await, json!([]));

    browser.value("void document.body.append(host)").await;
    browser
        .until("live.some(([type]) => type == 'click')")
        .await;
    open(&browser, "示例市人民政府").await;
    browser.panel().rate(5).await;
    wait::until("the rating arrives", async || {
        (collector.n("gov").await == 1).then_some(())
    })
    .await;
    assert_eq!(browser.value("__witness.errors").await, json!([]));
}

#[tokio::test]
async fn what_is_gone_before_its_code_arrives_leaves_nothing_behind() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = serve(&collector, "<a id=\"rate-us\" href=\"#form\">打分</a>").await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until("!!window.Huiyin").await;
    // Both kinds of element have something under way when they are taken out again.
    let script = "new Promise((done) => {
        window.opened = 0;
        document.addEventListener('huiyin-open', () => opened++);
        const add = (data) => {
            const one = document.createElement('huiyin-feedback');
            Object.assign(one.dataset, { department: 'tax' }, data);
            document.body.append(one);
            return one;
        };
        const own = add({ openOn: '#rate-us', invite: '0.1' });
        own.dataset.lang = 'fr';
        own.remove();
        const open = add({});
        open.open();
        open.remove();
        // Comes after what was asked for before.
        Huiyin.close().then(() => setTimeout(done, 1000, true));
    })";
    browser.until(script).await;
    assert_eq!(listeners(&browser).await, json!(["huiyin-open"]));
    assert_eq!(browser.value("opened").await, 0);
    let link = browser.element("#rate-us").await;
    link.click().await.expect("it can be pressed");
    browser.until("location.hash == '#form'").await;
    assert_eq!(browser.value("__witness.errors").await, json!([]));
}

#[tokio::test]
async fn an_element_that_is_told_everything_at_once_is_counted_once() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = serve(&collector, "").await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until("!!window.Huiyin").await;
    browser
        .value(
            "(() => { const one = document.createElement('huiyin-feedback');
            document.body.append(one);
            Object.assign(one.dataset, { department: 'police', lang: 'en', service: 'id-card' });
            one.dataset.department = 'tax'; })()",
        )
        .await;
    browser.panel().open().await;
    browser.until("told.includes('opened')").await;
    assert_eq!(browser.value("told").await, json!(["seen", "opened"]));
}

#[tokio::test]
async fn what_a_page_writes_wrong_troubles_nobody_and_what_it_sets_late_counts() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let markup = "<huiyin-feedback></huiyin-feedback>\
        <huiyin-feedback data-department=\"tax\" data-open-on=\"#1st\"></huiyin-feedback>";
    let page = serve(&collector, markup).await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until("!!window.Huiyin").await;
    // Drawn for the first time here: until now nobody knew whom it is about.
    browser
        .value("Huiyin.set('department', 'police', root().host)")
        .await;
    browser.panel().open().await;
    browser
        .until("root().querySelector('h2')?.textContent == '示例市公安局'")
        .await;
    browser.value("document.body.click()").await;
    assert_eq!(browser.uncaught().await, Vec::<String>::new());
}

#[tokio::test]
async fn closing_and_removing_in_one_go_is_no_error() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let markup = "<huiyin-feedback data-department=\"tax\"></huiyin-feedback>";
    let page = serve(&collector, markup).await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().question().await;
    let both = "Promise.all([Huiyin.close(), Huiyin.destroy()])\
        .then(() => new Promise((done) => setTimeout(done, 300, true)))";
    browser.until(both).await;
    assert_eq!(browser.uncaught().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_called_where_nothing_can_be_brought_is_no_error() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector)
        .policy("script-src COLLECTOR/huiyin.js 'unsafe-inline'; connect-src COLLECTOR");
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until("!!window.Huiyin").await;
    browser.until("Huiyin.open().then(() => true)").await;
    assert_eq!(browser.uncaught().await, Vec::<String>::new());
    // The button has its own way down, with all that the tag says.
    browser.panel().open().await;
    let link = browser.panel().link().await;
    let href = link.prop("href").await.expect("a link").unwrap_or_default();
    for part in ["/d/tax/rate?", "placement=footer", "lang=zh-Hans"] {
        assert!(href.contains(part), "{href}");
    }
    assert_eq!(browser.panel().focus().await, "link");
}

#[tokio::test]
async fn who_asks_not_to_be_counted_is_not() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    for (wish, value, counted) in [
        ("globalPrivacyControl", "true", false),
        ("doNotTrack", "'1'", false),
        ("doNotTrack", "'0'", true),
    ] {
        let markup = format!(
            "<script>Object.defineProperty(navigator, '{wish}', {{ value: {value} }})</script>\
             <huiyin-feedback data-department=\"tax\"></huiyin-feedback>"
        );
        let page = serve(&collector, &markup).await;
        browser.open(page.url()).await;
        browser.panel().open().await;
        browser.panel().rate(5).await;
        browser.until("told.length == 4").await;
        let told = if counted {
            json!(["seen", "opened", "started", "sent"])
        } else {
            json!([null, null, null, null])
        };
        assert_eq!(browser.value("told").await, told, "{wish} {value}");
    }
    wait::until("the one who may be is counted", async || {
        let moments = &collector.score("tax").await["moments"];
        (*moments == json!({"seen": 1, "opened": 1, "started": 1, "sent": 1})).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn during_a_pause_there_is_nothing_or_the_notice() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let run = |arguments: &[&str]| {
        let done = block_in_place(|| installation.run(arguments));
        assert_eq!(done.code, Some(0), "{done:?}");
    };
    run(&["pause", "tax", "--notice-zh", "系统维护，明天再来。"]);
    run(&["pause", "police", "--placement", "footer"]);
    let browser = Browser::start(Look::default()).await;
    for (attributes, shown) in [
        ("data-department=\"tax\"", "系统维护，明天再来。"),
        (
            "mode=\"inline\" data-department=\"tax-east\"",
            "系统维护，明天再来。",
        ),
        ("data-department=\"police\" data-placement=\"footer\"", ""),
        (
            "mode=\"inline\" data-department=\"police\" data-placement=\"footer\"",
            "",
        ),
        ("data-department=\"police\" data-placement=\"hall\"", "评价"),
    ] {
        let markup = format!("<huiyin-feedback {attributes}></huiyin-feedback>");
        let page = serve(&collector, &markup).await;
        wait::until("what is shown", async || {
            browser.open(page.url()).await;
            browser.until("told.length == 1 && !!window.Huiyin").await;
            let words = "new Promise((done) => setTimeout(() => done(root().textContent), 300))";
            (browser.value(words).await == shown).then_some(())
        })
        .await;
        if shown != "评价" {
            browser.value("Huiyin.open()").await;
            assert_eq!(
                browser.value("!!root().querySelector('dialog')").await,
                false
            );
            // No room is kept for what does not come.
            let height = browser.value("root().host.offsetHeight").await;
            let most = if shown.is_empty() { 0 } else { 120 };
            assert!(height.as_u64() <= Some(most), "{attributes}: {height}");
        }
    }
}
