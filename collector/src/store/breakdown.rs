//! Breakdowns: a department's own ratings by what was said with them, where somebody asked.
//!
//! A value is registered when it is first counted, until there are [`LIMIT`] of them; they are
//! never fewer again, so that a value which was refused once is refused for good. What is
//! registered counts under its own name and everything else under [`OTHER`], whoever counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use huiyin_shared::counts::Counts;
use huiyin_shared::feedback::Submission;
use huiyin_shared::rating::Rating;
use jiff::civil::Date;

use super::deltas::Deltas;
use super::tree::Tree;
use crate::model::Dimension;

/// How many values of one breakdown are counted by themselves: whoever rates can make them up.
pub(super) const LIMIT: usize = 200;

/// The name of all values that came after the limit was reached; nobody can send an empty one.
pub(super) const OTHER: &str = "";

/// What is broken down: a department's row, and by what.
pub(super) type Asked = (i64, Dimension);

/// The values of breakdowns that nothing is known of yet.
pub(super) type Unknown = BTreeMap<Asked, BTreeSet<String>>;

/// Breakdowns with all their values, as they are after new ones were registered.
pub(super) type Registered = BTreeMap<Asked, Values>;

/// The values of one breakdown, with their rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Values(HashMap<String, i64>);

impl Values {
    /// Notes a value.
    pub(super) fn add(&mut self, value: String, row: i64) {
        self.0.insert(value, row);
    }

    /// Returns how many more may be registered.
    pub(super) fn room(&self) -> usize {
        // The one for all others is none of them.
        (LIMIT + 1).saturating_sub(self.0.len())
    }

    /// Returns whether a value is registered.
    pub(super) fn contains(&self, value: &str) -> bool {
        self.0.contains_key(value)
    }

    /// Returns the part of the roll-ups that counts a value; none if it must be registered first.
    fn part(&self, value: &str) -> Option<i64> {
        let others = || self.0.get(OTHER).filter(|_| self.room() == 0);
        self.0.get(value).or_else(others).map(|row| -row)
    }
}

/// All breakdowns that were asked for, by department, with what is known of their values.
#[derive(Debug, Default)]
pub(super) struct Breakdowns(HashMap<i64, BTreeMap<Dimension, RwLock<Values>>>);

impl Breakdowns {
    /// Makes them from all rows; each breakdown has at least the value for all others.
    pub(super) fn new(rows: impl IntoIterator<Item = (Asked, String, i64)>) -> Self {
        let mut all: Registered = BTreeMap::new();
        for (asked, value, row) in rows {
            all.entry(asked).or_default().add(value, row);
        }
        let mut breakdowns = Self::default();
        for ((department, dimension), values) in all {
            let of_department = breakdowns.0.entry(department).or_default();
            of_department.insert(dimension, RwLock::new(values));
        }
        breakdowns
    }

    /// Takes note of values that have been registered, and will not go again.
    pub(super) fn learn(&self, registered: Registered) {
        for ((department, dimension), values) in registered {
            let known = self.0.get(&department).and_then(|all| all.get(&dimension));
            if let Some(known) = known {
                *known.write().unwrap_or_else(PoisonError::into_inner) = values;
            }
        }
    }

    /// Returns whether anything is asked for of a department.
    pub(super) fn ask(&self, department: i64) -> bool {
        self.0.contains_key(&department)
    }

    fn part(&self, (department, dimension): Asked, value: &str) -> Option<i64> {
        let known = self.0.get(&department)?.get(&dimension)?;
        let known = known.read().unwrap_or_else(PoisonError::into_inner);
        known.part(value)
    }
}

/// What was said with a rating, as far as it is broken down by.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) placement: Option<String>,
    pub(super) language: Option<String>,
}

impl Said {
    /// Returns what a first version says.
    pub(super) fn with(sent: &Submission) -> Self {
        let placement = sent.placement.as_ref();
        Self {
            placement: placement.map(|text| text.as_str().to_owned()),
            language: None,
        }
        .revised(sent)
    }

    /// Returns what is said after a further version: the placement stays that of the first.
    pub(super) fn revised(self, sent: &Submission) -> Self {
        let language = sent.lang.as_ref().map(|tag| tag.as_str().to_owned());
        Self { language, ..self }
    }

    fn value(&self, dimension: Dimension) -> Option<&str> {
        match dimension {
            Dimension::Placement => self.placement.as_deref(),
            Dimension::Language => self.language.as_deref(),
        }
    }
}

/// One value that a rating is to be counted under.
#[derive(Debug)]
struct Change {
    asked: Asked,
    value: String,
    day: Date,
    rating: Rating,
    by: i64,
}

/// What a batch changes in breakdowns; empty, and without cost, where nobody asked for any.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<Change>);

impl Changes {
    /// Notes that a rating is to be counted `by` more times for a department, under each value
    /// that was said with it; `said` is only asked where that matters.
    pub(super) fn add(
        &mut self,
        tree: &Tree,
        department: i64,
        day: Date,
        rating: Rating,
        by: i64,
        said: impl FnOnce() -> Said,
    ) {
        let Some(dimensions) = tree.breakdowns().0.get(&department) else {
            return;
        };
        let said = said();
        for dimension in dimensions.keys() {
            if let Some(value) = said.value(*dimension) {
                self.0.push(Change {
                    asked: (department, *dimension),
                    value: value.to_owned(),
                    day,
                    rating,
                    by,
                });
            }
        }
    }

    /// Returns the values that must be registered before they can be counted.
    pub(super) fn unknown(&self, tree: &Tree) -> Unknown {
        let mut unknown = Unknown::new();
        for change in &self.0 {
            if tree
                .breakdowns()
                .part(change.asked, &change.value)
                .is_none()
            {
                let values = unknown.entry(change.asked).or_default();
                values.insert(change.value.clone());
            }
        }
        unknown
    }

    /// Adds all of it to the roll-ups' changes; what was registered last is looked at first.
    pub(super) fn count(&self, tree: &Tree, registered: &Registered, deltas: &mut Deltas) {
        for change in &self.0 {
            let newest = registered.get(&change.asked);
            let part = newest
                .and_then(|values| values.part(&change.value))
                .or_else(|| tree.breakdowns().part(change.asked, &change.value));
            if let Some(part) = part {
                deltas.add_part(change.asked.0, part, change.day, change.rating, change.by);
            }
        }
    }
}

/// Returns values with their ratings, most first.
pub(super) fn most_first(sums: BTreeMap<String, Counts>) -> Vec<(String, Counts)> {
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.n()));
    rows
}
