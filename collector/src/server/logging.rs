//! The log: text or JSON, to standard error.
//!
//! At the level `debug`, each request is a line with its method, route, class, status and time.
//!
//! It never holds what a citizen wrote, where a citizen is, a receipt code, an edit key, the query of
//! an address, or a password, at whatever level; `tests/it/logs.rs` looks for them.

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::{Log, LogFormat};

/// Parts of others that would write contents into the log, and what is heard of them.
const TALKATIVE: [(&str, LevelFilter); 2] = [
    // Lists every migration at each start.
    ("refinery_core", LevelFilter::WARN),
    // Writes statements with their parameters, and what the server remarks at every start.
    ("tokio_postgres", LevelFilter::WARN),
];

/// Starts the log of this process.
pub(crate) fn start(log: &Log) {
    let filter = EnvFilter::try_new(log.log_filter.as_str()).unwrap_or_default();
    let lines = match log.log_format {
        LogFormat::Text => fmt::layer()
            .with_ansi(std::io::stderr().is_terminal())
            .with_span_events(FmtSpan::CLOSE)
            .with_writer(std::io::stderr)
            .boxed(),
        LogFormat::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_span_events(FmtSpan::CLOSE)
            .with_writer(std::io::stderr)
            .boxed(),
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(filter_fn(holds_no_content))
        .with(lines)
        .init();
    std::panic::set_hook(Box::new(say_where));
}

fn holds_no_content(about: &Metadata<'_>) -> bool {
    TALKATIVE
        .iter()
        .all(|(part, most)| !about.target().starts_with(part) || about.level() <= most)
}

/// Logs the place of a panic, and its text only where that was written by a programmer: one made
/// from values may quote what a citizen sent.
fn say_where(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let place = place.as_deref().unwrap_or("an unknown place");
    let text = panic.payload().downcast_ref::<&'static str>();
    let text = text
        .copied()
        .unwrap_or("its text is made from values and is left out");
    tracing::error!(place, text, "a part of the collector panicked");
}
