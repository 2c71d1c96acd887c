//! Taking in versions of feedback: a batch is one transaction and a handful of statements.
//!
//! Every batch takes its locks in the same order, new feedback by id, then kept feedback by id, so
//! that batches of several collectors may wait for each other but never in a circle. Batches that
//! have no feedback in common do not wait: what they count is added to the roll-ups later.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use deadpool_postgres::Transaction;
use jiff::civil::Date;
use tokio_postgres::Row;
use uuid::Uuid;

use super::connection::Client;
use super::known::KnownTree;
use super::rollup::rating;
use super::{breakdown, uncounted};
use crate::model::{Outcome, Received, Refusal, Taken};
use crate::secret::Hashed;
use crate::store::StoreError;
use crate::store::breakdown::{Changes, Said};
use crate::store::deltas::Deltas;
use crate::store::revision::{Kept, drivers};
use crate::store::tree::{Subject, Tree, Unknown};

/// Stores versions, or says why not, one outcome for each; what they change is kept with
/// them, to be counted.
pub(super) async fn take_all(
    client: &mut Client,
    known: &KnownTree,
    batch: &[Received],
) -> Result<Vec<Outcome>, StoreError> {
    let transaction = client.transaction().await?;
    let tree = known.tree(&transaction).await?;
    let mut outcomes = vec![Err(Refusal::UnknownDepartment); batch.len()];
    let mut deltas = Deltas::default();
    let mut changes = Changes::default();
    let mut about = Vec::new();
    for (index, received) in batch.iter().enumerate() {
        match tree.subject(&received.submission) {
            Ok(subject) => about.push((index, subject)),
            Err(Unknown::Department) => {}
            Err(Unknown::Service) => outcomes[index] = Err(Refusal::UnknownService),
        }
    }
    let created = insert(&transaction, batch, &about).await?;
    let mut further = Vec::new();
    for (index, subject) in about {
        let received = &batch[index];
        let sent = &received.submission;
        if created.contains(&index) {
            deltas.add(&tree, subject, received.day, sent.rating, 1);
            let (department, day) = (subject.department, received.day);
            let said = || Said::with(sent);
            changes.add(&tree, department, day, sent.rating, 1, said);
            outcomes[index] = Ok(Taken::created(sent.revision));
        } else {
            further.push((index, subject));
        }
    }
    if !further.is_empty() {
        revise(
            &transaction,
            &tree,
            batch,
            &further,
            &mut deltas,
            &mut changes,
            &mut outcomes,
        )
        .await?;
    }
    let registered = breakdown::count(&transaction, &tree, &changes, &mut deltas).await?;
    uncounted::write(&transaction, &deltas).await?;
    transaction.commit().await?;
    tree.breakdowns().learn(registered);
    Ok(outcomes)
}

/// The columns of a statement, one array each.
#[derive(Default)]
struct Columns<'a> {
    id: Vec<Uuid>,
    department: Vec<i64>,
    service: Vec<Option<i64>>,
    revision: Vec<i32>,
    rating: Vec<i16>,
    day: Vec<Date>,
    at: Vec<i64>,
    edit_key: Vec<&'a [u8]>,
    receipt: Vec<&'a [u8]>,
    placement: Vec<Option<&'a str>>,
    drivers: Vec<Option<String>>,
    comment: Vec<Option<&'a str>>,
    kind: Vec<Option<&'a str>>,
    lang: Vec<Option<&'a str>>,
    page: Vec<Option<&'a str>>,
    age: Vec<Option<i64>>,
}

impl<'a> Columns<'a> {
    fn push(&mut self, received: &'a Received, subject: Subject) {
        let sent = &received.submission;
        self.id.push(id(received));
        self.department.push(subject.department);
        self.service.push(subject.service);
        self.revision
            .push(i32::try_from(sent.revision.get()).unwrap_or(i32::MAX));
        self.rating.push(sent.rating.value().into());
        self.day.push(received.day);
        self.at.push(received.at);
        self.edit_key.push(&received.edit_key.0);
        self.receipt.push(&received.receipt.0);
        self.placement
            .push(sent.placement.as_ref().map(|text| text.as_str()));
        self.drivers.push(drivers(received));
        self.comment
            .push(sent.comment.as_ref().map(|text| text.as_str()));
        self.kind.push(sent.kind.map(|kind| kind.name()));
        self.lang.push(sent.lang.as_ref().map(|tag| tag.as_str()));
        self.page.push(sent.page.as_ref().map(|page| page.as_str()));
        self.age
            .push(sent.age_ms.and_then(|age| i64::try_from(age).ok()));
    }
}

fn id(received: &Received) -> Uuid {
    Uuid::from_bytes(*received.submission.id.as_bytes())
}

