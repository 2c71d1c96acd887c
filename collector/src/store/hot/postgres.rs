//! The store in a PostgreSQL server, for any number of collectors at once.
//!
//! Only the department tree is cached, with its version. Changes to the tree take an advisory lock
//! exclusively; transactions that count ratings take it shared.

pub(in crate::store) mod connection;
mod failure;
mod feedback;
mod known;
mod limit;
pub(in crate::store) mod pending_deltas;
mod pipelined;
mod receipt;
mod rollup;
pub(in crate::store) mod tree_lock;
mod value_texts;
mod widget_events;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::time::timeout;

use self::connection::{STATEMENT_PATIENCE, timed_out};
use crate::limits::shared::SharedLimit;
use crate::model::{Counted, Outcome, Received, WidgetEventCounts};
use crate::store::sql::Database;
use crate::store::{Store, StoreError};
use crate::util::hashing::ReceiptKey;

/// A server that is reached through a pool of connections.
pub(in crate::store) struct Postgres {
    pools: connection::Pools,
    database: Database,
    known: known::KnownTree,
    batch_size: pending_deltas::BatchSize,
    dead_rows: pending_deltas::DeadRows,
    closed: watch::Sender<bool>,
}

impl Postgres {
    /// Connects, and brings the tables up to date.
    pub(in crate::store) async fn open(address: &str) -> Result<Self, StoreError> {
        let pools = connection::open(address).await?;
        Ok(Self {
            database: Database::postgres(pools.clone()),
            pools,
            known: known::KnownTree::default(),
            batch_size: pending_deltas::BatchSize::default(),
            dead_rows: pending_deltas::DeadRows::default(),
            closed: watch::Sender::new(false),
        })
    }
}

#[async_trait]
impl Store for Postgres {
    fn database(&self) -> &Database {
        &self.database
    }

    async fn commit(&self, batch: Arc<[Received]>) -> Result<Vec<Outcome>, StoreError> {
        let client = self.pools.writing.get().await?;
        let taken = feedback::take_all(&client, &self.known, &batch);
        let taken = timeout(STATEMENT_PATIENCE, taken).await;
        taken.unwrap_or_else(|_| Err(timed_out(client, "a batch")))
    }

    async fn withdraw(&self, receipt: ReceiptKey, at: i64) -> Result<bool, StoreError> {
        let client = self.pools.writing.get().await?;
        let withdrawn = receipt::withdraw(&client, &self.known, &receipt, at);
        let withdrawn = timeout(STATEMENT_PATIENCE, withdrawn).await;
        withdrawn.unwrap_or_else(|_| Err(timed_out(client, "a withdrawal")))
    }

    async fn roll_up(&self) -> Result<bool, StoreError> {
        let mut client = self.pools.writing.get().await?;
        let most = self.batch_size.now();
        let counted = timeout(
            STATEMENT_PATIENCE,
            pending_deltas::roll_up(&mut client, most),
        )
        .await;
        match counted {
            Ok(Ok(_)) => self.batch_size.on_success(most),
            Ok(Err(_)) | Err(_) => self.batch_size.on_failure(most),
        }
        let Ok(counted) = counted else {
            return Err(timed_out(client, "a roll-up"));
        };
        let counted = counted?;
        let vacuumed = self.dead_rows.vacuum_if_needed(&client, counted);
        let vacuumed = timeout(STATEMENT_PATIENCE, vacuumed).await;
        if vacuumed.is_err() {
            tracing::warn!(error = %timed_out(client, "a vacuum"), "vacuum of pending deltas timed out; will retry");
        }
        Ok(matches!(counted, pending_deltas::Counted::Batches(1..)))
    }

    async fn count_widget_events(
        &self,
        counted: Vec<(Counted, WidgetEventCounts)>,
    ) -> Result<(), StoreError> {
        widget_events::add(&mut self.pools.writing.get().await?, &counted).await
    }

    async fn uncounted(&self) -> Result<u64, StoreError> {
        let client = self.pools.writing.get().await?;
        let number = timeout(STATEMENT_PATIENCE, pending_deltas::number(&client)).await;
        number.unwrap_or_else(|_| Err(timed_out(client, "how much is pending")))
    }

    async fn expire(&self) -> Result<(), StoreError> {
        limit::expire(&self.pools.reading.get().await?).await
    }

    fn shared_limit(self: Arc<Self>) -> Option<Arc<dyn SharedLimit>> {
        Some(self)
    }

    async fn ready(&self) -> bool {
        let tried = async {
            let client = self.pools.writing.get().await?;
            // Writes, and changes nothing; a standby or a full disk refuses it.
            client
                .batch_execute("UPDATE tree_version SET version = version")
                .await?;
            Ok::<_, StoreError>(())
        };
        tried.await.is_ok()
    }

    async fn stopped(&self) {
        // A server that is gone may come back; only closing ends it.
        let mut closed = self.closed.subscribe();
        drop(closed.wait_for(|closed| *closed).await);
    }

    async fn close(&self) {
        // Where it cannot be counted now, it is by another collector, or at the next start.
        let all = async { while matches!(self.roll_up().await, Ok(true)) {} };
        drop(timeout(STATEMENT_PATIENCE, all).await);
        self.closed.send_replace(true);
        self.pools.reading.close();
        self.pools.writing.close();
        self.pools.editing.close();
    }
}

#[cfg(test)]
mod tests {
    use huiyin_test_postgres::Postgres as Server;

    use super::*;
    use crate::store::testing::Sent;

    /// Opens a store of its own with one department; returns its address too.
    pub(super) async fn opened() -> (Postgres, String) {
        let address = tokio::task::spawn_blocking(|| Server::quick().database());
        let address = address.await.expect("a database");
        let store = Postgres::open(&address).await.expect("opens");
        let tax = "INSERT INTO department (slug, name_zh) VALUES ('tax', '税务局')";
        Server::quick().ask(&address, tax);
        (store, address)
    }

    #[tokio::test]
    async fn counting_that_waits_too_long_is_given_up_and_nobody_goes_on_waiting() {
        let (store, address) = opened().await;
        let batch = vec![Sent::new(1, 5).received()];
        store.commit(batch.into()).await.expect("stores");
        let holder = store.pools.reading.get().await.expect("a connection");
        let lock = "SELECT pg_advisory_lock($1)";
        let locked = holder.execute(lock, &[&tree_lock::TREE_LOCK]).await;
        locked.expect("nobody has it");
        let counted = store.roll_up().await;
        assert!(
            matches!(counted, Err(StoreError::Unavailable(_))),
            "{counted:?}"
        );
        let waiting = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        assert_eq!(Server::quick().ask(&address, waiting), "0");
        drop(connection::Client::take(holder));
        while !store.roll_up().await.expect("counts") {}
        assert_eq!(store.uncounted().await.expect("reads"), 0);
    }
}
