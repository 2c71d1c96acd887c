//! What a citizen with a receipt code can do: see the feedback, and take it back.

use huiyin_shared::feedback::Kind;
use jiff::civil::Date;
use tokio_postgres::Row;
use uuid::Uuid;

use super::connection::Client;
use super::department;
use super::known::KnownTree;
use super::pipelined::PipelinedTransaction;
use super::rollup::rating;
use crate::model::Feedback;
use crate::store::StoreError;
use crate::store::breakdown::Attributes;
use crate::store::pending_deltas::BatchDeltas;
use crate::store::revision::chosen;
use crate::store::tree::Subject;
use crate::util::hashing::ReceiptKey;

/// The row with the receipt `$3` among those of its millisecond, `$1` to `$2`, as a subquery.
///
/// Anybody can make ids, and hundreds of thousands of one millisecond, so that each look at it takes
/// long. No more than the first thousand are looked at: a whole country sends ten a millisecond.
const WITH_RECEIPT: &str = "SELECT id FROM (
    SELECT id, receipt_hash FROM feedback WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT 1000) m
    WHERE receipt_hash = $3";

/// Returns the feedback with this receipt.
pub(super) async fn find(
    client: &Client,
    receipt: &ReceiptKey,
) -> Result<Option<Feedback>, StoreError> {
    let (first, last, hash) = parameters(receipt);
    let statement = client
        .prepare_cached(&format!(
            "SELECT department_id, service_id, rating, comment, kind, received_at, withdrawn_at,
                    page, placement, lang, drivers, drivers_version,
                    wants_answer, contact, test
             FROM feedback WHERE id = ({WITH_RECEIPT})"
        ))
        .await?;
    let found = client
        .query_opt(&statement, &[&first, &last, &hash])
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let service: Option<i64> = row.try_get(1)?;
    let kind: Option<&str> = row.try_get(4)?;
    let version: Option<i64> = row.try_get(11)?;
    Ok(Some(Feedback {
        department: department::by_id(client, row.try_get(0)?).await?,
        service: match service {
            Some(id) => Some(department::service_by_id(client, id).await?),
            None => None,
        },
        rating: rating(row.try_get(2)?)?,
        drivers: chosen(row.try_get(10)?),
        drivers_version: version.and_then(|version| u32::try_from(version).ok()),
        comment: row.try_get(3)?,
        kind: kind.and_then(|name| Kind::parse(name).ok()),
        wants_answer: row.try_get(12)?,
        contact: row.try_get(13)?,
        test: row.try_get(14)?,
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
            &[&first, &last, &hash],
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

#[cfg(test)]
mod tests {
    use huiyin_test_postgres::Postgres as Server;

    use super::super::tests::opened;
    use crate::store::Store;
    use crate::store::testing::Sent;

    #[tokio::test]
    async fn no_more_than_the_first_thousand_of_a_millisecond_are_looked_at() {
        let (store, address) = opened().await;
        let sent = Sent::new(1, 5);
        let batch = vec![sent.received()];
        store.commit(batch.into()).await.expect("stores");
        // It is the last of its millisecond, and others come before it.
        let last = "UPDATE feedback SET id = '00000000-0001-7fff-bfff-ffffffffffff'";
        Server::quick().ask(&address, last);
        let crowd = |numbers: &str| {
            let crowd = format!(
                "INSERT INTO feedback (id, department_id, revision, rating, day, received_at,
                     revised_at, edit_key_hash, receipt_hash)
                 SELECT ('00000000-0001-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 1, 5,
                     '2026-03-02', 0, 0, '', '' FROM generate_series({numbers}) n"
            );
            Server::quick().ask(&address, &crowd);
        };
        crowd("1, 999");
        let found = store.feedback(sent.receipt()).await.expect("reads");
        assert_eq!(found.map(|feedback| feedback.withdrawn_at), Some(None));
        assert!(store.withdraw(sent.receipt(), 7).await.expect("writes"));
        let found = store.feedback(sent.receipt()).await.expect("reads");
        assert_eq!(found.map(|feedback| feedback.withdrawn_at), Some(Some(7)));
        let others = "SELECT count(*) FROM feedback WHERE withdrawn_at IS NULL";
        assert_eq!(Server::quick().ask(&address, others), "999");
        crowd("1000, 1000");
        let found = store.feedback(sent.receipt()).await.expect("reads");
        assert!(found.is_none());
        assert!(!store.withdraw(sent.receipt(), 8).await.expect("reads"));
    }
}
