//! How many citizens gave each grade: all that a score is made from.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use crate::rating::Rating;

/// The number of ratings of each grade.
///
/// Serialised as `{"1":9,"2":14,"3":61,"4":150,"5":178}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = ByGrade))]
#[serde(from = "ByGrade")]
pub struct Counts([u64; 5]);

impl Counts {
    /// Makes counts from the numbers of grade 1, 2, 3, 4 and 5, in this order.
    pub const fn new(one_to_five: [u64; 5]) -> Self {
        Self(one_to_five)
    }

    /// Returns the numbers of grade 1, 2, 3, 4 and 5, in this order.
    pub const fn one_to_five(&self) -> [u64; 5] {
        self.0
    }

    /// Returns the ratings of both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|grade| self.0[grade] + other.0[grade]))
    }

    /// Returns how many gave this grade.
    pub fn of(&self, rating: Rating) -> u64 {
        self.0[usize::from(rating.value()) - 1]
    }

    /// Returns how many ratings there are.
    pub fn n(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Returns how many are poor ratings (差评): grade 1 or 2.
    pub fn poor(&self) -> u64 {
        self.0[0] + self.0[1]
    }

    /// Returns how many are satisfied: grade 4 or 5.
    pub fn satisfied(&self) -> u64 {
        self.0[3] + self.0[4]
    }

    /// Returns how many count as good in the official rate (好评率): grade 3, 4 or 5.
    pub fn good(&self) -> u64 {
        self.0[2] + self.satisfied()
    }

    /// Returns the mean grade, or none without a rating.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn mean(&self) -> Option<f64> {
        let sum: u64 = (1..)
            .zip(self.0)
            .map(|(grade, count): (u64, u64)| grade * count)
            .sum();
        (self.n() > 0).then(|| sum as f64 / self.n() as f64)
    }
}

impl FromIterator<Rating> for Counts {
    fn from_iter<I: IntoIterator<Item = Rating>>(ratings: I) -> Self {
        let mut counts = Self::default();
        for rating in ratings {
            counts.0[usize::from(rating.value()) - 1] += 1;
        }
        counts
    }
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        for (grade, count) in ["1", "2", "3", "4", "5"].iter().zip(self.0) {
            map.serialize_entry(grade, &count)?;
        }
        map.end()
    }
}

/// The wire form of counts, for reading.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
struct ByGrade {
    #[serde(rename = "1")]
    one: u64,
    #[serde(rename = "2")]
    two: u64,
    #[serde(rename = "3")]
    three: u64,
    #[serde(rename = "4")]
    four: u64,
    #[serde(rename = "5")]
    five: u64,
}

impl From<ByGrade> for Counts {
    fn from(by: ByGrade) -> Self {
        Self([by.one, by.two, by.three, by.four, by.five])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_they_are_written() {
        let counts = Counts::new([9, 14, 61, 150, 178]);
        let json = serde_json::to_string(&counts).expect("counts serialise");
        assert_eq!(json, r#"{"1":9,"2":14,"3":61,"4":150,"5":178}"#);
        assert_eq!(serde_json::from_str::<Counts>(&json).ok(), Some(counts));
    }

    #[test]
    fn the_three_groups_follow_the_grades() {
        let counts = Counts::new([1, 2, 4, 8, 16]);
        assert_eq!((counts.n(), counts.poor()), (31, 3));
        assert_eq!((counts.satisfied(), counts.good()), (24, 28));
    }

    #[test]
    fn the_mean_matches_a_hand_calculation() {
        assert_eq!(Counts::new([1, 0, 0, 0, 3]).mean(), Some(4.0));
    }

    #[test]
    fn nothing_is_said_of_no_ratings() {
        assert_eq!(Counts::default().mean(), None);
    }
}
