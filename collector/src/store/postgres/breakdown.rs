//! Breakdowns: asked for, ended, and the values that are seen.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use deadpool_postgres::{GenericClient, Transaction};
use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use tokio_postgres::Row;

use super::connection::{Client, view};
use super::known::{lock_tree, tree_changed};
use super::score::of_keys;
use super::{department, uncounted};
use crate::model::Dimension;
use crate::model::period::Period;
use crate::store::StoreError;
use crate::store::breakdown::{
    Asked, Breakdowns, Changes, LIMIT, Registered, Unknown, Values, most_first,
};
use crate::store::deltas::Deltas;
use crate::store::tree::Tree;

/// Reads all breakdowns with their values.
pub(super) async fn read(client: &Client) -> Result<Breakdowns, StoreError> {
    let rows = client
        .query(
            "SELECT department_id, dimension, value, id FROM breakdown_value",
            &[],
        )
        .await?;
    let rows = rows.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    Ok(Breakdowns::new(rows))
}

/// Reads a value of a breakdown with its row.
fn value(row: &Row) -> Result<(Asked, String, i64), StoreError> {
    Ok((asked(row)?, row.try_get(2)?, row.try_get(3)?))
}

fn asked(row: &Row) -> Result<Asked, StoreError> {
    let by = Dimension::named(row.try_get(1)?)
        .ok_or_else(|| StoreError::Failed("a stored dimension is none".to_owned()))?;
    Ok((row.try_get(0)?, by))
}

/// Adds what a batch changes in breakdowns to the roll-ups' changes, with new values registered;
/// returns these, to be remembered once they are committed.
pub(super) async fn count(
    client: &Client,
    tree: &Tree,
    changes: &Changes,
    deltas: &mut Deltas,
) -> Result<Registered, StoreError> {
    let unknown = changes.unknown(tree);
    let registered = if unknown.is_empty() {
        Registered::new()
    } else {
        register(client, &unknown).await?
    };
    changes.count(tree, &registered, deltas);
    Ok(registered)
}

/// Registers values where there is room; returns all values of the breakdowns they are of.
///
/// Other collectors that have new values of the same breakdowns wait until this transaction ends:
/// else two that counted the same values could both find room for the last one.
async fn register(client: &Client, unknown: &Unknown) -> Result<Registered, StoreError> {
    let mut departments: Vec<i64> = Vec::new();
    let mut dimensions: Vec<&str> = Vec::new();
    for (department, by) in unknown.keys() {
        departments.push(*department);
        dimensions.push(by.name());
    }
    let lock = client
        .prepare_cached(
            "SELECT 1 FROM breakdown
             WHERE (department_id, dimension) IN (
                 SELECT * FROM unnest($1::bigint[], $2::text[]))
             ORDER BY department_id, dimension FOR UPDATE",
        )
        .await?;
    client.query(&lock, &[&departments, &dimensions]).await?;
    let mut registered = known(client, &departments, &dimensions).await?;
    let new = room(&registered, unknown);
    if !new.is_empty() {
        insert(client, new.iter().copied()).await?;
        registered = known(client, &departments, &dimensions).await?;
    }
    Ok(registered)
}

/// Returns those of the values that are not registered and for which there is room.
fn room<'a>(registered: &Registered, unknown: &'a Unknown) -> Vec<(Asked, &'a str)> {
    let mut new = Vec::new();
    for (asked, given) in unknown {
        let Some(values) = registered.get(asked) else {
            continue;
        };
        let given = given.iter().filter(|value| !values.contains(value));
        new.extend(
            given
                .take(values.room())
                .map(|value| (*asked, value.as_str())),
        );
    }
    new
}

async fn known(
    client: &Client,
    departments: &[i64],
    dimensions: &[&str],
) -> Result<Registered, StoreError> {
    let statement = client
        .prepare_cached(
            "SELECT department_id, dimension, value, id FROM breakdown_value
             WHERE (department_id, dimension) IN (
                 SELECT * FROM unnest($1::bigint[], $2::text[]))",
        )
        .await?;
    let rows = client
        .query(&statement, &[&departments, &dimensions])
        .await?;
    let mut registered = Registered::new();
    for row in &rows {
        let (asked, value, id) = value(row)?;
        registered.entry(asked).or_default().add(value, id);
    }
    Ok(registered)
}

