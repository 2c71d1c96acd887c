//! The figures of a department.

use huiyin_shared::counts::Counts;

use super::{Before, Breakdown, WidgetEventCounts};

/// The figures of a department and all below it in a period, from one snapshot of the data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The ratings.
    pub now: Counts,
    /// The ratings in the period before.
    pub before: Before,
    /// The ratings by month, as `YYYY-MM`, in order; months without any are left out.
    pub months: Vec<(String, Counts)>,
    /// The ratings by value of the dimension that was asked for.
    ///
    /// A rating with which nothing was said is under no value, and one with several drivers under
    /// each of them.
    pub breakdown: Breakdown,
    /// How often the widget was seen and used.
    pub moments: WidgetEventCounts,
}

impl Figures {
    /// Returns figures of which only the ratings are known.
    pub fn of(now: Counts) -> Self {
        Self {
            now,
            ..Self::default()
        }
    }
}
