//! Lists of departments and services with their ratings, in the order a reader asks for.

use std::cmp::Ordering;

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use rusqlite::{Connection, Row, named_params};

use super::department::{COLUMNS, TABLES, read, read_service};
use super::score::read as read_counts;
use crate::model::{Department, Order, Page, Selection, Service, Standing};
use crate::period::Period;

/// The ratings in the period and in the one before: ten sums over a roll-up `r`.
const SUMS: &str = "
    sum(CASE WHEN r.day >= :from THEN r.c1 ELSE 0 END),
    sum(CASE WHEN r.day >= :from THEN r.c2 ELSE 0 END),
    sum(CASE WHEN r.day >= :from THEN r.c3 ELSE 0 END),
    sum(CASE WHEN r.day >= :from THEN r.c4 ELSE 0 END),
    sum(CASE WHEN r.day >= :from THEN r.c5 ELSE 0 END),
    sum(CASE WHEN r.day < :from THEN r.c1 ELSE 0 END),
    sum(CASE WHEN r.day < :from THEN r.c2 ELSE 0 END),
    sum(CASE WHEN r.day < :from THEN r.c3 ELSE 0 END),
    sum(CASE WHEN r.day < :from THEN r.c4 ELSE 0 END),
    sum(CASE WHEN r.day < :from THEN r.c5 ELSE 0 END)";

/// Returns a page of departments.
pub(super) fn departments(
    connection: &Connection,
    selection: &Selection,
    period: Period,
    minimum: u64,
) -> Result<Page<Standing<Department>>, rusqlite::Error> {
    let pattern = selection.search.as_deref().map(like);
    let parent = selection.parent.as_ref().map(Slug::as_str);
    let chosen = chosen(selection);
    let total: usize = connection
        .prepare_cached(&format!("{chosen} SELECT count(*) FROM chosen"))?
        .query_row(
            named_params! { ":parent": parent, ":pattern": pattern },
            |row| row.get(0),
        )?;
    // By name the database pages; any other order needs every row's figures first.
    let by_name = selection.order == Order::Name;
    let (limit, offset) = if by_name {
        (selection.limit, selection.offset)
    } else {
        (total, 0)
    };
    let mut rows: Vec<Standing<Department>> = connection
        .prepare_cached(&format!(
            "{chosen}, shown AS (
                 SELECT d.id FROM chosen JOIN department d ON d.id = chosen.id
                 ORDER BY d.name_zh, d.slug LIMIT :limit OFFSET :offset)
             SELECT {COLUMNS}, {SUMS},
                    EXISTS (SELECT 1 FROM department c WHERE c.parent_id = d.id)
             FROM shown JOIN {TABLES}
             LEFT JOIN rollup_day r ON r.department_id = d.id AND r.service_id = 0
                                   AND r.day BETWEEN :before AND :to
             WHERE d.id = shown.id
             GROUP BY d.id ORDER BY d.name_zh, d.slug"
        ))?
        .query_map(
            named_params! {
                ":parent": parent, ":pattern": pattern, ":limit": limit, ":offset": offset,
                ":before": period.before().from().to_string(),
                ":from": period.from().to_string(), ":to": period.to().to_string(),
            },
            |row| standing(row, read(row)?, row.get(14)?),
        )?
        .collect::<Result<_, _>>()?;
    if !by_name {
        // The sort is stable, so what is equal stays in the order of names.
        rows.sort_by(|a, b| compare(selection.order, a, b, minimum));
        rows = rows
            .into_iter()
            .skip(selection.offset)
            .take(selection.limit)
            .collect();
    }
    Ok(Page { rows, total })
}

/// Returns the services of a department, most rated first.
pub(super) fn services(
    connection: &Connection,
    department: &Slug,
    period: Period,
) -> Result<Vec<Standing<Service>>, rusqlite::Error> {
    let mut rows: Vec<Standing<Service>> = connection
        .prepare_cached(&format!(
            "SELECT d.slug, s.slug, s.name_zh, s.name_en, {SUMS}
             FROM service s JOIN department d ON d.id = s.department_id
             LEFT JOIN rollup_day r ON r.department_id = d.id AND r.service_id = s.id
                                   AND r.day BETWEEN :before AND :to
             WHERE d.slug = :department GROUP BY s.id ORDER BY s.name_zh, s.slug"
        ))?
        .query_map(
            named_params! {
                ":department": department.as_str(),
                ":before": period.before().from().to_string(),
                ":from": period.from().to_string(), ":to": period.to().to_string(),
            },
            |row| standing(row, read_service(row)?, false),
        )?
        .collect::<Result<_, _>>()?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.now.n()));
    Ok(rows)
}

/// Returns the query for the ids of the departments that are wanted.
fn chosen(selection: &Selection) -> &'static str {
    match (&selection.search, &selection.parent) {
        (None, _) => {
            "WITH chosen AS (
                 SELECT id FROM department
                 WHERE parent_id IS (SELECT id FROM department WHERE slug = :parent)
                   AND :pattern IS NULL)"
        }
        (Some(_), None) => {
            "WITH chosen AS (
                 SELECT id FROM department
                 WHERE :parent IS NULL AND (name_zh LIKE :pattern ESCAPE '\\'
                    OR name_en LIKE :pattern ESCAPE '\\' OR slug LIKE :pattern ESCAPE '\\'))"
        }
        (Some(_), Some(_)) => {
            "WITH RECURSIVE below (id) AS (
                 SELECT c.id FROM department c JOIN department t ON t.id = c.parent_id
                 WHERE t.slug = :parent
                 UNION ALL
                 SELECT c.id FROM department c JOIN below ON c.parent_id = below.id),
             chosen AS (
                 SELECT d.id FROM below JOIN department d ON d.id = below.id
                 WHERE d.name_zh LIKE :pattern ESCAPE '\\'
                    OR d.name_en LIKE :pattern ESCAPE '\\' OR d.slug LIKE :pattern ESCAPE '\\')"
        }
    }
}

/// Returns a pattern that finds the text anywhere, with its wildcards taken literally.
fn like(text: &str) -> String {
    let literal = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{literal}%")
}

fn standing<T>(
    row: &Row<'_>,
    subject: T,
    has_children: bool,
) -> Result<Standing<T>, rusqlite::Error> {
    Ok(Standing {
        subject,
        has_children,
        now: read_counts(row, 4)?,
        before: read_counts(row, 9)?,
    })
}

/// Puts rows in order; those that cannot be compared stand last.
///
/// Compares means and not whole scores: the interval of each costs more than the sum behind it.
fn compare(
    order: Order,
    a: &Standing<Department>,
    b: &Standing<Department>,
    minimum: u64,
) -> Ordering {
    let mean = |row: &Standing<Department>| enough(&row.now, minimum).and_then(|now| now.mean());
    let poor = |row: &Standing<Department>| enough(&row.now, minimum).map(poor_share);
    let gain = |row: &Standing<Department>| {
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
