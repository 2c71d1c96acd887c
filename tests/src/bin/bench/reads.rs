//! Reading: a score must not cost more because there are more ratings behind it.

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::ensure;
use huiyin_tests::collector::{Installation, Kind};
use huiyin_tests::load::{Load, Requests};
use huiyin_tests::replay::DEPARTMENTS;
use huiyin_tests::seed;
use jiff::civil::date;
use serde_json::Value;

use crate::Bench;
use crate::figure::Goal;
use crate::rounds::milliseconds;
use crate::servers::Server;

/// The department above all others in the list of departments, and a whole year of it.
const SCORE: &str = "/api/v1/departments/p42/score?from=2025-01-01&to=2025-12-31";

/// One calendar month of all departments; each order is a path of its own.
const LIST: &str = "/api/v1/departments?parent=all&from=2025-06-01&to=2025-06-30";

/// How many departments are listed: about as many as a province has that meet citizens.
const LISTED: usize = 23_000;

/// Measures the score of a year over more and more rows.
pub(crate) fn score(bench: &mut Bench) -> anyhow::Result<()> {
    let mut stores = Vec::new();
    for rows in bench.settings.rows {
        let installation = Installation::of(DEPARTMENTS);
        seeded(&installation, *rows, date(2025, 1, 1), date(2025, 12, 31))?;
        let started = Instant::now();
        let server = Server::collector(Kind::Sqlite, &installation)?;
        let start = started.elapsed().as_secs_f64() * 1e3;
        ensure!(
            ask(&server, SCORE)?["n"] == *rows,
            "the score is of other ratings"
        );
        stores.push((*rows, installation, server, start, Vec::new()));
    }
    let load = one_reader(bench);
    let mut requests = Requests::get(SCORE);
    for round in 0..bench.settings.rounds {
        for (rows, _, server, _, times) in &mut stores {
            let figure = format!("score of a year, {} rows", power(*rows));
            let rounds = &mut bench.rounds;
            let report = rounds.measure(&figure, round, server, &load, None, &mut requests)?;
            times.push(milliseconds(&report, 0.5));
        }
    }
    let Some((fewest, .., few)) = stores.first() else {
        return Ok(());
    };
    for (rows, .., start, times) in &stores {
        if let Some(most) = bench.settings.rows.last().filter(|most| *most == rows) {
            bench.figures.add(
                format!("start-up, {} rows", power(*most)),
                &[*start],
                "ms",
                None,
            );
        }
        bench.figures.add(
            format!("score of a year, {} rows", power(*rows)),
            times,
            "ms",
            None,
        );
        if rows != fewest {
            let ratios: Vec<f64> = times
                .iter()
                .zip(few)
                .map(|(time, few)| time / few)
                .collect();
            let name = format!(
                "score of a year, {} rows against {}",
                power(*rows),
                power(*fewest)
            );
            bench
                .figures
                .add(name, &ratios, "times", Some(Goal::AtMost(1.3)));
        }
    }
    if !bench.settings.rows.contains(&10_000_000) {
        bench.figures.skip(
            "score of a year, 10000000 rows against 10000",
            "left out by --quick",
        );
    }
    Ok(())
}

/// Measures the first page of a long list, in the two orders a reader asks for most.
pub(crate) fn list(bench: &mut Bench) -> anyhow::Result<()> {
    let installation = Installation::of(&departments());
    let rows = bench.settings.listed_rows;
    seeded(&installation, rows, date(2025, 5, 1), date(2025, 6, 30))?;
    let server = Server::collector(Kind::Sqlite, &installation)?;
    let page = ask(&server, LIST)?;
    ensure!(
        page["total"] == LISTED,
        "the list is of {} departments",
        page["total"]
    );
    let load = one_reader(bench);
    let orders = ["name", "index"];
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..bench.settings.rounds {
        for (order, times) in orders.into_iter().zip(&mut times) {
            let mut requests = Requests::get(&format!("{LIST}&sort={order}"));
            let figure = format!("list of {LISTED} by {order}");
            let rounds = &mut bench.rounds;
            let report = rounds.measure(&figure, round, &server, &load, None, &mut requests)?;
            times.push(milliseconds(&report, 0.5));
        }
    }
    for (order, times) in orders.into_iter().zip(&times) {
        let name = format!("list of {LISTED} departments with a month's score, by {order}");
        bench
            .figures
            .add(name, times, "ms", Some(Goal::AtMost(20.0)));
    }
    Ok(())
}

/// One reader who waits for each answer: what is measured is the answer and no queue.
fn one_reader(bench: &Bench) -> Load {
    Load {
        window: bench.settings.window.min(Duration::from_secs(1)),
        ..bench.load(1)
    }
}

fn seeded(
    installation: &Installation,
    rows: u64,
    first: jiff::civil::Date,
    last: jiff::civil::Date,
) -> anyhow::Result<()> {
    let started = Instant::now();
    seed::fill(installation, rows, first, last)?;
    println!(
        "  {rows} rows written and counted in {:.0} s",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Makes the file of departments: one above, all others side by side below it.
fn departments() -> String {
    let mut file = "slug,parent,name_zh,name_en\nall,,示例省人民政府,\n".to_owned();
    for number in 0..LISTED {
        // Writing to a string cannot fail.
        _ = writeln!(file, "d{number},all,示例局{number:05},Bureau {number}");
    }
    file
}

/// Tells a power of ten as people do.
fn power(rows: u64) -> String {
    format!("10^{}", rows.ilog10())
}

fn ask(server: &Server, path: &str) -> anyhow::Result<Value> {
    let url = format!("http://{}{path}", server.address);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let client = huiyin_tests::collector::client();
        Ok(client
            .get(url)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?)
    })
}
