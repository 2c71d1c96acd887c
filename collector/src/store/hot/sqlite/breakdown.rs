//! A department's ratings by what was said with them.

use std::collections::HashMap;

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use rusqlite::{Connection, params};

use super::score::{Rollups, read};
use super::{department, pending_deltas};
use crate::model::period::Period;
use crate::model::{Breakdown, Dimension};
use crate::store::breakdown::{most_rated, named};
use crate::store::deltas::{self, Change, add};
use crate::store::segment::{Segment, ValueId};

/// Returns the ratings by value.
pub(super) fn all(
    connection: &Connection,
    department: &Slug,
    by: Dimension,
    period: Period,
) -> Result<Breakdown, rusqlite::Error> {
    let found = most_rated(sums(connection, department, ValueId::range(by), period)?);
    let ids: Vec<i64> = found.0.iter().map(|(id, _)| id.column()).collect();
    let texts = connection
        .prepare_cached(
            "SELECT v.id, v.value FROM json_each(?1) i JOIN segment_value v ON v.id = i.value",
        )?
        .query_map([format!("{ids:?}")], |row| {
            Ok((ValueId::stored(row.get(0)?), row.get(1)?))
        })?
        .collect::<Result<_, _>>()?;
    Ok(named(found, texts))
}

/// Returns the ratings with one value.
pub(super) fn one(
    connection: &Connection,
    department: &Slug,
    value: ValueId,
    period: Period,
) -> Result<Counts, rusqlite::Error> {
    let only = (value.column(), value.column());
    let sums = sums(connection, department, only, period)?;
    Ok(deltas::counts(
        sums.get(&value).copied().unwrap_or_default(),
    ))
}

/// Returns the ratings by the ids of values, from the first to the last.
fn sums(
    connection: &Connection,
    department: &Slug,
    (first, last): (i64, i64),
    period: Period,
) -> Result<HashMap<ValueId, Change>, rusqlite::Error> {
    let mut sums: HashMap<ValueId, Change> = HashMap::new();
    let Some(id) = department::id(connection, department)? else {
        return Ok(sums);
    };
    let pending = pending_deltas::read(connection, |key| key.department == id)?;
    let rollups = Rollups::of(period, &pending);
    let mut statement = connection.prepare_cached(
        "SELECT r.value_id, c1, c2, c3, c4, c5
         FROM json_each(?4) m CROSS JOIN value_month r
         WHERE r.month = m.value AND r.department_id = ?1 AND r.value_id BETWEEN ?2 AND ?3
         UNION ALL
         SELECT r.value_id, c1, c2, c3, c4, c5
         FROM json_each(?5) d CROSS JOIN value_day r
         WHERE r.day = d.value AND r.department_id = ?1 AND r.value_id BETWEEN ?2 AND ?3",
    )?;
    let mut rows = statement.query(params![id, first, last, rollups.months, rollups.days])?;
    while let Some(row) = rows.next()? {
        let value = ValueId::stored(row.get(0)?);
        add(sums.entry(value).or_default(), read(row, 1)?);
    }
    for ((_, segment), change) in rollups.pending {
        if let Segment::Value(value) = segment
            && (first..=last).contains(&value.column())
        {
            add(sums.entry(value).or_default(), change);
        }
    }
    Ok(sums)
}
