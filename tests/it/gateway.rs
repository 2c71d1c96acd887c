//! Between a page and the collector stands what answers in the collector's place: a gateway whose
//! container is being replaced, a firewall, a portal before a login.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use huiyin_tests::network::{Fault, Network};
use huiyin_tests::wait;
use huiyin_tests::words::Words;

/// What gateways answer; 200 is the page of a portal.
const STATUSES: [u16; 9] = [200, 401, 403, 404, 405, 413, 422, 500, 502];

#[tokio::test]
async fn whatever_a_gateway_answers_the_rating_is_kept_and_sent_again() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let page = HostPage::with_tag_from(network.origin()).language("en");
    let page = page.serve().await;
    let words = Words::of("en");
    let browser = Browser::start(Look::default()).await;
    for (sent, status) in (0..).zip(STATUSES) {
        // Once while the panel is open, and once while the next page sends what was kept.
        network.plan(&[Fault::Gateway(status); 3]);
        browser.open(page.url()).await;
        browser.panel().open().await;
        browser.panel().rate(2).await;
        let panel = browser.panel();
        panel.until_said("[part=error]", words.say("waiting")).await;
        wait::until("the rating was tried three times", async || {
            if network.tries() < 3 {
                browser.open(page.url()).await;
                browser.panel().button().await;
            }
            (network.tries() >= 3).then_some(())
        })
        .await;
        assert_eq!(collector.n("tax").await, sent, "{status}");
        wait::until("the rating arrives", async || {
            if collector.n("tax").await == sent + 1 {
                return Some(());
            }
            browser.open(page.url()).await;
            browser.panel().button().await;
            None
        })
        .await;
    }
    let refusal = browser
        .value("localStorage['huiyin-refused'] ?? null")
        .await;
    assert!(refusal.is_null(), "{refusal}");
}
