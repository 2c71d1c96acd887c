//! What a citizen with a receipt code can do: see the feedback, and take it back.

use huiyin_shared::feedback::Kind;
use jiff::civil::Date;
use uuid::Uuid;

use super::begun::Begun;
use super::connection::Client;
use super::known::KnownTree;
use super::rollup::rating;
use super::{breakdown, department};
use crate::model::Feedback;
use crate::secret::ReceiptKey;
use crate::store::StoreError;
use crate::store::breakdown::{Changes, Said};
use crate::store::deltas::Deltas;
use crate::store::tree::Subject;

/// Returns the feedback with this receipt.
pub(super) async fn find(
    client: &Client,
    receipt: &ReceiptKey,
) -> Result<Option<Feedback>, StoreError> {
    let (first, last, hash) = parameters(receipt);
    let statement = client
        .prepare_cached(
            "SELECT department_id, service_id, rating, comment, kind, received_at, withdrawn_at,
                    page, placement, lang
             FROM feedback WHERE id BETWEEN $1 AND $2 AND receipt_hash = $3",
        )
        .await?;
    let found = client
        .query_opt(&statement, &[&first, &last, &hash])
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let service: Option<i64> = row.try_get(1)?;
    let kind: Option<&str> = row.try_get(4)?;
    Ok(Some(Feedback {
        department: department::by_id(client, row.try_get(0)?).await?,
        service: match service {
            Some(id) => Some(department::service_by_id(client, id).await?),
            None => None,
        },
        rating: rating(row.try_get(2)?)?,
        comment: row.try_get(3)?,
        kind: kind.and_then(|name| Kind::parse(name).ok()),
        received_at: row.try_get(5)?,
        withdrawn_at: row.try_get(6)?,
        page: row.try_get(7)?,
        placement: row.try_get(8)?,
        lang: row.try_get(9)?,
    }))
}

fn parameters(receipt: &ReceiptKey) -> (Uuid, Uuid, &[u8]) {
    let [first, last] = receipt.ids.map(Uuid::from_bytes);
    (first, last, &receipt.hash.0)
}

/// Takes a feedback back; returns whether there is one with this receipt.
pub(super) async fn withdraw(
    client: &Client,
    known: &KnownTree,
    receipt: &ReceiptKey,
    at: i64,
) -> Result<bool, StoreError> {
    let (first, last, hash) = parameters(receipt);
    let mut begun = Begun::on(client).await?;
    let version = begun.begin().await?;
    let tree = known.of_version(client, version).await?;
    let found = client
        .query_opt(
            "SELECT department_id, service_id, day, rating, withdrawn_at IS NOT NULL,
                    placement, lang
             FROM feedback WHERE id BETWEEN $1 AND $2 AND receipt_hash = $3 FOR UPDATE",
            &[&first, &last, &hash],
        )
        .await?;
    let Some(row) = found else {
        return Ok(false);
    };
    let mut deltas = Deltas::default();
    if !row.try_get::<_, bool>(4)? {
        client
            .execute(
                "UPDATE feedback
                 SET withdrawn_at = $4, comment = NULL, page = NULL, drivers = NULL
                 WHERE id BETWEEN $1 AND $2 AND receipt_hash = $3",
                &[&first, &last, &hash, &at],
            )
            .await?;
        let subject = Subject {
            department: row.try_get(0)?,
            service: row.try_get(1)?,
        };
        let day: Date = row.try_get(2)?;
        let rating = rating(row.try_get(3)?)?;
        deltas.add(&tree, subject, day, rating, -1);
        let said = Said {
            placement: row.try_get(5)?,
            language: row.try_get(6)?,
        };
        let mut changes = Changes::default();
        changes.add(&tree, subject.department, day, rating, -1, || said);
        // Where a value is registered by this, the next batch finds it.
        breakdown::count(client, &tree, &changes, &mut deltas).await?;
    }
    begun.commit(&deltas).await?;
    Ok(true)
}
