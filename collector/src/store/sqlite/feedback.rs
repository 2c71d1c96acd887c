//! Taking in versions of feedback, inside the writer's transaction.

use rusqlite::{Connection, Row, params};

use super::rollup::{self, day, rating};
use super::writer::KnownTree;
use crate::model::{Outcome, Received, Refusal, Taken};
use crate::secret::Hashed;
use crate::store::deltas::Deltas;
use crate::store::revision::{Kept, drivers};
use crate::store::tree::{Subject, Tree, Unknown};

/// Stores versions, or says why not, one outcome for each; their roll-ups change with them.
pub(super) fn take_all(
    connection: &Connection,
    known: &mut KnownTree,
    batch: &[Received],
) -> Result<Vec<Outcome>, rusqlite::Error> {
    let tree = known.tree(connection)?;
    let mut deltas = Deltas::default();
    let outcomes = batch
        .iter()
        .map(|received| take(connection, tree, &mut deltas, received))
        .collect::<Result<_, _>>()?;
    rollup::write(connection, &deltas)?;
    Ok(outcomes)
}

fn take(
    connection: &Connection,
    tree: &Tree,
    deltas: &mut Deltas,
    received: &Received,
) -> Result<Outcome, rusqlite::Error> {
    let sent = &received.submission;
    let subject = match tree.subject(sent) {
        Ok(subject) => subject,
        Err(Unknown::Department) => return Ok(Err(Refusal::UnknownDepartment)),
        Err(Unknown::Service) => return Ok(Err(Refusal::UnknownService)),
    };
    if insert(connection, received, subject)? {
        deltas.add(tree, subject, received.day, sent.rating, 1);
        return Ok(Ok(Taken::created(sent.revision)));
    }
    let kept = find(connection, received)?;
    if let Some(answer) = kept.answer(tree, received, subject) {
        return Ok(answer);
    }
    update(connection, received)?;
    // A revision counts on the day of the first version.
    deltas.add(tree, kept.subject, kept.day, kept.rating, -1);
    deltas.add(tree, kept.subject, kept.day, sent.rating, 1);
    Ok(Ok(Taken::revised(sent.revision)))
}

/// Inserts a first version; returns whether there was none with this id.
fn insert(
    connection: &Connection,
    received: &Received,
    subject: Subject,
) -> Result<bool, rusqlite::Error> {
    let sent = &received.submission;
    let inserted = connection
        .prepare_cached(
            "INSERT INTO feedback (id, department_id, service_id, revision, rating, day,
                 received_at, revised_at, edit_key_hash, receipt_hash, placement, drivers,
                 comment, kind, lang, page, age_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            sent.id.as_bytes().as_slice(),
            subject.department,
            subject.service,
            sent.revision.get(),
            sent.rating.value(),
            received.day.to_string(),
            received.at,
            received.edit_key.0.as_slice(),
            received.receipt.0.as_slice(),
            sent.placement.as_ref().map(|text| text.as_str()),
            drivers(received),
            sent.comment.as_ref().map(|text| text.as_str()),
            sent.kind.map(|kind| kind.name()),
            sent.lang.as_ref().map(|tag| tag.as_str()),
            sent.page.as_ref().map(|page| page.as_str()),
            sent.age_ms,
        ])?;
    Ok(inserted == 1)
}

fn find(connection: &Connection, received: &Received) -> Result<Kept, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT department_id, service_id, day, rating, revision, received_at,
                    withdrawn_at IS NOT NULL, edit_key_hash
             FROM feedback WHERE id = ?1",
        )?
        .query_row([received.submission.id.as_bytes().as_slice()], read)
}

fn read(row: &Row<'_>) -> Result<Kept, rusqlite::Error> {
    Ok(Kept {
        subject: Subject {
            department: row.get(0)?,
            service: row.get(1)?,
        },
        day: day(row, 2)?,
        rating: rating(row.get(3)?)?,
        revision: row.get(4)?,
        received_at: row.get(5)?,
        withdrawn: row.get(6)?,
        edit_key: Hashed(row.get(7)?),
    })
}

fn update(connection: &Connection, received: &Received) -> Result<(), rusqlite::Error> {
    let sent = &received.submission;
    connection
        .prepare_cached(
            "UPDATE feedback SET revision = ?2, rating = ?3, revised_at = ?4, drivers = ?5,
                 comment = ?6, kind = ?7, lang = ?8
             WHERE id = ?1",
        )?
        .execute(params![
            sent.id.as_bytes().as_slice(),
            sent.revision.get(),
            sent.rating.value(),
            received.at,
            drivers(received),
            sent.comment.as_ref().map(|text| text.as_str()),
            sent.kind.map(|kind| kind.name()),
            sent.lang.as_ref().map(|tag| tag.as_str()),
        ])?;
    Ok(())
}
