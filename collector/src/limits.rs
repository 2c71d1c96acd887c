//! What keeps the collector on its feet: whose request it is, how often they may send, how much is
//! worked on at once.

pub mod class;
pub mod client;
pub mod rate;
pub mod shared;

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::clock::Clock;
use crate::random::Random;
use class::Classes;
use client::TrustedProxies;
use rate::RateLimit;
use shared::SharedLimit;

/// The limits of one process.
pub struct Limits {
    /// Whose word about a client's address is believed.
    pub trusted: TrustedProxies,
    /// How often a client may send; none where that is left to somebody else.
    pub rate: Option<RateLimit>,
    /// How often a client's pages may be counted, apart from that: reading pages takes nothing of
    /// the right to rate.
    pub moments: Option<RateLimit>,
    /// How much is worked on at once.
    pub classes: Classes,
}

/// How many moments a client may send for each feedback: behind one address there may be an office
/// that reads many pages and rates few.
const MOMENTS: u32 = 10;

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
        let moments = NonZeroU32::new(per_minute.saturating_mul(MOMENTS));
        Self {
            trusted,
            moments: moments.map(|per_minute| RateLimit::new(per_minute, random, None)),
            rate: NonZeroU32::new(per_minute)
                .map(|per_minute| RateLimit::new(per_minute, random, shared)),
            classes: Classes::default(),
        }
    }
}
