//! Comparing every roll-up with a recount of the feedback itself, and correcting what differs.
//!
//! What is compared are the roll-ups together with what is uncounted, in one consistent view. A
//! difference found there stays the same while ratings come in, for each of them changes feedback
//! and what is uncounted alike; and it stays the same while these are counted, for that changes
//! the roll-ups by what is then no longer uncounted. So it can be added to the roll-ups later, in a
//! short transaction, unless the tree has changed in between.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use tokio_postgres::types::ToSql;

use super::connection::{Client, view};
use super::known::{lock_tree, tree_changed};
use super::rollup::{self, Table};
use super::{breakdown, uncounted};
use crate::model::Verification;
use crate::store::StoreError;
use crate::store::deltas::{Change, Found, Key, Scope, without};

/// Every day's roll-up that differs from the feedback while nothing uncounted is added to it, and
/// what is to be added to it so that it does not. `$1` tells whether that is also asked of breakdowns
/// of which the past has yet to be counted.
const DAYS: &str = "
    WITH RECURSIVE line (id, counter) AS (
        SELECT id, id FROM department
        UNION ALL
        SELECT line.id, d.counted_under_id FROM line JOIN department d ON d.id = line.counter
        WHERE d.counted_under_id IS NOT NULL),
    given AS MATERIALIZED (
        SELECT department_id, service_id, day,
               count(*) FILTER (WHERE rating = 1) AS c1, count(*) FILTER (WHERE rating = 2) AS c2,
               count(*) FILTER (WHERE rating = 3) AS c3, count(*) FILTER (WHERE rating = 4) AS c4,
               count(*) FILTER (WHERE rating = 5) AS c5
        FROM feedback WHERE withdrawn_at IS NULL AND NOT test GROUP BY 1, 2, 3),
    told AS MATERIALIZED (
        SELECT b.department_id, b.dimension,
               CASE b.dimension WHEN 'placement' THEN f.placement ELSE f.lang END AS value, f.day,
               count(*) FILTER (WHERE rating = 1) AS c1, count(*) FILTER (WHERE rating = 2) AS c2,
               count(*) FILTER (WHERE rating = 3) AS c3, count(*) FILTER (WHERE rating = 4) AS c4,
               count(*) FILTER (WHERE rating = 5) AS c5
        FROM breakdown b JOIN feedback f ON f.department_id = b.department_id
        WHERE f.withdrawn_at IS NULL AND NOT f.test AND (b.filled OR $1::boolean) GROUP BY 1, 2, 3, 4),
    compared (department_id, part_id, day, c1, c2, c3, c4, c5) AS (
        SELECT line.counter, 0, day, c1, c2, c3, c4, c5
        FROM given JOIN line ON line.id = given.department_id
        UNION ALL
        SELECT s.department_id, s.id, day, c1, c2, c3, c4, c5
        FROM given JOIN service s ON s.id = given.service_id
        UNION ALL
        SELECT t.department_id, -coalesce(v.id, o.id), t.day, c1, c2, c3, c4, c5
        FROM told t
        JOIN breakdown_value o ON o.department_id = t.department_id
            AND o.dimension = t.dimension AND o.value = ''
        LEFT JOIN breakdown_value v ON v.department_id = t.department_id
            AND v.dimension = t.dimension AND v.value = t.value
        WHERE t.value IS NOT NULL
        UNION ALL
        SELECT department_id, part_id, day, -c1, -c2, -c3, -c4, -c5 FROM rollup_day
        WHERE part_id >= 0 OR $1 OR -part_id NOT IN (
            SELECT v.id FROM breakdown b JOIN breakdown_value v
                ON v.department_id = b.department_id AND v.dimension = b.dimension
            WHERE NOT b.filled))
    SELECT department_id, part_id, day, sum(c1)::bigint, sum(c2)::bigint, sum(c3)::bigint,
           sum(c4)::bigint, sum(c5)::bigint
    FROM compared GROUP BY 1, 2, 3
    HAVING sum(c1) <> 0 OR sum(c2) <> 0 OR sum(c3) <> 0 OR sum(c4) <> 0 OR sum(c5) <> 0";

