//! Rounds in which everybody is measured once, so that a busy moment meets all alike.

use std::fs::File;
use std::path::Path;

use comfy_table::{Table, presets};
use huiyin_tests::load::{Load, Report, Requests, cpu_time};

use crate::figure::middle;
use crate::servers::Server;

/// One measurement of one server.
#[derive(Debug)]
struct Entry {
    figure: String,
    round: usize,
    server: &'static str,
    report: Report,
    /// CPU time of the server per accepted request, in microseconds.
    cpu: Option<f64>,
}

/// All measurements, to be looked at when a figure surprises.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    entries: Vec<Entry>,
}

impl Rounds {
    /// Asks a server as fast as it answers, or at a rate; returns what came of it.
    pub(crate) fn measure(
        &mut self,
        figure: &str,
        round: usize,
        server: &Server,
        load: &Load,
        rate: Option<f64>,
        requests: &mut Requests,
    ) -> anyhow::Result<Report> {
        let load = Load {
            server: server.address,
            ..*load
        };
        let before = server.process.and_then(cpu_time);
        let report = match rate {
            Some(rate) => load.open(rate, requests)?,
            None => load.closed(requests)?,
        };
        let after = server.process.and_then(cpu_time);
        let used = before
            .zip(after)
            .map(|(before, after)| after.saturating_sub(before));
        // The warm-up is part of what was used, so it is part of what is divided by.
        let whole = (load.warm_up + load.window).as_secs_f64();
        let cpu = used.map(|used| used.as_secs_f64() * 1e6 / (report.rate() * whole));
        self.entries.push(Entry {
            figure: figure.to_owned(),
            round,
            server: server.name,
            report: report.clone(),
            cpu,
        });
        Ok(report)
    }

    /// Returns one line for each server and figure: medians of its rounds.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header([
            "load",
            "server",
            "per second",
            "p50 ms",
            "p99 ms",
            "CPU µs each",
            "generator's CPU",
            "not accepted",
        ]);
        let mut told: Vec<(&str, &str)> = Vec::new();
        for entry in &self.entries {
            let key = (entry.figure.as_str(), entry.server);
            if told.contains(&key) {
                continue;
            }
            told.push(key);
            let of = |value: &dyn Fn(&Entry) -> Option<f64>| {
                let same = self
                    .entries
                    .iter()
                    .filter(|e| (e.figure.as_str(), e.server) == key);
                middle(&same.filter_map(value).collect::<Vec<_>>())
            };
            let failed = of(&|entry| u32::try_from(entry.report.failed()).ok().map(f64::from));
            table.add_row([
                entry.figure.clone(),
                entry.server.to_owned(),
                format!("{:.0}", of(&|entry| Some(entry.report.rate()))),
                format!("{:.2}", of(&|entry| Some(milliseconds(&entry.report, 0.5)))),
                format!(
                    "{:.2}",
                    of(&|entry| Some(milliseconds(&entry.report, 0.99)))
                ),
                entry
                    .cpu
                    .map_or(String::new(), |_| format!("{:.1}", of(&|entry| entry.cpu))),
                format!(
                    "{:.0} %",
                    100.0 * of(&|entry| Some(entry.report.own_share()))
                ),
                format!("{failed:.0}"),
            ]);
        }
        table.to_string()
    }

    /// Writes every round as a line of a CSV file.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let mut writer = csv::Writer::from_writer(File::create(file)?);
        writer.write_record([
            "load",
            "round",
            "server",
            "per_second",
            "p50_ms",
            "p99_ms",
            "cpu_us_each",
            "generator_cpu",
            "not_accepted",
            "statuses",
        ])?;
        for entry in &self.entries {
            writer.write_record([
                entry.figure.clone(),
                entry.round.to_string(),
                entry.server.to_owned(),
                format!("{:.1}", entry.report.rate()),
                format!("{:.3}", milliseconds(&entry.report, 0.5)),
                format!("{:.3}", milliseconds(&entry.report, 0.99)),
                entry.cpu.map_or(String::new(), |cpu| format!("{cpu:.2}")),
                format!("{:.3}", entry.report.own_share()),
                entry.report.failed().to_string(),
                format!("{:?}", entry.report.statuses),
            ])?;
        }
        writer.flush()?;
        Ok(())
    }
}

/// Returns a quantile of the latency in milliseconds.
pub(crate) fn milliseconds(report: &Report, share: f64) -> f64 {
    report.quantile(share).as_secs_f64() * 1e3
}
