//! Reading ratings from the roll-ups, at a cost that does not grow with their number.

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use rusqlite::{Connection, Row, params};

use crate::period::Period;

/// Returns the ratings of a department and all below it, or of one of its services.
pub(super) fn counts(
    connection: &Connection,
    department: &Slug,
    service: Option<&Slug>,
    period: Period,
) -> Result<Counts, rusqlite::Error> {
    // An unknown service has no roll-ups: null equals nothing.
    connection
        .prepare_cached(
            "SELECT ifnull(sum(c1), 0), ifnull(sum(c2), 0), ifnull(sum(c3), 0),
                    ifnull(sum(c4), 0), ifnull(sum(c5), 0)
             FROM rollup_day JOIN department ON department.id = rollup_day.department_id
             WHERE department.slug = ?1 AND day BETWEEN ?2 AND ?3
               AND service_id = CASE WHEN ?4 IS NULL THEN 0 ELSE
                   (SELECT service.id FROM service
                    WHERE service.department_id = department.id AND service.slug = ?4) END",
        )?
        .query_row(
            params![
                department.as_str(),
                period.from().to_string(),
                period.to().to_string(),
                service.map(Slug::as_str),
            ],
            |row| read(row, 0),
        )
}

/// Returns the ratings by month, as `YYYY-MM`, in order; months without any are left out.
pub(super) fn months(
    connection: &Connection,
    department: &Slug,
    period: Period,
) -> Result<Vec<(String, Counts)>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT substr(day, 1, 7) AS month,
                    sum(c1), sum(c2), sum(c3), sum(c4), sum(c5)
             FROM rollup_day JOIN department ON department.id = rollup_day.department_id
             WHERE department.slug = ?1 AND service_id = 0 AND day BETWEEN ?2 AND ?3
             GROUP BY month ORDER BY month",
        )?
        .query_map(
            params![
                department.as_str(),
                period.from().to_string(),
                period.to().to_string(),
            ],
            |row| Ok((row.get(0)?, read(row, 1)?)),
        )?
        .collect()
}

/// Reads five sums that stand side by side from column `first` on.
pub(super) fn read(row: &Row<'_>, first: usize) -> Result<Counts, rusqlite::Error> {
    let mut counts = [0; 5];
    for (index, count) in counts.iter_mut().enumerate() {
        *count = row.get(first + index)?;
    }
    Ok(Counts::new(counts))
}
