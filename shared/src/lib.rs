//! The contract between the widget, the collector and whoever calls the API.
//!
//! Everything here is a value: no input or output, no clock, no randomness. A type that can be
//! constructed is valid, so the widget and the collector cannot disagree about what is allowed.
//! The modules in reading order: what a citizen gives, how it is named, what comes of it.

pub mod rating;

pub mod text;

pub mod slug;

pub mod id;

pub mod language;

pub mod page;

pub mod personal;

pub mod feedback;

pub mod invalid;

pub mod problem;

pub mod counts;

pub mod interval;

pub mod score;

pub mod change;
