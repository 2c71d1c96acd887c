//! Comparing every roll-up with a recount of the feedback itself, and correcting what differs.
//!
//! What is compared are the roll-ups together with what is pending, in one consistent view. A
//! difference found there stays the same while ratings come in, for each of them changes feedback
//! and what is pending alike; and it stays the same while these are counted, for that changes
//! the roll-ups by what is then no longer pending. So it can be added to the roll-ups later, in a
//! short transaction, unless the tree has changed in between.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use super::pending_deltas;
use super::rollup::{self, Unit, day};
use super::tree_version::{tree_changed, tree_version};
use super::value_texts;
use crate::model::Verification;
use crate::store::deltas::{Change, Key};
use crate::store::recount::Found;
use crate::store::segment::{Segment, ValueId};

/// Every day's roll-up that feedback does not agree with, what is pending left out, and what is to
/// be added to it.
const DAYS: &str = r#"
    WITH RECURSIVE line (id, counter) AS (
        SELECT id, id FROM department
        UNION ALL
        SELECT line.id, d.counted_under_id FROM line JOIN department d ON d.id = line.counter
        WHERE d.counted_under_id IS NOT NULL),
    given AS MATERIALIZED (
        SELECT department_id, service_id, day, placement, lang, kind, drivers,
               sum(rating = 1) AS c1, sum(rating = 2) AS c2, sum(rating = 3) AS c3,
               sum(rating = 4) AS c4, sum(rating = 5) AS c5
        FROM feedback WHERE withdrawn_at IS NULL AND NOT test GROUP BY 1, 2, 3, 4, 5, 6, 7),
    rated AS MATERIALIZED (
        SELECT department_id, service_id, day, sum(c1) AS c1, sum(c2) AS c2, sum(c3) AS c3,
               sum(c4) AS c4, sum(c5) AS c5
        FROM given GROUP BY 1, 2, 3),
    said (department_id, dimension, value, day, c1, c2, c3, c4, c5) AS (
        SELECT department_id, 1, placement, day, c1, c2, c3, c4, c5 FROM given
        UNION ALL
        SELECT department_id, 2, lang, day, c1, c2, c3, c4, c5 FROM given
        UNION ALL
        SELECT department_id, 3, kind, day, c1, c2, c3, c4, c5 FROM given
        UNION ALL
        SELECT department_id, 4, slug.value, day, c1, c2, c3, c4, c5
        FROM given CROSS JOIN json_each('["' || replace(drivers, ' ', '","') || '"]') slug),
    valued AS MATERIALIZED (
        SELECT department_id, value_id(dimension, value) AS id, day, sum(c1) AS c1,
               sum(c2) AS c2, sum(c3) AS c3, sum(c4) AS c4, sum(c5) AS c5
        FROM said WHERE value IS NOT NULL GROUP BY department_id, dimension, value, day),
    compared (department_id, segment, day, c1, c2, c3, c4, c5) AS (
        SELECT line.counter, 0, day, c1, c2, c3, c4, c5
        FROM rated JOIN line ON line.id = rated.department_id
        UNION ALL
        SELECT s.department_id, s.id, day, c1, c2, c3, c4, c5
        FROM rated JOIN service s ON s.id = rated.service_id
        UNION ALL
        SELECT line.counter, valued.id, day, c1, c2, c3, c4, c5
        FROM valued JOIN line ON line.id = valued.department_id
        UNION ALL
        SELECT department_id, part_id, day, -c1, -c2, -c3, -c4, -c5 FROM rollup_day
        UNION ALL
        SELECT department_id, value_id, day, -c1, -c2, -c3, -c4, -c5 FROM value_day)
    SELECT department_id, segment, day, sum(c1), sum(c2), sum(c3), sum(c4), sum(c5)
    FROM compared GROUP BY 1, 2, 3
    HAVING sum(c1) <> 0 OR sum(c2) <> 0 OR sum(c3) <> 0 OR sum(c4) <> 0 OR sum(c5) <> 0"#;

