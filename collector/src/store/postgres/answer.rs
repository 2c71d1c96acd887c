//! Feedback whose citizen would like an answer.

use async_trait::async_trait;
use huiyin_shared::feedback::Kind;
use huiyin_shared::id::FeedbackId;
use huiyin_shared::slug::Slug;
use tokio_postgres::Row;
use uuid::Uuid;

use super::Postgres;
use super::department::parsed;
use super::rollup::rating;
use crate::model::Wish;
use crate::store::StoreError;
use crate::store::answer::{AnswerStore, WISHES, words};
use crate::store::held::garbled;

#[async_trait]
impl AnswerStore for Postgres {
    async fn wishes(
        &self,
        department: Option<Slug>,
        since: i64,
        most: u32,
    ) -> Result<Vec<Wish>, StoreError> {
        let client = self.pools.reading.get().await?;
        let department = department.as_ref().map(Slug::as_str);
        let rows = client
            .query(WISHES, &[&department, &since, &i64::from(most)])
            .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Wish, StoreError> {
    let id: Uuid = row.try_get(0)?;
    let kind: Option<&str> = row.try_get(4)?;
    let contact: Option<String> = row.try_get(5)?;
    Ok(Wish {
        id: FeedbackId::from_bytes(id.into_bytes()).map_err(|_| garbled())?,
        department: parsed(row.try_get(1)?)?,
        received_at: row.try_get(2)?,
        rating: rating(row.try_get(3)?)?,
        kind: kind.and_then(|name| Kind::parse(name).ok()),
        contact: contact.map(parsed).transpose()?,
        words: words(row.try_get(6)?, row.try_get(7)?),
    })
}

#[cfg(test)]
mod tests {
    use huiyin_test_postgres::Postgres as Server;

    use super::super::tests::opened;
    use super::*;

    #[tokio::test]
    async fn whoever_wants_no_answer_is_not_looked_at() {
        let (_store, address) = opened().await;
        let ask = |sql: &str| Server::quick().ask(&address, sql);
        ask(
            "INSERT INTO feedback (id, department_id, revision, rating, day, received_at,
                 revised_at, edit_key_hash, receipt_hash, wants_answer)
             SELECT gen_random_uuid(), 1, 1, 5, '2026-03-02', n, n, '', '', n % 1000 = 0
             FROM generate_series(1, 10000) n",
        );
        ask("ANALYZE feedback");
        for department in ["'tax'", "NULL::text"] {
            let sql = WISHES.replace("$1", department).replace("$2", "0");
            let sql = sql.replace("$3", "1001");
            let plan = ask(&format!("EXPLAIN {sql}"));
            assert!(plan.contains("feedback_that_wants_an_answer"), "{plan}");
            assert!(!plan.contains("Seq Scan on feedback"), "{plan}");
        }
    }
}
