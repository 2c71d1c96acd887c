//! Letting ratings and moments follow departments that have moved.

use deadpool_postgres::Transaction;

use super::connection::Client;
use super::known::{lock_tree, tree_changed};
use super::{moment, uncounted};
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
    uncounted::count(&transaction).await?;
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

async fn make(transaction: &Transaction<'_>, one: &Move) -> Result<(), StoreError> {
    for (table, first) in [("rollup_day", "day"), ("rollup_month", "month")] {
        transaction
            .execute(
                &format!(
                    "UPDATE {table} r SET c1 = r.c1 - x.c1, c2 = r.c2 - x.c2, c3 = r.c3 - x.c3,
                         c4 = r.c4 - x.c4, c5 = r.c5 - x.c5
                     FROM {table} x
                     WHERE x.department_id = $1 AND x.part_id = 0 AND r.part_id = 0
                       AND r.department_id = ANY ($2) AND r.{first} = x.{first}"
                ),
                &[&one.department, &one.losing],
            )
            .await?;
        transaction
            .execute(
                &format!(
                    "INSERT INTO {table} AS r
                         (department_id, part_id, {first}, c1, c2, c3, c4, c5)
                     SELECT g, 0, {first}, c1, c2, c3, c4, c5
                     FROM {table} x, unnest($2::bigint[]) g
                     WHERE x.department_id = $1 AND x.part_id = 0
                     ON CONFLICT ({first}, part_id, department_id) DO UPDATE SET
                         c1 = r.c1 + excluded.c1, c2 = r.c2 + excluded.c2,
                         c3 = r.c3 + excluded.c3, c4 = r.c4 + excluded.c4,
                         c5 = r.c5 + excluded.c5"
                ),
                &[&one.department, &one.gaining],
            )
            .await?;
    }
    moment::follow(transaction, one).await?;
    transaction
        .execute(
            "UPDATE department SET counted_under_id = $2 WHERE id = $1",
            &[&one.department, &one.parent],
        )
        .await?;
    Ok(())
}
