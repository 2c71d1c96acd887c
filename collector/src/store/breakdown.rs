//! Breakdowns: a department's ratings by what was said with them.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock};

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

/// Returns the values with the most ratings, most first, and what is left of `total`, the ratings
/// with all values: also those of values that nobody knows the text of.
pub(super) fn listed(values: HashMap<ValueId, (String, Change)>, total: Change) -> Breakdown {
    let rows = values.into_iter();
    let rows = rows.map(|(id, (text, sum))| (id, text, sum, deltas::counts(sum)));
    let mut rows: Vec<_> = rows.filter(|(.., counts)| counts.n() > 0).collect();
    rows.sort_by_key(|(id, .., counts)| (Reverse(counts.n()), *id));
    rows.truncate(LISTED);
    let mut others = total;
    for (_, _, sum, _) in &rows {
        deltas::add(&mut others, sum.map(|count| -count));
    }
    let values = rows.into_iter().map(|(_, text, _, counts)| (text, counts));
    let mut values: Vec<_> = values.collect();
    values.sort_by(|(one, few), (other, many)| many.n().cmp(&few.n()).then(one.cmp(other)));
    Breakdown {
        values,
        others: deltas::counts(others),
    }
}
