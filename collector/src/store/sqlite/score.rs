//! Reading ratings from the roll-ups, at a cost that does not grow with their number.

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

use super::department;
use crate::period::Period;
use crate::store::deltas::WHOLE;

/// The roll-ups that a period is read from, as lists in JSON, so that one statement does for all.
pub(super) struct Rollups {
    pub(super) months: String,
    pub(super) days: String,
}

impl Rollups {
    /// Returns the whole months and the days around them.
    pub(super) fn of(period: Period) -> Self {
        let list = |dates: Vec<Date>| {
            let quoted: Vec<String> = dates.iter().map(|date| format!("\"{date}\"")).collect();
            format!("[{}]", quoted.join(","))
        };
        let parts = period.parts();
        Self {
            months: list(parts.months),
            days: list(parts.days),
        }
    }
}

/// Five sums over roll-ups `r`.
pub(super) const SUMS: &str = "ifnull(sum(c1), 0), ifnull(sum(c2), 0), ifnull(sum(c3), 0), ifnull(sum(c4), 0), \
     ifnull(sum(c5), 0)";

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
    let rollups = Rollups::of(period);
    let mut sum = Counts::default();
    for (department, part) in keys {
        sum = sum.plus(&of_key(connection, department, part, &rollups)?);
    }
    Ok(sum)
}

/// Returns the ratings under one key of the roll-ups.
pub(super) fn of_key(
    connection: &Connection,
    department: i64,
    part: i64,
    rollups: &Rollups,
) -> Result<Counts, rusqlite::Error> {
    connection
        .prepare_cached(&format!(
            "SELECT {SUMS} FROM (
                 SELECT c1, c2, c3, c4, c5
                 FROM json_each(?3) m CROSS JOIN rollup_month r
                 WHERE r.month = m.value AND r.part_id = ?2 AND r.department_id = ?1
                 UNION ALL
                 SELECT c1, c2, c3, c4, c5
                 FROM json_each(?4) d CROSS JOIN rollup_day r
                 WHERE r.day = d.value AND r.part_id = ?2 AND r.department_id = ?1)"
        ))?
        .query_row(
            params![department, part, rollups.months, rollups.days],
            |row| read(row, 0),
        )
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
    let rollups = Rollups::of(period);
    connection
        .prepare_cached(&format!(
            "SELECT name, {SUMS} FROM (
                 SELECT substr(r.month, 1, 7) AS name, c1, c2, c3, c4, c5
                 FROM json_each(?2) m CROSS JOIN rollup_month r
                 WHERE r.month = m.value AND r.part_id = 0 AND r.department_id = ?1
                 UNION ALL
                 SELECT substr(r.day, 1, 7) AS name, c1, c2, c3, c4, c5
                 FROM json_each(?3) d CROSS JOIN rollup_day r
                 WHERE r.day = d.value AND r.part_id = 0 AND r.department_id = ?1)
             GROUP BY name HAVING sum(c1 + c2 + c3 + c4 + c5) > 0 ORDER BY name"
        ))?
        .query_map(params![id, rollups.months, rollups.days], |row| {
            Ok((row.get(0)?, read(row, 1)?))
        })?
        .collect()
}

/// Reads five sums that stand side by side from column `first` on.
pub(super) fn read(row: &Row<'_>, first: usize) -> Result<Counts, rusqlite::Error> {
    let mut counts = [0; 5];
    for (index, count) in counts.iter_mut().enumerate() {
        // Below zero for a moment, while the past of a breakdown is being counted.
        let stored: i64 = row.get(first + index)?;
        *count = u64::try_from(stored).unwrap_or_default();
    }
    Ok(Counts::new(counts))
}
