//! Letting ratings and moments follow departments that have moved.

use rusqlite::{Connection, params};

use super::recount::tree_changed;
use super::{moment, uncounted};
use crate::store::moves::{Move, Moves};

/// How many departments move in one transaction: ratings wait no longer than for a few of them.
const STEP: usize = 16;

/// Returns whether every department is counted where it stands.
pub(super) fn none(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT NOT EXISTS (SELECT 1 FROM department WHERE counted_under_id IS NOT parent_id)",
        )?
        .query_row([], |row| row.get(0))
}

/// Moves the ratings of a few departments; returns how many departments are left.
pub(super) fn settle(connection: &Connection) -> Result<usize, rusqlite::Error> {
    // A move takes along what is in the roll-ups, so all of it must be there.
    uncounted::count(connection)?;
    let mut moves = Moves::default();
    let mut statement =
        connection.prepare_cached("SELECT id, parent_id, counted_under_id FROM department")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        moves.add(row.get(0)?, row.get(1)?, row.get(2)?);
    }
    for one in moves.take(STEP) {
        make(connection, &one)?;
    }
    tree_changed(connection)?;
    Ok(moves.left())
}

fn make(connection: &Connection, one: &Move) -> Result<(), rusqlite::Error> {
    for (table, first) in [("rollup_day", "day"), ("rollup_month", "month")] {
        for losing in &one.losing {
            connection
                .prepare_cached(&format!(
                    "UPDATE {table} SET c1 = {table}.c1 - x.c1, c2 = {table}.c2 - x.c2,
                         c3 = {table}.c3 - x.c3, c4 = {table}.c4 - x.c4, c5 = {table}.c5 - x.c5
                     FROM {table} x
                     WHERE x.department_id = ?1 AND x.part_id = 0
                       AND {table}.department_id = ?2 AND {table}.part_id = 0
                       AND {table}.{first} = x.{first}"
                ))?
                .execute([one.department, *losing])?;
        }
        for gaining in &one.gaining {
            connection
                .prepare_cached(&format!(
                    "INSERT INTO {table} SELECT ?2, 0, {first}, c1, c2, c3, c4, c5 FROM {table}
                     WHERE department_id = ?1 AND part_id = 0
                     ON CONFLICT DO UPDATE SET c1 = c1 + excluded.c1, c2 = c2 + excluded.c2,
                         c3 = c3 + excluded.c3, c4 = c4 + excluded.c4, c5 = c5 + excluded.c5"
                ))?
                .execute([one.department, *gaining])?;
        }
    }
    moment::follow(connection, one)?;
    connection.execute(
        "UPDATE department SET counted_under_id = ?2 WHERE id = ?1",
        params![one.department, one.parent],
    )?;
    Ok(())
}
