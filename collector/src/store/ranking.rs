//! The order of a list, decided without a database.

use std::cmp::Ordering;
use std::collections::HashMap;

use huiyin_shared::counts::Counts;

use crate::model::{Order, Selection, Service, Standing};

/// A row of a list before it is known which page it stands on.
#[derive(Clone, Debug)]
struct Ranked {
    id: i64,
    now: Counts,
    before: Counts,
}

/// Returns the rows of a page, of all in the order of their names with their figures.
///
/// Those that cannot be compared stand last; what is equal stays in the order of names.
pub(super) fn page(
    ids: Vec<i64>,
    now: &HashMap<i64, Counts>,
    before: &HashMap<i64, Counts>,
    selection: &Selection,
    minimum: u64,
) -> Vec<i64> {
    let figure = |all: &HashMap<i64, Counts>, id| all.get(&id).copied().unwrap_or_default();
    let ranked = ids.into_iter().map(|id| Ranked {
        id,
        now: figure(now, id),
        before: figure(before, id),
    });
    let mut ranked: Vec<Ranked> = ranked.collect();
    ranked.sort_by(|a, b| compare(selection.order, a, b, minimum));
    let rest = ranked.into_iter().skip(selection.offset);
    rest.take(selection.limit).map(|row| row.id).collect()
}

/// Compares means and not whole scores: the interval of each costs more than the sum behind it.
fn compare(order: Order, a: &Ranked, b: &Ranked, minimum: u64) -> Ordering {
    let mean = |row: &Ranked| enough(&row.now, minimum).and_then(|now| now.mean());
    let poor = |row: &Ranked| enough(&row.now, minimum).map(poor_share);
    let gain = |row: &Ranked| {
        let before = enough(&row.before, minimum.max(2))?;
        Some(enough(&row.now, minimum.max(2))?.mean()? - before.mean()?)
    };
    match order {
        Order::Name => Ordering::Equal,
        Order::Ratings => b.now.n().cmp(&a.now.n()),
        Order::Index => most_first(mean(a), mean(b)),
        Order::IndexLow => least_first(mean(a), mean(b)),
        Order::Poor => most_first(poor(a), poor(b)),
        Order::Change => most_first(gain(a), gain(b)),
        Order::ChangeLow => least_first(gain(a), gain(b)),
    }
}

/// Returns counts only where they are published, and never those of nobody.
fn enough(counts: &Counts, minimum: u64) -> Option<&Counts> {
    Some(counts).filter(|counts| counts.n() >= minimum.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn poor_share(counts: &Counts) -> f64 {
    counts.poor() as f64 / counts.n() as f64
}

fn most_first(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn least_first(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// Returns a department's services, most rated first.
///
/// After a merger two may have one name: to citizens they are one, called as the first is.
pub(super) fn services(all: Vec<Standing<Service>>) -> Vec<Standing<Service>> {
    let mut rows: Vec<Standing<Service>> = Vec::new();
    for one in all {
        let same = rows
            .iter_mut()
            .find(|row| row.subject.slug == one.subject.slug);
        if let Some(row) = same {
            row.now = row.now.plus(&one.now);
            row.before = row.before.plus(&one.before);
        } else {
            rows.push(one);
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.now.n()));
    rows
}

/// Returns a pattern of LIKE that finds the text anywhere, with its wildcards taken literally.
pub(super) fn like(text: &str) -> String {
    let literal = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{literal}%")
}
