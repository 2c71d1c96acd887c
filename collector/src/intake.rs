//! Taking in what citizens send: submissions by a queue that commits in groups, widget events by
//! counters in memory.

mod queue;
mod take;
pub mod widget_events;

pub use queue::{NotTaken, Queue};
pub use take::take;
