//! Adding, updating and merging departments and services, all of it or nothing.

use huiyin_shared::slug::Slug;
use rusqlite::{Connection, params};

use super::pending_deltas;
use super::tree_version::tree_changed;
use crate::model::{Department, Service};
use crate::store::import::Standing;
use crate::store::listing::search_text;
use crate::store::{ImportRow, NotMerged, Rejected};

/// Writes departments, unless the file is refused.
pub(super) fn departments(
    connection: &Connection,
    rows: &[ImportRow<Department>],
) -> Result<Result<usize, Rejected>, rusqlite::Error> {
    if let Err(rejected) = standing(connection)?.departments(rows) {
        return Ok(Err(rejected));
    }
    for ImportRow { value, .. } in rows {
        connection
            .prepare_cached(
                "INSERT INTO department (slug, name_zh, name_en, search_text)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (slug) DO UPDATE SET name_zh = ?2, name_en = ?3, search_text = ?4",
            )?
            .execute(params![
                value.slug.as_str(),
                value.names.zh.as_str(),
                value.names.en.as_ref().map(|name| name.as_str()),
                search_text(value),
            ])?;
    }
    for ImportRow { value, .. } in rows {
        connection
            .prepare_cached(
                "UPDATE department SET parent_id = (SELECT id FROM department WHERE slug = ?2)
                 WHERE slug = ?1",
            )?
            .execute(params![
                value.slug.as_str(),
                value.parent.as_ref().map(Slug::as_str)
            ])?;
    }
    counted_at_once(connection)?;
    Ok(Ok(rows.len()))
}

/// Whoever has neither ratings nor widget events yet has none that must follow.
fn counted_at_once(connection: &Connection) -> Result<(), rusqlite::Error> {
    // The roll-ups tell only then.
    pending_deltas::count(connection)?;
    connection.execute(
        "UPDATE department SET counted_under_id = parent_id
         WHERE counted_under_id IS NOT parent_id
           AND NOT EXISTS (SELECT 1 FROM rollup_month r WHERE r.department_id = department.id)
           AND NOT EXISTS (SELECT 1 FROM moment_day m WHERE m.department_id = department.id)",
        [],
    )?;
    tree_changed(connection)
}

/// Writes services, unless the file is refused.
pub(super) fn services(
    connection: &Connection,
    rows: &[ImportRow<Service>],
) -> Result<Result<usize, Rejected>, rusqlite::Error> {
    if let Err(rejected) = standing(connection)?.services(rows) {
        return Ok(Err(rejected));
    }
    for ImportRow { value, .. } in rows {
        connection
            .prepare_cached(
                "INSERT INTO service (department_id, slug, name_zh, name_en)
                 VALUES ((SELECT id FROM department WHERE slug = ?1), ?2, ?3, ?4)
                 ON CONFLICT (department_id, slug) DO UPDATE SET name_zh = ?3, name_en = ?4",
            )?
            .execute(params![
                value.department.as_str(),
                value.slug.as_str(),
                value.names.zh.as_str(),
                value.names.en.as_ref().map(|name| name.as_str())
            ])?;
    }
    tree_changed(connection)?;
    Ok(Ok(rows.len()))
}

/// Makes one department part of another, unless that is refused.
pub(super) fn merge(
    connection: &Connection,
    from: &Slug,
    into: &Slug,
) -> Result<Result<(), NotMerged>, rusqlite::Error> {
    if let Err(refused) = standing(connection)?.merger(from, into) {
        return Ok(Err(refused));
    }
    // What stood below, or had become part of it before, does so of the other from now on.
    connection.execute(
        "WITH f AS (SELECT id FROM department WHERE slug = ?1),
              t AS (SELECT id FROM department WHERE slug = ?2)
         UPDATE department
         SET parent_id = (SELECT id FROM t),
             merged_into_id = CASE WHEN id = (SELECT id FROM f)
                 OR merged_into_id = (SELECT id FROM f) THEN (SELECT id FROM t) END
         WHERE id = (SELECT id FROM f) OR parent_id = (SELECT id FROM f)",
        [from.as_str(), into.as_str()],
    )?;
    counted_at_once(connection)?;
    Ok(Ok(()))
}

fn standing(connection: &Connection) -> Result<Standing, rusqlite::Error> {
    let mut standing = Standing::default();
    let mut statement = connection.prepare_cached(
        "SELECT d.slug, p.slug, d.merged_into_id IS NOT NULL
         FROM department d LEFT JOIN department p ON p.id = d.parent_id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        standing.add(row.get(0)?, row.get(1)?, row.get(2)?);
    }
    Ok(standing)
}
