//! What a citizen with a receipt code can do: see the feedback, and take it back.

use huiyin_shared::feedback::Kind;
use rusqlite::{Connection, OptionalExtension, params};

use super::rollup::{day, rating};
use super::writer::KnownTree;
use super::{breakdown, department, uncounted};
use crate::model::Feedback;
use crate::secret::ReceiptKey;
use crate::store::breakdown::{Changes, Said};
use crate::store::deltas::Deltas;
use crate::store::tree::Subject;

/// Returns the feedback with this receipt.
pub(super) fn find(
    connection: &Connection,
    receipt: &ReceiptKey,
) -> Result<Option<Feedback>, rusqlite::Error> {
    let [first, last] = receipt.ids;
    connection
        .prepare_cached(
            "SELECT department_id, service_id, rating, comment, kind, received_at, withdrawn_at,
                    page, placement, lang
             FROM feedback WHERE id BETWEEN ?1 AND ?2 AND receipt_hash = ?3",
        )?
        .query_row(params![first, last, receipt.hash.0], |row| {
            let kind: Option<String> = row.get(4)?;
            let service: Option<i64> = row.get(1)?;
            Ok(Feedback {
                department: department::by_id(connection, row.get(0)?)?,
                service: service
                    .map(|id| department::service_by_id(connection, id))
                    .transpose()?,
                rating: rating(row.get(2)?)?,
                comment: row.get(3)?,
                kind: kind.and_then(|name| Kind::parse(&name).ok()),
                received_at: row.get(5)?,
                withdrawn_at: row.get(6)?,
                page: row.get(7)?,
                placement: row.get(8)?,
                lang: row.get(9)?,
            })
        })
        .optional()
}

/// Takes a feedback back; returns whether there is one with this receipt.
pub(super) fn withdraw(
    connection: &Connection,
    known: &mut KnownTree,
    receipt: &ReceiptKey,
    at: i64,
) -> Result<bool, rusqlite::Error> {
    let [first, last] = receipt.ids;
    let found = connection
        .prepare_cached(
            "SELECT department_id, service_id, day, rating, withdrawn_at IS NOT NULL,
                    placement, lang
             FROM feedback WHERE id BETWEEN ?1 AND ?2 AND receipt_hash = ?3",
        )?
        .query_row(params![first, last, receipt.hash.0], |row| {
            let subject = Subject {
                department: row.get(0)?,
                service: row.get(1)?,
            };
            let said = Said {
                placement: row.get(5)?,
                language: row.get(6)?,
            };
            Ok((
                subject,
                said,
                day(row, 2)?,
                rating(row.get(3)?)?,
                row.get::<_, bool>(4)?,
            ))
        })
        .optional()?;
    let Some((subject, said, day, rating, withdrawn)) = found else {
        return Ok(false);
    };
    if !withdrawn {
        connection.execute(
            "UPDATE feedback SET withdrawn_at = ?4, comment = NULL, page = NULL, drivers = NULL
             WHERE id BETWEEN ?1 AND ?2 AND receipt_hash = ?3",
            params![first, last, receipt.hash.0, at],
        )?;
        let mut deltas = Deltas::default();
        let tree = known.tree(connection)?;
        deltas.add(tree, subject, day, rating, -1);
        let mut changes = Changes::default();
        changes.add(tree, subject.department, day, rating, -1, || said);
        breakdown::count(connection, tree, &changes, &mut deltas)?;
        uncounted::write(connection, &deltas)?;
    }
    Ok(true)
}
