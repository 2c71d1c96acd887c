//! Adding and updating departments and services, all of a file or nothing of it.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::rollup;
use super::tree::Tree;
use crate::model::{Department, Names, Service};

/// A row of a file, with the line it stands on, for whoever has to mend it.
#[derive(Clone, Debug)]
pub struct ImportRow<T> {
    /// The line in the file, from 1.
    pub line: u64,
    /// What the row says.
    pub value: T,
}

/// Why a file was refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Rejected {
    /// The line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// Writes departments; the transaction must be rolled back where they are rejected.
///
/// Rows may stand in any order. Where a department moves, all roll-ups are computed again.
pub(super) fn departments(
    connection: &Connection,
    rows: &[ImportRow<Department>],
) -> Result<Result<usize, Rejected>, rusqlite::Error> {
    connection.execute_batch("SAVEPOINT import")?;
    let result = try_departments(connection, rows)?;
    finish(connection, result.is_ok())?;
    Ok(result)
}

fn try_departments(
    connection: &Connection,
    rows: &[ImportRow<Department>],
) -> Result<Result<usize, Rejected>, rusqlite::Error> {
    let mut ids = HashMap::new();
    for row in rows {
        let department = &row.value;
        let Names { zh, en } = &department.names;
        let id: i64 = connection
            .prepare_cached(
                "INSERT INTO department (slug, name_zh, name_en) VALUES (?1, ?2, ?3)
                 ON CONFLICT (slug) DO UPDATE SET name_zh = ?2, name_en = ?3 RETURNING id",
            )?
            .query_row(
                params![
                    department.slug.as_str(),
                    zh.as_str(),
                    en.as_ref().map(|name| name.as_str())
                ],
                |row| row.get(0),
            )?;
        if ids.insert(&department.slug, id).is_some() {
            return Ok(rejected(
                row.line,
                format!("the slug {} stands twice", department.slug),
            ));
        }
    }
    let mut moved = false;
    for row in rows {
        let parent = match &row.value.parent {
            None => None,
            Some(slug) => match department_id(connection, slug.as_str())? {
                Some(id) => Some(id),
                None => {
                    return Ok(rejected(
                        row.line,
                        format!("no department is called {slug}"),
                    ));
                }
            },
        };
        moved |= 0 < connection
            .prepare_cached(
                "UPDATE department SET parent_id = ?2 WHERE id = ?1 AND parent_id IS NOT ?2",
            )?
            .execute(params![ids.get(&row.value.slug), parent])?;
    }
    if moved {
        let tree = Tree::read(connection)?;
        let slugs = rows.iter().map(|row| &row.value.slug);
        if let Some(slug) = tree.first_in_loop(slugs) {
            let line = rows
                .iter()
                .find(|row| row.value.slug == *slug)
                .map_or(1, |row| row.line);
            let reason = format!("{slug} stands below itself: its parents form a loop");
            return Ok(rejected(line, reason));
        }
        rollup::rebuild(connection)?;
    }
    Ok(Ok(rows.len()))
}

/// Writes services; the transaction must be rolled back where they are rejected.
pub(super) fn services(
    connection: &Connection,
    rows: &[ImportRow<Service>],
) -> Result<Result<usize, Rejected>, rusqlite::Error> {
    connection.execute_batch("SAVEPOINT import")?;
    let result = try_services(connection, rows)?;
    finish(connection, result.is_ok())?;
    Ok(result)
}

fn try_services(
    connection: &Connection,
    rows: &[ImportRow<Service>],
) -> Result<Result<usize, Rejected>, rusqlite::Error> {
    let mut seen = std::collections::HashSet::new();
    for row in rows {
        let Service {
            department,
            slug,
            names,
        } = &row.value;
        let Some(id) = department_id(connection, department.as_str())? else {
            return Ok(rejected(
                row.line,
                format!("no department is called {department}"),
            ));
        };
        if !seen.insert((department, slug)) {
            return Ok(rejected(
                row.line,
                format!("the service {slug} stands twice"),
            ));
        }
        connection
            .prepare_cached(
                "INSERT INTO service (department_id, slug, name_zh, name_en) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (department_id, slug) DO UPDATE SET name_zh = ?3, name_en = ?4",
            )?
            .execute(params![
                id,
                slug.as_str(),
                names.zh.as_str(),
                names.en.as_ref().map(|name| name.as_str())
            ])?;
    }
    Ok(Ok(rows.len()))
}

fn department_id(connection: &Connection, slug: &str) -> Result<Option<i64>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT id FROM department WHERE slug = ?1")?
        .query_row([slug], |row| row.get(0))
        .optional()
}

fn rejected(line: u64, reason: String) -> Result<usize, Rejected> {
    Err(Rejected { line, reason })
}

/// Keeps what was written since the savepoint, or undoes it.
fn finish(connection: &Connection, keep: bool) -> Result<(), rusqlite::Error> {
    connection.execute_batch(if keep {
        "RELEASE import"
    } else {
        "ROLLBACK TO import; RELEASE import"
    })
}
