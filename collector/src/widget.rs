//! The widget as a collector sees it: its files, its tag, and whether a page lets it run.

pub mod embed_check;
pub mod integrity;
pub mod releases;
pub mod tag;
