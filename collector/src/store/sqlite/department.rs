//! Looking departments and services up.

use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::model::{Department, Names, Place, Service};

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

/// Returns a department with what is above it and what is below.
pub(super) fn place(
    connection: &Connection,
    slug: &Slug,
) -> Result<Option<Place>, rusqlite::Error> {
    let Some(id) = id(connection, slug)? else {
        return Ok(None);
    };
    let (department, mut parent, children) = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS}, d.parent_id,
                    (SELECT count(*) FROM department c
                     WHERE c.parent_id = d.id AND c.merged_into_id IS NULL)
             FROM {TABLES} WHERE d.id = ?1"
        ))?
        .query_row([id], |row| {
            Ok((read(row)?, row.get::<_, Option<i64>>(4)?, row.get(5)?))
        })?;
    let mut above = Vec::new();
    while let Some(id) = parent {
        above.push(by_id(connection, id)?);
        parent = connection
            .prepare_cached("SELECT parent_id FROM department WHERE id = ?1")?
            .query_row([id], |row| row.get(0))?;
    }
    above.reverse();
    Ok(Some(Place {
        department,
        above,
        children,
    }))
}

/// Returns the department of a row that must be there.
pub(super) fn by_id(connection: &Connection, id: i64) -> Result<Department, rusqlite::Error> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {TABLES} WHERE d.id = ?1"))?
        .query_row([id], read)
}

/// Returns the service of a row that must be there.
pub(super) fn service_by_id(connection: &Connection, id: i64) -> Result<Service, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT d.slug, s.slug, s.name_zh, s.name_en
             FROM service s JOIN department d ON d.id = s.department_id WHERE s.id = ?1",
        )?
        .query_row([id], read_service)
}

/// Returns a service of a department.
pub(super) fn service(
    connection: &Connection,
    department: &Slug,
    service: &Slug,
) -> Result<Option<Service>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT d.slug, s.slug, s.name_zh, s.name_en
             FROM service s JOIN department d ON d.id = s.department_id
             WHERE s.slug = ?2 AND (d.id = ?1 OR d.merged_into_id = ?1)
             ORDER BY d.id <> ?1, d.id LIMIT 1",
        )?
        .query_row(
            params![id(connection, department)?, service.as_str()],
            read_service,
        )
        .optional()
}

/// Returns whether there is no department.
pub(super) fn none(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection
        .prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM department)")?
        .query_row([], |row| row.get(0))
}

/// Returns the department with the most services of those that have none below them.
pub(super) fn any_leaf(connection: &Connection) -> Result<Option<Department>, rusqlite::Error> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM {TABLES}
             WHERE d.merged_into_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM department c WHERE c.parent_id = d.id)
             ORDER BY (SELECT count(*) FROM service s WHERE s.department_id = d.id) DESC, d.slug
             LIMIT 1"
        ))?
        .query_row([], read)
        .optional()
}

/// Returns all departments that stand for themselves, each after the one above it.
pub(super) fn all(connection: &Connection) -> Result<Vec<Department>, rusqlite::Error> {
    connection
        .prepare_cached(&format!(
            "WITH RECURSIVE below (id, path) AS (
                 SELECT id, slug FROM department WHERE parent_id IS NULL
                 UNION ALL
                 SELECT c.id, below.path || '/' || c.slug
                 FROM department c JOIN below ON c.parent_id = below.id
                 WHERE c.merged_into_id IS NULL)
             SELECT {COLUMNS} FROM below JOIN {TABLES} WHERE d.id = below.id ORDER BY below.path"
        ))?
        .query_map([], read)?
        .collect()
}

/// Returns all services, by department.
pub(super) fn all_services(connection: &Connection) -> Result<Vec<Service>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT d.slug, s.slug, s.name_zh, s.name_en
             FROM service s JOIN department d ON d.id = s.department_id ORDER BY 1, 2",
        )?
        .query_map([], read_service)?
        .collect()
}
