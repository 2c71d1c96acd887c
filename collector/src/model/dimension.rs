//! By what ratings are broken down.

use clap::ValueEnum;
use huiyin_shared::counts::Counts;
use strum::{EnumString, IntoStaticStr};

/// By what a department's ratings are broken down.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Dimension {
    /// By the tag, poster or kiosk the rating came from
    Placement,
    /// By the language in which the form was shown
    Language,
    /// By what the rating says it is: praise, suggestion, question or complaint
    Kind,
    /// By the reasons that were ticked
    Driver,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Placement, Self::Language, Self::Kind, Self::Driver];

    /// Returns its name in addresses.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns its number in tables, which never changes.
    pub const fn number(self) -> u8 {
        match self {
            Self::Placement => 1,
            Self::Language => 2,
            Self::Kind => 3,
            Self::Driver => 4,
        }
    }
}

/// A department's ratings by the values of one dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// The values with the most ratings, most first.
    pub values: Vec<(String, Counts)>,
    /// The ratings with all other values.
    pub others: Counts,
}

impl Breakdown {
    /// Returns what the public sees: a value with fewer ratings than the minimum counts with the
    /// others, because anybody can make up a text and would find it published.
    #[must_use]
    pub fn published(&self, minimum: u64) -> Self {
        let (values, few): (Vec<_>, Vec<_>) =
            (self.values.iter().cloned()).partition(|(_, counts)| counts.n() >= minimum);
        let sum = |sum: Counts, (_, counts): &(String, Counts)| sum.plus(counts);
        Self {
            values,
            others: few.iter().fold(self.others, sum),
        }
    }
}
