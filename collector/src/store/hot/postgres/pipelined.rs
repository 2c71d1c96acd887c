//! The transaction in which ratings are counted: its beginning and its end each travel together
//! with a statement.
//!
//! The driver's own transactions wait for the answer to BEGIN before they send anything else, and
//! for that to the last statement before they send COMMIT. For a batch that is half of all the
//! waiting, which every citizen in it waits for too.

use std::pin::pin;

use futures_util::FutureExt;
use tokio_postgres::{SimpleQueryMessage, Statement};

use super::connection::Client;
use super::tree_lock::TREE_LOCK;
use super::value_texts;
use crate::store::StoreError;
use crate::store::pending_deltas::BatchDeltas;

/// A transaction that was begun, and is rolled back unless it is committed.
pub(super) struct PipelinedTransaction<'a> {
    client: &'a Client,
    keep: Statement,
    open: bool,
}

impl<'a> PipelinedTransaction<'a> {
    /// Prepares what is sent at the end; begins nothing yet.
    pub(super) async fn prepare(client: &'a Client) -> Result<Self, StoreError> {
        let keep = client
            .prepare_cached("INSERT INTO pending_deltas (changes) VALUES ($1)")
            .await?;
        Ok(Self {
            client,
            keep,
            open: false,
        })
    }

    /// Begins, and lets nobody change the tree until the end; returns the version it has until then.
    ///
    /// All of it is one message, so that nothing of it happens if there was no BEGIN. A statement
    /// that is sent behind it, before it was answered, can tell by the setting `huiyin.tree`
    /// whether it is in this transaction: it says that version there, and nothing elsewhere.
    pub(super) async fn begin(&mut self) -> Result<i64, StoreError> {
        self.open = true;
        let begin = format!(
            "BEGIN; SELECT pg_advisory_xact_lock_shared({TREE_LOCK});
             SELECT set_config('huiyin.tree', version::text, true) FROM tree_version"
        );
        let answers = self.client.simple_query(&begin).await?;
        let version = answers.iter().rev().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        });
        version
            .ok_or_else(|| StoreError::Failed("corrupt table: tree_version has no row".to_owned()))
    }

    /// Keeps what changes until it is counted, and commits.
    pub(super) async fn commit(mut self, batch: BatchDeltas<'_>) -> Result<(), StoreError> {
        let encoded = batch.encode();
        let encoded = encoded.map_err(|error| StoreError::Failed(error.to_string()))?;
        value_texts::store(self.client, batch.new_texts()).await?;
        let mut keep = pin!(async {
            match &encoded {
                None => Ok(0),
                Some(changes) => self.client.execute(&self.keep, &[changes]).await,
            }
        });
        // Looked at once, it is sent. What has ended by then had no need to be, or could not.
        let kept = keep.as_mut().now_or_never().transpose()?;
        // Once this is sent the transaction is over: where a statement before it failed, COMMIT
        // rolls back, and says nothing of it.
        self.open = false;
        let commit = self.client.batch_execute("COMMIT");
        if kept.is_some() {
            commit.await?;
        } else {
            let (committed, kept) = tokio::join!(commit, keep);
            kept?;
            committed?;
        }
        batch.texts_are_stored();
        Ok(())
    }
}

impl Drop for PipelinedTransaction<'_> {
    fn drop(&mut self) {
        if self.open {
            // Looked at once, it is sent; the answer is for nobody, and whoever uses the
            // connection next comes after it.
            drop(self.client.batch_execute("ROLLBACK").now_or_never());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use huiyin_test_postgres::Postgres as Server;
    use tokio::time::timeout;

    use super::super::feedback::take_all;
    use super::super::tree_lock::lock_tree;
    use super::super::{connection, tests::opened};
    use super::*;
    use crate::store::Store;
    use crate::store::testing::Sent;

    /// Returns what a statement sees that is sent now.
    async fn seen(client: &Client) -> String {
        let setting = "SELECT coalesce(current_setting('huiyin.tree', true), '')";
        let row = client.query_one(setting, &[]).await.expect("reads");
        row.get(0)
    }

    #[tokio::test]
    async fn only_within_it_is_the_version_seen_and_when_it_is_dropped_it_has_ended() {
        let (store, _) = opened().await;
        let client = store.pools.writing.get().await.expect("a connection");
        assert_eq!(seen(&client).await, "");
        let mut begun = PipelinedTransaction::prepare(&client)
            .await
            .expect("prepares");
        let version = begun.begin().await.expect("begins");
        assert_eq!(seen(&client).await, version.to_string());
        drop(begun);
        assert_eq!(seen(&client).await, "");
    }

    #[tokio::test]
    async fn the_server_ends_it_when_whoever_began_it_is_heard_of_no_more() {
        let (_, address) = opened().await;
        let hasty = format!("{address}?options=-c%20idle_in_transaction_session_timeout=200ms");
        let pool = connection::open(&hasty).await.expect("opens").writing;
        let client = pool.get().await.expect("a connection");
        let mut begun = PipelinedTransaction::prepare(&client)
            .await
            .expect("prepares");
        begun.begin().await.expect("begins");
        let mut other = pool.get().await.expect("a connection");
        let alone = other.transaction().await.expect("begins");
        let locked = timeout(Duration::from_secs(10), lock_tree(&alone)).await;
        locked.expect("it was ended").expect("the lock is free");
    }

    #[tokio::test]
    async fn dropped_before_begin_is_answered_it_has_ended() {
        let (store, _) = opened().await;
        let client = store.pools.writing.get().await.expect("a connection");
        let mut begun = PipelinedTransaction::prepare(&client)
            .await
            .expect("prepares");
        assert!(begun.begin().now_or_never().is_none(), "it was only sent");
        drop(begun);
        assert_eq!(seen(&client).await, "");
    }

    #[tokio::test]
    async fn dropped_with_its_feedback_on_the_way_it_leaves_none() {
        let (store, address) = opened().await;
        let client = store.pools.writing.get().await.expect("a connection");
        let first = [Sent::new(1, 5).received()];
        // From here on the tree is known and all is prepared: nothing is waited for before it is
        // sent.
        let taken = take_all(&client, &store.known, &first).await;
        taken.expect("stores");
        let second = [Sent::new(2, 5).received()];
        let taken = take_all(&client, &store.known, &second).now_or_never();
        assert!(taken.is_none(), "it was only sent");
        assert_eq!(seen(&client).await, "");
        let left = "SELECT (SELECT count(*) FROM feedback), (SELECT count(*) FROM pending_deltas)";
        assert_eq!(Server::quick().ask(&address, left), "1|1");
        let taken = take_all(&client, &store.known, &second).await;
        let outcomes = taken.expect("stores");
        assert!(outcomes[0].expect("taken").created);
    }

    #[tokio::test]
    async fn what_cannot_be_kept_to_be_counted_is_not_stored() {
        let (store, address) = opened().await;
        Server::quick().ask(&address, "ALTER TABLE pending_deltas ADD CHECK (false)");
        let batch: Arc<[_]> = [Sent::new(1, 5).received()].into();
        let taken = store.commit(Arc::clone(&batch)).await;
        assert!(matches!(taken, Err(StoreError::Row(_))), "{taken:?}");
        let stored = "SELECT count(*) FROM feedback";
        assert_eq!(Server::quick().ask(&address, stored), "0");
        let mend = "ALTER TABLE pending_deltas DROP CONSTRAINT pending_deltas_check";
        Server::quick().ask(&address, mend);
        store.commit(batch).await.expect("stores");
        assert_eq!(Server::quick().ask(&address, stored), "1");
    }
}
