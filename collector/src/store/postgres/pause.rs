//! Where nobody is asked at the moment.

use async_trait::async_trait;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Name, Placement};
use tokio_postgres::Row;

use super::Postgres;
use super::department::{self, parsed};
use crate::model::{Notice, Pause};
use crate::store::{PauseStore, StoreError};

#[async_trait]
impl PauseStore for Postgres {
    async fn pause(&self, pause: Pause) -> Result<bool, StoreError> {
        let client = self.pools.writing.get().await?;
        let Some(id) = department::id(&client, &pause.department).await? else {
            return Ok(false);
        };
        let Notice { zh, en } = &pause.notice;
        client
            .execute(
                "INSERT INTO pause (department_id, placement, notice_zh, notice_en)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (department_id, placement) DO UPDATE SET
                     notice_zh = excluded.notice_zh, notice_en = excluded.notice_en",
                &[
                    &id,
                    &kept(pause.placement.as_ref()),
                    &zh.as_ref().map(Name::as_str),
                    &en.as_ref().map(Name::as_str),
                ],
            )
            .await?;
        Ok(true)
    }

    async fn resume(
        &self,
        department: Slug,
        placement: Option<Placement>,
    ) -> Result<bool, StoreError> {
        let client = self.pools.writing.get().await?;
        let id = department::id(&client, &department).await?;
        let ended = client
            .execute(
                "DELETE FROM pause WHERE department_id = $1 AND placement = $2",
                &[&id, &kept(placement.as_ref())],
            )
            .await?;
        Ok(ended > 0)
    }

    async fn pauses(&self) -> Result<Vec<Pause>, StoreError> {
        let client = self.pools.reading.get().await?;
        let statement = client
            .prepare_cached(
                "SELECT d.slug, nullif(p.placement, ''), p.notice_zh, p.notice_en
                 FROM pause p JOIN department d ON d.id = p.department_id
                 WHERE d.merged_into_id IS NULL ORDER BY d.slug, p.placement",
            )
            .await?;
        let rows = client.query(&statement, &[]).await?;
        rows.iter().map(read).collect()
    }
}

/// Returns how a placement is kept; none is the whole department.
fn kept(placement: Option<&Placement>) -> &str {
    placement.map(|text| text.as_str()).unwrap_or_default()
}

fn read(row: &Row) -> Result<Pause, StoreError> {
    let notice = |column: usize| -> Result<Option<Name>, StoreError> {
        let text: Option<String> = row.try_get(column)?;
        text.map(parsed).transpose()
    };
    let placement: Option<String> = row.try_get(1)?;
    Ok(Pause {
        department: parsed(row.try_get(0)?)?,
        placement: placement.map(parsed).transpose()?,
        notice: Notice {
            zh: notice(2)?,
            en: notice(3)?,
        },
    })
}
