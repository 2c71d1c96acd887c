//! Feedback that is held: listed, and let go.

use async_trait::async_trait;
use huiyin_shared::id::FeedbackId;
use rusqlite::Connection;

use super::Sqlite;
use super::rollup::rating;
use crate::model::Held;
use crate::store::StoreError;
use crate::store::held::{HeldStore, RELEASE, WAITING, garbled};

#[async_trait]
impl HeldStore for Sqlite {
    async fn held(&self, most: u32) -> Result<Vec<Held>, StoreError> {
        let find = move |connection: &Connection| {
            connection
                .prepare_cached(WAITING)?
                .query_map([most], |row| {
                    let (id, slug): ([u8; 16], String) = (row.get(0)?, row.get(1)?);
                    let held = (row.get(2)?, row.get(3)?, rating(row.get(4)?)?, row.get(5)?);
                    Ok((id, slug, held))
                })?
                .collect::<Result<Vec<_>, _>>()
        };
        let rows = self.readers.read(find).await?.into_iter();
        rows.map(|(id, slug, (received_at, signals, rating, comment))| {
            Ok(Held {
                id: FeedbackId::from_bytes(id).map_err(|_| garbled())?,
                department: slug.parse().map_err(|_| garbled())?,
                received_at,
                signals,
                rating,
                comment,
            })
        })
        .collect()
    }

    async fn let_go(&self, id: FeedbackId) -> Result<bool, StoreError> {
        let released = self.writer.run(move |transaction, _| {
            let mut release = transaction.prepare_cached(RELEASE)?;
            release.execute([id.as_bytes().as_slice()])
        });
        Ok(released.await? > 0)
    }
}
