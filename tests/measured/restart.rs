//! How soon a collector that was started answers.

use std::time::{Duration, Instant};

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::Installation;

const PROVINCE: &str = include_str!("../data/departments.csv");

#[tokio::test]
async fn the_first_answer_comes_at_once_after_a_restart() {
    let installation = Installation::of(PROVINCE);
    let mut times = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let collector = installation.start();
        assert_eq!(collector.get("/healthz").await.status, 200);
        times.push(started.elapsed());
        collector.terminate();
        assert!(collector.ended().success());
    }
    times.sort();
    let measured = format!("median {:?} of {times:?}", times[2]);
    figure("start to first answer", &measured);
    assert!(times[2] < Duration::from_millis(200), "{times:?}");
}
