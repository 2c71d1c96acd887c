//! How often the widget was seen and used.

use rusqlite::Connection;
use serde_json::json;

use crate::model::{Counted, WidgetEventCounts};

/// Adds in one statement, at every department that counts it.
pub(super) fn add(
    connection: &Connection,
    counted: &[(Counted, WidgetEventCounts)],
) -> Result<(), rusqlite::Error> {
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
