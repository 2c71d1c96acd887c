//! What changes in the roll-ups, added up so that each is written once.

use std::collections::BTreeMap;

use huiyin_shared::counts::Counts;
use jiff::civil::Date;

use super::segment::Segment;

/// The key of a roll-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// The day, or the first day of the month.
    pub(super) day: Date,
    pub(super) department: i64,
    pub(super) segment: Segment,
}

impl Key {
    /// Returns the key of the month that this day is in.
    pub(super) fn month(self) -> Self {
        let day = self.day.first_of_month();
        Self { day, ..self }
    }
}

/// The end of an INSERT into the roll-ups `r` that adds to the rows that are there.
pub(super) const ADD_COUNTS: &str = "DO UPDATE SET c1 = r.c1 + excluded.c1,
    c2 = r.c2 + excluded.c2, c3 = r.c3 + excluded.c3, c4 = r.c4 + excluded.c4,
    c5 = r.c5 + excluded.c5";

/// A roll-up's change, by grade from 1 to 5.
pub(super) type Change = [i64; 5];

/// Adds a change to another.
pub(super) fn add(sum: &mut Change, change: Change) {
    for (sum, by) in sum.iter_mut().zip(change) {
        *sum += by;
    }
}

/// Returns the ratings that changes add up to.
pub(super) fn counts(sum: Change) -> Counts {
    // Below zero only where somebody has changed the tables by hand.
    Counts::new(sum.map(|count| u64::try_from(count).unwrap_or_default()))
}

/// The changes of some batches by day, in the order of their keys.
#[derive(Debug, Default)]
pub(super) struct Deltas(BTreeMap<Key, Change>);

impl Deltas {
    /// Adds a change.
    pub(super) fn add(&mut self, key: Key, change: Change) {
        add(self.0.entry(key).or_default(), change);
    }

    /// Returns what changes by day.
    pub(super) fn days(&self) -> impl Iterator<Item = (Key, Change)> {
        self.0
            .iter()
            .map(|(key, change)| (*key, *change))
            .filter(|(_, change)| *change != [0; 5])
    }

    /// Returns what changes by month; the day of such a key is the month's first.
    pub(super) fn months(&self) -> impl Iterator<Item = (Key, Change)> {
        let mut months: BTreeMap<Key, Change> = BTreeMap::new();
        for (key, change) in self.days() {
            add(months.entry(key.month()).or_default(), change);
        }
        months.into_iter().filter(|(_, change)| *change != [0; 5])
    }
}

impl From<BTreeMap<Key, Change>> for Deltas {
    fn from(changes: BTreeMap<Key, Change>) -> Self {
        Self(changes)
    }
}

/// Ratings by month.
#[derive(Debug, Default)]
pub(super) struct ByMonth(BTreeMap<Date, Change>);

impl ByMonth {
    /// Adds those of a day, or of the month that begins with it.
    pub(super) fn add(&mut self, day: Date, change: Change) {
        add(self.0.entry(day.first_of_month()).or_default(), change);
    }

    /// Returns them in order, each month as `YYYY-MM`; those without any are left out.
    pub(super) fn rated(self) -> Vec<(String, Counts)> {
        let months = self.0.into_iter();
        let months = months.map(|(month, sum)| (month.strftime("%Y-%m").to_string(), counts(sum)));
        months.filter(|(_, counts)| counts.n() > 0).collect()
    }
}
