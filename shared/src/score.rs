//! The score (满意度) of a department in a window.

use serde::{Deserialize, Serialize};

use crate::counts::Counts;
use crate::interval::Estimate;

/// The name and version of the formula below; it changes when any figure would.
pub const FORMULA: &str = "index/2";

/// The figures computed from counts; there is no score without n and an interval.
///
/// - `mean` = `Σ g·c_g / n`, from 1 to 5. Its interval is a t interval after three ratings were added,
///   half of them at each end of the scale: it has width where all ratings are alike.
/// - `index` = (mean − 1) / 4 × 100, the headline, from 0 to 100.
/// - `satisfied` = (c4 + c5) / n; `good` = (c3 + c4 + c5) / n, the official rate of GB/T
///   39735-2020; `poor` = (c1 + c2) / n; each a share from 0 to 1 with its Wilson interval.
///
/// Intervals are of 95 %. How often that of the mean holds the true mean is tested, see
/// [`Estimate::mean`]; that of a share varies around 95 % with n and the share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Score {
    /// How many ratings the figures are of, all active ones: nobody's silence is counted.
    pub n: u64,
    /// How many of each grade.
    pub counts: Counts,
    /// The headline, from 0 to 100.
    pub index: Estimate,
    /// The mean grade, from 1 to 5.
    pub mean: Estimate,
    /// The share of grades 4 and 5.
    pub satisfied: Estimate,
    /// The share of grades 3, 4 and 5 (好评率).
    pub good: Estimate,
    /// The share of grades 1 and 2 (差评率).
    pub poor: Estimate,
}

impl Score {
    /// Computes the score, or none where there is no rating.
    pub fn of(counts: Counts) -> Option<Self> {
        let n = counts.n();
        let mean = Estimate::mean(&counts)?;
        Some(Self {
            n,
            counts,
            index: mean.scaled(25.0, -25.0),
            mean,
            satisfied: Estimate::share(counts.satisfied(), n),
            good: Estimate::share(counts.good(), n),
            poor: Estimate::share(counts.poor(), n),
        })
    }

    /// Returns the score as it is published: index to one decimal, mean to three, shares to four.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self {
            index: self.index.rounded(1),
            mean: self.mean.rounded(3),
            satisfied: self.satisfied.rounded(4),
            good: self.good.rounded(4),
            poor: self.poor.rounded(4),
            ..self
        }
    }
}

/// A score as the public may see it: figures only from a minimum of ratings on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Published {
    /// Enough ratings: the rounded figures with the name of their formula.
    Enough {
        /// The name and version of the formula.
        formula: &'static str,
        /// The figures.
        #[serde(flatten)]
        score: Score,
    },
    /// Too few ratings: only their number, and how many there must be.
    NotEnough {
        /// How many ratings there are.
        n: u64,
        /// How many there must be.
        minimum: u64,
        /// Always `not_enough`.
        status: &'static str,
    },
}

impl Published {
    /// Publishes the score of these counts, if there are at least `minimum` and one ratings.
    pub fn of(counts: Counts, minimum: u64) -> Self {
        match Score::of(counts) {
            Some(score) if score.n >= minimum => Self::Enough {
                formula: FORMULA,
                score: score.rounded(),
            },
            _ => Self::NotEnough {
                n: counts.n(),
                minimum: minimum.max(1),
                status: "not_enough",
            },
        }
    }

    /// Returns the figures, if there are enough ratings.
    pub fn score(&self) -> Option<&Score> {
        match self {
            Self::Enough { score, .. } => Some(score),
            Self::NotEnough { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_close(estimate: Estimate, expected: [f64; 3]) {
        let [low, high] = estimate.interval;
        for (found, wanted) in [estimate.value, low, high].into_iter().zip(expected) {
            assert!(
                (found - wanted).abs() < 1e-6,
                "{estimate:?} is not {expected:?}"
            );
        }
    }

    #[test]
    fn a_score_matches_a_statistics_package() {
        // The mean from numpy and scipy.stats.t.ppf over c1 + 1.5 and c5 + 1.5,
        // binomtest(...).proportion_ci("wilson")
        let score = Score::of(Counts::new([9, 14, 61, 150, 178])).expect("ratings");
        assert_eq!(score.n, 412);
        assert_close(score.mean, [4.150_485_437, 4.049_517_526, 4.234_819_823]);
        assert_close(
            score.index,
            [78.762_135_922, 76.237_938_160, 80.870_495_575],
        );
        assert_close(
            score.satisfied,
            [0.796_116_505, 0.754_562_027, 0.832_200_055],
        );
        assert_close(score.good, [0.944_174_757, 0.917_627_202, 0.962_515_920]);
        assert_close(score.poor, [0.055_825_243, 0.037_484_080, 0.082_372_798]);
    }

    #[test]
    fn a_score_matches_a_hand_calculation() {
        // Ten each of 3, 4, 5, with 1.5 at each end: mean 129 / 33, squares 36.545455, error 0.033559,
        // t(32) 2.0369, half 0.373156... around 3.909091.
        let score = Score::of(Counts::new([0, 0, 10, 10, 10])).expect("ratings");
        assert_close(score.mean, [4.0, 3.545_344_917, 4.272_836_901]);
        assert_close(score.index, [75.0, 63.633_622_933, 81.820_922_521]);
    }

    #[test]
    fn one_rating_says_nothing_sure_about_the_mean() {
        let score = Score::of(Counts::new([0, 0, 0, 1, 0])).expect("a rating");
        assert_close(score.index, [75.0, 0.0, 100.0]);
    }

    #[test]
    fn ratings_that_are_all_alike_have_an_interval_with_width() {
        let score = Score::of(Counts::new([0, 0, 0, 0, 30])).expect("ratings");
        assert_close(score.index, [100.0, 88.068_587_790, 100.0]);
    }

    #[test]
    fn an_interval_never_leaves_the_scale() {
        let score = Score::of(Counts::new([1, 0, 0, 0, 1])).expect("ratings");
        assert_close(score.index, [50.0, 0.0, 100.0]);
    }

    #[test]
    fn no_ratings_have_no_score() {
        assert_eq!(Score::of(Counts::default()), None);
    }

    #[test]
    fn under_the_minimum_only_the_number_is_published() {
        let counts = Counts::new([0, 0, 1, 1, 1]);
        assert!(Published::of(counts, 3).score().is_some());
        let json = serde_json::to_string(&Published::of(counts, 4)).expect("serialises");
        assert_eq!(json, r#"{"n":3,"minimum":4,"status":"not_enough"}"#);
        assert_eq!(Published::of(Counts::default(), 0).score(), None);
    }

    #[test]
    fn published_figures_are_rounded() {
        let score = Score::of(Counts::new([9, 14, 61, 150, 178])).expect("ratings");
        let published = score.rounded();
        assert_close(published.index, [78.8, 76.2, 80.9]);
        assert_close(published.poor, [0.0558, 0.0375, 0.0824]);
    }
}
