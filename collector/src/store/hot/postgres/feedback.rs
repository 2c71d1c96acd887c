//! Taking in versions of feedback: a batch is one transaction, and its statements wait for the server
//! no more than twice where nothing is revised.
//!
//! Every batch takes its locks in the same order, new feedback by id, then kept feedback by id, so
//! that batches of several collectors may wait for each other but never in a circle. Batches that
//! have no feedback in common do not wait: what they count is added to the roll-ups later.

mod columns;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use tokio_postgres::{Row, Statement};
use uuid::Uuid;

use self::columns::{Columns, id};
use super::connection::Client;
use super::known::KnownTree;
use super::pipelined::PipelinedTransaction;
use super::receipt::attributes;
use super::rollup::rating;
use crate::model::{Outcome, Received, Refusal, Taken};
use crate::store::StoreError;
use crate::store::breakdown::Attributes;
use crate::store::pending_deltas::BatchDeltas;
use crate::store::revision::{Kept, held};
use crate::store::tree::{Subject, Tree, Unknown};
use crate::util::hashing::Hashed;

/// Stores versions, or says why not, one outcome for each; what they change is kept with
/// them, to be counted.
pub(super) async fn take_all(
    client: &Client,
    known: &KnownTree,
    batch: &[Received],
) -> Result<Vec<Outcome>, StoreError> {
    let statement = client.prepare_cached(INSERT).await?;
    let insert = (client, &statement, batch);
    let mut transaction = PipelinedTransaction::prepare(client).await?;
    // All of it is sent at once, by the tree as it was; where it has changed since, nothing is
    // inserted, as before it was first read.
    let (before, tree) = known.last().unwrap_or_else(|| (-1, Arc::default()));
    let (mut about, mut outcomes) = subjects(&tree, batch);
    let (version, created) =
        tokio::join!(biased; transaction.begin(), self::insert(insert, &about, before));
    let (version, mut created) = (version?, created?);
    let tree = known.of_version(client, version).await?;
    if version != before {
        (about, outcomes) = subjects(&tree, batch);
        created = self::insert(insert, &about, version).await?;
    }
    let mut deltas = BatchDeltas::new(&tree);
    let mut further = Vec::new();
    for (index, subject) in about {
        let received = &batch[index];
        let sent = &received.submission;
        if created.contains(&index) {
            if !sent.test {
                deltas.add(
                    subject,
                    received.day,
                    sent.rating,
                    &Attributes::new(sent),
                    1,
                );
            }
            outcomes[index] = Ok(Taken::created(sent.revision));
        } else {
            further.push((index, subject));
        }
    }
    if !further.is_empty() {
        revise(client, &tree, batch, &further, &mut deltas, &mut outcomes).await?;
    }
    transaction.commit(deltas).await?;
    Ok(outcomes)
}

/// Returns what each of a batch is about, by its place in the batch, with an outcome for each:
/// why it is about nothing, or one that has yet to be found.
fn subjects(tree: &Tree, batch: &[Received]) -> (Vec<(usize, Subject)>, Vec<Outcome>) {
    let mut about = Vec::new();
    let mut outcomes = vec![Err(Refusal::UnknownDepartment); batch.len()];
    for (index, received) in batch.iter().enumerate() {
        match tree.subject(&received.submission) {
            Ok(subject) => about.push((index, subject)),
            Err(Unknown::Department) => {}
            Err(Unknown::Service) => outcomes[index] = Err(Refusal::UnknownService),
        }
    }
    (about, outcomes)
}

/// Inserts the first version of each feedback that is not there yet, in the transaction that found
/// the tree at this version and in no other.
const INSERT: &str = "
    INSERT INTO feedback (id, department_id, service_id, revision, rating, day, received_at,
        revised_at, edit_key_hash, receipt_hash, placement, drivers, drivers_version, comment,
        kind, wants_answer, contact, test, held, lang, page, age_ms)
    SELECT id, department, service, revision, rating, day, at, at, edit_key, receipt, placement,
        drivers, drivers_version, comment, kind, wants_answer, contact, test, held, lang, page, age
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::integer[], $5::smallint[], $6::date[],
        $7::bigint[], $8::bytea[], $9::bytea[], $10::text[], $11::text[], $12::bigint[],
        $13::text[], $14::text[], $15::boolean[], $16::text[], $17::boolean[], $18::text[],
        $19::text[], $20::text[], $21::bigint[])
      AS t (id, department, service, revision, rating, day, at, edit_key, receipt, placement,
        drivers, drivers_version, comment, kind, wants_answer, contact, test, held, lang, page, age)
    WHERE current_setting('huiyin.tree', true) = $22
    ORDER BY id
    ON CONFLICT (id) DO NOTHING RETURNING id";

