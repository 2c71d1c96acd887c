//! Taking in one version of a feedback, inside the writer's transaction.

use huiyin_shared::feedback::{Revision, Submission};
use huiyin_shared::rating::Rating;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::rollup::{Counted, Deltas, rating};
use super::tree::Tree;
use crate::model::{EDIT_WINDOW_MS, Received, Refusal, Taken};
use crate::secret::Hashed;

/// Stores a version, or says why not; the roll-ups' part goes into `deltas`.
pub(super) fn take(
    connection: &Connection,
    tree: &Tree,
    deltas: &mut Deltas,
    received: &Received,
) -> Result<Result<Taken, Refusal>, rusqlite::Error> {
    let submission = &received.submission;
    let Some(node) = tree.node(&submission.department) else {
        return Ok(Err(Refusal::UnknownDepartment));
    };
    let service = match &submission.service {
        None => None,
        Some(slug) => match node.services.get(slug.as_str()) {
            Some(id) => Some(*id),
            None => return Ok(Err(Refusal::UnknownService)),
        },
    };
    let counted = Counted {
        department: node.id,
        service,
        day: received.day.to_string(),
    };
    let Some(kept) = Kept::find(connection, submission)? else {
        insert(connection, received, &counted)?;
        deltas.add(tree, &counted, submission.rating, 1);
        return Ok(Ok(Taken {
            created: true,
            revision: submission.revision,
        }));
    };
    if let Some(answer) = kept.answer(received, &counted) {
        return Ok(answer);
    }
    update(connection, received)?;
    // A revision counts on the day of the first version.
    let counted = Counted {
        day: kept.counted.day,
        ..counted
    };
    deltas.add(tree, &counted, kept.rating, -1);
    deltas.add(tree, &counted, submission.rating, 1);
    Ok(Ok(Taken {
        created: false,
        revision: submission.revision,
    }))
}

/// What is kept of a feedback, as far as a further version must know it.
struct Kept {
    counted: Counted,
    rating: Rating,
    revision: u32,
    received_at: i64,
    withdrawn: bool,
    edit_key: Hashed,
}

impl Kept {
    fn find(connection: &Connection, sent: &Submission) -> Result<Option<Self>, rusqlite::Error> {
        connection
            .prepare_cached(
                "SELECT department_id, service_id, day, rating, revision, received_at,
                        withdrawn_at IS NOT NULL, edit_key_hash
                 FROM feedback WHERE id = ?1",
            )?
            .query_row([sent.id.as_bytes().as_slice()], Self::read)
            .optional()
    }

    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            counted: Counted {
                department: row.get(0)?,
                service: row.get(1)?,
                day: row.get(2)?,
            },
            rating: rating(row.get(3)?)?,
            revision: row.get(4)?,
            received_at: row.get(5)?,
            withdrawn: row.get(6)?,
            edit_key: Hashed(row.get(7)?),
        })
    }

    /// Returns the answer to a version that changes nothing, or none if it is to be stored.
    fn answer(&self, received: &Received, counted: &Counted) -> Option<Result<Taken, Refusal>> {
        let sent = &received.submission;
        let same_subject = (self.counted.department, self.counted.service)
            == (counted.department, counted.service);
        if !self.edit_key.matches(&received.edit_key) {
            Some(Err(Refusal::WrongEditKey))
        } else if !same_subject {
            Some(Err(Refusal::DifferentSubject))
        } else if sent.revision.get() <= self.revision {
            let revision = Revision::try_from(self.revision).unwrap_or(sent.revision);
            Some(Ok(Taken {
                created: false,
                revision,
            }))
        } else if self.withdrawn {
            Some(Err(Refusal::Withdrawn))
        } else if received.at - self.received_at > EDIT_WINDOW_MS {
            Some(Err(Refusal::EditWindowClosed))
        } else {
            None
        }
    }
}

fn insert(
    connection: &Connection,
    received: &Received,
    counted: &Counted,
) -> Result<(), rusqlite::Error> {
    let sent = &received.submission;
    connection
        .prepare_cached(
            "INSERT INTO feedback (id, department_id, service_id, revision, rating, day,
                 received_at, revised_at, edit_key_hash, receipt_hash, placement, drivers,
                 comment, kind, lang, page, age_ms)
             VALUES (:id, :department, :service, :revision, :rating, :day, :at, :at, :edit_key,
                 :receipt, :placement, :drivers, :comment, :kind, :lang, :page, :age)",
        )?
        .execute(named_params! {
            ":id": sent.id.as_bytes().as_slice(),
            ":department": counted.department,
            ":service": counted.service,
            ":revision": sent.revision.get(),
            ":rating": sent.rating.value(),
            ":day": counted.day,
            ":at": received.at,
            ":edit_key": received.edit_key.0.as_slice(),
            ":receipt": received.receipt.0.as_slice(),
            ":placement": sent.placement.as_ref().map(|text| text.as_str()),
            ":drivers": drivers(sent),
            ":comment": sent.comment.as_ref().map(|text| text.as_str()),
            ":kind": sent.kind.map(|kind| kind.name()),
            ":lang": sent.lang.as_ref().map(|tag| tag.as_str()),
            ":page": sent.page.as_ref().map(|page| page.as_str()),
            ":age": sent.age_ms,
        })?;
    Ok(())
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
            drivers(sent),
            sent.comment.as_ref().map(|text| text.as_str()),
            sent.kind.map(|kind| kind.name()),
            sent.lang.as_ref().map(|tag| tag.as_str()),
        ])?;
    Ok(())
}

fn drivers(sent: &Submission) -> Option<String> {
    let slugs: Vec<&str> = sent.drivers.as_slice().iter().map(AsRef::as_ref).collect();
    (!slugs.is_empty()).then(|| slugs.join(" "))
}
