//! Looking departments and services up.

use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::model::{Department, Names, Service};

/// The columns that [`read`] reads, of a department `d` and the one above it, `p`.
pub(super) const COLUMNS: &str = "d.slug, p.slug, d.name_zh, d.name_en";

/// The tables that [`COLUMNS`] are of.
pub(super) const TABLES: &str = "department d LEFT JOIN department p ON p.id = d.parent_id";

/// A parsed text read from a column; what was parsed before it was stored parses again.
pub(super) struct Parsed<T>(pub(super) T);

impl<T: TryFrom<String>> FromSql for Parsed<T>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        T::try_from(String::column_result(value)?)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

/// Reads a department from [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> Result<Department, rusqlite::Error> {
    Ok(Department {
        slug: row.get::<_, Parsed<Slug>>(0)?.0,
        parent: row.get::<_, Option<Parsed<Slug>>>(1)?.map(|slug| slug.0),
        names: names(row, 2)?,
    })
}

/// Reads a service from a department's slug, its own, and its names.
pub(super) fn read_service(row: &Row<'_>) -> Result<Service, rusqlite::Error> {
    Ok(Service {
        department: row.get::<_, Parsed<Slug>>(0)?.0,
        slug: row.get::<_, Parsed<Slug>>(1)?.0,
        names: names(row, 2)?,
    })
}

fn names(row: &Row<'_>, first: usize) -> Result<Names, rusqlite::Error> {
    Ok(Names {
        zh: row.get::<_, Parsed<Name>>(first)?.0,
        en: row
            .get::<_, Option<Parsed<Name>>>(first + 1)?
            .map(|name| name.0),
    })
}

/// Returns the row of a department, or of the one that it became a part of.
pub(super) fn id(connection: &Connection, slug: &Slug) -> Result<Option<i64>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT ifnull(merged_into_id, id) FROM department WHERE slug = ?1")?
        .query_row([slug.as_str()], |row| row.get(0))
        .optional()
}
