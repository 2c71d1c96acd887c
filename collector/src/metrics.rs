//! The figures for operators, in the text format of Prometheus.
//!
//! Every name and label is known when the process starts, whatever is sent to it, and every handle is
//! made then: counting costs an addition, and nothing that a citizen sent becomes a label.

mod gauges;
mod ledger;
mod listener;
mod process;
mod requests;

use std::sync::Arc;

use prometheus::core::Collector;
use prometheus::{Encoder, IntGauge, Opts, Registry, TextEncoder};

use crate::http::problem::ProblemType;

pub use gauges::{Connections, Held as HeldConnection, Intake};
pub use ledger::{BUSY, Entry, INTERNAL, Ledger, Pending, Settled, UNAVAILABLE};
pub use listener::serve;

/// All figures; clones are handles on the same ones.
#[derive(Clone)]
pub struct Metrics(Arc<All>);

struct All {
    registry: Registry,
    ledger: Ledger,
    requests: requests::Requests,
    connections: Connections,
    intake: Intake,
    store_up: IntGauge,
    uncounted: IntGauge,
    process: process::Process,
}

impl Metrics {
    /// Makes all figures, each at nothing.
    ///
    /// # Panics
    /// If two of them had the same name, which every test would notice.
    pub fn new() -> Self {
        let figures = Figures(Registry::new());
        let version = Opts::new("huiyin_build_info", "The running version; always 1.")
            .const_label("version", env!("CARGO_PKG_VERSION"));
        figures.add(IntGauge::with_opts(version)).set(1);
        let reasons = ProblemType::all().map(ProblemType::name);
        Self(Arc::new(All {
            ledger: Ledger::new(&figures, reasons),
            requests: requests::Requests::new(&figures),
            connections: Connections::new(&figures),
            intake: Intake::new(&figures),
            store_up: figures.gauge(
                "huiyin_store_up",
                "Whether a write reached the store and a read was answered when this was asked.",
            ),
            uncounted: figures.gauge(
                "huiyin_uncounted_batches",
                "Commits that no roll-up says yet, when this process last looked.",
            ),
            process: process::Process::new(&figures),
            registry: figures.0,
        }))
    }

    /// Returns the ledger of submissions.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// Returns the count of connections.
    pub fn connections(&self) -> &Connections {
        &self.0.connections
    }

    /// Returns what is counted of the queue and its batches.
    pub fn intake(&self) -> &Intake {
        &self.0.intake
    }

    /// Returns the figure of commits that no roll-up says yet.
    pub fn uncounted(&self) -> &IntGauge {
        &self.0.uncounted
    }

    /// Returns all figures as text, with those of this moment.
    fn text(&self, store_is_up: bool) -> Result<Vec<u8>, prometheus::Error> {
        self.0.store_up.set(i64::from(store_is_up));
        self.0.process.look();
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.0.registry.gather(), &mut text)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// Where figures are made.
struct Figures(Registry);

impl Figures {
    /// Takes a figure in; its name is a constant of this folder, so it is right or never was.
    fn add<C: Collector + Clone + 'static>(&self, figure: prometheus::Result<C>) -> C {
        let figure = figure.expect("the name and the labels are well formed");
        let added = self.0.register(Box::new(figure.clone()));
        added.expect("no other figure has this name");
        figure
    }

    fn gauge(&self, name: &str, help: &str) -> IntGauge {
        self.add(IntGauge::new(name, help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_figures_at_the_start_as_there_will_ever_be() {
        let text = Metrics::new().text(true).expect("text");
        let text = String::from_utf8(text).expect("UTF-8");
        let figures = text.lines().filter(|line| !line.starts_with('#')).count();
        assert!((60..200).contains(&figures), "{figures}");
        let started = "huiyin_submissions_refused_total{reason=\"body-too-large\"} 0";
        assert!(text.contains(started), "{text}");
    }

    #[test]
    fn reasons_that_the_queue_gives_are_names_of_problems() {
        for reason in [BUSY, INTERNAL, UNAVAILABLE] {
            assert!(ProblemType::all().any(|problem| problem.name() == reason));
        }
    }
}
