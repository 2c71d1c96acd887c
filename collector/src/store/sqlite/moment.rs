//! How often the widget was seen and used.

use async_trait::async_trait;
use huiyin_shared::slug::Slug;
use rusqlite::{Connection, params};
use serde_json::json;

use super::{Sqlite, department};
use crate::model::period::Period;
use crate::model::{Counted, Moments};
use crate::store::moves::Move;
use crate::store::{MomentStore, StoreError};

#[async_trait]
impl MomentStore for Sqlite {
    async fn count_moments(&self, counted: Vec<(Counted, Moments)>) -> Result<(), StoreError> {
        self.writer
            .run(move |transaction, _| add(transaction, &counted))
            .await
    }

    async fn moments(&self, department: Slug, period: Period) -> Result<Moments, StoreError> {
        self.readers
            .read(move |connection| sum(connection, &department, period))
            .await
    }
}

/// Adds in one statement, at every department that counts it.
fn add(connection: &Connection, counted: &[(Counted, Moments)]) -> Result<(), rusqlite::Error> {
    let rows = counted.iter().map(|(one, moments)| {
        json!([
            one.department,
            one.day.to_string(),
            moments.seen,
            moments.opened,
            moments.started,
            moments.sent
        ])
    });
    let rows = rows.collect::<serde_json::Value>().to_string();
    connection
        .prepare_cached(
            "WITH RECURSIVE given (id, day, seen, opened, started, sent) AS (
                 SELECT ifnull(d.merged_into_id, d.id), j.value ->> 1, j.value ->> 2,
                        j.value ->> 3, j.value ->> 4, j.value ->> 5
                 FROM json_each(?1) j JOIN department d ON d.slug = j.value ->> 0),
             line (id, above) AS (
                 SELECT DISTINCT id, id FROM given
                 UNION ALL
                 SELECT line.id, d.counted_under_id FROM line JOIN department d ON d.id = line.above
                 WHERE d.counted_under_id IS NOT NULL)
             INSERT INTO moment_day
             SELECT line.above, day, sum(seen), sum(opened), sum(started), sum(sent)
             FROM given JOIN line ON line.id = given.id
             GROUP BY line.above, day
             ON CONFLICT DO UPDATE SET seen = seen + excluded.seen,
                 opened = opened + excluded.opened, started = started + excluded.started,
                 sent = sent + excluded.sent",
        )?
        .execute([rows])?;
    Ok(())
}

fn sum(
    connection: &Connection,
    department: &Slug,
    period: Period,
) -> Result<Moments, rusqlite::Error> {
    let id = department::id(connection, department)?;
    connection
        .prepare_cached(
            "SELECT ifnull(sum(seen), 0), ifnull(sum(opened), 0), ifnull(sum(started), 0),
                    ifnull(sum(sent), 0)
             FROM moment_day
             WHERE department_id = ?1 AND day BETWEEN ?2 AND ?3",
        )?
        .query_row(
            params![id, period.from().to_string(), period.to().to_string()],
            |row| {
                Ok(Moments {
                    seen: row.get(0)?,
                    opened: row.get(1)?,
                    started: row.get(2)?,
                    sent: row.get(3)?,
                })
            },
        )
}

/// Lets a department's moments follow where it has moved.
pub(super) fn follow(connection: &Connection, one: &Move) -> Result<(), rusqlite::Error> {
    let sides = [(&one.losing, -1), (&one.gaining, 1)];
    for (departments, sign) in sides {
        for department in departments {
            connection
                .prepare_cached(
                    "INSERT INTO moment_day
                     SELECT ?2, day, ?3 * seen, ?3 * opened, ?3 * started, ?3 * sent
                     FROM moment_day WHERE department_id = ?1
                     ON CONFLICT DO UPDATE SET seen = seen + excluded.seen,
                         opened = opened + excluded.opened, started = started + excluded.started,
                         sent = sent + excluded.sent",
                )?
                .execute(params![one.department, department, sign])?;
        }
    }
    Ok(())
}
