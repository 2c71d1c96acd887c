//! A page that pinned a release of the widget gets the same bytes from every binary to come.

use huiyin_test_postgres::Postgres;
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation, Kind, ask};
use huiyin_tests::host_page::{HostPage, Served};
use huiyin_tests::hosts::{Proxy, Way};
use huiyin_tests::wait;
use reqwest::header;
use serde_json::json;
use tokio::task::block_in_place;

/// What an older binary may have been called.
const OLDER: &str = "0.0.9-0123456789ab";

/// Returns the release that a collector's loader names.
async fn release(collector: &Collector) -> String {
    let loader = collector.get("/huiyin.js").await.body;
    let (_, rest) = loader.split_once("/assets/").expect("the loader names it");
    let (version, _) = rest.split_once('/').expect("a folder");
    version.to_owned()
}

/// Returns what is served at an address to who takes this coding: headers that count, and bytes.
async fn served(collector: &Collector, path: &str, coding: &str) -> (Vec<String>, Vec<u8>) {
    let request = collector.client().get(collector.url(path));
    let request = request.header(header::ACCEPT_ENCODING, coding);
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    let headers = [
        "content-type",
        "content-encoding",
        "content-length",
        "cache-control",
        "etag",
        "vary",
        "access-control-allow-origin",
        "cross-origin-resource-policy",
        "x-content-type-options",
    ];
    let headers = headers.map(|name| format!("{name}: {:?}", response.headers().get(name)));
    let bytes = response.bytes().await.expect("the whole body");
    (headers.to_vec(), bytes.to_vec())
}

/// Makes the release that is kept one of an older binary.
async fn grow_old(installation: &Installation, kind: Kind) {
    let sql = format!("UPDATE asset SET version = '{OLDER}'");
    // It is written beside serving, soon after the start.
    wait::until("the release is kept", async || {
        let changed = block_in_place(|| match kind {
            Kind::Sqlite => {
                let file = rusqlite::Connection::open(installation.database()).expect("a file");
                file.execute(&sql, []).expect("writes")
            }
            Kind::Postgres => {
                let asked = format!("WITH a AS ({sql} RETURNING 1) SELECT count(*) FROM a");
                let changed = Postgres::shared().ask(installation.database(), &asked);
                changed.parse().expect("a number")
            }
        });
        (changed > 0).then_some(())
    })
    .await;
}

async fn a_pinned_release_outlives_its_binary(kind: Kind) {
    let installation = Installation::of_government_on(kind);
    let collector = installation.start();
    let own = release(&collector).await;
    let mut before = Vec::new();
    for name in [
        "huiyin.js",
        "page.js",
        "panel.js",
        "panel.wasm",
        "locales/ar.json",
    ] {
        for coding in ["br", "gzip", "identity"] {
            let got = served(&collector, &format!("/assets/{own}/{name}"), coding).await;
            assert!(
                got.0.iter().any(|line| line.contains("immutable")),
                "{got:?}"
            );
            before.push((name, coding, got));
        }
    }
    grow_old(&installation, kind).await;
    collector.terminate();
    assert!(block_in_place(|| collector.ended()).success());
    let collector = installation.start();
    for (name, coding, got) in before {
        let path = format!("/assets/{OLDER}/{name}");
        assert_eq!(
            served(&collector, &path, coding).await,
            got,
            "{path} {coding}"
        );
        let tag = got
            .0
            .iter()
            .find_map(|line| line.strip_prefix("etag: Some("));
        let tag = tag.expect("a tag").trim_end_matches(')').replace('\\', "");
        let tag = tag.trim_matches('"').to_owned();
        let again = collector.client().get(collector.url(&path));
        let again = again.header(header::ACCEPT_ENCODING, coding);
        let again = ask(again.header(header::IF_NONE_MATCH, format!("\"{tag}\""))).await;
        assert_eq!(again.status, 304, "{path} {coding}");
    }
    for unknown in [
        format!("/assets/{OLDER}/panel.js.br"),
        format!("/assets/{OLDER}/other.js"),
        format!("/assets/{own}/other.js"),
        "/assets/0.0.8-0123456789ab/huiyin.js".to_owned(),
    ] {
        let answer = collector.get(&unknown).await;
        assert_eq!(answer.status, 404, "{unknown}");
        assert_eq!(answer.header("cache-control"), "no-store", "{unknown}");
    }
    // The newest is served as before, and short-lived where nobody pinned it.
    let newest = served(&collector, "/huiyin.js", "identity").await;
    let pinned = served(&collector, &format!("/assets/{own}/huiyin.js"), "identity").await;
    assert_eq!(newest.1, pinned.1);
    assert!(
        newest.0.iter().any(|line| line.contains("max-age=300")),
        "{newest:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_release_outlives_its_binary_in_a_file() {
    a_pinned_release_outlives_its_binary(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_release_outlives_its_binary_on_a_server() {
    a_pinned_release_outlives_its_binary(Kind::Postgres).await;
}

/// Returns what stands on a page for whom the printed tag is pasted.
async fn paste(installation: &Installation, origin: &str) -> Served {
    let arguments = [
        "embed",
        "tag",
        "--pin",
        "--department",
        "tax",
        "--origin",
        origin,
    ];
    let printed = block_in_place(|| installation.run(&arguments));
    assert_eq!(printed.code, Some(0), "{printed:?}");
    let page = HostPage::with_tag_from(origin).without_tag();
    page.beside(&printed.stdout).serve().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_tag_runs_its_loader_and_no_other() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let spoilt = Proxy::before(collector.origin(), Way::Changed("/huiyin.js")).await;
    let page = paste(&installation, spoilt.origin()).await;
    let (path, own) = (
        format!("/assets/{}/huiyin.js", release(&collector).await),
        collector.client(),
    );
    let got = own.get(format!("{}{path}", spoilt.origin())).send().await;
    let got = got.expect("an answer").text().await.expect("a text");
    assert!(got.starts_with("//\n"), "it is not spoilt: {got}");
    browser.open(page.url()).await;
    let quiet = "new Promise((done) => setTimeout(() => done(
        [typeof Huiyin, document.querySelectorAll('huiyin-feedback').length]), 500))";
    assert_eq!(browser.value(quiet).await, json!(["undefined", 0]));

    let page = paste(&installation, collector.origin()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().question().await;
}
