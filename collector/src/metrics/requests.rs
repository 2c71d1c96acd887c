//! Requests by what they were for and how they were answered.

use prometheus::{IntCounter, IntCounterVec, Opts};

use super::registry::MetricRegistry;
use crate::limits::class::Class;

/// How many hundreds of status codes there are.
const STATUSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Counts requests; each label is known when the process starts.
#[derive(Debug)]
pub struct Requests([[IntCounter; STATUSES.len()]; Class::ALL.len()]);

impl Requests {
    pub(super) fn new(registry: &MetricRegistry) -> Self {
        let answered = registry.add(IntCounterVec::new(
            Opts::new("huiyin_requests_total", "Requests that were answered."),
            &["class", "status"],
        ));
        Self(Class::ALL.map(|class| {
            STATUSES.map(|status| answered.with_label_values(&[class.name(), status]))
        }))
    }

    /// Counts a request that was answered with a status code.
    pub fn count(&self, class: Class, status: u16) {
        let hundreds = usize::from(status / 100).clamp(1, STATUSES.len());
        self.0[class as usize][hundreds - 1].inc();
    }
}
