//! What batches have changed and no roll-up says yet, as it is kept in the table `uncounted`.
//!
//! A rating counts for its department and all above it. Were each batch to change all their
//! roll-ups, that would cost more than the feedback itself, and every batch of every collector
//! would change the row of the one at the top. So a batch writes what it changes as one row, in
//! the transaction of its feedback; whoever reads adds what is uncounted to the roll-ups; and a
//! few times a second all of it is added to them together.

use jiff::civil::Date;

use super::deltas::{Change, Deltas, Key};

/// A change as it is kept: year, month and day, part, department, and how many more of each grade.
///
/// Numbers take as many bytes as they need, nearly all of them one.
type KeptChange = (i16, i8, i8, i64, i64, Change);

/// What a batch begins with. A release that keeps changes in another way begins with another, and
/// must still read these: a crash may leave them to it.
const FORMAT: u8 = 1;

/// Why bytes are no changes.
#[derive(Debug, thiserror::Error)]
pub(super) enum Garbled {
    /// A release that this one does not know has kept them.
    #[error("what is uncounted is in format {0}: is a newer collector at work?")]
    Format(u8),
    /// They end too early, or a number has too many digits.
    #[error("what is uncounted cannot be read: {0}")]
    Bytes(#[from] postcard::Error),
    /// A date is none.
    #[error("what is uncounted cannot be read: {0}")]
    Day(#[from] jiff::Error),
}

/// Returns the changes of a batch as they are kept.
pub(super) fn kept(deltas: &Deltas) -> Result<Vec<u8>, postcard::Error> {
    let changes: Vec<KeptChange> = (deltas.days())
        .map(
            |(
                Key {
                    day,
                    part,
                    department,
                },
                change,
            )| {
                let (year, month) = (day.year(), day.month());
                (year, month, day.day(), part, department, change)
            },
        )
        .collect();
    postcard::to_allocvec(&(FORMAT, changes))
}

/// Looks at each of the changes that are kept, of one batch or of several behind each other.
pub(super) fn each(mut kept: &[u8], mut look: impl FnMut(Key, Change)) -> Result<(), Garbled> {
    while !kept.is_empty() {
        if kept[0] != FORMAT {
            return Err(Garbled::Format(kept[0]));
        }
        let (changes, rest) = postcard::take_from_bytes::<Vec<KeptChange>>(&kept[1..])?;
        kept = rest;
        for (year, month, day, part, department, change) in changes {
            let day = Date::new(year, month, day)?;
            let key = Key {
                day,
                part,
                department,
            };
            look(key, change);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn read(kept: &[u8]) -> Result<Vec<(Key, Change)>, Garbled> {
        let mut changes = Vec::new();
        each(kept, |key, change| changes.push((key, change)))?;
        Ok(changes)
    }

    fn change() -> impl Strategy<Value = (Key, Change)> {
        let key = (
            -9999..=9999_i16,
            1..=12_i8,
            1..=28_i8,
            any::<i64>(),
            any::<i64>(),
        );
        (key, any::<[i32; 5]>()).prop_map(|((year, month, day, part, department), change)| {
            let day = date(year, month, day);
            let key = Key {
                day,
                part,
                department,
            };
            (key, change.map(i64::from))
        })
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_again(changes in proptest::collection::vec(change(), 0..9)) {
            let mut deltas = Deltas::default();
            for (key, change) in changes {
                deltas.add_change(key, change);
            }
            let kept = kept(&deltas).expect("can be kept");
            prop_assert_eq!(read(&kept).expect("reads"), deltas.days().collect::<Vec<_>>());
        }

        #[test]
        fn rubbish_is_refused_or_read_and_nothing_else(
            bytes in proptest::collection::vec(any::<u8>(), 0..99)
        ) {
            drop(read(&bytes));
        }
    }

    fn one() -> Vec<u8> {
        let mut deltas = Deltas::default();
        let day = date(2026, 3, 2);
        let key = Key {
            day,
            part: 0,
            department: 7,
        };
        deltas.add_change(key, [0, 0, 0, -1, 2]);
        kept(&deltas).expect("can be kept")
    }

    #[test]
    fn a_change_takes_a_dozen_bytes() {
        assert_eq!(one().len(), 13);
    }

    #[test]
    fn what_is_cut_off_too_long_or_of_no_day_is_refused() {
        let whole = one();
        for end in 1..whole.len() {
            read(&whole[..end]).expect_err("it is cut off");
        }
        read(&[whole.as_slice(), &[FORMAT]].concat()).expect_err("it is too long");
        read(&[&[FORMAT + 1], &whole[1..]].concat()).expect_err("it is of another release");
        let twice = [whole.as_slice(), &whole].concat();
        assert_eq!(read(&twice).expect("reads").len(), 2);
        let february_30 = {
            let mut bytes = whole;
            // Signed numbers are kept twice as large.
            bytes[4..6].copy_from_slice(&[2 * 2, 2 * 30]);
            bytes
        };
        let refused = read(&february_30);
        assert!(matches!(refused, Err(Garbled::Day(_))), "{refused:?}");
    }
}
