//! What came of a load.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::clients::Event;

/// The longest latency that is told from longer ones, in microseconds.
const LONGEST: u64 = 120_000_000;

/// The answers to what was asked in the window of a load.
#[derive(Clone, Debug)]
pub struct Report {
    /// How long the window was.
    pub window: Duration,
    /// How many answers had which status.
    pub statuses: BTreeMap<u16, u64>,
    /// How many refusals (429 and 503) did not say when to come back.
    pub without_retry_after: u64,
    /// How many requests ended with a connection that failed.
    pub broken: u64,
    /// How many requests were not answered at all.
    pub unanswered: u64,
    /// How many requests found no free connection; only at a fixed rate.
    pub unsent: u64,
    /// Latencies of accepted requests, in microseconds.
    pub latency: Histogram<u64>,
    /// What the generator itself used of a core during the window.
    pub own_cpu: Duration,
}

impl Report {
    pub(super) fn new(window: Duration) -> Self {
        let latency = Histogram::new_with_max(LONGEST, 3).expect("three digits of two minutes");
        Self {
            window,
            statuses: BTreeMap::new(),
            without_retry_after: 0,
            broken: 0,
            unanswered: 0,
            unsent: 0,
            latency,
            own_cpu: Duration::ZERO,
        }
    }

    pub(super) fn count(&mut self, event: &Event) {
        let Some(answer) = event.answer else {
            self.broken += 1;
            return;
        };
        *self.statuses.entry(answer.status).or_default() += 1;
        let refused = matches!(answer.status, 429 | 503);
        if refused && !answer.has_retry_after {
            self.without_retry_after += 1;
        }
        if is_accepted(answer.status) {
            let took = u64::try_from(event.took.as_micros()).unwrap_or(LONGEST);
            self.latency.saturating_record(took);
        }
    }

    /// Returns how many requests were accepted: answered with 200 to 299.
    pub fn accepted(&self) -> u64 {
        let accepted = self
            .statuses
            .iter()
            .filter(|(status, _)| is_accepted(**status));
        accepted.map(|(_, count)| count).sum()
    }

    /// Returns how many requests ended in any other way.
    pub fn failed(&self) -> u64 {
        let answered: u64 = self.statuses.values().sum();
        answered - self.accepted() + self.broken + self.unanswered + self.unsent
    }

    /// Returns how many requests were accepted per second.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn rate(&self) -> f64 {
        self.accepted() as f64 / self.window.as_secs_f64()
    }

    /// Returns the latency that this share of the accepted requests did not exceed.
    pub fn quantile(&self, share: f64) -> Duration {
        Duration::from_micros(self.latency.value_at_quantile(share))
    }

    /// Returns the share of one core that the generator used for itself.
    pub fn own_share(&self) -> f64 {
        self.own_cpu.as_secs_f64() / self.window.as_secs_f64()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}, {} broken, {} unanswered, {} unsent, {} refusals without Retry-After; \
             p50 {:.1?}, p99 {:.1?}; generator {:.2} of a core",
            self.statuses,
            self.broken,
            self.unanswered,
            self.unsent,
            self.without_retry_after,
            self.quantile(0.5),
            self.quantile(0.99),
            self.own_share(),
        )
    }
}

fn is_accepted(status: u16) -> bool {
    (200..300).contains(&status)
}
