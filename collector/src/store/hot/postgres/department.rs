//! Looking departments and services up.

use deadpool_postgres::GenericClient;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;
use tokio_postgres::Row;

use crate::model::{Department, Names, Service};
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
    T::try_from(text)
        .map_err(|_| StoreError::Failed("corrupt row: a name or slug does not parse".to_owned()))
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
