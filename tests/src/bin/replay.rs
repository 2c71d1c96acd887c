//! `replay`: sends real texts to a running collector and checks the scores it makes of them.

use std::process::ExitCode;

use clap::Parser;
use comfy_table::{Table, presets};
use huiyin_tests::collector::client;
use huiyin_tests::replay::replay;
use indicatif::{ProgressBar, ProgressStyle};

/// Send real texts to a collector and compare its scores with a recount
#[derive(Parser)]
struct Arguments {
    /// Where the collector listens
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    collector: String,
    /// How many texts to send
    #[arg(long, default_value_t = 3_000)]
    limit: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("replay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<ExitCode> {
    let Arguments { collector, limit } = Arguments::parse();
    let collector = collector.trim_end_matches('/');
    let limit = limit.min(3_000);
    let bar = ProgressBar::new(u64::try_from(limit)?);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} texts, {per_sec}, {eta} left",
    )?);
    let told = bar.clone();
    let report = replay(&client(), collector, limit, move || told.inc(1)).await?;
    bar.finish();
    let mut largest: Vec<_> = report.tallies.iter().collect();
    largest.sort_by_key(|(slug, tally)| (std::cmp::Reverse(tally.n()), *slug));
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["department", "ratings"]);
    for (slug, tally) in largest.into_iter().take(10) {
        table.add_row([slug.clone(), tally.n().to_string()]);
    }
    println!("{} texts acknowledged; most ratings:\n{table}", report.sent);
    for difference in &report.differences {
        println!("{difference}");
    }
    if report.differences.is_empty() {
        println!(
            "scores agree: {} departments, 0 differences",
            report.compared
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "scores do NOT agree: {} differences (other ratings than these would make some, too)",
        report.differences.len()
    );
    Ok(ExitCode::FAILURE)
}
