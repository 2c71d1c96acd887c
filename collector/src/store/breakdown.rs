//! Breakdowns: a department's ratings by what was said with them.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock};

use huiyin_shared::counts::Counts;
use huiyin_shared::feedback::Submission;

use super::deltas::{self, Change};
use super::segment::ValueId;
use crate::model::{Breakdown, Dimension};

/// How many values are listed by themselves: whoever rates can make them up.
pub(super) const LISTED: usize = 200;

/// How many texts a collector remembers to be stored.
const REMEMBERED: usize = 10_000;

/// What was said with a rating, as far as it is broken down by.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes<'a> {
    pub(super) placement: Option<Cow<'a, str>>,
    pub(super) language: Option<Cow<'a, str>>,
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) drivers: Vec<Cow<'a, str>>,
}

impl<'a> Attributes<'a> {
    /// Returns what a first version says.
    pub(super) fn new(sent: &'a Submission) -> Self {
        let placement = sent.placement.as_ref();
        Self {
            placement: placement.map(|text| text.as_str().into()),
            language: sent.lang.as_ref().map(|tag| tag.as_str().into()),
            kind: sent.kind.map(|kind| kind.name().into()),
            drivers: (sent.drivers.as_slice().iter())
                .map(|slug| slug.as_str().into())
                .collect(),
        }
    }

    /// Returns what is stored: placement, language, kind, and drivers with a space between them.
    pub(super) fn stored(
        [placement, language, kind, drivers]: [Option<String>; 4],
    ) -> Attributes<'static> {
        let drivers = drivers.unwrap_or_default();
        Attributes {
            placement: placement.map(Cow::Owned),
            language: language.map(Cow::Owned),
            kind: kind.map(Cow::Owned),
            drivers: (drivers.split_ascii_whitespace())
                .map(|slug| slug.to_owned().into())
                .collect(),
        }
    }

    /// Returns what is said after a further version: the placement stays that of the first.
    pub(super) fn revised(&self, sent: &'a Submission) -> Self {
        Self {
            placement: self.placement.clone(),
            ..Self::new(sent)
        }
    }

    /// Returns all values with their dimensions.
    pub(super) fn values(&self) -> impl Iterator<Item = (Dimension, &str)> {
        let drivers = self.drivers.iter().map(|slug| (Dimension::Driver, &**slug));
        [
            (Dimension::Placement, &self.placement),
            (Dimension::Language, &self.language),
            (Dimension::Kind, &self.kind),
        ]
        .into_iter()
        .filter_map(|(by, value)| Some((by, value.as_deref()?)))
        .chain(drivers)
    }
}

/// Texts of values.
pub(super) type Texts = BTreeMap<ValueId, String>;

/// The texts that are known to be stored, with the ids of their values; forgotten all at once when
/// there are too many.
#[derive(Debug, Default)]
pub(super) struct ValueCache(RwLock<[HashMap<String, ValueId>; Dimension::ALL.len()]>);

impl ValueCache {
    /// Returns the id of a value if its text is known to be stored.
    pub(super) fn get(&self, by: Dimension, text: &str) -> Option<ValueId> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known[by as usize].get(text).copied()
    }

    /// Remembers texts that are stored.
    pub(super) fn learn(&self, stored: Texts) {
        if stored.is_empty() {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let number = known.iter().map(HashMap::len).sum::<usize>();
        if number + stored.len() > REMEMBERED {
            known.iter_mut().for_each(HashMap::clear);
        }
        for (id, text) in stored {
            if let Some(by) = id.dimension() {
                known[by as usize].insert(text, id);
            }
        }
    }
}

/// The values with the most ratings among those that were added.
#[derive(Debug, Default)]
pub(super) struct MostRated(BTreeMap<(Reverse<u64>, ValueId), (String, Change)>);

impl MostRated {
    /// Adds a value, unless nobody knows its text.
    pub(super) fn add(&mut self, id: ValueId, text: Option<String>, sum: Change) {
        let n = deltas::counts(sum).n();
        if let Some(text) = text.filter(|_| n > 0) {
            self.0.insert((Reverse(n), id), (text, sum));
        }
        if self.0.len() > LISTED {
            self.0.pop_last();
        }
    }

    /// Returns them, and what is left of the ratings with `all` values.
    pub(super) fn listed(self, all: Change) -> Breakdown {
        let mut others = all;
        let mut values: Vec<(String, Counts)> = Vec::new();
        for (text, sum) in self.0.into_values() {
            deltas::add(&mut others, sum.map(|count| -count));
            values.push((text, deltas::counts(sum)));
        }
        values.sort_by(|(one, few), (other, many)| many.n().cmp(&few.n()).then(one.cmp(other)));
        Breakdown {
            values,
            others: deltas::counts(others),
        }
    }
}
