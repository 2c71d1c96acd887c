//! The releases of the widget that were served here.

use async_trait::async_trait;
use rusqlite::{Connection, params};

use super::Sqlite;
use crate::model::Asset;
use crate::store::{ReleaseStore, StoreError};

#[async_trait]
impl ReleaseStore for Sqlite {
    async fn keep_release(&self, version: String, files: Vec<Asset>) -> Result<(), StoreError> {
        let known = version.clone();
        if self
            .readers
            .read(move |connection| is_kept(connection, &known))
            .await?
        {
            return Ok(());
        }
        self.writer
            .run(move |transaction, _| keep(transaction, &version, &files))
            .await
    }

    async fn release(&self, version: String) -> Result<Vec<Asset>, StoreError> {
        self.readers
            .read(move |connection| files(connection, &version))
            .await
    }
}

/// Returns whether a release is kept.
fn is_kept(connection: &Connection, version: &str) -> Result<bool, rusqlite::Error> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM asset WHERE version = ?1)")?
        .query_row([version], |row| row.get(0))
}

/// Keeps the files of a release; what is kept already stays as it is.
fn keep(connection: &Connection, version: &str, files: &[Asset]) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO asset (version, path, coding, kind, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
    )?;
    for file in files {
        statement.execute(params![
            version,
            file.path,
            file.coding,
            file.kind,
            file.bytes
        ])?;
    }
    Ok(())
}

/// Returns the files of a release.
fn files(connection: &Connection, version: &str) -> Result<Vec<Asset>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT path, coding, kind, bytes FROM asset WHERE version = ?1")?
        .query_map([version], |row| {
            Ok(Asset {
                path: row.get(0)?,
                coding: row.get(1)?,
                kind: row.get(2)?,
                bytes: row.get(3)?,
            })
        })?
        .collect()
}
