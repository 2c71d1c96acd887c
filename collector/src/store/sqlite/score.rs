//! Reading ratings from the roll-ups, at a cost that does not grow with their number.

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use super::department;
use crate::period::Period;
use crate::store::deltas::ALL_SERVICES;

/// The roll-ups that a period is read from.
pub(super) struct Rollups(Vec<Stretch>);

/// Roll-ups of one table, from the first to the last.
struct Stretch {
    table: &'static str,
    column: &'static str,
    first: String,
    last: String,
}

impl Rollups {
    /// Returns the whole months and the days around them.
    pub(super) fn of(period: Period) -> Self {
        let parts = period.parts();
        let months = parts.months.map(|range| ("rollup_month", "month", range));
        let days = parts
            .days
            .into_iter()
            .map(|range| ("rollup_day", "day", range));
        let stretches = months.into_iter().chain(days);
        Self(
            stretches
                .map(|(table, column, (first, last))| Stretch {
                    table,
                    column,
                    first: first.to_string(),
                    last: last.to_string(),
                })
                .collect(),
        )
    }

    /// Returns a query for the roll-ups of `who`, a condition on a roll-up `r` or a join with one.
    ///
    /// The days follow the parameters that `who` has, which are `taken`.
    pub(super) fn query(&self, columns: &str, who: &str, taken: usize) -> String {
        let parts = self.0.iter().enumerate().map(|(index, stretch)| {
            let Stretch { table, column, .. } = stretch;
            let (first, last) = (taken + 2 * index + 1, taken + 2 * index + 2);
            let columns = columns.replace("{first}", column);
            let who = who.replace("{table}", table);
            format!(
                "SELECT {columns}, r.c1 AS c1, r.c2 AS c2, r.c3 AS c3, r.c4 AS c4, r.c5 AS c5
                 FROM {who} AND r.{column} BETWEEN ?{first} AND ?{last}"
            )
        });
        parts.collect::<Vec<_>>().join(" UNION ALL ")
    }

    /// Returns the parameters of the query: its own, and then the days.
    pub(super) fn parameters(&self, own: impl IntoIterator<Item = i64>) -> Vec<Value> {
        let days = self.0.iter();
        let days = days.flat_map(|stretch| [stretch.first.clone(), stretch.last.clone()]);
        own.into_iter()
            .map(Value::from)
            .chain(days.map(Value::from))
            .collect()
    }
}

/// Five sums over the roll-ups of a query.
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
        None => vec![(id, ALL_SERVICES)],
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
    for (department, service) in keys {
        sum = sum.plus(&of_key(connection, department, service, &rollups)?);
    }
    Ok(sum)
}

/// Returns the ratings under one key of the roll-ups.
pub(super) fn of_key(
    connection: &Connection,
    department: i64,
    service: i64,
    rollups: &Rollups,
) -> Result<Counts, rusqlite::Error> {
    let from = rollups.query(
        "1",
        "{table} r WHERE r.department_id = ?1 AND r.service_id = ?2",
        2,
    );
    connection
        .prepare_cached(&format!("SELECT {SUMS} FROM ({from})"))?
        .query_row(
            params_from_iter(rollups.parameters([department, service])),
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
    let from = rollups.query(
        "substr(r.{first}, 1, 7) AS month",
        "{table} r WHERE r.department_id = ?1 AND r.service_id = 0",
        1,
    );
    connection
        .prepare_cached(&format!(
            "SELECT month, {SUMS} FROM ({from}) GROUP BY month
             HAVING sum(c1 + c2 + c3 + c4 + c5) > 0 ORDER BY month"
        ))?
        .query_map(params_from_iter(rollups.parameters([id])), |row| {
            Ok((row.get(0)?, read(row, 1)?))
        })?
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
