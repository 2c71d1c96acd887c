//! Breakdowns: asked for, ended, and the values that are seen.

use std::collections::{BTreeMap, HashSet};

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use rusqlite::{Connection, params};

use super::recount::tree_changed;
use super::score::{Rollups, of_key};
use super::{department, uncounted};
use crate::model::Dimension;
use crate::model::period::Period;
use crate::store::breakdown::{
    Asked, Breakdowns, Changes, Registered, Unknown, Values, most_first,
};
use crate::store::deltas::Deltas;
use crate::store::tree::Tree;

/// Reads all breakdowns with their values.
pub(super) fn read(connection: &Connection) -> Result<Breakdowns, rusqlite::Error> {
    let rows = connection
        .prepare("SELECT department_id, dimension, value, id FROM breakdown_value")?
        .query_map([], |row| {
            let asked = (row.get(0)?, dimension(row, 1)?);
            Ok((asked, row.get(2)?, row.get(3)?))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Breakdowns::new(rows))
}

fn dimension(row: &rusqlite::Row<'_>, column: usize) -> Result<Dimension, rusqlite::Error> {
    Dimension::named(row.get_ref(column)?.as_str()?)
        .ok_or(rusqlite::Error::IntegralValueOutOfRange(column, 0))
}

/// Adds what a batch changes in breakdowns to the roll-ups' changes, with new values registered.
pub(super) fn count(
    connection: &Connection,
    tree: &Tree,
    changes: &Changes,
    deltas: &mut Deltas,
) -> Result<(), rusqlite::Error> {
    let unknown = changes.unknown(tree);
    if !unknown.is_empty() {
        // Forgotten together with the tree, should the transaction fail.
        tree.breakdowns().learn(register(connection, unknown)?);
    }
    changes.count(tree, &Registered::new(), deltas);
    Ok(())
}

fn register(connection: &Connection, unknown: Unknown) -> Result<Registered, rusqlite::Error> {
    let mut registered = Registered::new();
    for (asked, new) in unknown {
        let mut values = values(connection, asked)?;
        for value in new {
            add(connection, asked, &mut values, value)?;
        }
        registered.insert(asked, values);
    }
    Ok(registered)
}

fn values(connection: &Connection, (department, by): Asked) -> Result<Values, rusqlite::Error> {
    let mut values = Values::default();
    let mut statement = connection.prepare_cached(
        "SELECT value, id FROM breakdown_value WHERE department_id = ?1 AND dimension = ?2",
    )?;
    let mut rows = statement.query(params![department, by.name()])?;
    while let Some(row) = rows.next()? {
        values.add(row.get(0)?, row.get(1)?);
    }
    Ok(values)
}

fn add(
    connection: &Connection,
    (department, by): Asked,
    values: &mut Values,
    value: String,
) -> Result<(), rusqlite::Error> {
    if values.contains(&value) || values.room() == 0 {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO breakdown_value (department_id, dimension, value) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![department, by.name(), value])?;
    values.add(value, connection.last_insert_rowid());
    Ok(())
}

/// Returns values that were given before their breakdown was asked for and have yet to be
/// registered, most frequent first; not all of them, where there are many.
pub(super) fn unregistered(
    connection: &Connection,
) -> Result<Vec<(Asked, String)>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT b.department_id, b.dimension,
                    CASE b.dimension WHEN 'placement' THEN f.placement ELSE f.lang END AS given
             FROM (SELECT department_id, dimension FROM breakdown_value
                   GROUP BY 1, 2 HAVING count(*) <= 200) b
             JOIN feedback f ON f.department_id = b.department_id
             WHERE f.withdrawn_at IS NULL AND NOT f.test AND given IS NOT NULL
               AND NOT EXISTS (
                   SELECT 1 FROM breakdown_value v WHERE v.department_id = b.department_id
                     AND v.dimension = b.dimension AND v.value = given)
             GROUP BY 1, 2, 3 ORDER BY count(*) DESC, given LIMIT 1000",
        )?
        .query_map([], |row| {
            Ok(((row.get(0)?, dimension(row, 1)?), row.get(2)?))
        })?
        .collect()
}

/// Registers values in this order, as long as there is room.
pub(super) fn register_past(
    connection: &Connection,
    given: &[(Asked, String)],
) -> Result<(), rusqlite::Error> {
    let mut all: BTreeMap<Asked, Values> = BTreeMap::new();
    for (asked, value) in given {
        if !all.contains_key(asked) {
            all.insert(*asked, values(connection, *asked)?);
        }
        // One that has been ended in between has not even the value for all others.
        if let Some(values) = all.get_mut(asked).filter(|values| values.contains("")) {
            add(connection, *asked, values, value.clone())?;
        }
    }
    tree_changed(connection)
}

