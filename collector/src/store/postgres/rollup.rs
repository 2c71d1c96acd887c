//! Roll-ups by day and by month: how many of each grade a department and all below it got.

use deadpool_postgres::Transaction;
use huiyin_shared::rating::Rating;
use jiff::civil::Date;

use crate::store::StoreError;
use crate::store::deltas::{Change, Deltas, Key};

/// Adds changes to the roll-ups, in the order of their keys.
pub(super) async fn write(
    transaction: &Transaction<'_>,
    deltas: &Deltas,
) -> Result<(), StoreError> {
    add(transaction, Table::Day, deltas.days()).await?;
    add(transaction, Table::Month, deltas.months()).await
}

/// A table of roll-ups.
#[derive(Clone, Copy, Debug)]
pub(super) enum Table {
    Day,
    Month,
}

impl Table {
    const fn upsert(self) -> &'static str {
        match self {
            Self::Day => {
                "INSERT INTO rollup_day AS r (department_id, part_id, day, c1, c2, c3, c4, c5)
                 SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::date[], $4::bigint[],
                     $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
                   AS t (department, part, day, c1, c2, c3, c4, c5)
                 ORDER BY day, part, department
                 ON CONFLICT (day, part_id, department_id) DO UPDATE SET
                     c1 = r.c1 + excluded.c1, c2 = r.c2 + excluded.c2, c3 = r.c3 + excluded.c3,
                     c4 = r.c4 + excluded.c4, c5 = r.c5 + excluded.c5"
            }
            Self::Month => {
                "INSERT INTO rollup_month AS r
                     (department_id, part_id, month, c1, c2, c3, c4, c5)
                 SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::date[], $4::bigint[],
                     $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
                   AS t (department, part, month, c1, c2, c3, c4, c5)
                 ORDER BY month, part, department
                 ON CONFLICT (month, part_id, department_id) DO UPDATE SET
                     c1 = r.c1 + excluded.c1, c2 = r.c2 + excluded.c2, c3 = r.c3 + excluded.c3,
                     c4 = r.c4 + excluded.c4, c5 = r.c5 + excluded.c5"
            }
        }
    }
}

/// Adds changes to one of the tables, in one statement.
pub(super) async fn add(
    transaction: &Transaction<'_>,
    table: Table,
    changes: impl Iterator<Item = (Key, Change)>,
) -> Result<(), StoreError> {
    let mut departments: Vec<i64> = Vec::new();
    let mut parts: Vec<i64> = Vec::new();
    let mut days: Vec<Date> = Vec::new();
    let mut counts: [Vec<i64>; 5] = Default::default();
    for (key, change) in changes {
        departments.push(key.department);
        parts.push(key.part);
        days.push(key.day);
        for (column, by) in counts.iter_mut().zip(change) {
            column.push(by);
        }
    }
    if departments.is_empty() {
        return Ok(());
    }
    let statement = transaction.prepare_cached(table.upsert()).await?;
    let [c1, c2, c3, c4, c5] = &counts;
    transaction
        .execute(
            &statement,
            &[&departments, &parts, &days, c1, c2, c3, c4, c5],
        )
        .await?;
    Ok(())
}

/// Reads a stored grade; the table allows no other.
pub(super) fn rating(stored: i16) -> Result<Rating, StoreError> {
    u8::try_from(stored)
        .ok()
        .and_then(|stored| Rating::try_from(stored).ok())
        .ok_or_else(|| StoreError::Failed("a stored grade is none".to_owned()))
}
