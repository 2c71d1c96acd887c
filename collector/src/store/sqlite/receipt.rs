//! What a citizen with a receipt code can do: see the feedback, and take it back.

use huiyin_shared::feedback::Kind;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::known::KnownTree;
use super::rollup::{day, rating};
use super::{department, pending_deltas};
use crate::model::Feedback;
use crate::store::breakdown::Attributes;
use crate::store::pending_deltas::BatchDeltas;
use crate::store::revision::chosen;
use crate::store::tree::Subject;
use crate::util::hashing::ReceiptKey;

/// Returns the id of the feedback with this receipt.
///
/// It is looked for among the first thousand of its millisecond, a hundred times as many as a whole
/// country sends in one: whoever makes up more ids of one millisecond makes nobody wait for it.
pub(super) fn id(
    connection: &Connection,
    receipt: &ReceiptKey,
) -> Result<Option<Vec<u8>>, rusqlite::Error> {
    let [first, last] = receipt.ids;
    connection
        .prepare_cached(
            "SELECT id FROM (
                 SELECT id, receipt_hash FROM feedback WHERE id BETWEEN ?1 AND ?2
                 ORDER BY id LIMIT 1000)
             WHERE receipt_hash = ?3",
        )?
        .query_row(params![first, last, receipt.hash.0], |row| row.get(0))
        .optional()
}

/// Returns the feedback with this receipt.
pub(super) fn find(
    connection: &Connection,
    receipt: &ReceiptKey,
) -> Result<Option<Feedback>, rusqlite::Error> {
    let Some(id) = id(connection, receipt)? else {
        return Ok(None);
    };
    connection
        .prepare_cached(
            "SELECT department_id, service_id, rating, comment, kind, received_at, withdrawn_at,
                    page, placement, lang, drivers, drivers_version,
                    wants_answer, contact, test
             FROM feedback WHERE id = ?1",
        )?
        .query_row([id], |row| {
            let kind: Option<String> = row.get(4)?;
            let service: Option<i64> = row.get(1)?;
            Ok(Feedback {
                department: department::by_id(connection, row.get(0)?)?,
                service: service
                    .map(|id| department::service_by_id(connection, id))
                    .transpose()?,
                rating: rating(row.get(2)?)?,
                drivers: chosen(row.get::<_, Option<String>>(10)?.as_deref()),
                drivers_version: row.get(11)?,
                comment: row.get(3)?,
                kind: kind.and_then(|name| Kind::parse(&name).ok()),
                wants_answer: row.get(12)?,
                contact: row.get(13)?,
                test: row.get(14)?,
                received_at: row.get(5)?,
                withdrawn_at: row.get(6)?,
                page: row.get(7)?,
                placement: row.get(8)?,
                lang: row.get(9)?,
            })
        })
        .optional()
}

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
