//! What every handler is given, and how it is put together.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use tokio::sync::Mutex;

use crate::cache::departments::DepartmentCache;
use crate::cache::pauses::PauseCache;
use crate::intake::Queue;
use crate::intake::widget_events::EventCounters;
use crate::limits::Limits;
use crate::limits::client::TrustedProxies;
use crate::metrics::Metrics;
use crate::store::Store;
use crate::util::clock::Clock;
use crate::util::random::Random;
use crate::widget::releases::Releases;

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
    /// The pauses in effect.
    pub pauses: PauseCache,
    /// Departments that were read a moment ago.
    pub departments: DepartmentCache,
    /// Widget events that are counted and not written yet.
    pub widget_events: EventCounters,
}

/// What an operator may set.
pub struct Options {
    /// Whose days are counted.
    pub clock: Clock,
    /// The proxies whose word about a client's address is believed.
    pub trusted_proxies: TrustedProxies,
    /// How many submissions one client may send in a minute; 0 for no limit.
    pub rate_limit: u32,
    /// How many ratings a score must have before the public sees it.
    pub public_minimum: u64,
}

impl Default for Options {
    /// In UTC, without a rate limit, and with every score published.
    fn default() -> Self {
        Self {
            clock: Clock::system(TimeZone::UTC),
            trusted_proxies: TrustedProxies::default(),
            rate_limit: 0,
            public_minimum: 1,
        }
    }
}

impl App {
    /// Starts the queue and returns the collector; must be called within a runtime.
    pub fn start(store: Arc<dyn Store>, metrics: Metrics, options: Options) -> Self {
        let random = Random::system();
        let shared = Arc::clone(&store).shared_limit();
        let shared = shared.map(|shared| (shared, options.clock.clone()));
        let limits = Limits::new(options.trusted_proxies, options.rate_limit, &random, shared);
        Self(Arc::new(Parts {
            queue: Queue::start(Arc::clone(&store), metrics.intake.clone()),
            metrics,
            readiness: Readiness::default(),
            releases: Releases::default(),
            pauses: PauseCache::default(),
            departments: DepartmentCache::default(),
            widget_events: EventCounters::default(),
            store,
            clock: options.clock,
            random,
            limits: Arc::new(limits),
            public_minimum: options.public_minimum,
        }))
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