/// Returns whether the past of a breakdown has yet to be counted.
pub(super) fn unfilled(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM breakdown WHERE NOT filled)")?
        .query_row([], |row| row.get(0))
}

/// Returns the parts of the roll-ups that count for breakdowns of which the past has yet to be
/// counted.
pub(super) fn unfilled_parts(connection: &Connection) -> Result<HashSet<i64>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT -v.id FROM breakdown b JOIN breakdown_value v
                 ON v.department_id = b.department_id AND v.dimension = b.dimension
             WHERE NOT b.filled",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Asks for a breakdown; returns whether there is such a department.
pub(super) fn ask(
    connection: &Connection,
    slug: &Slug,
    by: Dimension,
) -> Result<bool, rusqlite::Error> {
    let Some(id) = department::id(connection, slug)? else {
        return Ok(false);
    };
    connection.execute(
        "INSERT INTO breakdown (department_id, dimension) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![id, by.name()],
    )?;
    spread(connection, slug)?;
    tree_changed(connection)?;
    Ok(true)
}

/// Has what is asked for of one department counted for all that were merged with it.
pub(super) fn spread(connection: &Connection, slug: &Slug) -> Result<(), rusqlite::Error> {
    let id = department::id(connection, slug)?;
    connection.execute(
        "INSERT INTO breakdown (department_id, dimension)
         SELECT DISTINCT m.id, b.dimension
         FROM department m, department d JOIN breakdown b ON b.department_id = d.id
         WHERE ifnull(m.merged_into_id, m.id) = ?1 AND ifnull(d.merged_into_id, d.id) = ?1
         ON CONFLICT DO NOTHING",
        [id],
    )?;
    connection.execute(
        "INSERT INTO breakdown_value (department_id, dimension, value)
         SELECT department_id, dimension, '' FROM breakdown WHERE NOT filled
         ON CONFLICT DO NOTHING",
        [],
    )?;
    Ok(())
}

/// Ends a breakdown; returns whether anybody had asked for it.
pub(super) fn stop(
    connection: &Connection,
    slug: &Slug,
    by: Dimension,
) -> Result<bool, rusqlite::Error> {
    // Else its values would come back with what is counted later.
    uncounted::count(connection)?;
    let id = department::id(connection, slug)?;
    for table in ["rollup_day", "rollup_month"] {
        connection.execute(
            &format!(
                "DELETE FROM {table} WHERE part_id < 0 AND -part_id IN (
                     SELECT v.id FROM breakdown_value v
                     JOIN department d ON d.id = v.department_id
                     WHERE v.dimension = ?2 AND ifnull(d.merged_into_id, d.id) = ?1)"
            ),
            params![id, by.name()],
        )?;
    }
    let ended = connection.execute(
        "DELETE FROM breakdown WHERE dimension = ?2 AND department_id IN (
             SELECT id FROM department WHERE ifnull(merged_into_id, id) = ?1)",
        params![id, by.name()],
    )?;
    tree_changed(connection)?;
    Ok(ended > 0)
}

/// Returns a department's ratings by value, most first, or of only one value.
pub(super) fn counts(
    connection: &Connection,
    slug: &Slug,
    by: Dimension,
    only: Option<&str>,
    period: Period,
) -> Result<Option<Vec<(String, Counts)>>, rusqlite::Error> {
    let id = department::id(connection, slug)?;
    let asked: bool = connection
        .prepare_cached(
            "SELECT ifnull(min(b.filled), 0)
             FROM breakdown b JOIN department d ON d.id = b.department_id
             WHERE ifnull(d.merged_into_id, d.id) = ?1 AND b.dimension = ?2",
        )?
        .query_row(params![id, by.name()], |row| row.get(0))?;
    if !asked {
        return Ok(None);
    }
    let values: Vec<(String, i64, i64)> = connection
        .prepare_cached(
            "SELECT v.value, v.department_id, v.id
             FROM breakdown_value v JOIN department d ON d.id = v.department_id
             WHERE ifnull(d.merged_into_id, d.id) = ?1 AND v.dimension = ?2
               AND (?3 IS NULL OR v.value = ?3)",
        )?
        .query_map(params![id, by.name(), only], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    let parts: HashSet<(i64, i64)> = (values.iter())
        .map(|(_, department, row)| (*department, -row))
        .collect();
    let uncounted = uncounted::read(connection, |key| {
        parts.contains(&(key.department, key.part))
    })?;
    let rollups = Rollups::of(period, &uncounted);
    let mut sums: BTreeMap<String, Counts> = BTreeMap::new();
    for (value, department, row) in values {
        let counts = of_key(connection, department, -row, &rollups)?;
        let sum = sums.entry(value).or_default();
        *sum = sum.plus(&counts);
    }
    Ok(Some(most_first(sums)))
}
