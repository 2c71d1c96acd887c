//! The process: accepting connections, the work beside serving, and the log.

pub mod background;
#[cfg(test)]
mod every_route;
pub mod listener;
pub(crate) mod logging;

pub use listener::serve;
