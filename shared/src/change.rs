//! The change of a score between two windows, called a change only where it is one.

use serde::{Deserialize, Serialize};

use crate::counts::Counts;
use crate::interval::{AdjustedMean, Estimate, student_975, student_p};

/// By how much the index moved from the window before, in points of the index.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Change {
    /// The difference, this window less the one before, with its 95 % interval.
    pub difference: Estimate,
    /// Whether this is more than chance explains, also among all changes that are shown beside it;
    /// where it is not, nothing is said to have changed.
    pub significant: bool,
    /// How likely chance alone makes such a difference, from 0 to 1.
    #[serde(skip)]
    p: f64,
}

/// How often something is called a change by chance alone, in all rows of a list together.
const LEVEL: f64 = 0.05;

impl Change {
    /// Compares two windows, or returns none where either has no rating.
    ///
    /// Source: the adjusted means of [`Estimate::mean`], compared as B. L. Welch does, "The generalization of 'Student's' problem when several different
    /// population variances are involved", Biometrika 34 (1947): unequal variances, degrees of
    /// freedom by Welch and Satterthwaite.
    pub fn between(now: &Counts, before: &Counts) -> Option<Self> {
        let value = now.mean()? - before.mean()?;
        let (now, before) = (AdjustedMean::of(now), AdjustedMean::of(before));
        let error = now.error + before.error;
        let freedom = error.powi(2)
            / (now.error.powi(2) / now.freedom + before.error.powi(2) / before.freedom);
        let centre = now.mean - before.mean;
        let half = student_975(freedom) * error.sqrt();
        let interval = [centre - half, centre + half];
        let p = student_p(centre / error.sqrt(), freedom);
        Some(Self {
            difference: Estimate { value, interval }.scaled(25.0, 0.0),
            significant: p <= LEVEL,
            p,
        })
    }

    /// Decides which of these are significant if all of them are looked at together.
    ///
    /// Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
    /// Journal of Statistics 6 (1979). With it, a list in which nothing has changed names a change
    /// in at most 5 % of all cases, however many rows it has.
    #[expect(clippy::cast_precision_loss, reason = "a list has few rows")]
    pub fn judge_together(changes: &mut [&mut Self]) {
        changes.sort_by(|one, other| one.p.total_cmp(&other.p));
        let mut rows = changes.len() as f64;
        let mut is_rejected = true;
        for change in changes {
            is_rejected &= change.p <= LEVEL / rows;
            change.significant = is_rejected;
            rows -= 1.0;
        }
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
        // Welch's interval by scipy.stats.t.ppf over c1 + 1.5 and c5 + 1.5, times 25
        let now = Counts::new([9, 14, 61, 150, 178]);
        let before = Counts::new([20, 30, 60, 100, 90]);
        let change = Change::between(&now, &before).expect("ratings in both");
        let [low, high] = change.difference.interval;
        assert!((change.difference.value - 11.262_135_922).abs() < 1e-6);
        assert!((low - 7.126_245_892).abs() < 1e-5, "{low}");
        assert!((high - 15.328_722_496).abs() < 1e-5, "{high}");
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
    fn windows_without_spread_are_compared_by_how_many_ratings_they_have() {
        let two = Change::between(&Counts::new([0, 0, 0, 0, 2]), &Counts::new([2, 0, 0, 0, 0]));
        assert!(!two.expect("ratings in both").significant);
        let now = Counts::new([0, 0, 0, 0, 30]);
        let before = Counts::new([0, 0, 0, 30, 0]);
        let change = Change::between(&now, &before).expect("ratings in both");
        assert!(change.significant);
        assert!(!Change::between(&now, &now).expect("ratings").significant);
    }

    #[test]
    fn nothing_cannot_be_compared() {
        assert_eq!(
            Change::between(&Counts::default(), &Counts::new([5, 5, 5, 5, 5])),
            None
        );
    }

    /// Compares two random windows of an office where nothing has changed.
    fn chance(seed: &mut u64) -> Change {
        let mut window = || {
            let mut counts = [0; 5];
            for _ in 0..60 {
                *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // One poor rating in ten, half of all are fives.
                counts[match *seed >> 33 & 15 {
                    0 => 0,
                    1 => 1,
                    2..4 => 2,
                    4..8 => 3,
                    _ => 4,
                }] += 1;
            }
            Counts::new(counts)
        };
        Change::between(&window(), &window()).expect("ratings in both")
    }

    #[test]
    fn chance_is_rarely_called_a_change_in_one_row_and_in_a_whole_list() {
        let mut seed = 1;
        let (mut alone, mut together) = (0, 0);
        for _ in 0..1_000 {
            let mut rows: Vec<Change> = (0..31).map(|_| chance(&mut seed)).collect();
            alone += usize::from(rows.iter().any(|row| row.significant));
            Change::judge_together(&mut rows.iter_mut().collect::<Vec<_>>());
            together += usize::from(rows.iter().any(|row| row.significant));
        }
        // Each row by itself, most lists of 31 would name a change that is none.
        assert!(alone > 500, "{alone} of 1000");
        assert!(together < 65, "{together} of 1000");
    }

    #[test]
    fn what_is_judged_together_is_rejected_from_the_surest_on() {
        let change = |p| Change {
            difference: Estimate {
                value: 1.0,
                interval: [0.0, 2.0],
            },
            significant: p <= LEVEL,
            p,
        };
        let mut rows = [0.04, 0.001, 0.02, 0.03].map(change);
        Change::judge_together(&mut rows.iter_mut().collect::<Vec<_>>());
        assert_eq!(rows.map(|row| row.significant), [false, true, false, false]);
    }
}
