//! What every handler is given.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::ingest::Queue;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::moments::Counters;
use crate::pauses::Pauses;
use crate::places::Places;
use crate::random::Random;
use crate::releases::Releases;
use crate::store::Store;

/// The collector; clones are handles on the same one, and cost one count whatever it has.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What a collector is made of.
pub struct Parts {
    /// Where feedback is kept.
    pub store: Arc<dyn Store>,
    /// Where submissions wait to be stored.
    pub queue: Queue,
    /// Whether the store could be used when it was last tried.
    pub readiness: Readiness,
    /// What time it is.
    pub clock: Clock,
    /// Where ids come from.
    pub random: Random,
    /// How many ratings a score must have before the public sees it.
    pub public_minimum: u64,
    /// How much may be asked, and how often.
    pub limits: Arc<Limits>,
    /// What is counted for operators.
    pub metrics: Metrics,
    /// The widget, as pages may ask for it.
    pub releases: Releases,
    /// Where nobody is asked at the moment.
    pub pauses: Pauses,
    /// Departments that were looked up of late.
    pub places: Places,
    /// What is counted of the widget and not written yet.
    pub moments: Counters,
}

impl From<Parts> for App {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Whether the store can be used, tried at most once a second, however many ask.
#[derive(Clone, Default)]
pub struct Readiness(Arc<Mutex<Option<(Instant, bool)>>>);

impl Readiness {
    /// Returns whether a write reaches the disk and a read is answered.
    pub async fn now(&self, store: &dyn Store) -> bool {
        let mut last = self.0.lock().await;
        match *last {
            Some((at, ready)) if at.elapsed() < Duration::from_secs(1) => ready,
            _ => {
                let tried = tokio::time::timeout(Duration::from_secs(1), store.ready()).await;
                let ready = tried.unwrap_or(false);
                *last = Some((Instant::now(), ready));
                ready
            }
        }
    }
}
