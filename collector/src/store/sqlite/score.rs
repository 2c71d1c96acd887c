//! Reading ratings from the roll-ups, at a cost that does not grow with their number.

use std::collections::HashMap;

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

use super::rollup::day;
use super::{department, uncounted};
use crate::model::period::Period;
use crate::store::deltas::{self, ByMonth, Change, Deltas, WHOLE, add};

/// What the figures of a period are read from.
pub(super) struct Rollups {
    /// The months and the days, as lists in JSON, so that one statement does for all.
    pub(super) months: String,
    pub(super) days: String,
    /// What is uncounted of the period, by department and part.
    pub(super) uncounted: HashMap<(i64, i64), Change>,
}

impl Rollups {
    /// Returns the whole months and the days around them, and what is uncounted of both.
    pub(super) fn of(period: Period, uncounted: &Deltas) -> Self {
        let list = |dates: Vec<Date>| {
            let quoted: Vec<String> = dates.iter().map(|date| format!("\"{date}\"")).collect();
            format!("[{}]", quoted.join(","))
        };
        let parts = period.parts();
        Self {
            uncounted: uncounted.within(period),
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
    let keys: Vec<(i64, i64)> = match service {
        None => vec![(id, WHOLE)],
        Some(service) => connection
            .prepare_cached(
                "SELECT s.department_id, s.id
                 FROM service s JOIN department d ON d.id = s.department_id
                 WHERE s.slug = ?2 AND (d.id = ?1 OR d.merged_into_id = ?1)",
            )?
            .query_map(params![id, service.as_str()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?,
    };
    let uncounted = uncounted::read(connection, |key| keys.contains(&(key.department, key.part)))?;
    let rollups = Rollups::of(period, &uncounted);
    let mut sum = Counts::default();
    for (department, part) in keys {
        sum = sum.plus(&of_key(connection, department, part, &rollups)?);
    }
    Ok(sum)
}

/// Returns the ratings under one key of the roll-ups, with those that are uncounted.
pub(super) fn of_key(
    connection: &Connection,
    department: i64,
    part: i64,
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
            params![department, part, rollups.months, rollups.days],
            |row| read(row, 0),
        )?;
    if let Some(uncounted) = rollups.uncounted.get(&(department, part)) {
        add(&mut sum, *uncounted);
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
    let uncounted = uncounted::read(connection, |key| {
        key.department == id && key.part == WHOLE && period.contains(key.day)
    })?;
    let rollups = Rollups::of(period, &uncounted);
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
    for (key, change) in uncounted.days() {
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
