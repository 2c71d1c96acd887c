//! How fast pages are where there is very much to show.

use std::time::{Duration, Instant};

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::Installation;
use huiyin_tests::submission::Submission;

/// More departments than a large province has.
const MANY: usize = 23_000;

#[tokio::test]
async fn a_page_of_very_many_departments_is_quick() {
    let installation = Installation::of_many(MANY);
    let collector = installation.start();
    for number in 0..40_u8 {
        let department = format!("d{}", u16::from(number) * 7);
        collector
            .send(&Submission::new(&department, 1 + number % 5))
            .await;
    }
    let mut slowest = Duration::ZERO;
    for path in [
        "/?parent=all",
        "/?parent=all&sort=index&page=2",
        "/?parent=all&page=460",
        "/?q=2299",
        "/d/all",
    ] {
        let started = Instant::now();
        let page = collector.get(path).await;
        slowest = slowest.max(started.elapsed());
        assert_eq!(page.status, 200, "{path}");
    }
    figure(
        "slowest page",
        &format!("{slowest:?} of {MANY} departments"),
    );
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}
