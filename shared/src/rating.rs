//! The five grades a citizen can give.

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// One of five grades, from 5 (very satisfied) down to 1 (very dissatisfied).
///
/// Serialised as the bare number. A 3 is "basically satisfied", the neutral middle of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(utoipa::ToSchema),
    schema(minimum = 1, maximum = 5)
)]
#[serde(into = "u8", try_from = "u8")]
pub struct Rating(u8);

impl Rating {
    /// All grades, from good to poor: the order in which the scale is read.
    pub const ALL: [Self; 5] = [Self(5), Self(4), Self(3), Self(2), Self(1)];

    /// Returns the grade as the number 1 to 5.
    pub const fn value(self) -> u8 {
        self.0
    }

    /// Returns whether this is a poor rating: 1 or 2.
    pub const fn is_poor(self) -> bool {
        self.0 <= 2
    }
}

impl TryFrom<u8> for Rating {
    type Error = Invalid;

    fn try_from(value: u8) -> Result<Self, Invalid> {
        match value {
            1..=5 => Ok(Self(value)),
            _ => Err(Invalid::Rating),
        }
    }
}

impl From<Rating> for u8 {
    fn from(rating: Rating) -> Self {
        rating.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_to_five_are_grades() {
        let accepted: Vec<u8> = (0..=255)
            .filter(|value| Rating::try_from(*value).is_ok())
            .collect();
        assert_eq!(accepted, [1, 2, 3, 4, 5]);
    }
}
