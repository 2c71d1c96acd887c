//! The lock of the department tree: shared by all that count ratings, and taken alone by whatever
//! changes the tree or the counting.

use deadpool_postgres::Transaction;
use tokio_postgres::Error;

use crate::store::StoreError;

/// The key of the advisory lock.
pub(super) const TREE_LOCK: i64 = 0x6875_6979_696e_0002;

/// Waits until nobody changes the tree, and lets nobody change it until the transaction ends.
pub(super) async fn share_tree(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let lock = transaction
        .prepare_cached("SELECT pg_advisory_xact_lock_shared($1)")
        .await?;
    transaction.query(&lock, &[&TREE_LOCK]).await?;
    Ok(())
}

/// Waits until nobody counts, and lets nobody count until the transaction ends.
pub(in crate::store) async fn lock_tree(transaction: &Transaction<'_>) -> Result<(), Error> {
    let lock = "SELECT pg_advisory_xact_lock($1)";
    transaction.execute(lock, &[&TREE_LOCK]).await.map(drop)
}
