//! What a citizen says arrives the same from every fallback level.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::host_page::{HostPage, Served};
use huiyin_tests::wait;
use serde_json::json;
use tokio::task::block_in_place;

/// What the tag says of itself.
const TAG: &str = "<script async src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" \
    data-service=\"pay\" data-placement=\"footer\" data-lang=\"en\"></script>\
    <noscript><a href=\"COLLECTOR/d/tax/rate?service=pay&amp;placement=footer&amp;lang=en\">Rate</a></noscript>";

/// Reasons that this service alone has.
const DRIVERS: &str = "department,service,list,slug,name_zh,name_en\n\
    tax,pay,poor,queue,排长队,A long queue\ntax,pay,good,swift,快,Swift\n";

const SERVICES: &str = "department,slug,name_zh,name_en\ntax,pay,缴税,Pay a tax\n";

/// All that is kept of a rating but its secrets and its times.
const KEPT: &str = "SELECT json_array(d.slug, s.slug, f.rating, f.placement, f.drivers, f.comment, f.kind, \
    f.lang, f.page, f.wants_answer, f.contact, f.test, f.drivers_version) FROM feedback f \
    JOIN department d ON d.id = f.department_id LEFT JOIN service s ON s.id = f.service_id \
    ORDER BY f.id DESC LIMIT 1";

/// Returns what was kept last.
fn last(installation: &Installation) -> String {
    let file = rusqlite::Connection::open(installation.database()).expect("a file");
    file.query_row(KEPT, [], |row| row.get(0)).expect("a row")
}

async fn page(collector: &Collector, policy: &str) -> Served {
    let page = HostPage::with_tag_of(collector).without_tag().beside(TAG);
    page.policy(policy).serve().await
}

/// Says in a form of the collector what is said in the panel.
async fn fill_the_form(browser: &Browser) {
    for css in [
        "input[name=rating][value='2']",
        "input[name=poor][value=queue]",
        "input[name=kind][value=complaint]",
        "input[name=wants_answer]",
    ] {
        let field = browser.element(css).await;
        field.click().await.expect("it can be chosen");
    }
    for (css, text) in [("textarea", "Two hours."), ("#contact", "a@b.cn")] {
        let field = browser.element(css).await;
        field.send_keys(text).await.expect("it can be typed");
    }
    let send = browser.element("button[type=submit]").await;
    send.click().await.expect("the form can be sent");
    browser.element(".thanks").await;
}

async fn fill_the_panel(browser: &Browser) {
    for css in [
        "label:has([name=rating][value='2'])",
        "label:has([name=driver][value=queue])",
        "label:has([name=kind][value=complaint])",
        "label:has([name=answer])",
    ] {
        browser.tap(css).await;
    }
    for (css, text) in [("textarea", "Two hours."), ("#contact", "a@b.cn")] {
        let field = browser.shown(css).await;
        field.send_keys(text).await.expect("it can be typed");
    }
    browser.panel().send().await;
    browser.panel().receipt().await;
}

async fn until_moments(collector: &Collector, all: u64) {
    let expected = json!({"seen": all, "opened": all, "started": all, "sent": all});
    wait::until("the moments are counted", async || {
        (collector.score("tax").await["moments"] == expected).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_arrives_from_every_rung() {
    let installation = Installation::of_government();
    let imported = installation.import_as("service", SERVICES.as_bytes());
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let imported = installation.import_as("driver", DRIVERS.as_bytes());
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let collector = installation.start();
    let mut browser = Browser::start(Look::default()).await;
    let expected = |page: Option<&str>| {
        json!([
            "tax",
            "pay",
            2,
            "footer",
            "queue",
            "Two hours.",
            "complaint",
            "en",
            page,
            1,
            "a@b.cn",
            0,
            1
        ])
        .to_string()
    };

    let panel = page(&collector, "").await;
    browser.open(panel.url()).await;
    browser.panel().open().await;
    fill_the_panel(&browser).await;
    assert_eq!(last(&installation), expected(Some(panel.url())));
    until_moments(&collector, 1).await;

    let framed = page(&collector, "script-src COLLECTOR").await;
    browser.open(framed.url()).await;
    browser.panel().open().await;
    browser.panel().frame().await;
    let frame = browser.ours("[part=frame]").await.expect("a frame");
    frame
        .clone()
        .enter_frame()
        .await
        .expect("it can be entered");
    fill_the_form(&browser).await;
    browser.leave().await;
    assert_eq!(last(&installation), expected(Some(framed.url())));
    until_moments(&collector, 2).await;

    let linked = page(&collector, "script-src COLLECTOR; frame-src 'none'").await;
    browser.open(linked.url()).await;
    browser.panel().open().await;
    let link = browser.panel().link().await;
    let href = link.prop("href").await.expect("asked").expect("an address");
    browser.open(&href).await;
    fill_the_form(&browser).await;
    assert_eq!(last(&installation), expected(Some(linked.url())));
    until_moments(&collector, 3).await;
    drop(browser);

    let look = Look {
        scripts: false,
        ..Look::default()
    };
    let browser = Browser::start(look).await;
    browser.open(panel.url()).await;
    let link = browser.element("noscript a, a[href*='/d/tax/rate']").await;
    link.click().await.expect("the link can be followed");
    fill_the_form(&browser).await;
    // A page without scripts says nothing of itself.
    assert_eq!(last(&installation), expected(None));
    assert_eq!(installation.stored(), 4);
    // Nobody has counted that it was seen, so nothing of it counts. All is written at an orderly end.
    collector.terminate();
    assert!(block_in_place(|| collector.ended()).success());
    until_moments(&installation.start(), 3).await;
}
