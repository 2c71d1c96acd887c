//! The ledger of submissions: each is received once and settled once, whatever becomes of it.
//!
//! received = stored + repeated + revised + refused, by the hand of the type and not of those who
//! use it: an entry is settled by value, and one that is dropped settles itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus::{IntCounter, IntCounterVec, Opts};

use super::registry::MetricRegistry;
use crate::model::{Refusal, Taken};

/// Too many wait to be stored.
pub const BUSY: &str = "busy";

/// The store cannot be used.
pub const UNAVAILABLE: &str = "unavailable";

/// Whoever sent it went away before it was in the queue.
const ABANDONED: &str = "abandoned";

/// A fault of the collector, such as a panic.
pub const INTERNAL: &str = "internal";

/// What became of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is a new feedback, on the disk.
    Stored,
    /// It was there already and changed nothing.
    Repeated,
    /// It replaced an earlier version, on the disk.
    Revised,
    /// It was not taken, for the reason of this name, the end of a problem type's address.
    Refused(&'static str),
}

impl From<&Result<Taken, Refusal>> for Settled {
    fn from(outcome: &Result<Taken, Refusal>) -> Self {
        match outcome {
            Ok(taken) if taken.created => Self::Stored,
            Ok(taken) if taken.changed => Self::Revised,
            Ok(_) => Self::Repeated,
            Err(refusal) => Self::Refused(refusal.name()),
        }
    }
}

/// Counts submissions; clones are handles on the same counts.
#[derive(Clone, Debug)]
pub struct Ledger(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    received: IntCounter,
    stored: IntCounter,
    repeated: IntCounter,
    revised: IntCounter,
    refused: BTreeMap<&'static str, IntCounter>,
    refused_for_other: IntCounter,
}

impl Ledger {
    /// Makes a ledger that knows these reasons for a refusal; others count as internal.
    pub(super) fn new(
        registry: &MetricRegistry,
        reasons: impl Iterator<Item = &'static str>,
    ) -> Self {
        let counter = |name: &str, help: &str| registry.add(IntCounter::new(name, help));
        let refused = registry.add(IntCounterVec::new(
            Opts::new(
                "huiyin_submissions_refused_total",
                "Submissions that were not taken, by the name of the problem; abandoned ones were \
                 given up by the sender before they waited to be stored.",
            ),
            &["reason"],
        ));
        let of = |reason| (reason, refused.with_label_values(&[reason]));
        Self(Arc::new(Counts {
            received: counter(
                "huiyin_submissions_received_total",
                "Submissions that arrived: those stored, repeated, revised and refused together.",
            ),
            stored: counter(
                "huiyin_submissions_stored_total",
                "Submissions that became a new feedback on the disk.",
            ),
            repeated: counter(
                "huiyin_submissions_repeated_total",
                "Submissions that were there already and changed nothing.",
            ),
            revised: counter(
                "huiyin_submissions_revised_total",
                "Submissions that replaced an earlier version on the disk.",
            ),
            refused_for_other: of(INTERNAL).1,
            refused: reasons.chain([ABANDONED, INTERNAL]).map(of).collect(),
        }))
    }

    /// Enters a submission that has arrived.
    pub fn receive(&self) -> Entry {
        self.0.received.inc();
        Entry {
            counts: Some(Arc::clone(&self.0)),
            given_up: ABANDONED,
        }
    }
}

/// A submission that has been received and not yet settled.
///
/// It goes with the submission: into the queue, and to whoever learns what the commit came to.
#[derive(Debug)]
#[must_use = "an entry that is dropped counts as given up"]
pub struct Entry {
    counts: Option<Arc<Counts>>,
    given_up: &'static str,
}

impl Entry {
    /// Settles it. To do so twice is impossible, and not to do so counts as given up.
    pub fn settle(mut self, settled: Settled) {
        if let Some(counts) = self.counts.take() {
            counts.count(settled);
        }
    }

    /// Says what it counts as, if it is dropped, from where its sender can no longer give it up.
    pub fn otherwise(mut self, reason: &'static str) -> Self {
        self.given_up = reason;
        self
    }

    /// Puts it where a request can carry it.
    pub fn pending(self) -> Pending {
        Pending(Arc::new(Mutex::new(Some(self))))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let reason = if std::thread::panicking() {
            INTERNAL
        } else {
            self.given_up
        };
        if let Some(counts) = self.counts.take() {
            counts.count(Settled::Refused(reason));
        }
    }
}

impl Counts {
    fn count(&self, settled: Settled) {
        match settled {
            Settled::Stored => &self.stored,
            Settled::Repeated => &self.repeated,
            Settled::Revised => &self.revised,
            Settled::Refused(reason) => self.refused.get(reason).unwrap_or(&self.refused_for_other),
        }
        .inc();
    }
}

/// The entry of a request that is being handled; clones are the same one, and the first to take it
/// has it.
#[derive(Clone, Debug, Default)]
pub struct Pending(Arc<Mutex<Option<Entry>>>);

impl Pending {
    /// Takes the entry, to settle it or to hand it on; the next finds one that counts nothing.
    pub fn take(&self) -> Entry {
        self.waiting().unwrap_or(Entry {
            counts: None,
            given_up: ABANDONED,
        })
    }

    /// Takes the entry, if nobody has.
    pub fn waiting(&self) -> Option<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> Ledger {
        Ledger::new(&MetricRegistry::new(), ["busy", "rating"].into_iter())
    }

    /// Received, stored, repeated, revised, and how many were refused for a reason.
    fn counts(ledger: &Ledger, reason: &str) -> [u64; 5] {
        let counts = &ledger.0;
        [
            counts.received.get(),
            counts.stored.get(),
            counts.repeated.get(),
            counts.revised.get(),
            counts.refused[reason].get(),
        ]
    }

    #[test]
    fn each_outcome_is_counted_where_it_belongs() {
        let ledger = ledger();
        for settled in [
            Settled::Stored,
            Settled::Repeated,
            Settled::Revised,
            Settled::Refused("busy"),
        ] {
            ledger.receive().settle(settled);
        }
        assert_eq!(counts(&ledger, "busy"), [4, 1, 1, 1, 1]);
    }

    #[test]
    fn what_nobody_settles_was_given_up_and_a_panic_is_a_fault() {
        let ledger = ledger();
        drop(ledger.receive().pending());
        assert_eq!(counts(&ledger, ABANDONED), [1, 0, 0, 0, 1]);
        let entry = ledger.receive();
        let panicked = std::thread::spawn(move || {
            let _entry = entry;
            panic!("on purpose");
        });
        assert!(panicked.join().is_err());
        assert_eq!(counts(&ledger, INTERNAL), [2, 0, 0, 0, 1]);
    }

    #[test]
    fn only_the_first_taker_of_a_request_settles_it() {
        let ledger = ledger();
        let pending = ledger.receive().pending();
        pending.take().settle(Settled::Stored);
        pending.clone().take().settle(Settled::Refused("busy"));
        assert!(pending.waiting().is_none());
        assert_eq!(counts(&ledger, "busy"), [1, 1, 0, 0, 0]);
    }

    #[test]
    fn a_reason_nobody_knows_is_not_lost_and_makes_no_label() {
        let ledger = ledger();
        ledger.receive().settle(Settled::Refused("sunspots"));
        assert_eq!(counts(&ledger, INTERNAL), [1, 0, 0, 0, 1]);
    }
}
