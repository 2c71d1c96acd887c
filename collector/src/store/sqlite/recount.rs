//! Comparing every roll-up with a recount of the feedback itself, and correcting what differs.
//!
//! What is compared are the roll-ups together with what is uncounted, in one consistent view. A
//! difference found there stays the same while ratings come in, for each of them changes feedback
//! and what is uncounted alike; and it stays the same while these are counted, for that changes
//! the roll-ups by what is then no longer uncounted. So it can be added to the roll-ups later, in a
//! short transaction, unless the tree has changed in between.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use super::rollup::{self, Table, day};
use super::{breakdown, uncounted};
use crate::model::Verification;
use crate::store::deltas::{Change, Found, Key, Scope, without};

/// Every day's roll-up that feedback does not agree with, what is uncounted left out, and what is to
/// be added to it. Breakdowns of which the past has yet to be counted come in where asked for.
const DAYS: &str = "
    WITH RECURSIVE line (id, counter) AS (
        SELECT id, id FROM department
        UNION ALL
        SELECT line.id, d.counted_under_id FROM line JOIN department d ON d.id = line.counter
        WHERE d.counted_under_id IS NOT NULL),
    given AS MATERIALIZED (
        SELECT department_id, service_id, day,
               sum(rating = 1) AS c1, sum(rating = 2) AS c2, sum(rating = 3) AS c3,
               sum(rating = 4) AS c4, sum(rating = 5) AS c5
        FROM feedback WHERE withdrawn_at IS NULL AND NOT test GROUP BY 1, 2, 3),
    told AS MATERIALIZED (
        SELECT b.department_id, b.dimension,
               CASE b.dimension WHEN 'placement' THEN f.placement ELSE f.lang END AS value, f.day,
               sum(rating = 1) AS c1, sum(rating = 2) AS c2,
               sum(rating = 3) AS c3, sum(rating = 4) AS c4, sum(rating = 5) AS c5
        FROM breakdown b JOIN feedback f ON f.department_id = b.department_id
        WHERE f.withdrawn_at IS NULL AND NOT f.test AND (b.filled OR ?1) GROUP BY 1, 2, 3, 4),
    compared (department_id, part_id, day, c1, c2, c3, c4, c5) AS (
        SELECT line.counter, 0, day, c1, c2, c3, c4, c5
        FROM given JOIN line ON line.id = given.department_id
        UNION ALL
        SELECT s.department_id, s.id, day, c1, c2, c3, c4, c5
        FROM given JOIN service s ON s.id = given.service_id
        UNION ALL
        SELECT t.department_id, -coalesce(v.id, o.id), t.day, c1, c2, c3, c4, c5
        FROM told t
        JOIN breakdown_value o ON o.department_id = t.department_id
            AND o.dimension = t.dimension AND o.value = ''
        LEFT JOIN breakdown_value v ON v.department_id = t.department_id
            AND v.dimension = t.dimension AND v.value = t.value
        WHERE t.value IS NOT NULL
        UNION ALL
        SELECT department_id, part_id, day, -c1, -c2, -c3, -c4, -c5 FROM rollup_day
        WHERE part_id >= 0 OR ?1 OR -part_id NOT IN (
            SELECT v.id FROM breakdown b JOIN breakdown_value v
                ON v.department_id = b.department_id AND v.dimension = b.dimension
            WHERE NOT b.filled))
    SELECT department_id, part_id, day, sum(c1), sum(c2), sum(c3), sum(c4), sum(c5)
    FROM compared GROUP BY 1, 2, 3
    HAVING sum(c1) <> 0 OR sum(c2) <> 0 OR sum(c3) <> 0 OR sum(c4) <> 0 OR sum(c5) <> 0";

/// Every month's roll-up that is not the sum of its days, and what is to be added to it.
const MONTHS: &str = "
    WITH compared (department_id, part_id, month, c1, c2, c3, c4, c5) AS (
        SELECT department_id, part_id, substr(day, 1, 8) || '01', c1, c2, c3, c4, c5
        FROM rollup_day
        UNION ALL
        SELECT department_id, part_id, month, -c1, -c2, -c3, -c4, -c5 FROM rollup_month)
    SELECT department_id, part_id, month, sum(c1), sum(c2), sum(c3), sum(c4), sum(c5)
    FROM compared GROUP BY 1, 2, 3
    HAVING sum(c1) <> 0 OR sum(c2) <> 0 OR sum(c3) <> 0 OR sum(c4) <> 0 OR sum(c5) <> 0";

