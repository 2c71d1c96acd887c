//! An operator gets the tag to paste, and hears whether it will work on a page.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Finished, Installation};
use huiyin_tests::host_page::HostPage;
use huiyin_tests::wait;
use tokio::task::block_in_place;

/// What the tag needs.
const WHOLE: &str = "script-src COLLECTOR 'wasm-unsafe-eval'; connect-src COLLECTOR; \
                     frame-src COLLECTOR";

/// Checks the page with the tag, served under a policy.
async fn check(installation: &Installation, collector: &Collector, policy: &str) -> Finished {
    let page = HostPage::with_tag_of(collector)
        .policy(policy)
        .serve()
        .await;
    let arguments = ["embed", "check", page.url(), "--origin", collector.origin()];
    block_in_place(|| installation.run(&arguments))
}

/// Where there is not even a button.
const NOTHING: &str = "nothing";

/// Opens the page with the tag, served under a policy, in a browser, and waits until its citizens
/// have come to this level and no higher one.
async fn reach(browser: &Browser, collector: &Collector, policy: &str, level: &str) {
    let page = HostPage::with_tag_of(collector).policy(policy);
    let page = page.serve().await;
    browser.open(page.url()).await;
    let button = browser.ours("[part=button]").await;
    assert_eq!(button.is_none(), level == NOTHING, "{policy}");
    if button.is_none() {
        return;
    }
    browser.panel().open().await;
    wait::until(&format!("{level} under {policy}"), async || {
        for one in ["dialog.panel", "[part=frame]", "[part=link]"] {
            if browser.ours(one).await.is_some() {
                return (one == level).then_some(());
            }
        }
        None
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_served_page_is_told_what_its_citizens_get_and_what_is_missing() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let good = check(&installation, &collector, WHOLE).await;
    assert_eq!(good.code, Some(0), "{good:?}");
    assert!(good.stdout.ends_with("The panel will run.\n"), "{good:?}");
    let origin = collector.origin();
    for (policy, end, level, lacks) in [
        (
            "script-src COLLECTOR; connect-src 'none'",
            "in a frame.\n",
            "[part=frame]",
            format!("script-src {origin} 'wasm-unsafe-eval'; connect-src {origin}"),
        ),
        (
            "script-src COLLECTOR; frame-src 'self'",
            "a link to the form.\n",
            "[part=link]",
            format!("script-src {origin} 'wasm-unsafe-eval'; frame-src 'self' {origin}"),
        ),
        (
            "script-src COLLECTOR/huiyin.js",
            "a link to the form.\n",
            "[part=link]",
            format!("script-src {origin}/huiyin.js {origin} 'wasm-unsafe-eval'"),
        ),
        (
            "default-src 'self'",
            "no button will appear.\n",
            NOTHING,
            format!(
                "script-src 'self' {origin} 'wasm-unsafe-eval'; connect-src 'self' {origin}; \
                 frame-src 'self' {origin}"
            ),
        ),
    ] {
        let told = check(&installation, &collector, policy).await;
        assert_eq!(told.code, Some(1), "{policy}: {told:?}");
        assert!(told.stdout.ends_with(end), "{policy}: {told:?}");
        assert!(
            told.stdout.contains(&format!("policy: {lacks}\n")),
            "{policy}: {told:?}"
        );
        reach(&browser, &collector, policy, level).await;
        // What it says is enough.
        let mended = check(&installation, &collector, &lacks).await;
        assert_eq!(mended.code, Some(0), "{lacks}: {mended:?}");
        reach(&browser, &collector, &lacks, "dialog.panel").await;
    }
}

#[test]
fn the_tag_that_is_printed_is_good_and_one_of_nobody_is_not() {
    let installation = Installation::of_government();
    let tag = |more: &[&str]| {
        let mut arguments = vec!["embed", "tag", "--origin", "https://rate.example.gov.cn"];
        arguments.extend(more);
        installation.run(&arguments)
    };
    let check = |html: &str| {
        let file = installation.file("page.html", html.as_bytes());
        installation.run(&[
            "embed",
            "check",
            &file,
            "--origin",
            "https://rate.example.gov.cn",
        ])
    };
    for more in [&["--pin"][..], &["--placement", "大厅"], &[]] {
        let printed = tag(&[&["--department", "tax"], more].concat());
        assert_eq!(printed.code, Some(0), "{printed:?}");
        let told = check(&printed.stdout);
        assert_eq!(told.code, Some(0), "{printed:?} {told:?}");
        assert!(!told.stdout.contains("note "), "{told:?}");
        let spoilt = printed.stdout.replace("\"tax\"", "\"taxes\"");
        let told = check(&spoilt);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(
            told.stdout.contains("no department is called taxes"),
            "{told:?}"
        );
    }
    let pinned = tag(&["--department", "tax", "--pin"]).stdout;
    let told = check(&pinned.replace("sha384-", "sha384-A"));
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.stdout.contains("integrity is not the loader's"),
        "{told:?}"
    );
    let refused = tag(&["--department", "taxes"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loader_that_cannot_be_fetched_is_told() {
    let installation = Installation::of_government();
    // Nobody listens at this port.
    let page = HostPage::with_tag_from("http://127.0.0.1:9").serve().await;
    let told = block_in_place(|| installation.run(&["embed", "check", page.url()]));
    assert_eq!(told.code, Some(1), "{told:?}");
    let what = "wrong  http://127.0.0.1:9/huiyin.js cannot be fetched from here: ";
    assert!(told.stdout.contains(what), "{told:?}");
}

#[test]
fn a_page_that_cannot_be_read_is_no_verdict() {
    let installation = Installation::empty();
    for page in ["http://127.0.0.1:1/", "/nowhere/page.html"] {
        let told = installation.run(&["embed", "check", page]);
        assert_eq!(told.code, Some(2), "{told:?}");
        assert!(told.stderr.contains(page), "{told:?}");
    }
}
