//! Where nobody is asked at the moment.

use async_trait::async_trait;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Name, Placement};
use rusqlite::{Connection, Row, params};

use super::Sqlite;
use super::department::{self, Parsed};
use crate::model::{Notice, Pause};
use crate::store::{PauseStore, StoreError};

#[async_trait]
impl PauseStore for Sqlite {
    async fn pause(&self, pause: Pause) -> Result<bool, StoreError> {
        self.writer
            .run(move |transaction, _| begin(transaction, &pause))
            .await
    }

    async fn resume(
        &self,
        department: Slug,
        placement: Option<Placement>,
    ) -> Result<bool, StoreError> {
        self.writer
            .run(move |transaction, _| end(transaction, &department, placement.as_ref()))
            .await
    }

    async fn pauses(&self) -> Result<Vec<Pause>, StoreError> {
        self.readers.read(all).await
    }
}

/// Returns how a placement is kept; none is the whole department.
fn kept(placement: Option<&Placement>) -> &str {
    placement.map(|text| text.as_str()).unwrap_or_default()
}

fn begin(connection: &Connection, pause: &Pause) -> Result<bool, rusqlite::Error> {
    let Some(id) = department::id(connection, &pause.department)? else {
        return Ok(false);
    };
    connection.execute(
        "INSERT INTO pause (department_id, placement, notice_zh, notice_en) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET notice_zh = excluded.notice_zh, notice_en = excluded.notice_en",
        params![
            id,
            kept(pause.placement.as_ref()),
            pause.notice.zh.as_ref().map(Name::as_str),
            pause.notice.en.as_ref().map(Name::as_str),
        ],
    )?;
    Ok(true)
}

fn end(
    connection: &Connection,
    department: &Slug,
    placement: Option<&Placement>,
) -> Result<bool, rusqlite::Error> {
    let id = department::id(connection, department)?;
    let ended = connection.execute(
        "DELETE FROM pause WHERE department_id = ?1 AND placement = ?2",
        params![id, kept(placement)],
    )?;
    Ok(ended > 0)
}

fn all(connection: &Connection) -> Result<Vec<Pause>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT d.slug, nullif(p.placement, ''), p.notice_zh, p.notice_en
             FROM pause p JOIN department d ON d.id = p.department_id
             WHERE d.merged_into_id IS NULL ORDER BY d.slug, p.placement",
        )?
        .query_map([], read)?
        .collect()
}

fn read(row: &Row<'_>) -> Result<Pause, rusqlite::Error> {
    let notice = |column| -> Result<Option<Name>, rusqlite::Error> {
        let text: Option<Parsed<Name>> = row.get(column)?;
        Ok(text.map(|text| text.0))
    };
    Ok(Pause {
        department: row.get::<_, Parsed<Slug>>(0)?.0,
        placement: row
            .get::<_, Option<Parsed<Placement>>>(1)?
            .map(|text| text.0),
        notice: Notice {
            zh: notice(2)?,
            en: notice(3)?,
        },
    })
}