/// Every month's roll-up that is not the sum of its days, and what is to be added to it.
const MONTHS: &str = "
    WITH compared (department_id, part_id, month, c1, c2, c3, c4, c5) AS (
        SELECT department_id, part_id, date_trunc('month', day)::date, c1, c2, c3, c4, c5
        FROM rollup_day
        UNION ALL
        SELECT department_id, part_id, month, -c1, -c2, -c3, -c4, -c5 FROM rollup_month)
    SELECT department_id, part_id, month, sum(c1)::bigint, sum(c2)::bigint, sum(c3)::bigint,
           sum(c4)::bigint, sum(c5)::bigint
    FROM compared GROUP BY 1, 2, 3
    HAVING sum(c1) <> 0 OR sum(c2) <> 0 OR sum(c3) <> 0 OR sum(c4) <> 0 OR sum(c5) <> 0";

/// Recounts and compares.
pub(super) async fn differences(client: &mut Client, scope: Scope) -> Result<Found, StoreError> {
    let transaction = view(client).await?;
    if scope != Scope::Settled {
        let unregistered = breakdown::unregistered(&transaction).await?;
        if !unregistered.is_empty() {
            return Ok(Found::unregistered(unregistered));
        }
    }
    let mut days = query(&transaction, DAYS, &[&(scope != Scope::Settled)]).await?;
    let unsettled = breakdown::unfilled_parts(&transaction).await?;
    let settled = |key: Key| scope != Scope::Settled || !unsettled.contains(&key.part);
    without(&mut days, &uncounted::read(&transaction, settled).await?);
    let months = query(&transaction, MONTHS, &[]).await?;
    let row = transaction
        .query_one(
            "SELECT count(*) - count(withdrawn_at), count(withdrawn_at),
                    (SELECT count(*) FROM rollup_day) + (SELECT count(*) FROM rollup_month),
                    (SELECT version FROM tree_version),
                    EXISTS (SELECT 1 FROM breakdown WHERE NOT filled)
             FROM feedback WHERE NOT test",
            &[],
        )
        .await?;
    let number = |column| -> Result<u64, StoreError> {
        let stored: i64 = row.try_get(column)?;
        Ok(u64::try_from(stored).unwrap_or_default())
    };
    let counted = Verification {
        feedback: number(0)?,
        withdrawn: number(1)?,
        rollups: number(2)?,
        differences: 0,
    };
    let found = Found::new(counted, days, months, row.try_get(3)?, row.try_get(4)?);
    Ok(found.within(scope))
}

/// Adds what was found to the roll-ups; returns false, and changes nothing, where the tree is no
/// longer the one it was found in.
pub(super) async fn correct(client: &mut Client, found: &Found) -> Result<bool, StoreError> {
    let transaction = client.transaction().await?;
    lock_tree(&transaction).await?;
    let version: i64 = transaction
        .query_one("SELECT version FROM tree_version", &[])
        .await?
        .try_get(0)?;
    if version != found.tree {
        return Ok(false);
    }
    let changes = |changes: &BTreeMap<Key, Change>| changes.clone().into_iter();
    rollup::add(&transaction, Table::Day, changes(&found.days)).await?;
    rollup::add(&transaction, Table::Month, changes(&found.months)).await?;
    // All that is asked for now was so when it was found.
    transaction
        .execute("UPDATE breakdown SET filled = true WHERE NOT filled", &[])
        .await?;
    tree_changed(&transaction).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn query(
    transaction: &Transaction<'_>,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<BTreeMap<Key, Change>, StoreError> {
    let rows = transaction.query(sql, parameters).await?;
    rows.iter()
        .map(|row| {
            let key = Key {
                department: row.try_get(0)?,
                part: row.try_get(1)?,
                day: row.try_get(2)?,
            };
            let mut change = [0; 5];
            for (index, by) in change.iter_mut().enumerate() {
                *by = row.try_get(3 + index)?;
            }
            Ok((key, change))
        })
        .collect()
}
