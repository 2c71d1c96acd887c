//! The releases of the widget that were served here.

use async_trait::async_trait;

use super::Postgres;
use super::connection::Client;
use crate::model::Asset;
use crate::store::{ReleaseStore, StoreError};

#[async_trait]
impl ReleaseStore for Postgres {
    async fn keep_release(&self, version: String, files: Vec<Asset>) -> Result<(), StoreError> {
        keep(&mut self.pools.writing.get().await?, &version, &files).await
    }

    async fn release(&self, version: String) -> Result<Vec<Asset>, StoreError> {
        files(&self.pools.reading.get().await?, &version).await
    }
}

/// Keeps the files of a release; what is kept already stays as it is.
async fn keep(client: &mut Client, version: &str, files: &[Asset]) -> Result<(), StoreError> {
    let known = "SELECT EXISTS (SELECT 1 FROM asset WHERE version = $1)";
    if client.query_one(known, &[&version]).await?.try_get(0)? {
        return Ok(());
    }
    // All of it or nothing. Collectors that start together write the same.
    let transaction = client.transaction().await?;
    for file in files {
        transaction
            .execute(
                "INSERT INTO asset (version, path, coding, kind, bytes)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                &[&version, &file.path, &file.coding, &file.kind, &file.bytes],
            )
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Returns the files of a release.
async fn files(client: &Client, version: &str) -> Result<Vec<Asset>, StoreError> {
    let statement = client
        .prepare_cached("SELECT path, coding, kind, bytes FROM asset WHERE version = $1")
        .await?;
    let rows = client.query(&statement, &[&version]).await?;
    rows.iter()
        .map(|row| {
            Ok(Asset {
                path: row.try_get(0)?,
                coding: row.try_get(1)?,
                kind: row.try_get(2)?,
                bytes: row.try_get(3)?,
            })
        })
        .collect()
}
