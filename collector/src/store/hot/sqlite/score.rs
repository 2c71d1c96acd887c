//! Reading ratings from the roll-ups, at a cost that does not grow with their number.

use std::collections::HashMap;

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

use super::rollup::day;
use super::{department, pending_deltas};
use crate::model::period::Period;
use crate::store::deltas::{self, ByMonth, Change, Deltas, Key, add};
use crate::store::segment::Segment;

/// What the figures of a period are read from.
pub(super) struct Rollups {
    /// The months and the days, as lists in JSON, so that one statement does for all.
    pub(super) months: String,
    pub(super) days: String,
    /// What is pending of the period, by department and segment.
    pub(super) pending: HashMap<(i64, Segment), Change>,
}

impl Rollups {
    /// Returns the whole months and the days around them, and what is pending of both.
    pub(super) fn of(period: Period, pending: &Deltas) -> Self {
        let list = |dates: Vec<Date>| {
            let quoted: Vec<String> = dates.iter().map(|date| format!("\"{date}\"")).collect();
            format!("[{}]", quoted.join(","))
        };
        let parts = period.parts();
        Self {
            pending: pending.within(period),
            months: list(parts.months),
            days: list(parts.days),
        }
    }
}

/// Returns the ratings of a department and all below it, or of one of its services.
pub(super) fn counts(
    connection: &Connection,
    department: &Slug,
    service: Option<&Slug>,
    period: Period,
) -> Result<Counts, rusqlite::Error> {
    let Some(id) = department::id(connection, department)? else {
        return Ok(Counts::default());
    };
    let keys: Vec<(i64, Segment)> = match service {
        None => vec![(id, Segment::Whole)],
        Some(service) => connection
            .prepare_cached(
                "SELECT s.department_id, s.id
                 FROM service s JOIN department d ON d.id = s.department_id
                 WHERE s.slug = ?2 AND (d.id = ?1 OR d.merged_into_id = ?1)",
            )?
            .query_map(params![id, service.as_str()], |row| {
                Ok((row.get(0)?, Segment::Service(row.get(1)?)))
            })?
            .collect::<Result<_, _>>()?,
    };
    let wanted = |key: Key| keys.contains(&(key.department, key.segment));
    let rollups = Rollups::of(period, &pending_deltas::read(connection, wanted)?);
    let mut sum = Counts::default();
    for (department, segment) in keys {
        sum = sum.plus(&of_key(connection, department, segment, &rollups)?);
    }
    Ok(sum)
}

/// Returns the ratings of a whole department or of a service, with those that are pending.
pub(super) fn of_key(
    connection: &Connection,
    department: i64,
    segment: Segment,
    rollups: &Rollups,
) -> Result<Counts, rusqlite::Error> {
    let mut sum = connection
        .prepare_cached(
            "SELECT ifnull(sum(c1), 0), ifnull(sum(c2), 0), ifnull(sum(c3), 0),
                    ifnull(sum(c4), 0), ifnull(sum(c5), 0)
             FROM (
                 SELECT c1, c2, c3, c4, c5
                 FROM json_each(?3) m CROSS JOIN rollup_month r
                 WHERE r.month = m.value AND r.part_id = ?2 AND r.department_id = ?1
                 UNION ALL
                 SELECT c1, c2, c3, c4, c5
                 FROM json_each(?4) d CROSS JOIN rollup_day r
                 WHERE r.day = d.value AND r.part_id = ?2 AND r.department_id = ?1)",
        )?
        .query_row(
            params![department, segment.column(), rollups.months, rollups.days],
            |row| read(row, 0),
        )?;
    if let Some(pending) = rollups.pending.get(&(department, segment)) {
        add(&mut sum, *pending);
    }
    Ok(deltas::counts(sum))
}

/// Returns the ratings by month, as `YYYY-MM`, in order; months without any are left out.
pub(super) fn months(
    connection: &Connection,
    department: &Slug,
    period: Period,
) -> Result<Vec<(String, Counts)>, rusqlite::Error> {
    let Some(id) = department::id(connection, department)? else {
        return Ok(Vec::new());
    };
    let pending = pending_deltas::read(connection, |key| {
        key.department == id && key.segment == Segment::Whole && period.contains(key.day)
    })?;
    let rollups = Rollups::of(period, &pending);
    let mut statement = connection.prepare_cached(
        "SELECT r.month, c1, c2, c3, c4, c5
         FROM json_each(?2) m CROSS JOIN rollup_month r
         WHERE r.month = m.value AND r.part_id = 0 AND r.department_id = ?1
         UNION ALL
         SELECT r.day, c1, c2, c3, c4, c5
         FROM json_each(?3) d CROSS JOIN rollup_day r
         WHERE r.day = d.value AND r.part_id = 0 AND r.department_id = ?1",
    )?;
    let mut rows = statement.query(params![id, rollups.months, rollups.days])?;
    let mut months = ByMonth::default();
    while let Some(row) = rows.next()? {
        months.add(day(row, 0)?, read(row, 1)?);
    }
    for (key, change) in pending.days() {
        months.add(key.day, change);
    }
    Ok(months.rated())
}

/// Reads five numbers that stand side by side from column `first` on.
pub(super) fn read(row: &Row<'_>, first: usize) -> Result<Change, rusqlite::Error> {
    let mut sum = [0; 5];
    for (index, count) in sum.iter_mut().enumerate() {
        *count = row.get(first + index)?;
    }
    Ok(sum)
}
