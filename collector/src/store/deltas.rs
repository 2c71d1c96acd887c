//! What a batch changes in the roll-ups, added up so that each is written once.

use std::collections::BTreeMap;

use huiyin_shared::rating::Rating;
use jiff::civil::Date;

use super::tree::{Subject, Tree};
use crate::model::Verification;

/// Stands in the place of a service for "all services and none".
pub(super) const ALL_SERVICES: i64 = 0;

/// The key of a roll-up, in the order in which they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// The day, or the first day of the month.
    pub(super) day: Date,
    /// The service, or [`ALL_SERVICES`].
    pub(super) service: i64,
    pub(super) department: i64,
}

impl Key {
    /// Returns the key of the month that this day is in.
    pub(super) fn month(self) -> Self {
        let day = self.day.first_of_month();
        Self { day, ..self }
    }
}

/// A roll-up's change, by grade from 1 to 5.
pub(super) type Change = [i64; 5];

/// The changes of a batch by day, in the order of their keys: every writer takes the same rows in
/// the same order, so that no two wait for each other.
#[derive(Debug, Default)]
pub(super) struct Deltas(BTreeMap<Key, Change>);

impl Deltas {
    /// Notes that a rating is to be counted `by` more times, for a department, all that count for
    /// it, and the service.
    pub(super) fn add(
        &mut self,
        tree: &Tree,
        subject: Subject,
        day: Date,
        rating: Rating,
        by: i64,
    ) {
        let service = subject
            .service
            .and_then(|service| Some((tree.provider(service)?, service)));
        let line = tree.line(subject.department).map(|id| (id, ALL_SERVICES));
        for (department, service) in line.chain(service) {
            let key = Key {
                day,
                service,
                department,
            };
            self.0.entry(key).or_default()[usize::from(rating.value()) - 1] += by;
        }
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
            let month = months.entry(key.month()).or_default();
            for (sum, by) in month.iter_mut().zip(change) {
                *sum += by;
            }
        }
        months.into_iter().filter(|(_, change)| *change != [0; 5])
    }
}

/// What a recount of all feedback found wrong, and in which version of the tree.
pub(super) struct Found {
    pub(super) verification: Verification,
    /// What is to be added to the roll-ups by day.
    pub(super) days: BTreeMap<Key, Change>,
    /// What is to be added to the roll-ups by month.
    pub(super) months: BTreeMap<Key, Change>,
    pub(super) tree: i64,
}

impl Found {
    /// Puts together what is missing from the days, and from the months to be the sums of days.
    pub(super) fn new(
        counted: Verification,
        days: BTreeMap<Key, Change>,
        mut months: BTreeMap<Key, Change>,
        tree: i64,
    ) -> Self {
        // What is wrong with a day is wrong with its month too.
        for (key, change) in &days {
            for (sum, by) in months
                .entry(key.month())
                .or_default()
                .iter_mut()
                .zip(change)
            {
                *sum += by;
            }
        }
        months.retain(|_, change| *change != [0; 5]);
        Self {
            verification: Verification {
                differences: (days.len() + months.len()) as u64,
                ..counted
            },
            days,
            months,
            tree,
        }
    }
}
