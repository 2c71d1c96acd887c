//! The department tree, remembered for as long as nobody has changed it.

use std::sync::{Arc, Mutex, PoisonError};

use super::connection::Client;
use crate::store::StoreError;
use crate::store::sql::row::{FromRow, Row};
use crate::store::tree::{DEPARTMENTS, SERVICES, Tree};

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
        let departments = read(client, DEPARTMENTS).await?;
        let tree = Arc::new(Tree::new(departments, read(client, SERVICES).await?));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((version, Arc::clone(&tree)));
        Ok(tree)
    }
}

/// Returns all rows of a query.
async fn read<T: FromRow>(client: &Client, query: &str) -> Result<Vec<T>, StoreError> {
    let rows = client.query(query, &[]).await?;
    let rows = rows.iter().map(|row| T::from_row(&Row::Postgres(row)));
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::super::feedback::take_all;
    use super::super::tests::opened;
    use super::*;
    use crate::model::Refusal;
    use crate::store::Store;
    use crate::store::sql::{Tx, sql};
    use crate::store::testing::Sent;

    #[tokio::test]
    async fn a_tree_that_was_lost_is_not_taken_for_the_one_that_came_instead() {
        let (store, _) = opened().await;
        let client = store.pools.writing.get().await.expect("a connection");
        let before = "SELECT version FROM tree_version";
        let before = client.query_one(before, &[]).await.expect("reads");
        let before: i64 = before.get(0);
        let change = async |text: &'static str| {
            let change = async move |tx: &mut Tx<'_>| {
                tx.execute(sql!(text)).await?;
                tx.tree_changed().await
            };
            let changed: Result<(), StoreError> = store.database().write(change).await;
            changed.expect("commits");
        };
        let hall = "INSERT INTO department (slug, name_zh) VALUES ('hall', '大厅')";
        change(hall).await;
        let sent = |department| Sent {
            department,
            ..Sent::new(1, 5)
        };
        let taken = take_all(&client, &store.known, &[sent("hall").received()]).await;
        taken.expect("stores")[0].expect("taken");
        // As after a failover to a server that had not heard of it, and another change there.
        let back = "UPDATE tree_version SET version = $1";
        client.execute(back, &[&before]).await.expect("writes");
        change("DELETE FROM department WHERE slug = 'hall'").await;
        let taken = take_all(&client, &store.known, &[sent("hall").received()]).await;
        let outcome = taken.expect("answers")[0];
        assert_eq!(outcome, Err(Refusal::UnknownDepartment));
    }
}
