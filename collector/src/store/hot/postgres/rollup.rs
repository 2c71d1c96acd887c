//! Roll-ups by day and by month: how many of each grade a department and all below it got.

use deadpool_postgres::Transaction;
use huiyin_shared::rating::Rating;
use jiff::civil::Date;

use crate::store::StoreError;
use crate::store::deltas::{ADD_COUNTS, Change, Deltas, Key};
use crate::store::segment::Segment;

/// Adds changes to the roll-ups.
pub(super) async fn write(
    transaction: &Transaction<'_>,
    deltas: &Deltas,
) -> Result<(), StoreError> {
    add(transaction, Unit::Day, deltas.days()).await?;
    add(transaction, Unit::Month, deltas.months()).await
}

/// How long the time is that one roll-up is of.
#[derive(Clone, Copy, Debug)]
enum Unit {
    Day,
    Month,
}

impl Unit {
    /// Returns the tables of whole departments and services, and of values, each with its key as
    /// day, department and segment.
    const fn tables(self) -> [[&'static str; 2]; 2] {
        match self {
            Self::Day => [
                ["rollup_day", "day, department_id, part_id"],
                ["value_day", "day, department_id, value_id"],
            ],
            Self::Month => [
                ["rollup_month", "month, department_id, part_id"],
                ["value_month", "month, department_id, value_id"],
            ],
        }
    }
}

/// Adds changes to the roll-ups of days or of months, in one statement for each table.
async fn add(
    transaction: &Transaction<'_>,
    unit: Unit,
    changes: impl Iterator<Item = (Key, Change)>,
) -> Result<(), StoreError> {
    let is_value = |key: Key| matches!(key.segment, Segment::Value(_));
    let (values, parts): (Vec<_>, Vec<_>) = changes.partition(|(key, _)| is_value(*key));
    let [of_parts, of_values] = unit.tables();
    upsert(transaction, of_parts, &parts).await?;
    upsert(transaction, of_values, &values).await
}

/// Adds changes to a table; rows are locked in the order of their keys, so that no two transactions
/// wait for each other in a circle.
async fn upsert(
    transaction: &Transaction<'_>,
    [table, key]: [&str; 2],
    changes: &[(Key, Change)],
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let days: Vec<Date> = changes.iter().map(|(key, _)| key.day).collect();
    let departments: Vec<i64> = changes.iter().map(|(key, _)| key.department).collect();
    let segments: Vec<i64> = (changes.iter())
        .map(|(key, _)| key.segment.column())
        .collect();
    let counts = |grade: usize| changes.iter().map(|(_, change)| change[grade]).collect();
    let counts: [Vec<i64>; 5] = std::array::from_fn(counts);
    let statement = transaction
        .prepare_cached(&format!(
            "INSERT INTO {table} AS r ({key}, c1, c2, c3, c4, c5)
             SELECT {key}, c1, c2, c3, c4, c5
             FROM unnest($1::date[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
                 $6::bigint[], $7::bigint[], $8::bigint[])
               AS t ({key}, c1, c2, c3, c4, c5)
             ORDER BY {key}
             ON CONFLICT ({key}) {ADD_COUNTS}"
        ))
        .await?;
    let [c1, c2, c3, c4, c5] = &counts;
    transaction
        .execute(
            &statement,
            &[&days, &departments, &segments, c1, c2, c3, c4, c5],
        )
        .await?;
    Ok(())
}

/// Reads a stored grade; the table allows no other.
pub(super) fn rating(stored: i16) -> Result<Rating, StoreError> {
    u8::try_from(stored)
        .ok()
        .and_then(|stored| Rating::try_from(stored).ok())
        .ok_or_else(|| StoreError::Failed("corrupt row: a grade outside 1 to 5".to_owned()))
}
