//! Figures as pages write them.

use huiyin_shared::counts::Counts;
use huiyin_shared::interval::Estimate;
use huiyin_shared::language::Language;
use huiyin_shared::score::Published;

use super::reader::Reader;
use crate::model::{Comparison, Localized, Names, Standing, compare};
use crate::text::citizen::Sentences;
use crate::text::pages::Phrases;
use crate::util::chart;

/// A row of a list: who, and how they stand.
pub(super) struct Row {
    pub(super) name: Localized,
    pub(super) href: String,
    /// Where the level below is listed, if there is one.
    pub(super) below: Option<String>,
    pub(super) n: String,
    pub(super) score: Option<RowScore>,
    pub(super) change: String,
}

/// The figures of a row that has enough ratings.
pub(super) struct RowScore {
    pub(super) index: String,
    pub(super) interval: String,
    pub(super) plot: String,
    pub(super) poor: String,
}

/// Makes the rows of departments or services that are shown together; each has names, an address, and
/// perhaps an address of what is below it.
pub(super) fn rows<T>(
    standings: &[Standing<T>],
    reader: &Reader,
    minimum: u64,
    describe: impl Fn(&Standing<T>) -> (&Names, String, Option<String>),
) -> Vec<Row> {
    let compared = compare(standings, minimum.max(1));
    let row = |(standing, comparison)| {
        let (names, href, below) = describe(standing);
        let published = Published::of(standing.now, minimum);
        Row {
            name: names.shown(reader.language),
            href,
            below,
            n: whole(standing.now.n()),
            score: published.score().map(|score| RowScore {
                index: tenths(score.index.value),
                interval: interval(score.index),
                plot: chart::range(score.index),
                poor: percent(score.poor.value),
            }),
            change: change(comparison, reader.words()),
        }
    };
    standings.iter().zip(compared).map(row).collect()
}

/// A grade with its number and share of ratings.
pub(super) struct GradeRow {
    pub(super) word: &'static str,
    pub(super) n: String,
    pub(super) share: String,
    pub(super) bar: String,
}

/// Returns one row per grade, from good to poor.
pub(super) fn distribution(counts: Counts, language: Language) -> Vec<GradeRow> {
    let says = Sentences::of(language);
    let shares = huiyin_shared::rating::Rating::ALL.map(|grade| {
        let n = counts.of(grade);
        let share = Estimate::share(n, counts.n().max(1)).value;
        GradeRow {
            word: says.grade(grade),
            n: whole(n),
            share: percent(share),
            bar: chart::bar(share, grade),
        }
    });
    shares.into()
}

/// Writes a whole number with its thousands apart.
pub(super) fn whole(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// Writes a figure with one decimal.
pub(super) fn tenths(figure: f64) -> String {
    format!("{figure:.1}")
}

/// Writes the interval of a figure with one decimal.
pub(super) fn interval(estimate: Estimate) -> String {
    let [low, high] = estimate.interval;
    format!("{low:.1} – {high:.1}")
}

/// Writes a share as a percentage.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// Writes the interval of a share as percentages.
pub(super) fn percent_interval(estimate: Estimate) -> String {
    let [low, high] = estimate.interval;
    format!("{} – {}", percent(low), percent(high))
}

/// Writes a change, as one only where it is significant.
pub(super) fn change(comparison: Comparison, words: &Phrases) -> String {
    match comparison {
        Comparison::TooFew => words.not_comparable.to_owned(),
        Comparison::Incomplete => words.earlier_incomplete.to_owned(),
        Comparison::Change(change) if !change.significant => words.no_change.to_owned(),
        Comparison::Change(change) => {
            let points = change.difference.value;
            let sign = if points < 0.0 { "▼ −" } else { "▲ +" };
            format!("{sign}{:.1}", points.abs())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let written = [0, 999, 1_000, 23_000, 1_234_567].map(whole);
        assert_eq!(written, ["0", "999", "1,000", "23,000", "1,234,567"]);
    }
}
