//! Taking in versions of feedback, inside the writer's transaction.

use rusqlite::{Connection, Row, params};

use super::rollup::{day, rating};
use super::writer::KnownTree;
use super::{breakdown, uncounted};
use crate::model::{Outcome, Received, Refusal, Taken};
use crate::store::breakdown::{Changes, Said};
use crate::store::deltas::Deltas;
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
    let mut deltas = Deltas::default();
    let mut changes = Changes::default();
    let outcomes = batch
        .iter()
        .map(|received| take(connection, tree, &mut deltas, &mut changes, received))
        .collect::<Result<_, _>>()?;
    breakdown::count(connection, tree, &changes, &mut deltas)?;
    uncounted::write(connection, &deltas)?;
    Ok(outcomes)
}

fn take(
    connection: &Connection,
    tree: &Tree,
    deltas: &mut Deltas,
    changes: &mut Changes,
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
            deltas.add(tree, subject, received.day, sent.rating, 1);
            let said = || Said::with(sent);
            changes.add(tree, subject.department, received.day, sent.rating, 1, said);
        }
        return Ok(Ok(Taken::created(sent.revision)));
    }
    let kept = find(connection, tree, received)?;
    if let Some(answer) = kept.answer(tree, received, subject) {
        return Ok(answer);
    }
    let held = held(kept.held.as_deref(), received);
    update(connection, received, held.as_deref())?;
    if kept.test {
        return Ok(Ok(Taken::revised(sent.revision)));
    }
    // A revision counts on the day of the first version.
    deltas.add(tree, kept.subject, kept.day, kept.rating, -1);
    deltas.add(tree, kept.subject, kept.day, sent.rating, 1);
    let (department, day) = (kept.subject.department, kept.day);
    let before = || kept.said.clone();
    changes.add(tree, department, day, kept.rating, -1, before);
    let after = || kept.said.revised(sent);
    changes.add(tree, department, day, sent.rating, 1, after);
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

fn find(
    connection: &Connection,
    tree: &Tree,
    received: &Received,
) -> Result<Kept, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT department_id, service_id, day, rating, revision, received_at,
                    withdrawn_at IS NOT NULL, edit_key_hash, placement, lang, test, held
             FROM feedback WHERE id = ?1",
        )?
        .query_row([received.submission.id.as_bytes().as_slice()], |row| {
            read(row, tree)
        })
}

fn read(row: &Row<'_>, tree: &Tree) -> Result<Kept, rusqlite::Error> {
    let department = row.get(0)?;
    Ok(Kept {
        subject: Subject {
            department,
            service: row.get(1)?,
        },
        day: day(row, 2)?,
        rating: rating(row.get(3)?)?,
        revision: row.get(4)?,
        received_at: row.get(5)?,
        withdrawn: row.get(6)?,
        test: row.get(10)?,
        held: row.get(11)?,
        edit_key: Hashed(row.get(7)?),
        said: if tree.breakdowns().ask(department) {
            Said {
                placement: row.get(8)?,
                language: row.get(9)?,
            }
        } else {
            Said::default()
        },
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
