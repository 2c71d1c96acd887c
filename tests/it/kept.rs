//! What a browser keeps until it can be sent: not too much, not too long, and not everywhere.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use huiyin_tests::network::{Fault, Network};
use huiyin_tests::wait;
use huiyin_tests::words::Words;
use serde_json::json;

/// Keeps ratings as the panel does; `list` is an expression for their list, in which `here` is the
/// page's collector and `made(ago, number)` says what a rating of so many milliseconds ago has of its
/// own.
fn keep(list: &str) -> String {
    format!(
        "new Promise((done, failed) => {{
            const here = new URL(document.querySelector('script[src]').src).origin;
            const made = (ago, number) => {{
                const made = Date.now() - ago, time = made.toString(16).padStart(12, '0');
                return {{ made, id: `${{time.slice(0, 8)}}-${{time.slice(8)}}-7000-8000-0000000000${{number}}` }};
            }};
            const usual = {{
                edit_key: 'AAAAAAAAAAAAAAAAAAAAAA', revision: 1, department: 'tax', rating: 5, collector: here,
            }};
            const request = indexedDB.open('huiyin');
            request.onerror = failed;
            request.onupgradeneeded = () => request.result.createObjectStore('huiyin');
            request.onsuccess = () => {{
                const base = request.result, writing = base.transaction('huiyin', 'readwrite');
                for (const one of {list}) writing.objectStore('huiyin').put({{ ...usual, ...one }}, one.id);
                writing.oncomplete = () => {{ base.close(); localStorage.huiyin = '1'; done(true) }};
            }};
        }})"
    )
}

/// 35 ratings of today, and one that is eight days old; the order is that of the ids, and the old one
/// is among the newest.
const MANY: &str = "[...Array(35)].map((_, number) => made(1000, 10 + number))
    .concat({ ...made(8 * 24 * 60 * 60 * 1000, 45), id: 'f' })";

/// A rating of a department that the collector no longer has.
const LOST: &str = "[{ ...made(1000, 10), department: 'nosuch', lang: 'en' }]";

/// A rating for a collector that is away, and a later one for the page's.
const TWO: &str = "[{ ...made(1000, 10), collector: 'http://127.0.0.1:9' }, made(1000, 11)]";

/// The revisions that are kept, and whether the next page is to look for some.
const LEFT: &str = "new Promise((done, failed) => {
    const request = indexedDB.open('huiyin');
    request.onerror = failed;
    request.onsuccess = () => {
        const base = request.result;
        const all = base.transaction('huiyin').objectStore('huiyin').getAll();
        all.onsuccess = () => {
            base.close();
            done([all.result.map((one) => one.revision), localStorage.huiyin ?? null]);
        };
    };
})";

#[tokio::test]
async fn the_oldest_go_beyond_thirty_or_seven_days() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until(&keep(MANY)).await;
    browser.open(page.url()).await;
    wait::until("nothing is kept", async || {
        (browser.value(LEFT).await == json!([[], null])).then_some(())
    })
    .await;
    assert_eq!(installation.stored(), 29);
}

#[tokio::test]
async fn where_nothing_can_be_kept_the_page_is_to_stay_open() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let page = HostPage::with_tag_from(network.origin())
        .language("en")
        .beside("<script>delete window.indexedDB</script>");
    let page = page.serve().await;
    let words = Words::of("en");
    let browser = Browser::start(Look {
        language: "en",
        ..Look::default()
    })
    .await;
    browser.open(page.url()).await;
    assert_eq!(browser.value("typeof indexedDB").await, "undefined");
    browser.panel().open().await;
    browser.panel().question().await;
    network.connect(false);
    browser.panel().rate(2).await;
    // Drawn anew with every try.
    let panel = browser.panel();
    panel
        .until_said("[part=error]", words.say("waiting_here"))
        .await;
    network.connect(true);
    wait::until("the rating arrives", async || {
        (collector.n("tax").await == 1).then_some(())
    })
    .await;
    panel
        .until_said("[role=status]", words.say("received"))
        .await;
    assert_eq!(browser.value("localStorage.length").await, 0);
}

/// Takes away what lets a request outlive its page.
const NO_KEEPALIVE: &str = "<script>const own = window.fetch;
    window.fetch = (address, options) => own(address, { ...options, keepalive: false })</script>";

#[tokio::test]
async fn where_nothing_can_be_kept_what_is_under_way_outlives_its_page() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let driver = browser.driver();
    for (beside, outlives) in [(NO_KEEPALIVE, false), ("", true)] {
        let network = Network::before(collector.origin()).await;
        network.plan(&[Fault::Held]);
        let page = HostPage::with_tag_from(network.origin())
            .beside(&format!("<script>delete window.indexedDB</script>{beside}"));
        let page = page.serve().await;
        browser.open(page.url()).await;
        browser.panel().open().await;
        browser.panel().rate(2).await;
        wait::until("the rating is under way", async || {
            (network.held() == 1).then_some(())
        })
        .await;
        // Left for another page in the same tab, it might live on in the browser's memory.
        let other = driver.new_tab().await.expect("a tab");
        driver.close_window().await.expect("closed");
        driver.switch_to_window(other).await.expect("there");
        if outlives {
            network.let_go();
            wait::until("the rating arrives", async || {
                (network.stored().len() == 1).then_some(())
            })
            .await;
        } else {
            wait::until("the rating is given up", async || {
                (network.held() == 0).then_some(())
            })
            .await;
            assert_eq!(network.stored().len(), 0);
        }
    }
}

