//! Lists of departments and services with their ratings, in the order a reader asks for.

use std::collections::{HashMap, HashSet};

use huiyin_shared::slug::Slug;
use rusqlite::Connection;

use super::department::{self, COLUMNS, TABLES, read, read_service};
use super::pending_deltas;
use super::score::{Rollups, of_key, read as read_counts};
use crate::model::period::Period;
use crate::model::{Department, Order, Page, Selection, Service, Standing};
use crate::store::deltas::{self, Change, Deltas, add};
use crate::store::listing::{self, Wanted};
use crate::store::ranking;
use crate::store::segment::Segment;

/// Returns what a period is read from, and what the one before it.
fn around(period: Period, pending: &Deltas) -> (Rollups, Rollups) {
    let of = |period| Rollups::of(period, pending);
    (of(period), of(period.before()))
}

/// Returns a page of departments.
pub(super) fn departments(
    connection: &Connection,
    selection: &Selection,
    period: Period,
    minimum: u64,
) -> Result<Page<Standing<Department>>, rusqlite::Error> {
    let pending = pending_deltas::read(connection, |key| key.segment == Segment::Whole)?;
    let (now, before) = around(period, &pending);
    // By name only the page's figures are needed; any other order needs everyone's first.
    let (total, ids) = if selection.order == Order::Name {
        let total = selected(connection, selection, Wanted::Number)?[0];
        let total = usize::try_from(total).unwrap_or_default();
        (total, selected(connection, selection, Wanted::Page)?)
    } else {
        let ids = selected(connection, selection, Wanted::All)?;
        let now = of_all(connection, &now, ids.len())?;
        let before = if selection.order.compares() {
            of_all(connection, &before, ids.len())?
        } else {
            HashMap::new()
        };
        let figure = |all: &HashMap<i64, Change>, id| {
            let sum = all.get(&id).copied().unwrap_or_default();
            deltas::counts(sum)
        };
        let (now, before) = (|id| figure(&now, id), |id| figure(&before, id));
        let page = ranking::page(&ids, now, before, selection, minimum);
        (ids.len(), page)
    };
    let rows = ids
        .into_iter()
        .map(|id| standing(connection, id, &now, &before))
        .collect::<Result<_, _>>()?;
    Ok(Page { rows, total })
}

fn standing(
    connection: &Connection,
    id: i64,
    now: &Rollups,
    before: &Rollups,
) -> Result<Standing<Department>, rusqlite::Error> {
    let (subject, has_children) = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS},
                    EXISTS (SELECT 1 FROM department c
                            WHERE c.parent_id = d.id AND c.merged_into_id IS NULL)
             FROM {TABLES} WHERE d.id = ?1"
        ))?
        .query_row([id], |row| Ok((read(row)?, row.get(4)?)))?;
    Ok(Standing {
        subject,
        has_children,
        now: of_key(connection, id, Segment::Whole, now)?,
        before: of_key(connection, id, Segment::Whole, before)?,
    })
}

/// Returns the ratings of every department that has any, of about so many.
fn of_all(
    connection: &Connection,
    rollups: &Rollups,
    about: usize,
) -> Result<HashMap<i64, Change>, rusqlite::Error> {
    // Added up here: the database would sort and group by rows that come in this order already.
    let mut statement = connection.prepare_cached(
        "SELECT department_id, c1, c2, c3, c4, c5
         FROM json_each(?1) m CROSS JOIN rollup_month r
         WHERE r.month = m.value AND r.part_id = 0
         UNION ALL
         SELECT department_id, c1, c2, c3, c4, c5
         FROM json_each(?2) d CROSS JOIN rollup_day r
         WHERE r.day = d.value AND r.part_id = 0",
    )?;
    let mut rows = statement.query([&rollups.months, &rollups.days])?;
    let mut all: HashMap<i64, Change> = HashMap::with_capacity(about);
    while let Some(row) = rows.next()? {
        add(all.entry(row.get(0)?).or_default(), read_counts(row, 1)?);
    }
    for ((department, _), change) in &rollups.pending {
        add(all.entry(*department).or_default(), *change);
    }
    Ok(all)
}

/// Returns the services of a department, most rated first.
pub(super) fn services(
    connection: &Connection,
    department: &Slug,
    period: Period,
) -> Result<Vec<Standing<Service>>, rusqlite::Error> {
    let Some(id) = department::id(connection, department)? else {
        return Ok(Vec::new());
    };
    let known: Vec<(Service, i64, Segment)> = connection
        .prepare_cached(
            "SELECT d.slug, s.slug, s.name_zh, s.name_en, s.department_id, s.id
             FROM service s JOIN department d ON d.id = s.department_id
             WHERE d.id = ?1 OR d.merged_into_id = ?1
             ORDER BY s.name_zh, s.slug, d.id <> ?1, d.id",
        )?
        .query_map([id], |row| {
            let segment = Segment::Service(row.get(5)?);
            Ok((read_service(row)?, row.get(4)?, segment))
        })?
        .collect::<Result<_, _>>()?;
    let services: HashSet<Segment> = known.iter().map(|(_, _, service)| *service).collect();
    let pending = pending_deltas::read(connection, |key| services.contains(&key.segment))?;
    let (now, before) = around(period, &pending);
    let rows = known.into_iter().map(|(subject, provider, service)| {
        Ok(Standing {
            subject,
            has_children: false,
            now: of_key(connection, provider, service, &now)?,
            before: of_key(connection, provider, service, &before)?,
        })
    });
    let rows = rows.collect::<Result<Vec<_>, rusqlite::Error>>()?;
    Ok(ranking::services(rows))
}

fn selected(
    connection: &Connection,
    selection: &Selection,
    wanted: Wanted,
) -> Result<Vec<i64>, rusqlite::Error> {
    let mut query = listing::query(selection, wanted).prepare_in(connection)?;
    query.raw_query().mapped(|row| row.get(0)).collect()
}
