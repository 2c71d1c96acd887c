//! Looking departments and services up.

use deadpool_postgres::GenericClient;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;
use tokio_postgres::Row;

use super::connection::Client;
use crate::model::{Department, Names, Place, Service};
use crate::store::StoreError;

/// The columns that [`read`] reads, of a department `d` and the one above it, `p`.
pub(super) const COLUMNS: &str = "d.slug, p.slug, d.name_zh, d.name_en";

/// The tables that [`COLUMNS`] are of.
pub(super) const TABLES: &str = "department d LEFT JOIN department p ON p.id = d.parent_id";

/// Reads a department from [`COLUMNS`].
pub(super) fn read(row: &Row) -> Result<Department, StoreError> {
    let parent: Option<String> = row.try_get(1)?;
    Ok(Department {
        slug: parsed(row.try_get(0)?)?,
        parent: parent.map(parsed).transpose()?,
        names: names(row)?,
    })
}

/// Reads a service from a department's slug, its own, and its names.
pub(super) fn read_service(row: &Row) -> Result<Service, StoreError> {
    Ok(Service {
        department: parsed(row.try_get(0)?)?,
        slug: parsed(row.try_get(1)?)?,
        names: names(row)?,
    })
}

fn names(row: &Row) -> Result<Names, StoreError> {
    let en: Option<String> = row.try_get(3)?;
    Ok(Names {
        zh: parsed::<Name>(row.try_get(2)?)?,
        en: en.map(parsed).transpose()?,
    })
}

/// Parses a stored text; what was parsed before it was stored parses again.
pub(super) fn parsed<T: TryFrom<String>>(text: String) -> Result<T, StoreError> {
    T::try_from(text).map_err(|_| StoreError::Failed("a stored name is none".to_owned()))
}

/// Returns the row of a department, or of the one that it became a part of.
pub(super) async fn id(
    client: &impl GenericClient,
    slug: &Slug,
) -> Result<Option<i64>, StoreError> {
    let statement = client
        .prepare_cached("SELECT coalesce(merged_into_id, id) FROM department WHERE slug = $1")
        .await?;
    let row = client.query_opt(&statement, &[&slug.as_str()]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Returns a department with what is above it and what is below.
pub(super) async fn place(client: &Client, slug: &Slug) -> Result<Option<Place>, StoreError> {
    let Some(id) = id(client, slug).await? else {
        return Ok(None);
    };
    let statement = client
        .prepare_cached(
            "SELECT count(*) FROM department WHERE parent_id = $1 AND merged_into_id IS NULL",
        )
        .await?;
    let children: i64 = client.query_one(&statement, &[&id]).await?.try_get(0)?;
    let statement = client
        .prepare_cached(
            "WITH RECURSIVE line (id, height) AS (
                 SELECT id, 0 FROM department WHERE id = $1
                 UNION ALL
                 SELECT d.parent_id, height + 1 FROM line JOIN department d ON d.id = line.id
                 WHERE d.parent_id IS NOT NULL)
             SELECT d.slug, p.slug, d.name_zh, d.name_en
             FROM line JOIN department d ON d.id = line.id
             LEFT JOIN department p ON p.id = d.parent_id ORDER BY height DESC",
        )
        .await?;
    let rows = client.query(&statement, &[&id]).await?;
    let mut above = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let Some(department) = above.pop() else {
        return Ok(None);
    };
    Ok(Some(Place {
        department,
        above,
        children: u64::try_from(children).unwrap_or_default(),
    }))
}

/// Returns the department of a row that must be there.
pub(super) async fn by_id(client: &Client, id: i64) -> Result<Department, StoreError> {
    let statement = client
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {TABLES} WHERE d.id = $1"))
        .await?;
    read(&client.query_one(&statement, &[&id]).await?)
}

/// Returns the service of a row that must be there.
pub(super) async fn service_by_id(client: &Client, id: i64) -> Result<Service, StoreError> {
    let statement = client
        .prepare_cached(
            "SELECT d.slug, s.slug, s.name_zh, s.name_en
             FROM service s JOIN department d ON d.id = s.department_id WHERE s.id = $1",
        )
        .await?;
    read_service(&client.query_one(&statement, &[&id]).await?)
}

/// Returns a service of a department, or of one that was merged into it.
pub(super) async fn service(
    client: &Client,
    department: &Slug,
    service: &Slug,
) -> Result<Option<Service>, StoreError> {
    let id = id(client, department).await?;
    let statement = client
        .prepare_cached(
            "SELECT d.slug, s.slug, s.name_zh, s.name_en
             FROM service s JOIN department d ON d.id = s.department_id
             WHERE s.slug = $2 AND (d.id = $1 OR d.merged_into_id = $1)
             ORDER BY d.id <> $1, d.id LIMIT 1",
        )
        .await?;
    let row = client
        .query_opt(&statement, &[&id, &service.as_str()])
        .await?;
    row.as_ref().map(read_service).transpose()
}

/// Returns whether there is no department.
pub(super) async fn none(client: &Client) -> Result<bool, StoreError> {
    let statement = client
        .prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM department)")
        .await?;
    Ok(client.query_one(&statement, &[]).await?.try_get(0)?)
}

/// Returns the department with the most services of those that have none below them.
pub(super) async fn any_leaf(client: &Client) -> Result<Option<Department>, StoreError> {
    let row = client
        .query_opt(
            &format!(
                "SELECT {COLUMNS} FROM {TABLES}
                 WHERE d.merged_into_id IS NULL
                   AND NOT EXISTS (SELECT 1 FROM department c WHERE c.parent_id = d.id)
                 ORDER BY (SELECT count(*) FROM service s WHERE s.department_id = d.id) DESC,
                     d.slug LIMIT 1"
            ),
            &[],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Returns all departments that stand for themselves, each after the one above it.
pub(super) async fn all(client: &Client) -> Result<Vec<Department>, StoreError> {
    let rows = client
        .query(
            "WITH RECURSIVE below (id, path) AS (
                 SELECT id, slug FROM department WHERE parent_id IS NULL
                 UNION ALL
                 SELECT c.id, below.path || '/' || c.slug
                 FROM department c JOIN below ON c.parent_id = below.id
                 WHERE c.merged_into_id IS NULL)
             SELECT d.slug, p.slug, d.name_zh, d.name_en
             FROM below JOIN department d ON d.id = below.id
             LEFT JOIN department p ON p.id = d.parent_id ORDER BY below.path",
            &[],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Returns all services, by department.
pub(super) async fn all_services(client: &Client) -> Result<Vec<Service>, StoreError> {
    let rows = client
        .query(
            "SELECT d.slug, s.slug, s.name_zh, s.name_en
             FROM service s JOIN department d ON d.id = s.department_id ORDER BY 1, 2",
            &[],
        )
        .await?;
    rows.iter().map(read_service).collect()
}
