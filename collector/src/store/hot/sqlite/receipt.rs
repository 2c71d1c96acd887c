//! Withdrawal of a feedback by its receipt.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::known::KnownTree;
use super::pending_deltas;
use super::rollup::{day, rating};
use crate::store::breakdown::Attributes;
use crate::store::pending_deltas::BatchDeltas;
use crate::store::tree::Subject;

/// Takes the feedback with this id back; returns whether that changed anything.
pub(super) fn withdraw(
    connection: &Connection,
    known: &mut KnownTree,
    id: &[u8],
    at: i64,
) -> Result<bool, rusqlite::Error> {
    let found = connection
        .prepare_cached(
            "SELECT department_id, service_id, day, rating, test, placement, lang, kind, drivers
             FROM feedback WHERE id = ?1 AND withdrawn_at IS NULL",
        )?
        .query_row([id], |row| {
            let subject = Subject {
                department: row.get(0)?,
                service: row.get(1)?,
            };
            let counts = !row.get::<_, bool>(4)?;
            let said = attributes(row, 5)?;
            Ok((subject, said, day(row, 2)?, rating(row.get(3)?)?, counts))
        })
        .optional()?;
    let Some((subject, said, day, rating, counts)) = found else {
        return Ok(false);
    };
    connection.execute(
        "UPDATE feedback SET withdrawn_at = ?2, comment = NULL, page = NULL, drivers = NULL,
             drivers_version = NULL, wants_answer = 0, contact = NULL,
             held = NULL
         WHERE id = ?1",
        params![id, at],
    )?;
    if !counts {
        return Ok(true);
    }
    let mut batch = BatchDeltas::new(known.tree(connection)?);
    batch.add(subject, day, rating, &said, -1);
    pending_deltas::write(connection, batch)?;
    Ok(true)
}

/// Reads placement, language, kind and drivers that stand side by side from column `first` on.
pub(super) fn attributes(
    row: &Row<'_>,
    first: usize,
) -> Result<Attributes<'static>, rusqlite::Error> {
    let text = |column| row.get(first + column);
    Ok(Attributes::stored([text(0)?, text(1)?, text(2)?, text(3)?]))
}
