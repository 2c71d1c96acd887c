//! Withdrawal of a feedback by its receipt.

use jiff::civil::Date;
use tokio_postgres::Row;
use uuid::Uuid;

use super::connection::Client;
use super::known::KnownTree;
use super::pipelined::PipelinedTransaction;
use super::rollup::rating;
use crate::store::StoreError;
use crate::store::breakdown::Attributes;
use crate::store::pending_deltas::BatchDeltas;
use crate::store::receipt::WITH_RECEIPT;
use crate::store::tree::Subject;
use crate::util::hashing::ReceiptKey;

/// Takes a feedback back; returns whether there is one with this receipt.
pub(super) async fn withdraw(
    client: &Client,
    known: &KnownTree,
    receipt: &ReceiptKey,
    at: i64,
) -> Result<bool, StoreError> {
    let [first, last] = receipt.ids.map(Uuid::from_bytes);
    let mut transaction = PipelinedTransaction::prepare(client).await?;
    let version = transaction.begin().await?;
    let tree = known.of_version(client, version).await?;
    let found = client
        .query_opt(
            &format!(
                "SELECT department_id, service_id, day, rating, withdrawn_at IS NOT NULL,
                        id, test, placement, lang, kind, drivers
                 FROM feedback WHERE id = ({WITH_RECEIPT}) FOR UPDATE"
            ),
            &[&first, &last, &receipt.hash.0.as_slice()],
        )
        .await?;
    let Some(row) = found else {
        return Ok(false);
    };
    if !row.try_get::<_, bool>(4)? {
        client
            .execute(
                "UPDATE feedback
                 SET withdrawn_at = $2, comment = NULL, page = NULL, drivers = NULL,
                     drivers_version = NULL, wants_answer = false, contact = NULL,
                     held = NULL
                 WHERE id = $1",
                &[&row.try_get::<_, Uuid>(5)?, &at],
            )
            .await?;
    }
    let mut batch = BatchDeltas::new(&tree);
    // A test counts nowhere, so there is nothing to take away.
    if !row.try_get::<_, bool>(4)? && !row.try_get::<_, bool>(6)? {
        let subject = Subject {
            department: row.try_get(0)?,
            service: row.try_get(1)?,
        };
        let day: Date = row.try_get(2)?;
        batch.add(
            subject,
            day,
            rating(row.try_get(3)?)?,
            &attributes(&row, 7)?,
            -1,
        );
    }
    transaction.commit(batch).await?;
    Ok(true)
}

/// Reads placement, language, kind and drivers that stand side by side from column `first` on.
pub(super) fn attributes(row: &Row, first: usize) -> Result<Attributes<'static>, StoreError> {
    let text = |column| row.try_get(first + column);
    Ok(Attributes::stored([text(0)?, text(1)?, text(2)?, text(3)?]))
}
