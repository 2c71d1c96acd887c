//! What every handler is given.

use crate::clock::Clock;
use crate::random::Random;
use crate::store::Store;

/// The collector's parts; clones are handles on the same ones.
#[derive(Clone)]
pub struct App {
    /// Where feedback is kept.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Where ids come from.
    pub random: Random,
    /// How many ratings a score must have before the public sees it.
    pub public_minimum: u64,
}
