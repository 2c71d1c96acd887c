//! Comparing every roll-up with a recount of the feedback itself, and correcting what differs.
//!
//! What is compared are the roll-ups together with what is pending, in one consistent view. A
//! difference found there stays the same while ratings come in, for each of them changes feedback
//! and what is pending alike; and it stays the same while these are counted, for that changes
//! the roll-ups by what is then no longer pending. So it can be added to the roll-ups later, in a
//! short transaction, unless the tree has changed in between.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use tokio_postgres::Row;

use super::connection::{Client, view};
use super::pending_deltas;
use super::rollup::{self, Unit};
use super::tree_lock::{lock_tree, tree_changed};
use super::value_texts;
use crate::model::Verification;
use crate::store::StoreError;
use crate::store::deltas::{Change, Key};
use crate::store::recount::Found;
use crate::store::segment::{Segment, ValueId};

/// Every day's roll-up that feedback does not agree with, what is pending left out, and what is to
/// be added to it.
const DAYS: &str = "
    WITH RECURSIVE line (id, counter) AS (
        SELECT id, id FROM department
        UNION ALL
        SELECT line.id, d.counted_under_id FROM line JOIN department d ON d.id = line.counter
        WHERE d.counted_under_id IS NOT NULL),
    given AS MATERIALIZED (
        SELECT department_id, service_id, day, placement, lang, kind, drivers,
               count(*) FILTER (WHERE rating = 1) AS c1, count(*) FILTER (WHERE rating = 2) AS c2,
               count(*) FILTER (WHERE rating = 3) AS c3, count(*) FILTER (WHERE rating = 4) AS c4,
               count(*) FILTER (WHERE rating = 5) AS c5
        FROM feedback WHERE withdrawn_at IS NULL AND NOT test GROUP BY 1, 2, 3, 4, 5, 6, 7),
    rated AS MATERIALIZED (
        SELECT department_id, service_id, day, sum(c1) AS c1, sum(c2) AS c2, sum(c3) AS c3,
               sum(c4) AS c4, sum(c5) AS c5
        FROM given GROUP BY 1, 2, 3),
    said (department_id, dimension, value, day, c1, c2, c3, c4, c5) AS (
        SELECT department_id, d.number, d.value, day, c1, c2, c3, c4, c5
        FROM given CROSS JOIN LATERAL (
            VALUES (1, placement), (2, lang), (3, kind)) d (number, value)
        UNION ALL
        SELECT department_id, 4, slug, day, c1, c2, c3, c4, c5
        FROM given CROSS JOIN LATERAL unnest(string_to_array(drivers, ' ')) slug),
    valued AS MATERIALIZED (
        SELECT department_id, value_id(dimension, value) AS id, day, sum(c1) AS c1,
               sum(c2) AS c2, sum(c3) AS c3, sum(c4) AS c4, sum(c5) AS c5
        FROM said WHERE value IS NOT NULL GROUP BY department_id, dimension, value, day),
    compared (department_id, segment, day, c1, c2, c3, c4, c5) AS (
        SELECT line.counter, 0, day, c1, c2, c3, c4, c5
        FROM rated JOIN line ON line.id = rated.department_id
        UNION ALL
        SELECT s.department_id, s.id, day, c1, c2, c3, c4, c5
        FROM rated JOIN service s ON s.id = rated.service_id
        UNION ALL
        SELECT line.counter, valued.id, day, c1, c2, c3, c4, c5
        FROM valued JOIN line ON line.id = valued.department_id
        UNION ALL
        SELECT department_id, part_id, day, -c1, -c2, -c3, -c4, -c5 FROM rollup_day
        UNION ALL
        SELECT department_id, value_id, day, -c1, -c2, -c3, -c4, -c5 FROM value_day)
    SELECT department_id, segment, day, sum(c1)::bigint, sum(c2)::bigint, sum(c3)::bigint,
           sum(c4)::bigint, sum(c5)::bigint
    FROM compared GROUP BY 1, 2, 3
    HAVING sum(c1) <> 0 OR sum(c2) <> 0 OR sum(c3) <> 0 OR sum(c4) <> 0 OR sum(c5) <> 0";

