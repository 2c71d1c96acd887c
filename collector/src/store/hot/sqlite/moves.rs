//! Letting ratings and widget events follow departments that have moved.

use rusqlite::{Connection, params};

use super::tree_version::tree_changed;
use super::{pending_deltas, widget_events};
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
    pending_deltas::count(connection)?;
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

/// The tables that a move changes, the columns of each without the department, and the rows that
/// move: those with values are found by the time of the ratings.
const CARRIED: [(&str, &str, &str); 4] = [
    ("rollup_day", "day, part_id", "rollup_day x"),
    ("rollup_month", "month, part_id", "rollup_month x"),
    (
        "value_day",
        "day, value_id",
        "rollup_day w CROSS JOIN value_day x USING (day, department_id)",
    ),
    (
        "value_month",
        "month, value_id",
        "rollup_month w CROSS JOIN value_month x USING (month, department_id)",
    ),
];

fn make(connection: &Connection, one: &Move) -> Result<(), rusqlite::Error> {
    let losing = one.losing.iter().map(|department| (*department, -1));
    let gaining = one.gaining.iter().map(|department| (*department, 1));
    for (department, sign) in losing.chain(gaining) {
        for (table, columns, rows) in CARRIED {
            let carry = format!(
                "INSERT INTO {table} ({columns}, department_id, c1, c2, c3, c4, c5)
                 SELECT {columns}, ?2, ?3 * x.c1, ?3 * x.c2, ?3 * x.c3, ?3 * x.c4, ?3 * x.c5
                 FROM {rows} WHERE department_id = ?1 AND part_id = 0
                 ON CONFLICT DO UPDATE SET c1 = c1 + excluded.c1, c2 = c2 + excluded.c2,
                     c3 = c3 + excluded.c3, c4 = c4 + excluded.c4, c5 = c5 + excluded.c5"
            );
            let carried = params![one.department, department, sign];
            connection.prepare_cached(&carry)?.execute(carried)?;
        }
    }
    widget_events::follow(connection, one)?;
    connection.execute(
        "UPDATE department SET counted_under_id = ?2 WHERE id = ?1",
        params![one.department, one.parent],
    )?;
    Ok(())
}
