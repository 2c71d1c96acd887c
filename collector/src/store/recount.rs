//! Comparing every roll-up with a recount of the feedback itself, and correcting what differs.
//!
//! What is compared are the roll-ups together with what is pending, in one consistent view. A
//! difference found there stays the same while ratings come in, for each of them changes feedback
//! and what is pending alike; and it stays the same while these are counted, for that changes
//! the roll-ups by what is then no longer pending. So it can be added to the roll-ups later, in a
//! short transaction, unless the tree has changed in between.

use std::collections::BTreeMap;

use super::breakdown::Texts;
use super::deltas::{ADD_COUNTS, Change, Deltas, Key, add};
use super::pending_deltas::decode;
use super::segment::{Segment, ValueId};
use super::sql::{Row, Tx, from_row, sql, values};
use super::{Store, StoreError};
use crate::model::Verification;

/// Every day's roll-up that feedback does not agree with, what is pending left out, and what is to
/// be added to it. `{words}` are the drivers, as a table `w` with a column `value`.
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
        SELECT department_id, 1, placement, day, c1, c2, c3, c4, c5 FROM given
        UNION ALL
        SELECT department_id, 2, lang, day, c1, c2, c3, c4, c5 FROM given
        UNION ALL
        SELECT department_id, 3, kind, day, c1, c2, c3, c4, c5 FROM given
        UNION ALL
        SELECT department_id, 4, w.value, day, c1, c2, c3, c4, c5 FROM given CROSS JOIN {words}),
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
        SELECT department_id, value_id, day, -c1, -c2, -c3, -c4, -c5 FROM value_day)";

/// Every month's roll-up that is not the sum of its days, and what is to be added to it. `{month}`
/// is the first day of the month of `day`.
const MONTHS: &str = "
    WITH compared (department_id, segment, day, c1, c2, c3, c4, c5) AS (
        SELECT department_id, part_id, {month}, c1, c2, c3, c4, c5 FROM rollup_day
        UNION ALL
        SELECT department_id, value_id, {month}, c1, c2, c3, c4, c5 FROM value_day
        UNION ALL
        SELECT department_id, part_id, month, -c1, -c2, -c3, -c4, -c5 FROM rollup_month
        UNION ALL
        SELECT department_id, value_id, month, -c1, -c2, -c3, -c4, -c5 FROM value_month)";

/// Ends [`DAYS`] and [`MONTHS`].
const DIFFERENCES: &str = "
    SELECT department_id, segment, day, CAST(sum(c1) AS bigint), CAST(sum(c2) AS bigint),
           CAST(sum(c3) AS bigint), CAST(sum(c4) AS bigint), CAST(sum(c5) AS bigint)
    FROM compared GROUP BY 1, 2, 3
    HAVING sum(c1) <> 0 OR sum(c2) <> 0 OR sum(c3) <> 0 OR sum(c4) <> 0 OR sum(c5) <> 0";

/// The values that were given and of which no text is stored.
const TEXTS: &str = "
    WITH given AS MATERIALIZED (
        SELECT DISTINCT placement, lang, kind, drivers
        FROM feedback WHERE withdrawn_at IS NULL AND NOT test),
    said (dimension, value) AS (
        SELECT 1, placement FROM given
        UNION SELECT 2, lang FROM given
        UNION SELECT 3, kind FROM given
        UNION SELECT 4, w.value FROM given CROSS JOIN {words}),
    named (id, value) AS (
        SELECT value_id(dimension, value), value FROM said WHERE value IS NOT NULL)
    SELECT id, value FROM named
    WHERE NOT EXISTS (SELECT 1 FROM segment_value v WHERE v.id = named.id)";

/// What `{words}` and `{month}` are in SQLite and in PostgreSQL.
const SQLITE: [&str; 2] = [
    r#"json_each('["' || replace(drivers, ' ', '","') || '"]') w"#,
    "substr(day, 1, 8) || '01'",
];
const POSTGRES: [&str; 2] = [
    "unnest(string_to_array(drivers, ' ')) w (value)",
    "date_trunc('month', day)::date",
];

const NUMBERS: &str = "
    SELECT count(*) - count(withdrawn_at) AS feedback, count(withdrawn_at) AS withdrawn,
           (SELECT count(*) FROM rollup_day) + (SELECT count(*) FROM rollup_month)
           + (SELECT count(*) FROM value_day) + (SELECT count(*) FROM value_month) AS rollups,
           0 AS differences
    FROM feedback WHERE NOT test";

from_row!(Verification {
    feedback,
    withdrawn,
    rollups,
    differences
});

const PENDING: &str = "SELECT changes FROM pending_deltas";

const TREE_VERSION: &str = "SELECT version FROM tree_version";

const ADD_TEXTS: &str = "INSERT INTO segment_value (id, value) {rows} ON CONFLICT DO NOTHING";

