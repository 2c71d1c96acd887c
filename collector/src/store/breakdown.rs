//! Breakdowns: a department's ratings by what was said with them.

use std::borrow::Cow;
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

/// Returns the ids of the values with the most ratings and of those that are `expected`, most first,
/// and the ratings of all others together.
pub(super) fn most_rated(
    sums: HashMap<ValueId, Change>,
    expected: &[ValueId],
) -> (Vec<(ValueId, Counts)>, Counts) {
    let counted = sums.into_iter().map(|(id, sum)| (id, deltas::counts(sum)));
    let mut rows: Vec<_> = counted.filter(|(_, counts)| counts.n() > 0).collect();
    rows.sort_by_key(|(id, counts)| (std::cmp::Reverse(counts.n()), *id));
    let rest = rows.split_off(rows.len().min(LISTED));
    // Made-up values, however many, must not hide one that was offered.
    let (kept, others): (Vec<_>, Vec<_>) =
        (rest.into_iter()).partition(|(id, _)| expected.contains(id));
    rows.extend(kept);
    let sum = |sum: Counts, (_, counts): &(ValueId, Counts)| sum.plus(counts);
    (rows, others.iter().fold(Counts::default(), sum))
}

/// Puts texts to what [`most_rated`] has returned; what has none stored counts with the others.
pub(super) fn named(
    (rows, mut others): (Vec<(ValueId, Counts)>, Counts),
    mut texts: HashMap<ValueId, String>,
) -> Breakdown {
    let mut values = Vec::new();
    for (id, counts) in rows {
        match texts.remove(&id) {
            Some(text) => values.push((text, counts)),
            None => others = others.plus(&counts),
        }
    }
    values.sort_by(|(one, few), (other, many)| many.n().cmp(&few.n()).then(one.cmp(other)));
    Breakdown { values, others }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_values_do_not_hide_one_that_was_offered() {
        let id = |text: &str| ValueId::new(Dimension::Driver, text);
        let junk = (0..LISTED + 9).map(|number| (id(&format!("junk-{number}")), [9, 0, 0, 0, 0]));
        let offered = (id("wait"), [1, 0, 0, 0, 0]);
        let sums: HashMap<_, Change> = junk.chain([offered]).collect();
        let (listed, others) = most_rated(sums.clone(), &[id("wait"), id("unused")]);
        assert_eq!(listed.last().map(|(id, _)| *id), Some(offered.0));
        assert_eq!((listed.len(), others.n()), (LISTED + 1, 81));
        assert_eq!(most_rated(sums, &[]).1.n(), 82);
    }
}
