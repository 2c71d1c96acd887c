//! What a batch changes in the roll-ups, added up so that each is written once.

use std::collections::{BTreeMap, HashMap};

use huiyin_shared::counts::Counts;
use huiyin_shared::rating::Rating;
use jiff::civil::Date;

use super::breakdown::Asked;
use super::tree::{Subject, Tree};
use crate::model::Verification;
use crate::model::period::Period;

/// The part that is all of a department's ratings.
pub(super) const WHOLE: i64 = 0;

/// The key of a roll-up, in the order in which they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// The day, or the first day of the month.
    pub(super) day: Date,
    /// [`WHOLE`], a service's row, or minus the row of a value of a breakdown.
    pub(super) part: i64,
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

/// Adds a change to another.
pub(super) fn add(sum: &mut Change, change: Change) {
    for (sum, by) in sum.iter_mut().zip(change) {
        *sum += by;
    }
}

/// Returns the ratings that changes add up to.
pub(super) fn counts(sum: Change) -> Counts {
    // Below zero for a moment, while the past of a breakdown is being counted.
    Counts::new(sum.map(|count| u64::try_from(count).unwrap_or_default()))
}

/// The changes of a batch by day, in the order of their keys: whoever adds them to roll-ups takes
/// the rows in the same order, so that no two wait for each other in a circle.
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
        let line = tree.line(subject.department).map(|id| (id, WHOLE));
        for (department, part) in line.chain(service) {
            self.add_part(department, part, day, rating, by);
        }
    }

    /// Notes that a rating is to be counted `by` more times under a part of a department.
    pub(super) fn add_part(
        &mut self,
        department: i64,
        part: i64,
        day: Date,
        rating: Rating,
        by: i64,
    ) {
        let key = Key {
            day,
            part,
            department,
        };
        self.0.entry(key).or_default()[usize::from(rating.value()) - 1] += by;
    }

    /// Notes a change as a whole.
    pub(super) fn add_change(&mut self, key: Key, change: Change) {
        add(self.0.entry(key).or_default(), change);
    }

    /// Returns whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.days().next().is_none()
    }

    /// Returns what changes in a period, by department and part.
    pub(super) fn within(&self, period: Period) -> HashMap<(i64, i64), Change> {
        let mut sums: HashMap<_, Change> = HashMap::new();
        for (key, change) in &self.0 {
            if period.contains(key.day) {
                add(sums.entry((key.department, key.part)).or_default(), *change);
            }
        }
        sums
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

/// Takes what is uncounted from what the roll-ups lack.
pub(super) fn without(missing: &mut BTreeMap<Key, Change>, uncounted: &Deltas) {
    for (key, change) in uncounted.days() {
        let sum = missing.entry(key).or_default();
        add(sum, change.map(|by| -by));
        if *sum == [0; 5] {
            missing.remove(&key);
        }
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
    /// Whether the past of a breakdown has yet to be counted.
    pub(super) unfilled: bool,
    /// The values that must be registered before anything can be compared, in the order in which
    /// they may be; then nothing else is found.
    pub(super) unregistered: Vec<(Asked, String)>,
}

/// What a recount looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All that must agree at any moment.
    Settled,
    /// That, and the breakdowns of which the past has yet to be counted.
    Everything,
    /// The breakdowns only.
    Breakdowns,
}

impl Found {
    /// Puts together what is missing from the days, and from the months to be the sums of days.
    pub(super) fn new(
        counted: Verification,
        days: BTreeMap<Key, Change>,
        mut months: BTreeMap<Key, Change>,
        tree: i64,
        unfilled: bool,
    ) -> Self {
        // What is wrong with a day is wrong with its month too.
        for (key, change) in &days {
            add(months.entry(key.month()).or_default(), *change);
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
            unfilled,
            unregistered: Vec::new(),
        }
    }

    /// Says that nothing can be compared before these values are registered.
    pub(super) fn unregistered(values: Vec<(Asked, String)>) -> Self {
        Self {
            verification: Verification::default(),
            days: BTreeMap::new(),
            months: BTreeMap::new(),
            tree: 0,
            unfilled: true,
            unregistered: values,
        }
    }

    /// Leaves out what is not of this scope.
    #[must_use]
    pub(super) fn within(mut self, scope: Scope) -> Self {
        if scope == Scope::Breakdowns {
            // Anything else that is wrong is for an operator to see and to mend.
            self.days.retain(|key, _| key.part < WHOLE);
            self.months.retain(|key, _| key.part < WHOLE);
            self.verification.differences = (self.days.len() + self.months.len()) as u64;
        }
        self
    }

    /// Returns whether there is nothing to be done.
    pub(super) fn is_settled(&self) -> bool {
        self.verification.differences == 0 && !self.unfilled
    }
}