/// What a recount found wrong, and in which version of the tree.
#[derive(Default)]
struct Recount {
    verification: Verification,
    /// The texts of values that are not stored.
    texts: Texts,
    /// What is to be added to the roll-ups by day.
    days: Deltas,
    /// What is to be added to the roll-ups by month.
    months: Deltas,
    tree: Option<i64>,
}

impl dyn Store + '_ {
    /// Recounts all feedback and compares every roll-up with it, as far as it is counted.
    pub async fn verify(&self) -> Result<Verification, StoreError> {
        Ok(self.recount().await?.verification)
    }

    /// Recounts all feedback and corrects every roll-up that does not agree, while ratings come
    /// in; returns what was found wrong.
    pub async fn rebuild(&self) -> Result<Verification, StoreError> {
        loop {
            let found = self.recount().await?;
            let verification = found.verification;
            let correct = async move |tx: &mut Tx<'_>| correct(tx, &found).await;
            // What cannot be corrected was found in a tree that has changed since.
            if verification.differences == 0
                || self.database().for_maintenance().write(correct).await?
            {
                return Ok(verification);
            }
        }
    }

    async fn recount(&self) -> Result<Recount, StoreError> {
        let recount = async |tx: &mut Tx<'_>| recount(tx).await;
        self.database().for_maintenance().read(recount).await
    }
}

/// Recounts and compares.
async fn recount(tx: &mut Tx<'_>) -> Result<Recount, StoreError> {
    let [words, month] = if tx.is_sqlite() { SQLITE } else { POSTGRES };
    let mut found = Recount {
        tree: tx.query_opt(sql!(TREE_VERSION)).await?,
        ..Recount::default()
    };
    let days = DAYS.replace("{words}", words) + DIFFERENCES;
    let mut days = differences(tx, days).await?;
    let subtract = |row: &Row<'_>| {
        let changes: Vec<u8> = row.at(0)?;
        decode(&changes, |key, change| {
            add(days.entry(key).or_default(), change.map(|by| -by));
        })?;
        Ok(())
    };
    tx.for_each(sql!(PENDING), subtract).await?;
    let months = MONTHS.replace("{month}", month) + DIFFERENCES;
    let mut months = differences(tx, months).await?;
    // What is wrong with a day is wrong with its month too.
    for (key, change) in &days {
        add(months.entry(key.month()).or_default(), *change);
    }
    (found.days, found.months) = (days.into(), months.into());
    let read_text = |row: &Row<'_>| {
        found.texts.insert(ValueId::stored(row.at(0)?), row.at(1)?);
        Ok(())
    };
    let texts = TEXTS.replace("{words}", words);
    tx.for_each(sql!(texts), read_text).await?;
    let differences = found.days.days().count() + found.months.days().count() + found.texts.len();
    let numbers: Option<Verification> = tx.query_opt(sql!(NUMBERS)).await?;
    found.verification = Verification {
        differences: differences as u64,
        ..numbers.unwrap_or_default()
    };
    Ok(found)
}

async fn differences(tx: &mut Tx<'_>, text: String) -> Result<BTreeMap<Key, Change>, StoreError> {
    let mut differences = BTreeMap::new();
    let read = |row: &Row<'_>| {
        let key = Key {
            department: row.at(0)?,
            segment: Segment::stored(row.at(1)?),
            day: row.at(2)?,
        };
        differences.insert(key, row.five(3)?);
        Ok(())
    };
    tx.for_each(sql!(text), read).await?;
    Ok(differences)
}

/// Corrects what was found; returns false, and changes nothing, where the tree is no longer the one
/// it was found in.
async fn correct(tx: &mut Tx<'_>, found: &Recount) -> Result<bool, StoreError> {
    if tx.query_opt(sql!(TREE_VERSION)).await? != found.tree {
        return Ok(false);
    }
    for (time, changes) in [("day", &found.days), ("month", &found.months)] {
        for (table, segment) in [("rollup", "part_id"), ("value", "value_id")] {
            let columns = format!("{time}, department_id, {segment}");
            let add = format!(
                "INSERT INTO {table}_{time} AS r ({columns}, c1, c2, c3, c4, c5) {{rows}}
                 ON CONFLICT ({columns}) {ADD_COUNTS}"
            );
            let is_wanted =
                |key: &Key| matches!(key.segment, Segment::Value(_)) == (table == "value");
            let rows = changes.days().filter(|(key, _)| is_wanted(key));
            let rows = rows.map(|(key, [c1, c2, c3, c4, c5])| {
                let segment = key.segment.column();
                values![key.day, key.department, segment, c1, c2, c3, c4, c5]
            });
            tx.execute_rows(&add, rows).await?;
        }
    }
    let texts = (found.texts.iter()).map(|(id, text)| values![id.column(), text]);
    tx.execute_rows(ADD_TEXTS, texts).await?;
    tx.tree_changed().await?;
    Ok(true)
}
