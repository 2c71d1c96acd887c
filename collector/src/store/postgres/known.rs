//! The department tree, remembered for as long as nobody has changed it.

use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Transaction;

use super::connection::Client;
use crate::store::StoreError;
use crate::store::tree::{DepartmentRow, ServiceRow, Tree};

/// Held by whoever counts ratings, together with others, and by whoever changes the tree, alone.
pub(super) const TREE_LOCK: i64 = 0x6875_6979_696e_0002;

/// The tree with its version.
#[derive(Debug, Default)]
pub(super) struct KnownTree(Mutex<Option<(i64, Arc<Tree>)>>);

impl KnownTree {
    /// Returns the tree as it was when it was last read, with its version then.
    pub(super) fn last(&self) -> Option<(i64, Arc<Tree>)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// Returns the tree of this version, within the transaction that holds it to that.
    pub(super) async fn of_version(
        &self,
        client: &Client,
        version: i64,
    ) -> Result<Arc<Tree>, StoreError> {
        if let Some((of, tree)) = self.last()
            && of == version
        {
            return Ok(tree);
        }
        let tree = Arc::new(read(client).await?);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((version, Arc::clone(&tree)));
        Ok(tree)
    }
}

/// Waits until nobody changes the tree, and lets nobody change it until the transaction ends.
pub(super) async fn share_tree(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let lock = transaction
        .prepare_cached("SELECT pg_advisory_xact_lock_shared($1)")
        .await?;
    transaction.query(&lock, &[&TREE_LOCK]).await?;
    Ok(())
}

/// Waits until nobody counts, and lets nobody count until the transaction ends.
pub(super) async fn lock_tree(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction
        .execute("SELECT pg_advisory_xact_lock($1)", &[&TREE_LOCK])
        .await?;
    Ok(())
}

/// Notes that the tree, or the counting, has changed by something else than a rating.
pub(super) async fn tree_changed(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction
        .execute("UPDATE tree_version SET version = version + 1", &[])
        .await?;
    Ok(())
}

async fn read(client: &Client) -> Result<Tree, StoreError> {
    let departments = client
        .query(
            "SELECT id, slug, counted_under_id, merged_into_id FROM department",
            &[],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(DepartmentRow {
                id: row.try_get(0)?,
                slug: row.try_get(1)?,
                counted_under: row.try_get(2)?,
                merged_into: row.try_get(3)?,
            })
        })
        .collect::<Result<_, tokio_postgres::Error>>()?;
    let services = client
        .query("SELECT id, department_id, slug FROM service", &[])
        .await?
        .iter()
        .map(|row| {
            Ok(ServiceRow {
                id: row.try_get(0)?,
                department: row.try_get(1)?,
                slug: row.try_get(2)?,
            })
        })
        .collect::<Result<_, tokio_postgres::Error>>()?;
    let breakdowns = super::breakdown::read(client).await?;
    Ok(Tree::new(departments, services, breakdowns))
}
