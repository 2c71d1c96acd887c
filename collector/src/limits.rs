//! What keeps the collector responsive: whose request it is, how often they may send, how many are
//! worked on at once, and how fast connections are accepted.

pub mod accept_throttle;
pub mod class;
pub mod client;
pub mod concurrency;
pub mod rate;
pub mod shared;

use std::num::NonZeroU32;
use std::sync::Arc;

use self::accept_throttle::AcceptThrottle;
use self::class::Class;
use self::client::TrustedProxies;
use self::concurrency::ConcurrencyLimits;
use self::rate::RateLimit;
use self::shared::SharedLimit;
use crate::util::clock::Clock;
use crate::util::random::Random;

/// The limits of one process.
pub struct Limits {
    /// The proxies whose word about a client's address is believed.
    pub trusted: TrustedProxies,
    /// How many requests are worked on at once.
    pub concurrency: ConcurrencyLimits,
    /// How fast connections are accepted.
    pub accept: AcceptThrottle,
    ingest: Option<RateLimit>,
    /// Apart from that of submissions: reading pages takes nothing of the right to rate.
    widget_events: Option<RateLimit>,
}

/// How many widget events a client may send for each feedback: behind one address there may be an
/// office that reads many pages and rates few.
const EVENTS_PER_FEEDBACK: u32 = 10;

impl Limits {
    /// Returns limits that let a client send so often a minute, without a limit for 0.
    ///
    /// With `shared` the quota is one for all collectors on that store; then this must be called
    /// in a runtime, where a task asks it.
    pub fn new(
        trusted: TrustedProxies,
        per_minute: u32,
        random: &Random,
        shared: Option<(Arc<dyn SharedLimit>, Clock)>,
    ) -> Self {
        let events = NonZeroU32::new(per_minute.saturating_mul(EVENTS_PER_FEEDBACK));
        Self {
            trusted,
            concurrency: ConcurrencyLimits::default(),
            accept: AcceptThrottle::default(),
            ingest: NonZeroU32::new(per_minute)
                .map(|per_minute| RateLimit::new(per_minute, random, shared)),
            widget_events: events.map(|per_minute| RateLimit::new(per_minute, random, None)),
        }
    }

    /// Returns how often one client may send a request of a class; none where there is no limit.
    pub fn rate(&self, class: Class) -> Option<&RateLimit> {
        match class {
            Class::Ingest | Class::Change => self.ingest.as_ref(),
            Class::WidgetEvent => self.widget_events.as_ref(),
            Class::Read | Class::Asset | Class::Health => None,
        }
    }
}
