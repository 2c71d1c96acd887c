//! What batches have changed and no roll-up says yet, as it is kept in the table `pending_deltas`.
//!
//! A rating counts for its department and all above it. Were each batch to change all their
//! roll-ups, that would cost more than the feedback itself, and every batch of every collector
//! would change the row of the one at the top. So a batch writes what it changes as one row, in
//! the transaction of its feedback; readers add the pending rows to the roll-ups; and a few times
//! a second all of them are added to the roll-ups together.

use std::collections::BTreeMap;

use huiyin_shared::rating::Rating;
use jiff::civil::Date;

use super::StoreError;
use super::breakdown::{Attributes, Texts};
use super::deltas::{Change, Key};
use super::segment::{Segment, ValueId};
use super::tree::{Subject, Tree};

/// What changes for one department on a day: year, month and day, the department with all that
/// count its ratings, and how many more of each grade by segment.
///
/// Numbers take as many bytes as they need, nearly all of them one.
type Entry = (i16, i8, i8, Vec<i64>, Vec<(Segment, Change)>);

/// What a batch begins with. A release that encodes changes in another way begins with another,
/// and must still decode these: a crash may leave them to it.
const FORMAT: u8 = 1;

/// Why bytes are no changes.
#[derive(Debug, thiserror::Error)]
pub(super) enum DecodeError {
    /// A release that this one does not know has encoded them.
    #[error("pending deltas are in format {0}: is another release at work?")]
    Format(u8),
    /// They end too early, or a number has too many digits.
    #[error("pending deltas cannot be read: {0}")]
    Bytes(#[from] postcard::Error),
    /// A date does not exist.
    #[error("pending deltas cannot be read: {0}")]
    Day(#[from] jiff::Error),
}

impl From<DecodeError> for StoreError {
    fn from(error: DecodeError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// What a batch changes.
pub(super) struct BatchDeltas<'a> {
    tree: &'a Tree,
    changes: BTreeMap<(Date, i64), BTreeMap<Segment, Change>>,
    new_texts: Texts,
}

impl<'a> BatchDeltas<'a> {
    /// Returns no changes yet; ratings are counted by this tree.
    pub(super) fn new(tree: &'a Tree) -> Self {
        Self {
            tree,
            changes: BTreeMap::new(),
            new_texts: Texts::new(),
        }
    }

    /// Notes that a rating is to be counted `by` more times, with what was said with it.
    pub(super) fn add(
        &mut self,
        subject: Subject,
        day: Date,
        rating: Rating,
        attributes: &Attributes<'_>,
        by: i64,
    ) {
        let grade = usize::from(rating.value()) - 1;
        if let Some(service) = subject.service
            && let Some(provider) = self.tree.provider(service)
        {
            let segments = self.changes.entry((day, provider)).or_default();
            segments.entry(Segment::Service(service)).or_default()[grade] += by;
        }
        let segments = self.changes.entry((day, subject.department)).or_default();
        segments.entry(Segment::Whole).or_default()[grade] += by;
        for (dimension, text) in attributes.values() {
            let known = self.tree.values().get(dimension, text);
            let id = known.unwrap_or_else(|| {
                let id = ValueId::new(dimension, text);
                self.new_texts.insert(id, text.to_owned());
                id
            });
            segments.entry(Segment::Value(id)).or_default()[grade] += by;
        }
    }

    /// Returns the texts of values that may not be stored yet.
    pub(super) fn new_texts(&self) -> &Texts {
        &self.new_texts
    }

    /// Takes note that these texts are stored.
    pub(super) fn texts_are_stored(self) {
        self.tree.values().learn(self.new_texts);
    }

    /// Returns the changes as they are kept; none if nothing changes.
    pub(super) fn encode(&self) -> Result<Option<Vec<u8>>, postcard::Error> {
        let mut entries: Vec<Entry> = Vec::new();
        for ((day, department), segments) in &self.changes {
            let changed = segments.iter().filter(|(_, change)| **change != [0; 5]);
            let changed: Vec<_> = changed
                .map(|(segment, change)| (*segment, *change))
                .collect();
            if !changed.is_empty() {
                let line = self.tree.line(*department).collect();
                entries.push((day.year(), day.month(), day.day(), line, changed));
            }
        }
        if entries.is_empty() {
            return Ok(None);
        }
        postcard::to_allocvec(&(FORMAT, entries)).map(Some)
    }
}

/// Visits each change of one batch, or of several behind each other, for every department that
/// counts it.
pub(super) fn decode(
    mut bytes: &[u8],
    mut visit: impl FnMut(Key, Change),
) -> Result<(), DecodeError> {
    while !bytes.is_empty() {
        if bytes[0] != FORMAT {
            return Err(DecodeError::Format(bytes[0]));
        }
        let (entries, rest) = postcard::take_from_bytes::<Vec<Entry>>(&bytes[1..])?;
        bytes = rest;
        for (year, month, day, line, changes) in entries {
            let day = Date::new(year, month, day)?;
            for (segment, change) in changes {
                for department in segment.counted_by(&line) {
                    let key = Key {
                        day,
                        department: *department,
                        segment,
                    };
                    visit(key, change);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::model::Dimension;
    use crate::store::tree::{DepartmentRow, ServiceRow};

    fn decoded(bytes: &[u8]) -> Result<Vec<(Key, Change)>, DecodeError> {
        let mut changes = Vec::new();
        decode(bytes, |key, change| changes.push((key, change)))?;
        Ok(changes)
    }

    /// A province (1) over a city (2) over a bureau (3) with a service (9).
    fn tree() -> Tree {
        let department = |id: i64| DepartmentRow {
            id,
            slug: id.to_string(),
            counted_under: (id > 1).then_some(id - 1),
            merged_into: None,
        };
        let service = ServiceRow {
            id: 9,
            department: 3,
            slug: "refund".to_owned(),
        };
        Tree::new((1..=3).map(department).collect(), vec![service])
    }

    fn subject(department: i64, service: Option<i64>) -> Subject {
        Subject {
            department,
            service,
        }
    }

    fn five() -> Rating {
        Rating::try_from(5).expect("a grade")
    }

    const DAY: Date = date(2026, 3, 2);

    fn one() -> Vec<u8> {
        let tree = tree();
        let mut batch = BatchDeltas::new(&tree);
        batch.add(subject(3, None), DAY, five(), &Attributes::default(), 1);
        batch.encode().expect("encodes").expect("changes something")
    }

    #[test]
    fn a_rating_counts_for_the_whole_line_and_its_service_once() {
        let tree = tree();
        let said = Attributes {
            placement: Some("footer".into()),
            ..Attributes::default()
        };
        let mut batch = BatchDeltas::new(&tree);
        batch.add(subject(3, Some(9)), DAY, five(), &said, 1);
        let footer = ValueId::new(Dimension::Placement, "footer");
        let new = BTreeMap::from([(footer, "footer".to_owned())]);
        assert_eq!(batch.new_texts(), &new);
        let bytes = batch.encode().expect("encodes").expect("changes something");
        let mut found: Vec<_> = (decoded(&bytes).expect("decodes").into_iter())
            .map(|(key, change)| (key.department, key.segment, change[4]))
            .collect();
        found.sort();
        let (whole, value) = (Segment::Whole, Segment::Value(footer));
        let expected = [
            (1, whole, 1),
            (1, value, 1),
            (2, whole, 1),
            (2, value, 1),
            (3, whole, 1),
            (3, Segment::Service(9), 1),
            (3, value, 1),
        ];
        assert_eq!(found, expected);
        batch.texts_are_stored();
        assert_eq!(
            tree.values().get(Dimension::Placement, "footer"),
            Some(footer)
        );
    }

    #[test]
    fn what_adds_up_to_nothing_is_not_kept() {
        let tree = tree();
        let mut batch = BatchDeltas::new(&tree);
        for by in [1, -1] {
            batch.add(subject(3, Some(9)), DAY, five(), &Attributes::default(), by);
        }
        assert_eq!(batch.encode().expect("encodes"), None);
    }

    #[test]
    fn a_rating_takes_under_twenty_bytes() {
        assert_eq!(one().len(), 17);
    }

    proptest! {
        #[test]
        fn decoding_any_bytes_never_panics(
            bytes in proptest::collection::vec(any::<u8>(), 0..99)
        ) {
            drop(decoded(&bytes));
        }
    }

    #[test]
    fn what_is_cut_off_too_long_or_of_no_day_is_refused() {
        let whole = one();
        for end in 1..whole.len() {
            decoded(&whole[..end]).expect_err("it is cut off");
        }
        decoded(&[whole.as_slice(), &[FORMAT]].concat()).expect_err("it is too long");
        decoded(&[&[FORMAT + 1], &whole[1..]].concat()).expect_err("it is of another release");
        let twice = [whole.as_slice(), &whole].concat();
        assert_eq!(decoded(&twice).expect("decodes").len(), 6);
        let february_30 = {
            let mut bytes = whole;
            // Signed numbers are kept twice as large.
            bytes[4..6].copy_from_slice(&[2 * 2, 2 * 30]);
            bytes
        };
        let refused = decoded(&february_30);
        assert!(matches!(refused, Err(DecodeError::Day(_))), "{refused:?}");
    }
}
