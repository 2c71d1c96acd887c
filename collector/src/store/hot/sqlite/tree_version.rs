//! The version of the department tree, by which a recount knows whether it is still the same.

use rusqlite::{Connection, OptionalExtension};

/// Notes that the counting has changed by something else than a rating.
pub(super) fn tree_changed(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection
        .execute("UPDATE tree_version SET version = version + 1", [])
        .map(drop)
}

/// Returns the version.
pub(super) fn tree_version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection
        .query_row("SELECT version FROM tree_version", [], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}