#[tokio::test]
async fn what_stands_in_line_goes_when_the_page_is_left() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let page = HostPage::with_tag_from(network.origin());
    let page = page.beside("<script>delete window.indexedDB</script>");
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    network.plan(&[Fault::Held]);
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(5).await;
    wait::until("the first is under way", async || {
        (network.held() == 1).then_some(())
    })
    .await;
    browser.panel().rate(2).await;
    assert_eq!(network.tries(), 1, "the second must not overtake the first");
    browser.open("about:blank").await;
    wait::until("the second arrives", async || {
        let stored = network.stored();
        stored
            .iter()
            .any(|one| one.sent["rating"] == 2)
            .then_some(())
    })
    .await;
    network.let_go();
    wait::until("both have arrived", async || {
        (network.stored().len() == 2).then_some(())
    })
    .await;
    assert_eq!(collector.score("tax").await["counts"]["2"], json!(1));
    assert_eq!(collector.n("tax").await, 1);
}

#[tokio::test]
async fn what_one_page_has_sent_takes_nothing_newer_of_another_away() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let page = HostPage::with_tag_from(network.origin()).serve().await;
    let browser = Browser::start(Look::default()).await;
    let driver = browser.driver();
    // The first version is held on both pages; the second is lost, and its page closed.
    network.plan(&[Fault::Held, Fault::Held, Fault::Lost]);
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(5).await;
    browser
        .until("localStorage.huiyin == '1' && indexedDB.databases().then((all) => all.length == 1)")
        .await;
    let first = driver.window().await.expect("a window");
    let second = driver.new_tab().await.expect("a tab");
    driver
        .switch_to_window(second.clone())
        .await
        .expect("there");
    browser.open(page.url()).await;
    wait::until("both pages have sent the first", async || {
        (network.tries() >= 2).then_some(())
    })
    .await;
    driver.switch_to_window(first).await.expect("there");
    browser.panel().rate(2).await;
    wait::until("the newer one is kept", async || {
        (browser.value(LEFT).await == json!([[2], "1"])).then_some(())
    })
    .await;
    driver.close_window().await.expect("closed");
    driver.switch_to_window(second).await.expect("there");
    network.let_go();
    let answered = "performance.getEntriesByType('resource')\
        .some((one) => one.name.endsWith('/feedback') && one.responseEnd > 0)";
    browser.until(answered).await;
    let later = format!("new Promise((done) => setTimeout(done, 500)).then(() => {LEFT})");
    assert_eq!(browser.value(&later).await, json!([[2], "1"]));
    wait::until("the second arrives", async || {
        browser.open(page.url()).await;
        browser.panel().button().await;
        let score = collector.score("tax").await;
        (score["counts"]["2"] == json!(1)).then_some(())
    })
    .await;
    wait::until("nothing is kept", async || {
        (browser.value(LEFT).await == json!([[], null])).then_some(())
    })
    .await;
    assert_eq!(installation.stored(), 1);
}

#[tokio::test]
async fn what_waited_and_was_refused_is_told_at_the_next_opening() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).language("en");
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until(&keep(LOST)).await;
    browser.open(page.url()).await;
    wait::until("it is refused", async || {
        (browser.value(LEFT).await == json!([[], null])).then_some(())
    })
    .await;
    browser.panel().open().await;
    let told = browser.shown("dialog.panel > .error").await.text().await;
    let told = told.expect("a sentence");
    let words = Words::of("en");
    assert!(told.starts_with(words.say("earlier")), "{told}");
    assert!(
        told.len() > words.say("earlier").len() + 10,
        "no reason: {told}"
    );
    browser.panel().rate(5).await;
    browser.panel().comment().await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().question().await;
    assert!(!browser.panel().has(".error").await);
}

#[tokio::test]
async fn a_collector_that_is_away_holds_up_none_but_its_own() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until(&keep(TWO)).await;
    browser.open(page.url()).await;
    wait::until("the later one is sent", async || {
        (browser.value(LEFT).await == json!([[1], "1"])).then_some(())
    })
    .await;
    assert_eq!(collector.n("tax").await, 1);
}

/// Thirty ratings for a collector that is away.
const FULL: &str = "[...Array(30)].map((_, number) =>
    ({ ...made(60000 - number, 10 + number), collector: 'http://127.0.0.1:9', revision: number + 1 }))";

#[tokio::test]
async fn one_more_than_thirty_takes_the_place_of_the_oldest() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let page = HostPage::with_tag_from(network.origin()).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until(&keep(FULL)).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().question().await;
    network.connect(false);
    browser.panel().rate(2).await;
    browser.panel().error().await;
    // The last that was kept before has the number thirty; the new one is a first revision.
    let expected: Vec<u32> = (2..=30).chain([1]).collect();
    wait::until("thirty are kept", async || {
        (browser.value(LEFT).await == json!([expected, "1"])).then_some(())
    })
    .await;
}

/// Lets every opening of a database fail, as a full disk does.
const NO_ROOM: &str = "<script>const own = indexedDB.open.bind(indexedDB);
    IDBFactory.prototype.open = (name) => {
        const request = own(name);
        request.addEventListener('upgradeneeded', () => request.transaction.abort());
        return request;
    }</script>";

#[tokio::test]
async fn where_the_database_fails_what_waits_is_in_memory_and_that_is_told() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let page = HostPage::with_tag_from(network.origin()).language("en");
    let page = page.beside(NO_ROOM).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().question().await;
    network.connect(false);
    browser.panel().rate(2).await;
    let words = Words::of("en");
    let panel = browser.panel();
    panel
        .until_said("[part=error]", words.say("waiting_here"))
        .await;
    network.connect(true);
    wait::until("the rating arrives", async || {
        (collector.n("tax").await == 1).then_some(())
    })
    .await;
    assert_eq!(browser.uncaught().await, Vec::<String>::new());
}
