//! What is open, what waits, and how batches go.

use std::time::Duration;

use prometheus::{Histogram, HistogramOpts, IntCounter, IntGauge};

use super::registry::MetricRegistry;

/// Counts connections; clones are handles on the same counts.
#[derive(Clone, Debug)]
pub struct Connections {
    open: IntGauge,
    accepted: IntCounter,
}

impl Connections {
    pub(super) fn new(registry: &MetricRegistry) -> Self {
        Self {
            open: registry.gauge("huiyin_connections", "Connections that are open."),
            accepted: registry.add(IntCounter::new(
                "huiyin_connections_accepted_total",
                "Connections that were accepted.",
            )),
        }
    }

    /// Counts a connection until the returned value is dropped.
    pub fn opened(&self) -> ConnectionGuard {
        self.accepted.inc();
        self.open.inc();
        ConnectionGuard(self.open.clone())
    }
}

/// Counts a connection as open until it is dropped.
#[derive(Debug)]
pub struct ConnectionGuard(IntGauge);

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// What is counted of the queue of submissions and of the batches it is committed in; clones are
/// handles on the same counts.
#[derive(Clone, Debug)]
pub struct Intake {
    waiting: IntGauge,
    sizes: Histogram,
    durations: Histogram,
}

impl Intake {
    pub(super) fn new(registry: &MetricRegistry) -> Self {
        let histogram = |name: &str, help: &str, buckets: &[f64]| {
            let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
            registry.add(Histogram::with_opts(options))
        };
        Self {
            waiting: registry.gauge(
                "huiyin_submissions_waiting",
                "Submissions in the queue, not counting those that are being committed.",
            ),
            sizes: histogram(
                "huiyin_commit_submissions",
                "How many submissions were committed together.",
                &[
                    1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1_000.0,
                ],
            ),
            durations: histogram(
                "huiyin_commit_duration_seconds",
                "How long a commit took, until it was on the disk or failed.",
                &[
                    0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
                ],
            ),
        }
    }

    /// Says how many submissions wait.
    pub fn waits(&self, submissions: usize) {
        self.waiting
            .set(i64::try_from(submissions).unwrap_or(i64::MAX));
    }

    /// Says that a batch was committed, or failed to be, after this time.
    pub fn committed(&self, submissions: usize, took: Duration) {
        self.sizes
            .observe(f64::from(u32::try_from(submissions).unwrap_or(u32::MAX)));
        self.durations.observe(took.as_secs_f64());
    }
}
