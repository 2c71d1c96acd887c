//! The metrics for operators, in the text format of Prometheus.
//!
//! Every name and label is known when the process starts, whatever is sent to it, and every handle is
//! made then: counting costs an addition, and nothing that a citizen sent becomes a label.

mod gauges;
mod ledger;
mod registry;
mod requests;

use std::ops::Deref;
use std::sync::Arc;

use prometheus::{IntGauge, Opts};

use self::registry::MetricRegistry;

pub use gauges::{ConnectionGuard, Connections, Intake};
pub use ledger::{BUSY, Entry, INTERNAL, Ledger, Pending, Settled, UNAVAILABLE};
pub use prometheus::TEXT_FORMAT;
pub use requests::Requests;

/// All metrics; clones are handles on the same ones.
#[derive(Clone)]
pub struct Metrics(Arc<All>);

/// All figures.
pub struct All {
    registry: MetricRegistry,
    /// The ledger of submissions.
    pub ledger: Ledger,
    /// The count of requests.
    pub requests: Requests,
    /// The count of connections.
    pub connections: Connections,
    /// What is counted of the queue and its batches.
    pub intake: Intake,
    store_up: IntGauge,
    /// Commits that no roll-up says yet.
    pub uncounted: IntGauge,
}

impl Deref for Metrics {
    type Target = All;

    fn deref(&self) -> &All {
        &self.0
    }
}

impl Metrics {
    /// Makes all metrics, each at nothing; refused submissions are counted by these reasons.
    ///
    /// # Panics
    ///
    /// If two of them had the same name, which every test would notice.
    pub fn new(reasons: impl Iterator<Item = &'static str>) -> Self {
        let registry = MetricRegistry::new();
        let version = Opts::new("huiyin_build_info", "The running version; always 1.")
            .const_label("version", env!("CARGO_PKG_VERSION"));
        registry.add(IntGauge::with_opts(version)).set(1);
        Self(Arc::new(All {
            ledger: Ledger::new(&registry, reasons),
            requests: Requests::new(&registry),
            connections: Connections::new(&registry),
            intake: Intake::new(&registry),
            store_up: registry.gauge(
                "huiyin_store_up",
                "Whether a write reached the store and a read was answered when this was asked.",
            ),
            uncounted: registry.gauge(
                "huiyin_uncounted_batches",
                "Commits that no roll-up says yet, when this process last looked.",
            ),
            registry,
        }))
    }

    /// Returns all figures as text, with those of this moment.
    pub fn text(&self, store_is_up: bool) -> Result<Vec<u8>, prometheus::Error> {
        self.store_up.set(i64::from(store_is_up));
        self.registry.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_metrics_at_the_start_as_there_will_ever_be() {
        let text = Metrics::new(["busy"].into_iter()).text(true).expect("text");
        let text = String::from_utf8(text).expect("UTF-8");
        let metrics = text.lines().filter(|line| !line.starts_with('#')).count();
        assert!((60..200).contains(&metrics), "{metrics}");
        let started = "huiyin_submissions_refused_total{reason=\"busy\"} 0";
        assert!(text.contains(started), "{text}");
    }
}