/// Recounts and compares.
pub(super) fn differences(connection: &Connection, scope: Scope) -> Result<Found, rusqlite::Error> {
    let tree = tree_version(connection)?;
    if scope != Scope::Settled {
        let unregistered = breakdown::unregistered(connection)?;
        if !unregistered.is_empty() {
            return Ok(Found::unregistered(unregistered));
        }
    }
    let mut days = query(connection, DAYS, [scope != Scope::Settled])?;
    let unsettled = breakdown::unfilled_parts(connection)?;
    let settled = |key: Key| scope != Scope::Settled || !unsettled.contains(&key.part);
    without(&mut days, &uncounted::read(connection, settled)?);
    let months = query(connection, MONTHS, [])?;
    let (feedback, withdrawn) = connection.query_row(
        "SELECT count(*) - count(withdrawn_at), count(withdrawn_at) FROM feedback
         WHERE NOT test",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let rollups = connection.query_row(
        "SELECT (SELECT count(*) FROM rollup_day) + (SELECT count(*) FROM rollup_month)",
        [],
        |row| row.get(0),
    )?;
    let counted = Verification {
        feedback,
        withdrawn,
        rollups,
        differences: 0,
    };
    let unfilled = breakdown::unfilled(connection)?;
    Ok(Found::new(counted, days, months, tree, unfilled).within(scope))
}

/// Adds what was found to the roll-ups; returns false, and changes nothing, where the tree is no
/// longer the one it was found in.
pub(super) fn correct(connection: &Connection, found: &Found) -> Result<bool, rusqlite::Error> {
    if tree_version(connection)? != found.tree {
        return Ok(false);
    }
    let changes = |changes: &BTreeMap<Key, Change>| changes.clone().into_iter();
    rollup::add(connection, Table::Day, changes(&found.days))?;
    rollup::add(connection, Table::Month, changes(&found.months))?;
    // All that is asked for now was so when it was found.
    connection.execute("UPDATE breakdown SET filled = 1 WHERE filled = 0", [])?;
    tree_changed(connection)?;
    Ok(true)
}

/// Notes that the counting has changed by something else than a rating.
pub(super) fn tree_changed(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection
        .execute("UPDATE tree_version SET version = version + 1", [])
        .map(drop)
}

fn tree_version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection
        .query_row("SELECT version FROM tree_version", [], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}

fn query(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<BTreeMap<Key, Change>, rusqlite::Error> {
    connection
        .prepare_cached(sql)?
        .query_map(parameters, |row| {
            let mut change = [0; 5];
            for (index, by) in change.iter_mut().enumerate() {
                *by = row.get(3 + index)?;
            }
            let key = Key {
                department: row.get(0)?,
                part: row.get(1)?,
                day: day(row, 2)?,
            };
            Ok((key, change))
        })?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::connection::open_for_writing;
    use super::super::rollup;
    use super::*;
    use crate::store::deltas::Deltas;
    use crate::store::testing::DAY;

    #[test]
    fn a_rating_taken_back_while_its_past_is_counted_is_not_added_after_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open_for_writing(&folder.path().join("h.db")).expect("opens");
        let run = |sql: &str| connection.execute_batch(sql).expect("runs");
        run(
            "INSERT INTO department (id, slug, name_zh) VALUES (1, 'tax', '税务局');
             INSERT INTO feedback (id, department_id, revision, rating, day, received_at,
                 revised_at, edit_key_hash, receipt_hash, placement)
             VALUES (x'00', 1, 1, 5, '2026-03-02', 0, 0, x'', x'', 'footer');
             INSERT INTO breakdown (department_id, dimension) VALUES (1, 'placement');
             INSERT INTO breakdown_value VALUES
                 (1, 1, 'placement', ''), (2, 1, 'placement', 'footer');",
        );
        let found = differences(&connection, Scope::Breakdowns).expect("compares");
        run("UPDATE feedback SET withdrawn_at = 1");
        let mut taken_back = Deltas::default();
        let five = rollup::rating(5).expect("a grade");
        taken_back.add_part(1, -2, DAY, five, -1);
        rollup::write(&connection, &taken_back).expect("writes");
        assert!(correct(&connection, &found).expect("corrects"));
        let left = differences(&connection, Scope::Settled).expect("compares");
        assert_eq!(left.verification.differences, 0);
    }
}