/// Inserts first versions; returns which of the batch those are.
async fn insert(
    (client, statement, batch): (&Client, &Statement, &[Received]),
    about: &[(usize, Subject)],
    version: i64,
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
        let received = &batch[*index];
        columns.push(received, *subject, held(None, received));
    }
    let rows = client
        .query(
            statement,
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
                &columns.drivers_version,
                &columns.comment,
                &columns.kind,
                &columns.wants_answer,
                &columns.contact,
                &columns.test,
                &columns.held,
                &columns.lang,
                &columns.page,
                &columns.age,
                &version.to_string(),
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
    client: &Client,
    tree: &Tree,
    batch: &[Received],
    further: &[(usize, Subject)],
    deltas: &mut BatchDeltas<'_>,
    outcomes: &mut [Outcome],
) -> Result<(), StoreError> {
    let ids: BTreeSet<Uuid> = further
        .iter()
        .map(|(index, _)| id(&batch[*index]))
        .collect();
    let mut kept = find(client, ids.into_iter().collect()).await?;
    let mut newest: BTreeMap<Uuid, (&Received, Option<String>)> = BTreeMap::new();
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
            if !kept.test {
                // A revision counts on the day of the first version.
                let after = kept.attributes.revised(sent);
                deltas.add(kept.subject, kept.day, kept.rating, &kept.attributes, -1);
                deltas.add(kept.subject, kept.day, sent.rating, &after, 1);
                kept.attributes = after;
            }
            kept.rating = sent.rating;
            kept.revision = sent.revision.get();
            kept.held = held(kept.held.as_deref(), received);
            newest.insert(id(received), (received, kept.held.clone()));
            Ok(Taken::revised(sent.revision))
        };
    }
    update(client, newest).await
}

async fn find<'a>(client: &Client, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Kept<'a>>, StoreError> {
    let statement = client
        .prepare_cached(
            "SELECT id, department_id, service_id, day, rating, revision, received_at,
                    withdrawn_at IS NOT NULL, test, held, edit_key_hash,
                    placement, lang, kind, drivers
             FROM feedback WHERE id = ANY ($1) ORDER BY id FOR UPDATE",
        )
        .await?;
    let rows = client.query(&statement, &[&ids]).await?;
    rows.iter().map(read).collect()
}

fn read<'a>(row: &Row) -> Result<(Uuid, Kept<'a>), StoreError> {
    let revision: i32 = row.try_get(5)?;
    let kept = Kept {
        subject: Subject {
            department: row.try_get(1)?,
            service: row.try_get(2)?,
        },
        day: row.try_get(3)?,
        rating: rating(row.try_get(4)?)?,
        revision: u32::try_from(revision).unwrap_or_default(),
        received_at: row.try_get(6)?,
        withdrawn: row.try_get(7)?,
        test: row.try_get(8)?,
        held: row.try_get(9)?,
        edit_key: Hashed(hash(row.try_get(10)?)?),
        attributes: attributes(row, 11)?,
    };
    Ok((row.try_get(0)?, kept))
}

fn hash(bytes: &[u8]) -> Result<[u8; 16], StoreError> {
    bytes
        .try_into()
        .map_err(|_| StoreError::Failed("corrupt row: a hash of the wrong length".to_owned()))
}

/// Writes the newest version of each feedback that has changed.
async fn update(
    client: &Client,
    changed: BTreeMap<Uuid, (&Received, Option<String>)>,
) -> Result<(), StoreError> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut columns = Columns::default();
    let nowhere = Subject {
        department: 0,
        service: None,
    };
    for (received, held) in changed.into_values() {
        columns.push(received, nowhere, held);
    }
    let statement = client
        .prepare_cached(
            "UPDATE feedback SET revision = t.revision, rating = t.rating, revised_at = t.at,
                 drivers = t.drivers, drivers_version = t.drivers_version, comment = t.comment,
                 kind = t.kind, wants_answer = t.wants_answer, contact = t.contact, lang = t.lang,
                 held = t.held
             FROM unnest($1::uuid[], $2::integer[], $3::smallint[], $4::bigint[], $5::text[],
                 $6::bigint[], $7::text[], $8::text[], $9::boolean[], $10::text[], $11::text[],
                 $12::text[])
               AS t (id, revision, rating, at, drivers, drivers_version, comment, kind,
                 wants_answer, contact, lang, held)
             WHERE feedback.id = t.id",
        )
        .await?;
    client
        .execute(
            &statement,
            &[
                &columns.id,
                &columns.revision,
                &columns.rating,
                &columns.at,
                &columns.drivers,
                &columns.drivers_version,
                &columns.comment,
                &columns.kind,
                &columns.wants_answer,
                &columns.contact,
                &columns.lang,
                &columns.held,
            ],
        )
        .await?;
    Ok(())
}
