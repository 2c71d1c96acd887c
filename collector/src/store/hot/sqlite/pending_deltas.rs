//! What batches have changed and no roll-up says yet.

use rusqlite::{Connection, types::Type};

use super::rollup;
use super::value_texts;
use crate::store::deltas::Deltas;
use crate::store::pending_deltas::{BatchDeltas, decode};

/// Keeps what a batch changes until it is counted, and stores the texts of its values.
pub(super) fn write(
    connection: &Connection,
    batch: BatchDeltas<'_>,
) -> Result<(), rusqlite::Error> {
    let encoded = batch
        .encode()
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let Some(encoded) = encoded else {
        return Ok(());
    };
    connection
        .prepare_cached("INSERT INTO pending_deltas (changes) VALUES (?1)")?
        .execute([encoded])?;
    value_texts::store(connection, batch.new_texts())?;
    // Forgotten together with the tree, should the transaction fail.
    batch.texts_are_stored();
    Ok(())
}

/// Returns whether everything is in the roll-ups.
pub(super) fn none(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection
        .prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM pending_deltas)")?
        .query_row([], |row| row.get(0))
}

/// Returns how many batches have changed something that is not in the roll-ups.
pub(super) fn number(connection: &Connection) -> Result<u64, rusqlite::Error> {
    connection
        .prepare_cached("SELECT count(*) FROM pending_deltas")?
        .query_row([], |row| row.get(0))
}

/// Returns what must be added to the roll-ups.
fn read(connection: &Connection) -> Result<Deltas, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT changes FROM pending_deltas")?;
    let mut rows = statement.query([])?;
    let mut deltas = Deltas::default();
    while let Some(row) = rows.next()? {
        let changes = row.get_ref(0)?.as_blob()?;
        decode(changes, |key, change| deltas.add(key, change)).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(0, Type::Blob, Box::new(error))
        })?;
    }
    Ok(deltas)
}

/// Adds all of it to the roll-ups, in the writer's transaction.
///
/// There is never much of it, unless nothing was written either.
pub(in crate::store) fn count(connection: &Connection) -> Result<(), rusqlite::Error> {
    if none(connection)? {
        return Ok(());
    }
    rollup::write(connection, &read(connection)?)?;
    connection
        .prepare_cached("DELETE FROM pending_deltas")?
        .execute([])?;
    Ok(())
}