async fn insert(
    client: &impl GenericClient,
    values: impl Iterator<Item = (Asked, &str)>,
) -> Result<(), StoreError> {
    let mut departments: Vec<i64> = Vec::new();
    let mut dimensions: Vec<&str> = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    for ((department, by), text) in values {
        departments.push(department);
        dimensions.push(by.name());
        texts.push(text);
    }
    client
        .execute(
            "INSERT INTO breakdown_value (department_id, dimension, value)
             SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])",
            &[&departments, &dimensions, &texts],
        )
        .await?;
    Ok(())
}

/// Returns values that were given before their breakdown was asked for and have yet to be
/// registered, most frequent first; not all of them, where there are many.
pub(super) async fn unregistered(
    transaction: &Transaction<'_>,
) -> Result<Vec<(Asked, String)>, StoreError> {
    let rows = transaction
        .query(
            "SELECT b.department_id, b.dimension, g.given
             FROM (SELECT department_id, dimension FROM breakdown_value
                   GROUP BY 1, 2 HAVING count(*) <= $1) b
             JOIN feedback f ON f.department_id = b.department_id
             CROSS JOIN LATERAL (SELECT CASE b.dimension WHEN 'placement' THEN f.placement
                                        ELSE f.lang END AS given) g
             WHERE f.withdrawn_at IS NULL AND NOT f.test AND g.given IS NOT NULL
               AND NOT EXISTS (
                   SELECT 1 FROM breakdown_value v WHERE v.department_id = b.department_id
                     AND v.dimension = b.dimension AND v.value = g.given)
             GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 3 LIMIT 1000",
            &[&i64::try_from(LIMIT).unwrap_or(i64::MAX)],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((asked(row)?, row.try_get(2)?)))
        .collect()
}

