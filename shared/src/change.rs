//! The change of a score between two windows, called a change only where it is one.

use serde::{Deserialize, Serialize};

use crate::counts::Counts;
use crate::interval::{Estimate, student_975};

/// By how much the index moved from the window before, in points of the index.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Change {
    /// The difference, this window less the one before, with its 95 % interval.
    pub difference: Estimate,
    /// Whether the interval leaves out zero; where it does not, nothing is said to have changed.
    pub significant: bool,
}

impl Change {
    /// Compares two windows, or returns none where either has fewer than two ratings.
    ///
    /// Source: B. L. Welch, "The generalization of 'Student's' problem when several different
    /// population variances are involved", Biometrika 34 (1947): unequal variances, degrees of
    /// freedom by Welch and Satterthwaite.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn between(now: &Counts, before: &Counts) -> Option<Self> {
        let (n, m) = (now.n() as f64, before.n() as f64);
        let (v, w) = (now.variance()? / n, before.variance()? / m);
        let value = now.mean()? - before.mean()?;
        let half = if v + w > 0.0 {
            let freedom = (v + w).powi(2) / (v.powi(2) / (n - 1.0) + w.powi(2) / (m - 1.0));
            student_975(freedom) * (v + w).sqrt()
        } else {
            0.0
        };
        let interval = [value - half, value + half];
        Some(Self {
            difference: Estimate { value, interval }.scaled(25.0, 0.0),
            significant: interval[0] > 0.0 || interval[1] < 0.0,
        })
    }

    /// Returns the change as it is published, to one decimal.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self {
            difference: self.difference.rounded(1),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_matches_a_statistics_package() {
        // scipy.stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95), times 25
        let now = Counts::new([9, 14, 61, 150, 178]);
        let before = Counts::new([20, 30, 60, 100, 90]);
        let change = Change::between(&now, &before).expect("ratings in both");
        let [low, high] = change.difference.interval;
        assert!((change.difference.value - 11.262_135_922).abs() < 1e-6);
        assert!((low - 7.188_608_250).abs() < 1e-5, "{low}");
        assert!((high - 15.335_663_595).abs() < 1e-5, "{high}");
        assert!(change.significant);
    }

    #[test]
    fn a_small_difference_is_no_change() {
        let now = Counts::new([1, 2, 3, 4, 5]);
        let before = Counts::new([1, 2, 4, 4, 4]);
        let change = Change::between(&now, &before).expect("ratings in both");
        assert!(!change.significant);
    }

    #[test]
    fn windows_without_spread_are_compared_plainly() {
        let now = Counts::new([0, 0, 0, 0, 30]);
        let before = Counts::new([0, 0, 0, 30, 0]);
        let change = Change::between(&now, &before).expect("ratings in both");
        assert!(change.significant);
        assert!(!Change::between(&now, &now).expect("ratings").significant);
    }

    #[test]
    fn one_rating_is_too_few_to_compare() {
        let one = Counts::new([1, 0, 0, 0, 0]);
        assert_eq!(Change::between(&one, &Counts::new([5, 5, 5, 5, 5])), None);
    }
}
