//! Lists of departments with their ratings.

use huiyin_shared::change::Change;
use huiyin_shared::counts::Counts;
use strum::EnumString;

use super::DepartmentId;

/// A department or service with its ratings in a period and in the one before.
#[derive(Clone, Debug)]
pub struct Standing<T> {
    /// What was rated.
    pub subject: T,
    /// Whether there are departments below it.
    pub has_children: bool,
    /// The ratings in the period.
    pub now: Counts,
    /// The ratings in the period before.
    pub before: Before,
}

/// The ratings in the period before another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The ratings.
    pub counts: Counts,
    /// Whether some of them are from its first quarter. If not, the department began to be rated later,
    /// and a comparison would be one with a few weeks.
    pub is_complete: bool,
}

impl Before {
    /// Makes them from those of its first quarter and those of the rest.
    pub fn new(first_quarter: Counts, rest: &Counts) -> Self {
        Self {
            counts: first_quarter.plus(rest),
            is_complete: first_quarter.n() > 0,
        }
    }

    /// Returns the ratings of both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            counts: self.counts.plus(&other.counts),
            is_complete: self.is_complete || other.is_complete,
        }
    }
}

/// What can be said of a period and the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    /// One of them has too few ratings.
    TooFew,
    /// The period before is not complete.
    Incomplete,
    /// The change, which may be insignificant.
    Change(Change),
}

impl Comparison {
    fn new(now: &Counts, before: &Before, minimum: u64) -> Self {
        let enough = now.n().min(before.counts.n()) >= minimum;
        match Change::between(now, &before.counts).filter(|_| enough) {
            None => Self::TooFew,
            Some(_) if !before.is_complete => Self::Incomplete,
            Some(change) => Self::Change(change),
        }
    }

    /// Returns the change, if the periods can be compared.
    pub fn change(self) -> Option<Change> {
        match self {
            Self::Change(change) => Some(change),
            Self::TooFew | Self::Incomplete => None,
        }
    }
}

/// Compares the two periods of each row that is shown, if both have `minimum` ratings. The more rows,
/// the more it takes to be significant.
pub fn compare<T>(rows: &[Standing<T>], minimum: u64) -> Vec<Comparison> {
    let compared = rows
        .iter()
        .map(|row| Comparison::new(&row.now, &row.before, minimum));
    let mut compared: Vec<Comparison> = compared.collect();
    let changes = compared.iter_mut().filter_map(|one| match one {
        Comparison::Change(change) => Some(change),
        Comparison::TooFew | Comparison::Incomplete => None,
    });
    Change::judge_together(&mut changes.collect::<Vec<_>>());
    compared
}

/// Which departments of a list are wanted.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The department whose children are listed; none for the top.
    pub parent: Option<DepartmentId>,
    /// Text to look for in names and slugs, on all levels below `parent`'s own.
    pub search: Option<String>,
    /// The order.
    pub order: Order,
    /// How many to leave out first.
    pub offset: usize,
    /// How many at the most.
    pub limit: usize,
}

/// The order of a list; what cannot be compared stands last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// By index, best first.
    Index,
    /// By index, worst first.
    IndexLow,
    /// By number of ratings, most first.
    Ratings,
    /// By share of poor ratings, most first.
    Poor,
    /// By change of the index, greatest gain first.
    Change,
    /// By change of the index, greatest loss first.
    ChangeLow,
}

impl Order {
    /// Returns whether the order depends on the period before.
    pub const fn compares(self) -> bool {
        matches!(self, Self::Change | Self::ChangeLow)
    }
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows of the page.
    pub rows: Vec<T>,
    /// How many rows there are on all pages.
    pub total: usize,
}
