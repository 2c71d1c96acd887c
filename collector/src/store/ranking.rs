//! The order of a list, decided without a database.

use std::cmp::Ordering;

use huiyin_shared::counts::Counts;

use crate::model::{Before, Order, Selection, Service, Standing};

/// Returns the rows of a page, of all in the order of their names, with the figures of each.
///
/// Those that cannot be compared stand last; what is equal stays in the order of names.
pub(super) fn page(
    ids: &[i64],
    figures: impl Fn(i64) -> (Counts, Before),
    selection: &Selection,
    minimum: u64,
) -> Vec<i64> {
    // Reckoned once for each, not at every comparison.
    let place = |id: &i64| (place(selection.order, figures(*id), minimum), *id);
    let mut ranked: Vec<(Option<f64>, i64)> = ids.iter().map(place).collect();
    ranked.sort_by(|(a, _), (b, _)| least_first(*a, *b));
    let rest = ranked.into_iter().skip(selection.offset);
    rest.take(selection.limit).map(|(_, id)| id).collect()
}

/// Returns a number by which a row stands before those with a greater one; none where it cannot be
/// compared.
///
/// It is reckoned from means and not from whole scores: the interval of each costs more than the
/// sum behind it.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn place(order: Order, (now, before): (Counts, Before), minimum: u64) -> Option<f64> {
    let mean = |counts, minimum| enough(counts, minimum)?.mean();
    let gain = || {
        let before = Some(before).filter(|before| before.is_complete)?;
        Some(mean(now, minimum)? - mean(before.counts, minimum)?)
    };
    match order {
        Order::Name => None,
        Order::Ratings => Some(-(now.n() as f64)),
        Order::Index => mean(now, minimum).map(|mean| -mean),
        Order::IndexLow => mean(now, minimum),
        Order::Poor => enough(now, minimum).map(|now| -(now.poor() as f64 / now.n() as f64)),
        Order::Change => gain().map(|gain| -gain),
        Order::ChangeLow => gain(),
    }
}

/// Returns counts only where they are published, and never those of nobody.
fn enough(counts: Counts, minimum: u64) -> Option<Counts> {
    Some(counts).filter(|counts| counts.n() >= minimum.max(1))
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
