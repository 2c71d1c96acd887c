//! A page that lives for hours and changes its elements all the time keeps nothing of those that are gone.

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

/// The same, by a page that clings to a node of each.
const CLUNG_TO: &str = "(async () => {
    const host = document.createElement('huiyin-feedback');
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

/// Returns how many more nodes and listeners are kept after many elements have come and gone.
async fn left_by(browser: &Browser, round: &str) -> [u64; 2] {
    let come_and_go = async || {
        for _ in 0..ROUNDS {
            assert_eq!(browser.value(round).await, Value::Bool(true));
        }
        kept(browser).await
    };
    // The first ones bring what stays for all.
    let (before, after) = (come_and_go().await, come_and_go().await);
    [0, 1].map(|at| after[at].saturating_sub(before[at]))
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
    let [nodes, listeners] = left_by(&browser, UNOPENED).await;
    assert!(nodes + listeners < ROUNDS / 2, "{nodes}, {listeners}");
    let [nodes, listeners] = left_by(&browser, OPENED).await;
    figure(
        &format!("left behind by {ROUNDS} panels"),
        &format!("{nodes} nodes, {listeners} listeners"),
    );
    // The framework never gives back the node that it was mounted on, nor its four listeners there.
    assert!(nodes < ROUNDS * 3 / 2, "{nodes} nodes");
    assert!(listeners < ROUNDS * 9 / 2, "{listeners} listeners");
    // More than that would be seen.
    let [nodes, _] = left_by(&browser, CLUNG_TO).await;
    assert!(nodes >= ROUNDS, "{nodes} nodes");
}
