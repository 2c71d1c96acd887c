//! The segments in which a department's ratings are counted: the whole, its services, and what
//! was said with them.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::Dimension;

/// Which of a department's ratings are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Segment {
    /// All of them.
    Whole,
    /// Those of a service, by its row.
    Service(i64),
    /// Those with which a value was given.
    Value(ValueId),
}

impl Segment {
    /// Returns the number as which it is stored: 0 for the whole, else the row or the id. Rows
    /// stay far below all ids.
    pub(super) fn column(self) -> i64 {
        match self {
            Self::Whole => 0,
            Self::Service(row) => row,
            Self::Value(id) => id.column(),
        }
    }

    /// Returns the segment that is stored as this number.
    pub(super) fn stored(column: i64) -> Self {
        match column {
            0 => Self::Whole,
            row if row < 1 << ValueId::HASH_BITS => Self::Service(row),
            id => Self::Value(ValueId(id)),
        }
    }

    /// Returns which departments of a line, from below, count a rating in this segment: all of
    /// them, but a service is only its provider's.
    pub(super) fn counted_by(self, line: &[i64]) -> &[i64] {
        match self {
            Self::Service(_) => &line[..line.len().min(1)],
            Self::Whole | Self::Value(_) => line,
        }
    }
}

/// A value of a dimension: the dimension in the upper bits, a hash of the text in the lower 60.
///
/// Every collector computes the same id without asking the database, and no failover or restored
/// backup can give it to another text. A collision gains nobody anything: whoever wants to be
/// counted under a text can send it. The SQL function `value_id` computes the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct ValueId(i64);

impl ValueId {
    const HASH_BITS: u32 = 60;

    /// Returns the id of a text.
    pub(super) fn new(by: Dimension, text: &str) -> Self {
        let hash = Sha256::digest(text.as_bytes());
        let hash = hash[..8]
            .iter()
            .fold(0, |bits, byte| bits << 8 | u64::from(*byte));
        let (first, _) = Self::range(by);
        Self(first | (hash >> (u64::BITS - Self::HASH_BITS)).cast_signed())
    }

    /// Returns the first and the last number that ids of a dimension can have.
    pub(super) fn range(by: Dimension) -> (i64, i64) {
        let first = i64::from(by.number()) << Self::HASH_BITS;
        (first, first | ((1 << Self::HASH_BITS) - 1))
    }

    /// Returns the dimension it is a value of.
    pub(super) fn dimension(self) -> Option<Dimension> {
        let number = self.0 >> Self::HASH_BITS;
        Dimension::ALL
            .into_iter()
            .find(|by| i64::from(by.number()) == number)
    }

    /// Returns the id that is stored as this number.
    pub(super) fn stored(column: i64) -> Self {
        Self(column)
    }

    /// Returns the number as which it is stored.
    pub(super) fn column(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_never_changes_and_is_in_the_range_of_its_dimension() {
        let id = ValueId::new(Dimension::Placement, "footer");
        assert_eq!(id.column(), 1_166_458_987_262_568_906);
        for by in Dimension::ALL {
            let (first, last) = ValueId::range(by);
            let id = ValueId::new(by, "footer");
            assert!(first > 0 && (first..=last).contains(&id.column()));
            assert_eq!(id.dimension(), Some(by));
        }
    }

    #[test]
    fn a_service_counts_for_its_provider_and_all_else_for_the_line() {
        assert_eq!(Segment::Service(7).counted_by(&[3, 2, 1]), [3]);
        assert_eq!(Segment::Whole.counted_by(&[3, 2, 1]), [3, 2, 1]);
    }
}