/// The values that were given and of which no text is stored.
const TEXTS: &str = r#"
    WITH given AS MATERIALIZED (
        SELECT DISTINCT placement, lang, kind, drivers
        FROM feedback WHERE withdrawn_at IS NULL AND NOT test),
    said (dimension, value) AS (
        SELECT 1, placement FROM given UNION SELECT 2, lang FROM given
        UNION SELECT 3, kind FROM given
        UNION SELECT 4, slug.value
        FROM given CROSS JOIN json_each('["' || replace(drivers, ' ', '","') || '"]') slug),
    named (id, value) AS (
        SELECT value_id(dimension, value), value FROM said WHERE value IS NOT NULL)
    SELECT id, value FROM named WHERE id NOT IN (SELECT id FROM segment_value)"#;

/// Every month's roll-up that is not the sum of its days, and what is to be added to it.
const MONTHS: &str = "
    WITH compared (department_id, segment, month, c1, c2, c3, c4, c5) AS (
        SELECT department_id, part_id, substr(day, 1, 8) || '01', c1, c2, c3, c4, c5
        FROM rollup_day
        UNION ALL
        SELECT department_id, value_id, substr(day, 1, 8) || '01', c1, c2, c3, c4, c5
        FROM value_day
        UNION ALL
        SELECT department_id, part_id, month, -c1, -c2, -c3, -c4, -c5 FROM rollup_month
        UNION ALL
        SELECT department_id, value_id, month, -c1, -c2, -c3, -c4, -c5 FROM value_month)
    SELECT department_id, segment, month, sum(c1), sum(c2), sum(c3), sum(c4), sum(c5)
    FROM compared GROUP BY 1, 2, 3
    HAVING sum(c1) <> 0 OR sum(c2) <> 0 OR sum(c3) <> 0 OR sum(c4) <> 0 OR sum(c5) <> 0";

/// How much a recount sorts in memory, and a connection otherwise keeps there, in KiB.
const SORTING: i32 = 32 * 1024;
const USUAL: i32 = 2 * 1024;

/// Recounts and compares.
pub(super) fn differences(connection: &Connection) -> Result<Found, rusqlite::Error> {
    // The sorter goes to the disk as soon as it holds more than the cache may.
    connection.pragma_update(None, "cache_size", -SORTING)?;
    let found = compare(connection);
    connection.pragma_update(None, "cache_size", -USUAL)?;
    found
}

fn compare(connection: &Connection) -> Result<Found, rusqlite::Error> {
    let tree = tree_version(connection)?;
    let days = query(connection, DAYS)?;
    let pending = pending_deltas::read(connection, |_| true)?;
    let months = query(connection, MONTHS)?;
    let texts = connection
        .prepare_cached(TEXTS)?
        .query_map([], |row| Ok((ValueId::stored(row.get(0)?), row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let (feedback, withdrawn) = connection.query_row(
        "SELECT count(*) - count(withdrawn_at), count(withdrawn_at) FROM feedback
         WHERE NOT test",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let rollups = connection.query_row(
        "SELECT (SELECT count(*) FROM rollup_day) + (SELECT count(*) FROM rollup_month)
              + (SELECT count(*) FROM value_day) + (SELECT count(*) FROM value_month)",
        [],
        |row| row.get(0),
    )?;
    let counted = Verification {
        feedback,
        withdrawn,
        rollups,
        differences: 0,
    };
    Ok(Found::new(counted, days, &pending, months, texts, tree))
}

/// Corrects what was found; returns false, and changes nothing, where the tree is no longer the one
/// it was found in.
pub(super) fn correct(connection: &Connection, found: &Found) -> Result<bool, rusqlite::Error> {
    if tree_version(connection)? != found.tree {
        return Ok(false);
    }
    rollup::add(connection, Unit::Day, found.days.days())?;
    rollup::add(connection, Unit::Month, found.months.days())?;
    value_texts::store(connection, &found.texts)?;
    tree_changed(connection)?;
    Ok(true)
}

fn query(connection: &Connection, sql: &str) -> Result<BTreeMap<Key, Change>, rusqlite::Error> {
    connection
        .prepare_cached(sql)?
        .query_map([], |row| {
            let key = Key {
                department: row.get(0)?,
                segment: Segment::stored(row.get(1)?),
                day: day(row, 2)?,
            };
            Ok((key, five(row, 3)?))
        })?
        .collect()
}

/// Reads five numbers that stand side by side from column `first` on.
fn five(row: &Row<'_>, first: usize) -> Result<Change, rusqlite::Error> {
    let mut numbers = [0; 5];
    for (index, number) in numbers.iter_mut().enumerate() {
        *number = row.get(first + index)?;
    }
    Ok(numbers)
}
