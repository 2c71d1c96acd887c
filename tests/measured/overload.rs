//! Overload: how much is still served, and how long honest clients wait.
//!
//! `cargo xtask test --long` makes each story as long as its promise.

use std::io;
use std::time::Duration;

use huiyin_tests::artifact::figure;
use huiyin_tests::collector::Installation;
use huiyin_tests::effort::cycles;
use huiyin_tests::load::{HalfOpen, Load, Report, Requests, cpu_time, run};
use huiyin_tests::quota::Quota;
use huiyin_tests::replay::DEPARTMENTS;

/// What the collector gets of a core where it is to be overloaded: so little that the rest of a
/// small machine can ask ten times as much of it.
const HUNDREDTHS: u32 = 30;

/// How often the rush is repeated, with a calm before and after each.
const ROUNDS: usize = 5;

#[expect(clippy::cast_precision_loss, reason = "there are a few")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn seconds(fast: u64, long: u64) -> Duration {
    Duration::from_secs(cycles(fast, long))
}

/// Runs a load and returns what the process used of a core meanwhile, as a share of one.
async fn with_cost(
    process: u32,
    load: Load,
    work: impl FnOnce(Load) -> io::Result<Report> + Send + 'static,
) -> (Report, f64) {
    let cost = run(move || {
        std::thread::sleep(load.warm_up);
        let before = cpu_time(process).expect("it runs");
        std::thread::sleep(load.window);
        let used = cpu_time(process).expect("it runs").saturating_sub(before);
        used.as_secs_f64() / load.window.as_secs_f64()
    });
    let report = run(move || work(load).expect("runs"));
    let (cost, report) = tokio::join!(cost, report);
    (report, cost)
}

fn ratings() -> Requests {
    Requests::ratings().expect("real texts")
}

#[tokio::test]
async fn nine_tenths_of_the_capacity_are_served_at_ten_times_the_load() {
    let installation = Installation::of(DEPARTMENTS);
    let collector = installation.start();
    let quota = Quota::of(collector.process(), HUNDREDTHS);
    let times = if quota.is_some() { 10.0 } else { 2.0 };
    let load = Load {
        server: collector.address(),
        connections: 256,
        warm_up: Duration::from_secs(1),
        window: seconds(3, 20),
    };
    let process = collector.process();
    let overload = Load {
        connections: 3_000,
        warm_up: Duration::from_secs(2),
        window: seconds(5, 40),
        ..load
    };
    // In turns, because the machine does other things meanwhile and is never the same twice.
    let calm = async || with_cost(process, load, |load| load.closed(&mut ratings())).await;
    let (first, before) = calm().await;
    let rate = first.rate() * times;
    let mut capacities = vec![first.rate()];
    let mut goodputs = Vec::new();
    let mut last = None;
    for _ in 0..ROUNDS {
        let rush = move |load: Load| load.rush(rate, &mut ratings());
        let (report, used) = with_cost(process, overload, rush).await;
        goodputs.push(report.rate());
        let (calm, after) = calm().await;
        capacities.push(calm.rate());
        last = Some((report, used, after));
    }
    let (report, used, after) = last.expect("there is a round");
    let capacity = mean(&capacities);
    let share = mean(&goodputs) / capacity;
    let measured = format!(
        "{:.0} % of {capacity:.0}/s at {times} times as many, mean of {ROUNDS} rounds, the last \
         {report}; cores used: {before:.3}, {used:.3}, {after:.3}",
        share * 100.0,
    );
    figure("overload", &measured);
    assert!(share >= 0.9, "{measured}");
}

#[tokio::test]
async fn half_open_connections_do_not_slow_down_honest_clients() {
    let installation = Installation::of(DEPARTMENTS);
    let collector = installation.start();
    let server = collector.address();
    let count = usize::try_from(cycles(500, 2_000)).expect("few");
    let load = Load {
        server,
        connections: 32,
        warm_up: Duration::from_millis(500),
        window: seconds(3, 7),
    };
    let honest =
        async || -> Report { run(move || load.open(500.0, &mut ratings()).expect("runs")).await };
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        alone.push(honest().await);
        let half = run(move || HalfOpen::hold(server, count)).await;
        beside.push(honest().await);
        drop(half);
    }
    for report in alone.iter().chain(&beside) {
        assert_eq!(report.failed(), 0, "{report}");
    }
    // The best of each: what else happens on the machine only ever makes it worse.
    let best = |reports: &[Report]| {
        let each = reports.iter().map(|report| report.quantile(0.99));
        each.min().expect("reports")
    };
    let (alone, beside) = (best(&alone), best(&beside));
    let measured = format!("p99 {alone:?} alone, {beside:?} beside {count} half-open connections");
    figure("half-open", &measured);
    assert!(beside <= 2 * alone, "{measured}");
}
