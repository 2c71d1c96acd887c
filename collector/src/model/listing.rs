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
    pub before: Counts,
}

impl<T> Standing<T> {
    /// Returns the change between the two periods, if both have `minimum` ratings.
    pub fn change(&self, minimum: u64) -> Option<Change> {
        let enough = self.now.n().min(self.before.n()) >= minimum;
        Change::between(&self.now, &self.before).filter(|_| enough)
    }
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
