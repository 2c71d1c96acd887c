//! What the collector takes of a machine: memory, and time to start.

use std::time::Instant;

use anyhow::ensure;
use huiyin_tests::collector::{Installation, Kind};
use huiyin_tests::load::{ADDRESS, ID, Requests, peak_memory};
use huiyin_tests::replay::DEPARTMENTS;

use crate::Bench;
use crate::figure::Goal;
use crate::servers::Server;

/// Makes ratings as they come through a proxy, each from another address.
pub(crate) fn ratings() -> anyhow::Result<Requests> {
    let headers = format!("x-forwarded-for: {ADDRESS}\r\n");
    Requests::ratings_from("https://www.example.gov.cn/banshi", &headers)
}

/// Tells bytes in MiB.
#[expect(
    clippy::cast_precision_loss,
    reason = "nobody has 2^52 bytes of memory"
)]
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

/// Measures memory after more pages, browsers and addresses than any table could hold.
pub(crate) fn memory(bench: &mut Bench) -> anyhow::Result<()> {
    let most = bench.settings.strangers;
    println!("Memory after {most} pages, browsers and addresses");
    let installation = Installation::of(DEPARTMENTS);
    let server = Server::collector(Kind::Sqlite, &installation)?;
    let page = format!("https://www.example.gov.cn/{ID}");
    let headers = format!("user-agent: Browser/{ID}\r\nx-forwarded-for: {ADDRESS}\r\n");
    let mut requests = Requests::ratings_from(&page, &headers)?;
    let load = bench.load(64);
    let (mut seen, mut round) = (0, 0);
    while seen < most {
        let rounds = &mut bench.rounds;
        let report = rounds.measure("strangers", round, &server, &load, None, &mut requests)?;
        ensure!(
            report.accepted() > 0,
            "nothing is accepted: {:?}",
            report.statuses
        );
        (seen, round) = (seen + report.accepted(), round + 1);
    }
    let peak = server.process.and_then(peak_memory).unwrap_or_default();
    let name = format!("resident memory after {most} distinct pages, browsers and addresses");
    let goal = Some(Goal::AtMost(96.0));
    bench.figures.add(name, &[mebibytes(peak)], "MiB", goal);
    Ok(())
}

/// Measures the time from the command to the line that says where it listens.
pub(crate) fn start(bench: &mut Bench) {
    println!("Start-up");
    let installation = Installation::of(DEPARTMENTS);
    let times: Vec<f64> = (0..bench.settings.starts)
        .map(|_| {
            let started = Instant::now();
            let collector = installation.start();
            let took = started.elapsed();
            drop(collector);
            took.as_secs_f64() * 1e3
        })
        .collect();
    bench
        .figures
        .add("start-up, 204 departments", &times, "ms", None);
}
