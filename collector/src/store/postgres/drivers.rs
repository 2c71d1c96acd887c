//! Driver sets: looked up, and added, all of a file or nothing.

use async_trait::async_trait;
use deadpool_postgres::Transaction;
use huiyin_shared::slug::Slug;

use super::Postgres;
use crate::model::drivers::{DriverSet, DriversOf, Offered};
use crate::store::drivers::{
    DriverStore, Row, Subject, bodies, chosen, in_effect, offered, set, subject,
};
use crate::store::{ImportRow, Rejected, StoreError};

#[async_trait]
impl DriverStore for Postgres {
    async fn drivers(
        &self,
        department: Option<Slug>,
        service: Option<Slug>,
    ) -> Result<Offered, StoreError> {
        let client = self.pools.reading.get().await?;
        let statement = client.prepare_cached(&in_effect()).await?;
        let department = department.as_ref().map(Slug::as_str);
        let service = service.as_ref().map(Slug::as_str);
        let found = client
            .query_opt(&statement, &[&department, &service])
            .await?;
        let row = found.map(|row| {
            Ok::<_, StoreError>(Row {
                version: row.try_get(0)?,
                body: row.try_get(1)?,
                department: row.try_get(2)?,
                service: row.try_get(3)?,
            })
        });
        offered(row.transpose()?)
    }

    async fn drivers_of_version(&self, version: u32) -> Result<Option<DriverSet>, StoreError> {
        if version == DriverSet::BUILT_IN {
            return Ok(Some(DriverSet::built_in()));
        }
        let client = self.pools.reading.get().await?;
        let statement = client
            .prepare_cached("SELECT body FROM driver_set WHERE version = $1")
            .await?;
        let found = client.query_opt(&statement, &[&i64::from(version)]).await?;
        found.map(|row| set(row.try_get(0)?)).transpose()
    }

    async fn import_drivers(
        &self,
        rows: Vec<ImportRow<DriversOf>>,
    ) -> Result<Result<usize, Rejected>, StoreError> {
        let bodies = bodies(&rows)?;
        let mut client = self.pools.reading.get().await?;
        let transaction = client.transaction().await?;
        // Two imports at once would both take the same set for a new one.
        transaction
            .batch_execute("LOCK TABLE driver_set IN EXCLUSIVE MODE")
            .await?;
        let mut subjects = Vec::new();
        for row in &rows {
            match chosen(row, find(&transaction, &row.value).await?) {
                Ok(subject) => subjects.push(subject),
                Err(rejected) => return Ok(Err(rejected)),
            }
        }
        let mut added = 0;
        for (subject, body) in subjects.into_iter().zip(&bodies) {
            added += add(&transaction, subject, body).await?;
        }
        transaction.commit().await?;
        Ok(Ok(usize::try_from(added).unwrap_or(usize::MAX)))
    }
}

async fn find(
    transaction: &Transaction<'_>,
    of: &DriversOf,
) -> Result<Option<(i64, Option<Subject>)>, StoreError> {
    let department = of.department.as_ref().map(Slug::as_str);
    let service = of.service.as_ref().map(Slug::as_str);
    let statement = transaction.prepare_cached(&subject()).await?;
    let found = transaction
        .query_opt(&statement, &[&department, &service])
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let offer: Option<i64> = row.try_get(1)?;
    let service: Option<i64> = row.try_get(2)?;
    Ok(Some((row.try_get(0)?, offer.zip(service))))
}

async fn add(
    transaction: &Transaction<'_>,
    (department, service): Subject,
    body: &str,
) -> Result<u64, StoreError> {
    let statement = transaction
        .prepare_cached(
            "INSERT INTO driver_set (department_id, service_id, body)
             SELECT $1, $2, $3::text WHERE $3 IS DISTINCT FROM (
                 SELECT body FROM driver_set WHERE department_id = $1 AND service_id = $2
                 ORDER BY version DESC LIMIT 1)",
        )
        .await?;
    let added = transaction
        .execute(&statement, &[&department, &service, &body])
        .await?;
    Ok(added)
}
