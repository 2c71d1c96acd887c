//! What is passed between the parts of the collector.

mod department;
mod dimension;
pub mod drivers;
mod feedback;
mod figures;
mod listing;
mod pause;
pub mod period;
pub mod score_table;
mod submission;
mod widget_event;

pub use department::{Department, DepartmentId, Localized, Located, Names, Service};
pub use dimension::{Breakdown, Dimension};
pub use feedback::Feedback;
pub use figures::Figures;
pub use listing::{Before, Comparison, Order, Page, Selection, Standing, compare};
pub use pause::{Notice, Pause};
pub use submission::{Outcome, Received, Refusal, Signal, Taken};
pub use widget_event::{Counted, WidgetEvent, WidgetEventCounts};

/// What a recount of all feedback says about the roll-ups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Feedback that counts.
    pub feedback: u64,
    /// Feedback that was withdrawn.
    pub withdrawn: u64,
    /// Roll-up rows.
    pub rollups: u64,
    /// Roll-up rows that do not agree with the recount, missing ones included.
    pub differences: u64,
}

/// One form of a file of the widget, as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name below the address of its version.
    pub path: String,
    /// How it is packed; empty where it is not.
    pub coding: String,
    /// Its media type.
    pub kind: String,
    /// What is sent.
    pub bytes: Vec<u8>,
}
