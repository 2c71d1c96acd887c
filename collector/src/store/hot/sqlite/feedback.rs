//! Taking in versions of feedback, inside the writer's transaction.

use rusqlite::{Connection, Row, params};

use super::known::KnownTree;
use super::pending_deltas;
use super::receipt::attributes;
use super::rollup::{day, rating};
use crate::model::{Outcome, Received, Refusal, Taken};
use crate::store::breakdown::Attributes;
use crate::store::pending_deltas::BatchDeltas;
use crate::store::revision::{Kept, drivers, held};
use crate::store::tree::{Subject, Tree, Unknown};
use crate::util::hashing::Hashed;

/// Stores versions, or says why not, one outcome for each; what they change is kept with
/// them, to be counted.
pub(super) fn take_all(
    connection: &Connection,
    known: &mut KnownTree,
    batch: &[Received],
) -> Result<Vec<Outcome>, rusqlite::Error> {
    let tree = known.tree(connection)?;
    let mut deltas = BatchDeltas::new(tree);
    let outcomes = batch
        .iter()
        .map(|received| take(connection, tree, &mut deltas, received))
        .collect::<Result<_, _>>()?;
    pending_deltas::write(connection, deltas)?;
    Ok(outcomes)
}

fn take(
    connection: &Connection,
    tree: &Tree,
    deltas: &mut BatchDeltas<'_>,
    received: &Received,
) -> Result<Outcome, rusqlite::Error> {
    let sent = &received.submission;
    let subject = match tree.subject(sent) {
        Ok(subject) => subject,
        Err(Unknown::Department) => return Ok(Err(Refusal::UnknownDepartment)),
        Err(Unknown::Service) => return Ok(Err(Refusal::UnknownService)),
    };
    if insert(connection, received, subject)? {
        if !sent.test {
            deltas.add(
                subject,
                received.day,
                sent.rating,
                &Attributes::new(sent),
                1,
            );
        }
        return Ok(Ok(Taken::created(sent.revision)));
    }
    let kept = find(connection, received)?;
    if let Some(answer) = kept.answer(tree, received, subject) {
        return Ok(answer);
    }
    let held = held(kept.held.as_deref(), received);
    update(connection, received, held.as_deref())?;
    if kept.test {
        return Ok(Ok(Taken::revised(sent.revision)));
    }
    // A revision counts on the day of the first version.
    let (subject, day, before) = (kept.subject, kept.day, &kept.attributes);
    deltas.add(subject, day, kept.rating, before, -1);
    deltas.add(subject, day, sent.rating, &before.revised(sent), 1);
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
                 drivers_version, comment, kind, wants_answer, contact, test, held, lang,
                 page, age_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                 ?17, ?18, ?19, ?20, ?21)
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
            sent.drivers_version,
            sent.comment.as_ref().map(|text| text.as_str()),
            sent.kind.map(|kind| kind.name()),
            sent.wants_answer,
            sent.contact.as_ref().map(|text| text.as_str()),
            sent.test,
            held(None, received),
            sent.lang.as_ref().map(|tag| tag.as_str()),
            sent.page.as_ref().map(|page| page.as_str()),
            sent.age_ms,
        ])?;
    Ok(inserted == 1)
}

fn find(connection: &Connection, received: &Received) -> Result<Kept<'static>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT department_id, service_id, day, rating, revision, received_at,
                    withdrawn_at IS NOT NULL, test, held, edit_key_hash,
                    placement, lang, kind, drivers
             FROM feedback WHERE id = ?1",
        )?
        .query_row([received.submission.id.as_bytes().as_slice()], read)
}

fn read(row: &Row<'_>) -> Result<Kept<'static>, rusqlite::Error> {
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
        test: row.get(7)?,
        held: row.get(8)?,
        edit_key: Hashed(row.get(9)?),
        attributes: attributes(row, 10)?,
    })
}

fn update(
    connection: &Connection,
    received: &Received,
    held: Option<&str>,
) -> Result<(), rusqlite::Error> {
    let sent = &received.submission;
    connection
        .prepare_cached(
            "UPDATE feedback SET revision = ?2, rating = ?3, revised_at = ?4, drivers = ?5,
                 drivers_version = ?6, comment = ?7, kind = ?8, wants_answer = ?9, contact = ?10,
                 lang = ?11, held = ?12
             WHERE id = ?1",
        )?
        .execute(params![
            sent.id.as_bytes().as_slice(),
            sent.revision.get(),
            sent.rating.value(),
            received.at,
            drivers(received),
            sent.drivers_version,
            sent.comment.as_ref().map(|text| text.as_str()),
            sent.kind.map(|kind| kind.name()),
            sent.wants_answer,
            sent.contact.as_ref().map(|text| text.as_str()),
            sent.lang.as_ref().map(|tag| tag.as_str()),
            held,
        ])?;
    Ok(())
}
