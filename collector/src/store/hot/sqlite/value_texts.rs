//! The texts of the values by which ratings are broken down.

use rusqlite::{Connection, params};

use crate::store::breakdown::Texts;

/// Stores texts of values.
pub(super) fn store(connection: &Connection, texts: &Texts) -> Result<(), rusqlite::Error> {
    for (id, text) in texts {
        connection
            .prepare_cached(
                "INSERT INTO segment_value (id, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?
            .execute(params![id.column(), text])?;
    }
    Ok(())
}