/// Registers values in this order, as long as there is room.
pub(super) async fn register_past(
    client: &mut Client,
    given: &[(Asked, String)],
) -> Result<(), StoreError> {
    let transaction = client.transaction().await?;
    lock_tree(&transaction).await?;
    let rows = transaction
        .query(
            "SELECT department_id, dimension, value, id FROM breakdown_value",
            &[],
        )
        .await?;
    // One that has been ended in between is not among them.
    let mut known: BTreeMap<Asked, Values> = BTreeMap::new();
    for row in &rows {
        let (asked, value, id) = value(row)?;
        known.entry(asked).or_default().add(value, id);
    }
    let mut left: BTreeMap<Asked, usize> = BTreeMap::new();
    let mut new = Vec::new();
    for (asked, text) in given {
        let Some(values) = known.get(asked).filter(|values| !values.contains(text)) else {
            continue;
        };
        let left = left.entry(*asked).or_insert_with(|| values.room());
        if *left > 0 {
            *left -= 1;
            new.push((*asked, text.as_str()));
        }
    }
    insert(&transaction, new.into_iter()).await?;
    tree_changed(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// Returns whether the past of a breakdown has yet to be counted.
pub(super) async fn unfilled(client: &Client) -> Result<bool, StoreError> {
    let statement = client
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM breakdown WHERE NOT filled)")
        .await?;
    Ok(client.query_one(&statement, &[]).await?.try_get(0)?)
}

/// Returns the parts of the roll-ups that count for breakdowns of which the past has yet to be
/// counted.
pub(super) async fn unfilled_parts(
    transaction: &Transaction<'_>,
) -> Result<HashSet<i64>, StoreError> {
    let rows = transaction
        .query(
            "SELECT -v.id FROM breakdown b JOIN breakdown_value v
                 ON v.department_id = b.department_id AND v.dimension = b.dimension
             WHERE NOT b.filled",
            &[],
        )
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Asks for a breakdown; returns whether there is such a department.
pub(super) async fn ask(
    client: &mut Client,
    slug: &Slug,
    by: Dimension,
) -> Result<bool, StoreError> {
    let transaction = client.transaction().await?;
    lock_tree(&transaction).await?;
    let found = transaction
        .execute(
            "INSERT INTO breakdown (department_id, dimension)
             SELECT coalesce(merged_into_id, id), $2 FROM department WHERE slug = $1
             ON CONFLICT (department_id, dimension) DO UPDATE SET filled = breakdown.filled",
            &[&slug.as_str(), &by.name()],
        )
        .await?;
    spread(&transaction, slug).await?;
    tree_changed(&transaction).await?;
    transaction.commit().await?;
    Ok(found > 0)
}

/// All rows that answer to the name of `$1`.
const MERGED: &str = "SELECT m.id FROM department m
    JOIN department d ON coalesce(m.merged_into_id, m.id) = coalesce(d.merged_into_id, d.id)
    WHERE d.slug = $1";

/// Has what is asked for of one department counted for all that were merged with it.
pub(super) async fn spread(transaction: &Transaction<'_>, slug: &Slug) -> Result<(), StoreError> {
    transaction
        .execute(
            &format!(
                "WITH merged (id) AS ({MERGED})
                 INSERT INTO breakdown (department_id, dimension)
                 SELECT DISTINCT m.id, b.dimension
                 FROM merged m, breakdown b WHERE b.department_id IN (SELECT id FROM merged)
                 ON CONFLICT DO NOTHING"
            ),
            &[&slug.as_str()],
        )
        .await?;
    transaction
        .execute(
            "INSERT INTO breakdown_value (department_id, dimension, value)
             SELECT department_id, dimension, '' FROM breakdown WHERE NOT filled
             ON CONFLICT DO NOTHING",
            &[],
        )
        .await?;
    Ok(())
}

/// Ends a breakdown; returns whether anybody had asked for it.
pub(super) async fn stop(
    client: &mut Client,
    slug: &Slug,
    by: Dimension,
) -> Result<bool, StoreError> {
    let transaction = client.transaction().await?;
    lock_tree(&transaction).await?;
    // Else its values would come back with what is counted later.
    uncounted::count(&transaction).await?;
    for table in ["rollup_day", "rollup_month"] {
        transaction
            .execute(
                &format!(
                    "DELETE FROM {table} WHERE part_id < 0 AND -part_id IN (
                         SELECT id FROM breakdown_value
                         WHERE dimension = $2 AND department_id IN ({MERGED}))"
                ),
                &[&slug.as_str(), &by.name()],
            )
            .await?;
    }
    let ended = transaction
        .execute(
            &format!("DELETE FROM breakdown WHERE dimension = $2 AND department_id IN ({MERGED})"),
            &[&slug.as_str(), &by.name()],
        )
        .await?;
    tree_changed(&transaction).await?;
    transaction.commit().await?;
    Ok(ended > 0)
}

/// Returns a department's ratings by value, most first, or of only one value.
///
/// All statements have one view: between two of them the breakdown could end, and its values would
/// be gone.
pub(super) async fn counts(
    client: &mut Client,
    slug: &Slug,
    by: Dimension,
    only: Option<&str>,
    period: Period,
) -> Result<Option<Vec<(String, Counts)>>, StoreError> {
    let transaction = view(client).await?;
    let id = department::id(&transaction, slug).await?;
    let asked = transaction
        .prepare_cached(
            "SELECT coalesce(bool_and(b.filled), false)
             FROM breakdown b JOIN department d ON d.id = b.department_id
             WHERE coalesce(d.merged_into_id, d.id) = $1 AND b.dimension = $2",
        )
        .await?;
    let asked = transaction.query_one(&asked, &[&id, &by.name()]).await?;
    if !asked.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    let values = transaction
        .prepare_cached(
            "SELECT v.value, v.department_id, v.id
             FROM breakdown_value v JOIN department d ON d.id = v.department_id
             WHERE coalesce(d.merged_into_id, d.id) = $1 AND v.dimension = $2
               AND ($3::text IS NULL OR v.value = $3)",
        )
        .await?;
    let mut names: HashMap<(i64, i64), String> = HashMap::new();
    for row in transaction
        .query(&values, &[&id, &by.name(), &only])
        .await?
    {
        let value: i64 = row.try_get(2)?;
        names.insert((row.try_get(1)?, -value), row.try_get(0)?);
    }
    let counts = of_keys(&transaction, names.keys().copied(), period).await?;
    let mut sums: BTreeMap<String, Counts> = BTreeMap::new();
    for (key, value) in names {
        let sum = sums.entry(value).or_default();
        *sum = sum.plus(&counts.get(&key).copied().unwrap_or_default());
    }
    Ok(Some(most_first(sums)))
}
