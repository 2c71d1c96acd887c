//! The collector: takes in feedback, keeps it, and says the scores.

pub mod clock;
pub mod model;
pub mod period;
pub mod random;
pub mod secret;
pub mod store;
