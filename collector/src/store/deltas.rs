//! What a batch changes in the roll-ups, added up so that each is written once.

use std::collections::BTreeMap;

use huiyin_shared::rating::Rating;
use jiff::civil::Date;

use super::tree::{Subject, Tree};

/// Stands in the place of a service for "all services and none".
pub(super) const ALL_SERVICES: i64 = 0;

/// The key of a roll-up: department, service, first day.
pub(super) type Key = (i64, i64, Date);

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
            let key = (department, service, day);
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
        for ((department, service, day), change) in self.days() {
            let month = months
                .entry((department, service, day.first_of_month()))
                .or_default();
            for (sum, by) in month.iter_mut().zip(change) {
                *sum += by;
            }
        }
        months.into_iter().filter(|(_, change)| *change != [0; 5])
    }
}
