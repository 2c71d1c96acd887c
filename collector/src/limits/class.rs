//! The classes of routes: what kind of work a request is, which decides every limit it meets.

use strum::IntoStaticStr;

/// What kind of work a route is. The table of routes names the class of each; body limit, rate
/// limit, concurrency limit, ledger and metrics all follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Class {
    /// A submission is stored; each has an entry in the ledger.
    Ingest,
    /// Something stored is changed by its citizen, such as a withdrawal.
    Change,
    /// A page view is counted, which may fail without harm.
    #[strum(serialize = "moment")]
    WidgetEvent,
    /// Something public is read.
    Read,
    /// The loader, what it loads, and the files of our pages.
    Asset,
    /// Whether the process lives and can work; never refused for want of a permit.
    Health,
}

impl Class {
    /// All of them, in the order of their values.
    pub const ALL: [Self; 6] = [
        Self::Ingest,
        Self::Change,
        Self::WidgetEvent,
        Self::Read,
        Self::Asset,
        Self::Health,
    ];

    /// Returns its name in metrics.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns whether its routes are a POST; the others are a GET, and change nothing.
    pub const fn is_post(self) -> bool {
        matches!(self, Self::Ingest | Self::Change | Self::WidgetEvent)
    }

    /// Returns the largest body, in bytes: a comment of 2,000 characters of four bytes each, written
    /// as `%XX`, and room for everything else; or a few short words.
    ///
    /// What needs no body has the larger limit too, so that a page tells a refused sender why.
    pub const fn body_limit(self) -> usize {
        match self {
            Self::Ingest | Self::Change | Self::Read | Self::Asset | Self::Health => 32 * 1024,
            Self::WidgetEvent => 2 * 1024,
        }
    }
}
