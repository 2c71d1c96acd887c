//! How long and how often everything is measured.

use std::time::Duration;

/// The numbers that decide how much a figure can be trusted, and how long it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Rounds, in each of which everybody is measured once.
    pub(crate) rounds: usize,
    /// How long a load runs before it is counted.
    pub(crate) warm_up: Duration,
    /// How long it is counted.
    pub(crate) window: Duration,
    /// How many rows the stores have whose reading is compared, from few to many.
    pub(crate) rows: &'static [u64],
    /// How many rows there are below the list of departments.
    pub(crate) listed_rows: u64,
    /// How many pages and browsers are told apart while memory is watched.
    pub(crate) strangers: u64,
    /// How often a start is timed.
    pub(crate) starts: usize,
}

impl Settings {
    /// Enough for a figure that is to be quoted.
    pub(crate) const FULL: Self = Self {
        rounds: 5,
        warm_up: Duration::from_millis(500),
        window: Duration::from_secs(3),
        rows: &[10_000, 1_000_000, 10_000_000],
        listed_rows: 2_000_000,
        strangers: 1_000_000,
        starts: 11,
    };

    /// Enough to see whether it works.
    pub(crate) const QUICK: Self = Self {
        rounds: 3,
        warm_up: Duration::from_millis(200),
        window: Duration::from_millis(800),
        rows: &[10_000, 1_000_000],
        listed_rows: 500_000,
        strangers: 100_000,
        starts: 3,
    };
}
