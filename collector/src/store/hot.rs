//! What is written by hand for each database: storing batches, taking feedback back, adding pending
//! deltas to the roll-ups, widget events, shared limits, and what opens and closes a store.

pub(super) mod postgres;
pub(super) mod sqlite;