/// The values that were given and of which no text is stored.
const TEXTS: &str = "
    WITH given AS MATERIALIZED (
        SELECT DISTINCT placement, lang, kind, drivers
        FROM feedback WHERE withdrawn_at IS NULL AND NOT test),
    said (dimension, value) AS (
        SELECT d.number, d.value FROM given CROSS JOIN LATERAL (
            VALUES (1, placement), (2, lang), (3, kind)) d (number, value)
        UNION
        SELECT 4, slug FROM given CROSS JOIN LATERAL unnest(string_to_array(drivers, ' ')) slug),
    named (id, value) AS (
        SELECT value_id(dimension, value), value FROM said WHERE value IS NOT NULL)
    SELECT id, value FROM named
    WHERE NOT EXISTS (SELECT 1 FROM segment_value v WHERE v.id = named.id)";

/// Every month's roll-up that is not the sum of its days, and what is to be added to it.
const MONTHS: &str = "
    WITH compared (department_id, segment, month, c1, c2, c3, c4, c5) AS (
        SELECT department_id, part_id, date_trunc('month', day)::date, c1, c2, c3, c4, c5
        FROM rollup_day
        UNION ALL
        SELECT department_id, value_id, date_trunc('month', day)::date, c1, c2, c3, c4, c5
        FROM value_day
        UNION ALL
        SELECT department_id, part_id, month, -c1, -c2, -c3, -c4, -c5 FROM rollup_month
        UNION ALL
        SELECT department_id, value_id, month, -c1, -c2, -c3, -c4, -c5 FROM value_month)
    SELECT department_id, segment, month, sum(c1)::bigint, sum(c2)::bigint, sum(c3)::bigint,
           sum(c4)::bigint, sum(c5)::bigint
    FROM compared GROUP BY 1, 2, 3
    HAVING sum(c1) <> 0 OR sum(c2) <> 0 OR sum(c3) <> 0 OR sum(c4) <> 0 OR sum(c5) <> 0";

/// Recounts and compares.
pub(super) async fn differences(client: &mut Client) -> Result<Found, StoreError> {
    let transaction = view(client).await?;
    let days = query(&transaction, DAYS).await?;
    let pending = pending_deltas::read(&transaction).await?;
    let months = query(&transaction, MONTHS).await?;
    let texts = transaction.query(TEXTS, &[]).await?;
    let texts = (texts.iter())
        .map(|row| Ok((ValueId::stored(row.try_get(0)?), row.try_get(1)?)))
        .collect::<Result<_, tokio_postgres::Error>>()?;
    let row = transaction
        .query_one(
            "SELECT count(*) - count(withdrawn_at), count(withdrawn_at),
                    (SELECT count(*) FROM rollup_day) + (SELECT count(*) FROM rollup_month)
                    + (SELECT count(*) FROM value_day) + (SELECT count(*) FROM value_month),
                    (SELECT version FROM tree_version)
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
    let tree = row.try_get(3)?;
    Ok(Found::new(counted, days, &pending, months, texts, tree))
}

/// Corrects what was found; returns false, and changes nothing, where the tree is no longer the one
/// it was found in.
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
    rollup::add(&transaction, Unit::Day, found.days.days()).await?;
    rollup::add(&transaction, Unit::Month, found.months.days()).await?;
    value_texts::store(&transaction, &found.texts).await?;
    tree_changed(&transaction).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn query(
    transaction: &Transaction<'_>,
    sql: &str,
) -> Result<BTreeMap<Key, Change>, StoreError> {
    let rows = transaction.query(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            let key = Key {
                department: row.try_get(0)?,
                segment: Segment::stored(row.try_get(1)?),
                day: row.try_get(2)?,
            };
            Ok((key, five(row, 3)?))
        })
        .collect()
}

/// Reads five numbers that stand side by side from column `first` on.
fn five(row: &Row, first: usize) -> Result<Change, StoreError> {
    let mut numbers = [0; 5];
    for (index, number) in numbers.iter_mut().enumerate() {
        *number = row.try_get(first + index)?;
    }
    Ok(numbers)
}