/// Inserts the first version of each feedback that is not there yet; returns which of the batch
/// those are.
async fn insert(
    transaction: &Transaction<'_>,
    batch: &[Received],
    about: &[(usize, Subject)],
) -> Result<HashSet<usize>, StoreError> {
    // A batch may hold several versions of one feedback; the first to arrive creates it.
    let mut firsts: BTreeMap<Uuid, (usize, Subject)> = BTreeMap::new();
    for (index, subject) in about {
        firsts
            .entry(id(&batch[*index]))
            .or_insert((*index, *subject));
    }
    let mut columns = Columns::default();
    for (index, subject) in firsts.values() {
        columns.push(&batch[*index], *subject);
    }
    let statement = transaction
        .prepare_cached(
            "INSERT INTO feedback (id, department_id, service_id, revision, rating, day,
                 received_at, revised_at, edit_key_hash, receipt_hash, placement, drivers,
                 comment, kind, lang, page, age_ms)
             SELECT id, department, service, revision, rating, day, at, at, edit_key, receipt,
                 placement, drivers, comment, kind, lang, page, age
             FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::integer[], $5::smallint[],
                 $6::date[], $7::bigint[], $8::bytea[], $9::bytea[], $10::text[], $11::text[],
                 $12::text[], $13::text[], $14::text[], $15::text[], $16::bigint[])
               AS t (id, department, service, revision, rating, day, at, edit_key, receipt,
                 placement, drivers, comment, kind, lang, page, age)
             ORDER BY id
             ON CONFLICT (id) DO NOTHING RETURNING id",
        )
        .await?;
    let rows = transaction
        .query(
            &statement,
            &[
                &columns.id,
                &columns.department,
                &columns.service,
                &columns.revision,
                &columns.rating,
                &columns.day,
                &columns.at,
                &columns.edit_key,
                &columns.receipt,
                &columns.placement,
                &columns.drivers,
                &columns.comment,
                &columns.kind,
                &columns.lang,
                &columns.page,
                &columns.age,
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let id: Uuid = row.try_get(0)?;
            Ok(firsts.get(&id).map(|(index, _)| *index))
        })
        .filter_map(Result::transpose)
        .collect()
}

/// Takes further versions of what is kept, in the order in which they arrived.
async fn revise(
    transaction: &Transaction<'_>,
    tree: &Tree,
    batch: &[Received],
    further: &[(usize, Subject)],
    deltas: &mut Deltas,
    changes: &mut Changes,
    outcomes: &mut [Outcome],
) -> Result<(), StoreError> {
    let ids: BTreeSet<Uuid> = further
        .iter()
        .map(|(index, _)| id(&batch[*index]))
        .collect();
    let mut kept = find(transaction, tree, ids.into_iter().collect()).await?;
    let mut newest: BTreeMap<Uuid, &Received> = BTreeMap::new();
    for (index, subject) in further {
        let received = &batch[*index];
        let sent = &received.submission;
        let Some(kept) = kept.get_mut(&id(received)) else {
            return Err(StoreError::Failed(
                "a kept feedback is not there".to_owned(),
            ));
        };
        outcomes[*index] = if let Some(answer) = kept.answer(tree, received, *subject) {
            answer
        } else {
            // A revision counts on the day of the first version.
            deltas.add(tree, kept.subject, kept.day, kept.rating, -1);
            deltas.add(tree, kept.subject, kept.day, sent.rating, 1);
            let (department, day) = (kept.subject.department, kept.day);
            let before = || kept.said.clone();
            changes.add(tree, department, day, kept.rating, -1, before);
            let after = || {
                kept.said = kept.said.clone().revised(sent);
                kept.said.clone()
            };
            changes.add(tree, department, day, sent.rating, 1, after);
            kept.rating = sent.rating;
            kept.revision = sent.revision.get();
            newest.insert(id(received), received);
            Ok(Taken::revised(sent.revision))
        };
    }
    update(transaction, &newest).await
}

async fn find(
    transaction: &Transaction<'_>,
    tree: &Tree,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Kept>, StoreError> {
    let statement = transaction
        .prepare_cached(
            "SELECT id, department_id, service_id, day, rating, revision, received_at,
                    withdrawn_at IS NOT NULL, edit_key_hash, placement, lang
             FROM feedback WHERE id = ANY ($1) ORDER BY id FOR UPDATE",
        )
        .await?;
    let rows = transaction.query(&statement, &[&ids]).await?;
    rows.iter().map(|row| read(row, tree)).collect()
}

fn read(row: &Row, tree: &Tree) -> Result<(Uuid, Kept), StoreError> {
    let revision: i32 = row.try_get(5)?;
    let department = row.try_get(1)?;
    let kept = Kept {
        subject: Subject {
            department,
            service: row.try_get(2)?,
        },
        day: row.try_get(3)?,
        rating: rating(row.try_get(4)?)?,
        revision: u32::try_from(revision).unwrap_or_default(),
        received_at: row.try_get(6)?,
        withdrawn: row.try_get(7)?,
        edit_key: Hashed(hash(row.try_get(8)?)?),
        said: if tree.breakdowns().ask(department) {
            Said {
                placement: row.try_get(9)?,
                language: row.try_get(10)?,
            }
        } else {
            Said::default()
        },
    };
    Ok((row.try_get(0)?, kept))
}

fn hash(bytes: &[u8]) -> Result<[u8; 16], StoreError> {
    bytes
        .try_into()
        .map_err(|_| StoreError::Failed("a stored hash has another length".to_owned()))
}

/// Writes the newest version of each feedback that has changed.
async fn update(
    transaction: &Transaction<'_>,
    changed: &BTreeMap<Uuid, &Received>,
) -> Result<(), StoreError> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut columns = Columns::default();
    let nowhere = Subject {
        department: 0,
        service: None,
    };
    for received in changed.values() {
        columns.push(received, nowhere);
    }
    let statement = transaction
        .prepare_cached(
            "UPDATE feedback SET revision = t.revision, rating = t.rating, revised_at = t.at,
                 drivers = t.drivers, comment = t.comment, kind = t.kind, lang = t.lang
             FROM unnest($1::uuid[], $2::integer[], $3::smallint[], $4::bigint[], $5::text[],
                 $6::text[], $7::text[], $8::text[])
               AS t (id, revision, rating, at, drivers, comment, kind, lang)
             WHERE feedback.id = t.id",
        )
        .await?;
    transaction
        .execute(
            &statement,
            &[
                &columns.id,
                &columns.revision,
                &columns.rating,
                &columns.at,
                &columns.drivers,
                &columns.comment,
                &columns.kind,
                &columns.lang,
            ],
        )
        .await?;
    Ok(())
}
