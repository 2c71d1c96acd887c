//! Three thousand real texts: the scores are right, and the pages that show them can be seen.

use huiyin_tests::artifact::figure;
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::replay::{DEPARTMENTS, replay};
use huiyin_tests::turn;

const TEXTS: usize = 3_000;

async fn rated(installation: &Installation) -> Collector {
    let collector = installation.start_with(&[]);
    let report = replay(collector.client(), collector.origin(), TEXTS, || ()).await;
    let report = report.expect("every text is acknowledged");
    assert_eq!((report.sent, report.compared), (TEXTS, 204));
    assert_eq!(report.differences, Vec::<String>::new());
    collector
}

#[tokio::test]
async fn the_scores_of_real_texts_agree_with_a_recount() {
    let _turn = turn::heavy().await;
    let installation = Installation::of(DEPARTMENTS);
    let collector = rated(&installation).await;
    collector.terminate();
    assert!(collector.ended().success());
    // A second replay is nothing but repeats; every score is public this time.
    let collector = installation.start();
    let report = replay(collector.client(), collector.origin(), TEXTS, || ()).await;
    let report = report.expect("every text is acknowledged");
    let measured = format!(
        "{} sent, {} departments compared, {} differences",
        report.sent,
        report.compared,
        report.differences.len()
    );
    figure("real texts", &measured);
    assert_eq!(report.differences, Vec::<String>::new());
    assert_eq!(installation.stored(), 3000);
}

#[tokio::test]
async fn the_summaries_can_be_read_on_every_screen_and_on_paper() {
    let installation = Installation::of(DEPARTMENTS);
    let collector = rated(&installation).await;
    for (width, dark, name) in [
        (1_280, false, "wide"),
        (320, false, "narrow"),
        (1_280, true, "dark"),
    ] {
        let look = Look {
            width,
            dark,
            ..Look::default()
        };
        let browser = Browser::start(look).await;
        for lang in ["zh-Hans", "en"] {
            for (page, path) in [
                ("top", "/?"),
                ("level", "/?parent=p42&sort=index&"),
                ("department", "/d/c4201?"),
                ("province", "/d/p42?"),
            ] {
                browser
                    .open(&collector.url(&format!("{path}lang={lang}")))
                    .await;
                browser.element("table, .empty").await;
                browser
                    .long_picture(&format!("summary-{page}-{lang}-{name}"))
                    .await;
                let content = browser.value("document.documentElement.scrollWidth").await;
                assert!(
                    content.as_u64() <= Some(u64::from(width)),
                    "{path} {lang} is {content} px wide on {width}"
                );
                if name == "wide" {
                    let printed = browser.print(&format!("summary-{page}-{lang}")).await;
                    assert!(printed > 1_000, "{path} prints nothing");
                }
            }
        }
        assert_eq!(browser.violations().await, Vec::<String>::new(), "{name}");
    }
}
