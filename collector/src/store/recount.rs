//! What a recount of all feedback finds, before anything is corrected.

use std::collections::BTreeMap;

use super::breakdown::Texts;
use super::deltas::{Change, Deltas, Key, add};
use crate::model::Verification;

/// What a recount found wrong, and in which version of the tree.
pub(super) struct Found {
    pub(super) verification: Verification,
    /// The texts of values that are not stored.
    pub(super) texts: Texts,
    /// What is to be added to the roll-ups by day.
    pub(super) days: Deltas,
    /// What is to be added to the roll-ups by month.
    pub(super) months: Deltas,
    pub(super) tree: i64,
}

impl Found {
    /// Puts together what the days lack besides what is pending, and what the months lack to be
    /// the sums of their days.
    pub(super) fn new(
        counted: Verification,
        mut days: BTreeMap<Key, Change>,
        pending: &Deltas,
        mut months: BTreeMap<Key, Change>,
        texts: Texts,
        tree: i64,
    ) -> Self {
        for (key, change) in pending.days() {
            add(days.entry(key).or_default(), change.map(|by| -by));
        }
        // What is wrong with a day is wrong with its month too.
        for (key, change) in &days {
            add(months.entry(key.month()).or_default(), *change);
        }
        let (days, months) = (Deltas::from(days), Deltas::from(months));
        let differences = days.days().count() + months.days().count() + texts.len();
        Self {
            verification: Verification {
                differences: differences as u64,
                ..counted
            },
            texts,
            days,
            months,
            tree,
        }
    }
}
