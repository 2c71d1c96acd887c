//! Feedback whose citizen would like an answer.

use async_trait::async_trait;
use huiyin_shared::feedback::Kind;
use huiyin_shared::id::FeedbackId;
use huiyin_shared::slug::Slug;
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, Row, params};

use super::Sqlite;
use super::department::Parsed;
use super::rollup::rating;
use crate::model::Wish;
use crate::store::StoreError;
use crate::store::answer::{AnswerStore, WISHES, words};

#[async_trait]
impl AnswerStore for Sqlite {
    async fn wishes(
        &self,
        department: Option<Slug>,
        since: i64,
        most: u32,
    ) -> Result<Vec<Wish>, StoreError> {
        let find = move |connection: &Connection| {
            let department = department.as_ref().map(Slug::as_str);
            connection
                .prepare_cached(WISHES)?
                .query_map(params![department, since, most], read)?
                .collect()
        };
        self.readers.read(find).await
    }
}

fn read(row: &Row<'_>) -> Result<Wish, rusqlite::Error> {
    let kind: Option<String> = row.get(4)?;
    let contact: Option<Parsed<_>> = row.get(5)?;
    Ok(Wish {
        id: FeedbackId::from_bytes(row.get(0)?).map_err(FromSqlError::other)?,
        department: row.get::<_, Parsed<_>>(1)?.0,
        received_at: row.get(2)?,
        rating: rating(row.get(3)?)?,
        kind: kind.and_then(|name| Kind::parse(&name).ok()),
        contact: contact.map(|text| text.0),
        words: words(row.get(6)?, row.get(7)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::connection;

    #[test]
    fn whoever_wants_no_answer_is_not_looked_at() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("h.db");
        let connection = connection::open_for_writing(&path).expect("opens");
        let plan: Vec<String> = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {WISHES}"))
            .expect("is understood")
            .query_map(params!["tax", 0, 1], |row| row.get(3))
            .expect("runs")
            .collect::<Result<_, _>>()
            .expect("reads");
        let by_index = "SEARCH f USING INDEX feedback_that_wants_an_answer (received_at>?)";
        assert!(plan.iter().any(|step| step == by_index), "{plan:?}");
    }
}
