//! The collector: takes in feedback, stores it, and publishes the scores.
//!
//! The layers, from the top down: `cli`, `server`, `web`, `app`, `config`, `intake`, `metrics`,
//! `cache`, `widget`, `text`, `store`, `limits`, `model`, `util`. A module imports only from layers
//! below its own; a rule of `cargo xtask test` checks it. [`server::serve`] is the whole of it as a
//! service; [`cli`] is its command line.

pub mod app;
pub mod cache;
pub mod cli;
pub mod config;
pub mod intake;
pub mod limits;
pub mod metrics;
pub mod model;
pub mod server;
pub mod store;
mod text;
pub mod util;
pub mod web;
pub mod widget;
