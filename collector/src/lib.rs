//! The collector: takes in feedback, keeps it, and says the scores.
//!
//! [`serve::serve`] is the whole of it as a service; [`cli`] is its command line.

pub mod chart;
pub mod cli;
pub mod clock;
pub mod config;
pub mod drivers;
pub mod embed;
pub mod export;
mod fresh;
pub mod http;
pub mod ingest;
pub mod limits;
pub mod metrics;
pub mod model;
pub mod moments;
mod pages;
pub mod pauses;
pub mod period;
pub mod places;
pub mod random;
pub mod releases;
pub mod secret;
mod sentences;
pub mod serve;
pub mod state;
pub mod store;
mod telemetry;
pub mod upkeep;
