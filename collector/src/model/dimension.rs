//! By what ratings are broken down.

use clap::ValueEnum;

/// By what a department's own ratings are broken down where an operator asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Dimension {
    /// By the tag, poster or kiosk the rating came from
    Placement,
    /// By the language in which the form was shown
    Language,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Placement, Self::Language];

    /// Returns its name in addresses and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placement => "placement",
            Self::Language => "language",
        }
    }

    /// Returns the one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}
