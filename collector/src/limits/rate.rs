//! How often one client may send: a local bucket that always holds, and a shared one beyond it.
//!
//! The local bucket has the whole quota, so a store that fails leaves each collector with its own
//! quota and never without one. A small allowance needs no question at all: honest citizens stay
//! within it and cost the database nothing.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::MonotonicClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};

use super::client::{Client, Key};
use super::shared::{self, Shared, SharedLimit};
use crate::util::clock::Clock;
use crate::util::random::Random;

/// How many buckets there are, however many clients come: two that meet in one share it.
const SLOTS: usize = 1 << 16;

/// Which part of the quota each collector gives away without asking the others.
const FREE_PART: u32 = 30;

/// The limit on what one client sends.
pub struct RateLimit<C: governor::clock::Clock = MonotonicClock> {
    key: Key,
    whole: Buckets<C>,
    shared: Option<(Buckets<C>, Shared)>,
    one: Duration,
}

type Buckets<C> = RateLimiter<u16, Slots, C, Plain<C>>;

/// Nothing is added to governor's answers.
type Plain<C> = NoOpMiddleware<<C as governor::clock::Clock>::Instant>;

/// The request comes too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// How long it is until the next one would not.
    pub wait: Duration,
}

impl RateLimit {
    /// Returns a limit of so many requests a minute, as many of them at once.
    pub fn new(
        per_minute: NonZeroU32,
        random: &Random,
        shared: Option<(Arc<dyn SharedLimit>, Clock)>,
    ) -> Self {
        Self::timed(per_minute, random, shared, &MonotonicClock)
    }
}

impl<C: governor::clock::Clock + Clone> RateLimit<C> {
    fn timed(
        per_minute: NonZeroU32,
        random: &Random,
        shared: Option<(Arc<dyn SharedLimit>, Clock)>,
        time: &C,
    ) -> Self {
        let buckets = |quota| Buckets::<C>::new(quota, Slots::default(), time.clone());
        let free = NonZeroU32::new(per_minute.get() / FREE_PART).unwrap_or(NonZeroU32::MIN);
        let quota = shared::Quota {
            per_minute: per_minute.get(),
            burst: per_minute.get(),
        };
        Self {
            key: random.key(),
            whole: buckets(Quota::per_minute(per_minute)),
            shared: shared.map(|(store, clock)| {
                let free = buckets(Quota::per_minute(free));
                (free, Shared::start(store, clock, quota))
            }),
            one: Duration::from_mins(1) / per_minute.get(),
        }
    }

    /// Lets one request of this client through, or says how long it is too early.
    pub async fn admit(&self, client: Client) -> Result<(), TooOften> {
        let [high, low, ..] = client.hash(&self.key);
        let slot = u16::from_be_bytes([high, low]);
        if let Err(early) = self.whole.check_key(&slot) {
            let wait = early.wait_time_from(self.whole.clock().now());
            return Err(TooOften { wait });
        }
        let Some((free, shared)) = &self.shared else {
            return Ok(());
        };
        if free.check_key(&slot).is_ok() || shared.grants(client).await {
            Ok(())
        } else {
            Err(TooOften { wait: self.one })
        }
    }
}

/// The buckets: an array, so that they take half a mebibyte and never more.
struct Slots(Box<[InMemoryState]>);

impl Default for Slots {
    fn default() -> Self {
        Self((0..SLOTS).map(|_| InMemoryState::default()).collect())
    }
}

impl StateStore for Slots {
    type Key = u16;

    fn measure_and_replace<T, F, E>(&self, slot: &u16, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0[usize::from(*slot)].measure_and_replace(&NotKeyed::NonKey, measure)
    }
}

#[cfg(test)]
mod tests;
