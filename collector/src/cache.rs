//! What is read from the store so often that a copy a few seconds old serves nearly everybody.

pub mod departments;
pub mod pauses;
mod refreshing;
