//! Feedback that is held: listed, and let go.

use async_trait::async_trait;
use huiyin_shared::id::FeedbackId;
use tokio_postgres::Row;
use uuid::Uuid;

use super::Postgres;
use super::rollup::rating;
use crate::model::Held;
use crate::store::StoreError;
use crate::store::held::{HeldStore, RELEASE, WAITING, garbled};

#[async_trait]
impl HeldStore for Postgres {
    async fn held(&self, most: u32) -> Result<Vec<Held>, StoreError> {
        let client = self.pools.reading.get().await?;
        let rows = client.query(WAITING, &[&i64::from(most)]).await?;
        rows.iter().map(read).collect()
    }

    async fn let_go(&self, id: FeedbackId) -> Result<bool, StoreError> {
        let client = self.pools.reading.get().await?;
        let id = Uuid::from_bytes(*id.as_bytes());
        Ok(client.execute(RELEASE, &[&id]).await? > 0)
    }
}

fn read(row: &Row) -> Result<Held, StoreError> {
    let id: Uuid = row.try_get(0)?;
    let slug: &str = row.try_get(1)?;
    Ok(Held {
        id: FeedbackId::from_bytes(id.into_bytes()).map_err(|_| garbled())?,
        department: slug.parse().map_err(|_| garbled())?,
        received_at: row.try_get(2)?,
        signals: row.try_get(3)?,
        rating: rating(row.try_get(4)?)?,
        comment: row.try_get(5)?,
    })
}
