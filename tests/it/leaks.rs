//! A page that lives for hours and changes its elements all the time keeps nothing of those that are gone.

use std::time::Duration;

use huiyin_tests::artifact::figure;
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use serde_json::{Value, json};

/// How many elements come and go between two looks.
const ROUNDS: u64 = 20;

/// Adds an element and takes it away again.
const UNOPENED: &str = "(async () => {
    const host = document.createElement('huiyin-feedback');
    host.dataset.department = 'tax';
    document.body.append(host);
    await new Promise((done) => setTimeout(done, 50));
    host.remove();
    await new Promise((done) => setTimeout(done));
    return true;
})()";

/// Adds an element, opens its panel, rates, and takes it away again.
const OPENED: &str = "(async () => {
    const host = document.createElement('huiyin-feedback');
    host.dataset.department = 'tax';
    host.dataset.test = '';
    document.body.append(host);
    const until = async (what) => {
        while (!what()) await new Promise((done) => setTimeout(done, 10));
    };
    await host.open();
    await until(() => host.shadowRoot.querySelector('dialog[open] [name=rating]'));
    host.shadowRoot.querySelector('[name=rating]').click();
    await until(() => host.shadowRoot.querySelector('b'));
    host.remove();
    await new Promise((done) => setTimeout(done));
    return true;
})()";

/// Adds an element and takes it away again, but for a name by which the page keeps it.
const CLUNG_TO: &str = "(async () => {
    const host = document.createElement('huiyin-feedback');
    host.dataset.department = 'tax';
    (window.clung ??= []).push(host);
    document.body.append(host);
    host.remove();
    return true;
})()";

/// Returns how many nodes and listeners the browser keeps for the page, in use or not.
async fn kept(browser: &Browser) -> [u64; 2] {
    browser.tell("HeapProfiler.collectGarbage", json!({})).await;
    let counters = browser.tell("Memory.getDOMCounters", json!({})).await;
    ["nodes", "jsEventListeners"].map(|name| counters[name].as_u64().unwrap_or_default())
}

/// Lets many elements come and go, twice, and returns how many more nodes and listeners are kept after the
/// second time: the first ones bring what stays for all.
async fn left_by(browser: &Browser, round: &str, at_most: [u64; 2]) -> [u64; 2] {
    let come_and_go = async || {
        for _ in 0..ROUNDS {
            assert_eq!(browser.value(round).await, Value::Bool(true));
        }
        // What is still under way keeps what it is about.
        browser
            .value("new Promise((done) => setTimeout(done, 1000))")
            .await;
    };
    come_and_go().await;
    let before = kept(browser).await;
    come_and_go().await;
    let mut left = [0; 2];
    for _ in 0..5 {
        let after = kept(browser).await;
        left = [0, 1].map(|at| after[at].saturating_sub(before[at]));
        if left[0] <= at_most[0] && left[1] <= at_most[1] {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    left
}

#[tokio::test]
async fn elements_that_come_and_go_leave_next_to_nothing_in_memory() {
    let installation = Installation::of_government();
    // One client sends all of these, which a person would not.
    let collector = installation.start_with(&["--rate-limit", "1000"]);
    let page = HostPage::with_tag_of(&collector).without_tag();
    let page = page.beside("<script async src=\"COLLECTOR/huiyin.js\"></script>");
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until("!!window.Huiyin").await;
    let few = ROUNDS / 4;
    let left = left_by(&browser, UNOPENED, [few; 2]).await;
    assert!(left.iter().all(|left| *left <= few), "{left:?}");
    // The framework never gives back the node that it was mounted on, nor its four listeners there.
    let most = [ROUNDS + few, 4 * ROUNDS + few];
    let left = left_by(&browser, OPENED, most).await;
    figure(
        &format!("left behind by {ROUNDS} panels"),
        &format!("{} nodes, {} listeners", left[0], left[1]),
    );
    assert!(left[0] <= most[0] && left[1] <= most[1], "{left:?}");
    // More than that would be seen.
    let left = left_by(&browser, CLUNG_TO, [few; 2]).await;
    assert!(left[0] >= ROUNDS, "{left:?}");
}
