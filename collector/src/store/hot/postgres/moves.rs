//! Letting ratings and widget events follow departments that have moved.

use deadpool_postgres::Transaction;
use tokio_postgres::types::ToSql;

use super::connection::Client;
use super::tree_lock::{lock_tree, tree_changed};
use super::{pending_deltas, widget_events};
use crate::store::StoreError;
use crate::store::moves::{Move, Moves};

/// How many departments move in one transaction: ratings wait no longer than for a few of them.
const STEP: usize = 16;

/// Returns whether any department has moved and its ratings have not.
pub(super) async fn any(client: &Client) -> Result<bool, StoreError> {
    let statement = client
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM department
                            WHERE counted_under_id IS DISTINCT FROM parent_id)",
        )
        .await?;
    Ok(client.query_one(&statement, &[]).await?.try_get(0)?)
}

/// Moves the ratings of a few departments; returns how many departments are left.
pub(super) async fn settle(client: &mut Client) -> Result<usize, StoreError> {
    let transaction = client.transaction().await?;
    lock_tree(&transaction).await?;
    // A move takes along what is in the roll-ups, so all of it must be there.
    pending_deltas::count(&transaction).await?;
    let rows = transaction
        .query(
            "SELECT id, parent_id, counted_under_id FROM department",
            &[],
        )
        .await?;
    let mut moves = Moves::default();
    for row in rows {
        moves.add(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    }
    for one in moves.take(STEP) {
        make(&transaction, &one).await?;
    }
    tree_changed(&transaction).await?;
    transaction.commit().await?;
    Ok(moves.left())
}

/// The tables that a move changes, the columns of each without the department, and the rows that move:
/// those with values are found by the time of the ratings.
const CARRIED: [(&str, &str, &str); 4] = [
    ("rollup_day", "day, part_id", "rollup_day x"),
    ("rollup_month", "month, part_id", "rollup_month x"),
    (
        "value_day",
        "day, value_id",
        "rollup_day w JOIN value_day x USING (day, department_id)",
    ),
    (
        "value_month",
        "month, value_id",
        "rollup_month w JOIN value_month x USING (month, department_id)",
    ),
];

async fn make(transaction: &Transaction<'_>, one: &Move) -> Result<(), StoreError> {
    let others = [one.losing.as_slice(), one.gaining.as_slice()].concat();
    let signs = [
        vec![-1_i64; one.losing.len()],
        vec![1_i64; one.gaining.len()],
    ]
    .concat();
    for (table, columns, rows) in CARRIED {
        let carry = format!(
            "INSERT INTO {table} AS r ({columns}, department_id, c1, c2, c3, c4, c5)
             SELECT {columns}, other, sign * x.c1, sign * x.c2, sign * x.c3, sign * x.c4,
                    sign * x.c5
             FROM {rows}, unnest($2::bigint[], $3::bigint[]) t (other, sign)
             WHERE department_id = $1 AND part_id = 0
             ON CONFLICT ({columns}, department_id) DO UPDATE SET
                 c1 = r.c1 + excluded.c1, c2 = r.c2 + excluded.c2, c3 = r.c3 + excluded.c3,
                 c4 = r.c4 + excluded.c4, c5 = r.c5 + excluded.c5"
        );
        let carried = transaction.prepare_cached(&carry).await?;
        let parameters: [&(dyn ToSql + Sync); 3] = [&one.department, &others, &signs];
        transaction.execute(&carried, &parameters).await?;
    }
    widget_events::follow(transaction, one).await?;
    transaction
        .execute(
            "UPDATE department SET counted_under_id = $2 WHERE id = $1",
            &[&one.department, &one.parent],
        )
        .await?;
    Ok(())
}
