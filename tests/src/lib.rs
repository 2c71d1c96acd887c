//! The harness of the black-box tests: what starts the real collector and the real browser.
//!
//! The modules in reading order: the collector, what is sent to it, a page that carries
//! its tag, a browser that looks at the page; then the replay of real texts, its own
//! arithmetic, load, and years of ratings that need not be sent.
#![expect(
    clippy::missing_panics_doc,
    reason = "a harness fails a test by panicking, with a sentence that says why"
)]

pub mod collector;

pub mod answer;

pub mod submission;

pub mod citizens;
pub mod figures;

pub mod host_page;

pub mod hosts;

pub mod network;

pub mod rows;

pub mod words;

pub mod browser;

pub mod lighthouse;

pub mod panel;

pub mod artifact;

pub mod effort;

pub mod dice;

pub mod turn;

pub mod wait;

mod process;

pub mod trace;

pub mod small_disk;

pub mod replay;

pub mod recount;

pub mod load;

pub mod seed;
pub mod shadow;

pub mod quota;
