//! How often each reason was ticked with poor and with good ratings.

use std::cmp::Reverse;

use huiyin_shared::counts::Counts;
use huiyin_shared::interval::Estimate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::Breakdown;

/// How often a reason was ticked, and in which share of the ratings of each side, of which it was
/// offered.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DriverShare {
    /// The name of the reason.
    pub driver: String,
    /// How many poor ratings came with it.
    pub poor_n: u64,
    /// The share of these among all poor ratings; none where there are no poor ratings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poor: Option<Estimate>,
    /// How many good ratings came with it.
    pub good_n: u64,
    /// The share of these among all good ratings; none where there are no good ratings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good: Option<Estimate>,
}

/// Returns the shares of all reasons in the ratings of a department, those of most poor ratings
/// first; none under the public minimum.
pub fn driver_shares(
    breakdown: &Breakdown,
    all: &Counts,
    minimum: u64,
) -> Option<Vec<DriverShare>> {
    if all.n() < minimum.max(1) {
        return None;
    }
    let row = |(driver, counts): &(String, Counts)| DriverShare {
        driver: driver.clone(),
        poor_n: counts.poor(),
        poor: share(counts.poor(), all.poor()),
        good_n: counts.good(),
        good: share(counts.good(), all.good()),
    };
    let mut rows: Vec<DriverShare> = breakdown.values.iter().map(row).collect();
    rows.sort_by_key(|row| (Reverse(row.poor_n), Reverse(row.good_n), row.driver.clone()));
    Some(rows)
}

/// Returns a share as it is published.
fn share(k: u64, n: u64) -> Option<Estimate> {
    (n > 0).then(|| Estimate::share(k, n).rounded(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(minimum: u64) -> Option<Vec<DriverShare>> {
        let values = vec![
            ("polite".to_owned(), Counts::new([0, 1, 0, 0, 20])),
            ("wait".to_owned(), Counts::new([40, 20, 0, 0, 0])),
        ];
        let breakdown = Breakdown {
            values,
            others: Counts::default(),
        };
        driver_shares(&breakdown, &Counts::new([60, 40, 0, 0, 50]), minimum)
    }

    #[test]
    fn a_share_is_of_the_ratings_of_its_side() {
        let shares = shares(150).expect("enough ratings");
        let [wait, polite] = shares.as_slice() else {
            panic!("{shares:?} are not two");
        };
        assert_eq!(
            (wait.driver.as_str(), wait.poor_n, wait.good_n),
            ("wait", 60, 0)
        );
        let poor = wait.poor.expect("there are poor ratings");
        assert_eq!((poor.value, poor.interval), (0.6, [0.502, 0.6906]));
        assert_eq!((polite.poor_n, polite.good_n), (1, 20));
        let polite = polite.good.expect("there are good ratings");
        assert_eq!((polite.value, polite.interval[0]), (0.4, 0.2761));
    }

    #[test]
    fn under_the_minimum_there_are_none() {
        assert_eq!(shares(151), None);
    }

    #[test]
    fn a_side_without_ratings_has_no_share() {
        let all = Counts::new([0, 0, 1, 0, 0]);
        let breakdown = Breakdown {
            values: vec![("polite".to_owned(), all)],
            others: Counts::default(),
        };
        let shares = driver_shares(&breakdown, &all, 1).expect("enough ratings");
        assert_eq!((shares[0].poor, shares[0].poor_n), (None, 0));
        assert!(shares[0].good.is_some());
    }
}
