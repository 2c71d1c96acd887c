//! Driver sets: looked up, and added, all of a file or nothing.

use async_trait::async_trait;
use huiyin_shared::slug::Slug;
use rusqlite::{Connection, OptionalExtension, params};

use super::Sqlite;
use crate::model::drivers::{DriverSet, DriversOf, Offered};
use crate::store::drivers::{
    DriverStore, Row, Subject, bodies, chosen, in_effect, offered, set, subject,
};
use crate::store::{ImportRow, Rejected, StoreError};

#[async_trait]
impl DriverStore for Sqlite {
    async fn drivers(
        &self,
        department: Option<Slug>,
        service: Option<Slug>,
    ) -> Result<Offered, StoreError> {
        let find = move |connection: &Connection| {
            let department = department.as_ref().map(Slug::as_str);
            let service = service.as_ref().map(Slug::as_str);
            connection
                .prepare_cached(&in_effect())?
                .query_row([department, service], |row| {
                    Ok(Row {
                        version: row.get(0)?,
                        body: row.get(1)?,
                        department: row.get(2)?,
                        service: row.get(3)?,
                    })
                })
                .optional()
        };
        offered(self.readers.read(find).await?)
    }

    async fn drivers_of_version(&self, version: u32) -> Result<Option<DriverSet>, StoreError> {
        if version == DriverSet::BUILT_IN {
            return Ok(Some(DriverSet::built_in()));
        }
        let find = move |connection: &Connection| {
            connection
                .prepare_cached("SELECT body FROM driver_set WHERE version = ?1")?
                .query_row([version], |row| row.get::<_, String>(0))
                .optional()
        };
        let body = self.readers.read(find).await?;
        body.map(|body| set(&body)).transpose()
    }

    async fn import_drivers(
        &self,
        rows: Vec<ImportRow<DriversOf>>,
    ) -> Result<Result<usize, Rejected>, StoreError> {
        let bodies = bodies(&rows)?;
        self.writer
            .run(move |transaction, _| import(transaction, &rows, &bodies))
            .await
    }
}

fn import(
    connection: &Connection,
    rows: &[ImportRow<DriversOf>],
    bodies: &[String],
) -> Result<Result<usize, Rejected>, rusqlite::Error> {
    let mut subjects = Vec::new();
    for row in rows {
        match chosen(row, find(connection, &row.value)?) {
            Ok(subject) => subjects.push(subject),
            Err(rejected) => return Ok(Err(rejected)),
        }
    }
    let mut added = 0;
    for ((department, service), body) in subjects.into_iter().zip(bodies) {
        added += connection
            .prepare_cached(
                "INSERT INTO driver_set (department_id, service_id, body) SELECT ?1, ?2, ?3
                 WHERE ?3 IS NOT (
                     SELECT body FROM driver_set WHERE department_id = ?1 AND service_id = ?2
                     ORDER BY version DESC LIMIT 1)",
            )?
            .execute(params![department, service, body])?;
    }
    Ok(Ok(added))
}

fn find(
    connection: &Connection,
    of: &DriversOf,
) -> Result<Option<(i64, Option<Subject>)>, rusqlite::Error> {
    let department = of.department.as_ref().map(Slug::as_str);
    let service = of.service.as_ref().map(Slug::as_str);
    connection
        .prepare_cached(&subject())?
        .query_row([department, service], |row| {
            let offer: Option<i64> = row.get(1)?;
            let service: Option<i64> = row.get(2)?;
            Ok((row.get(0)?, offer.zip(service)))
        })
        .optional()
}
