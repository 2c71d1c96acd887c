//! Lighthouse finds the same faults in a page with the tag as without it.
//!
//! Its performance score depends on the machine, so that one is in `tests/measured/`.

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use huiyin_tests::{lighthouse, turn};

/// The categories that do not depend on time, and how far the page moved.
const OPTIONS: [&str; 2] = [
    "--only-categories=accessibility,best-practices",
    "--only-audits=cumulative-layout-shift",
];

async fn scores(address: &str) -> [f64; 3] {
    let report = lighthouse::report(address, &OPTIONS).await;
    let category = |name: &str| report["categories"][name]["score"].as_f64();
    [
        category("accessibility"),
        category("best-practices"),
        report["audits"]["cumulative-layout-shift"]["numericValue"].as_f64(),
    ]
    .map(|score| score.expect("a score"))
}

#[tokio::test]
async fn lighthouse_finds_no_fault_that_the_tag_has_brought() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector);
    let bare = HostPage::with_tag_of(&collector).without_tag();
    let (page, bare) = (page.serve().await, bare.serve().await);
    let _turn = turn::heavy().await;
    let [accessibility, practices, shift] = scores(page.url()).await;
    let [bare_accessibility, bare_practices, bare_shift] = scores(bare.url()).await;
    figure(
        "Lighthouse with the tag",
        &format!("accessibility {accessibility}, best practices {practices}, shift {shift}"),
    );
    assert!(accessibility >= bare_accessibility, "{accessibility}");
    assert!(practices >= bare_practices, "{practices}");
    assert!(shift <= bare_shift, "{shift}");
}
