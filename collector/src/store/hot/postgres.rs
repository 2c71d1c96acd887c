//! The store in a PostgreSQL server, for any number of collectors at once.
//!
//! Only the department tree is cached, with its version. Changes to the tree take an advisory lock
//! exclusively; transactions that count ratings take it shared.

pub(in crate::store) mod connection;
mod failure;
mod feedback;
mod known;
pub(in crate::store) mod lease;
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

use self::lease::{STATEMENT_PATIENCE, in_time};
use crate::limits::shared::SharedLimit;
use crate::model::{Counted, Outcome, Received, WidgetEventCounts};
use crate::store::receipt::WITH_RECEIPT;
use crate::store::sql::{Database, sql};
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
        in_time(&self.pools.writing, "a batch", async |client| {
            feedback::take_all(client, &self.known, &batch).await
        })
        .await
    }

    async fn withdraw(&self, receipt: ReceiptKey, at: i64) -> Result<bool, StoreError> {
        // Whoever makes up receipts costs readers time, and those who rate none.
        let [first, last] = receipt.ids;
        let known = sql!(WITH_RECEIPT, first, last, receipt.hash.0);
        if self.database.query_opt::<Vec<u8>>(known).await?.is_none() {
            return Ok(false);
        }
        in_time(&self.pools.writing, "a withdrawal", async |client| {
            receipt::withdraw(client, &self.known, &receipt, at).await
        })
        .await
    }

    async fn roll_up(&self) -> Result<bool, StoreError> {
        let most = self.batch_size.now();
        let counted = in_time(&self.pools.writing, "a roll-up", async |client| {
            pending_deltas::roll_up(client, most).await
        })
        .await;
        match counted {
            Ok(_) => self.batch_size.on_success(most),
            Err(_) => self.batch_size.on_failure(most),
        }
        let counted = counted?;
        if let Some(vacuum) = self.dead_rows.due_vacuum(counted) {
            let vacuumed = in_time(&self.pools.writing, "a vacuum", async |client| {
                client.batch_execute(vacuum).await
            });
            if let Err(error) = vacuumed.await {
                tracing::warn!(%error, "dead rows of pending_deltas could not be removed yet; will retry");
            }
        }
        Ok(matches!(counted, pending_deltas::Counted::Batches(1..)))
    }

    async fn count_widget_events(
        &self,
        counted: Vec<(Counted, WidgetEventCounts)>,
    ) -> Result<(), StoreError> {
        in_time(&self.pools.writing, "widget events", async |client| {
            widget_events::add(client, &counted).await
        })
        .await
    }

    async fn uncounted(&self) -> Result<u64, StoreError> {
        in_time(&self.pools.writing, "how much is pending", async |client| {
            pending_deltas::number(client).await
        })
        .await
    }

    async fn expire(&self) -> Result<(), StoreError> {
        limit::expire(&self.pools.maintenance.get().await?).await
    }

    fn shared_limit(self: Arc<Self>) -> Option<Arc<dyn SharedLimit>> {
        Some(self)
    }

    async fn ready(&self) -> bool {
        // Writes, and changes nothing; a standby or a full disk refuses it.
        let write = "UPDATE tree_version SET version = version";
        let written = in_time(&self.pools.writing, "a check of health", async |client| {
            client.batch_execute(write).await
        });
        written.await.is_ok()
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
        self.pools.close();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use huiyin_test_postgres::Postgres as Server;
    use jiff::civil::date;

    use super::*;
    use crate::limits::shared::{Asked, Quota};
    use crate::store::testing::Sent;

    /// How many sessions wait for a lock.
    const WAITING: &str = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";

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
        let holder = store.pools.maintenance.get().await.expect("a connection");
        let lock = "SELECT pg_advisory_lock($1)";
        let locked = holder.execute(lock, &[&tree_lock::TREE_LOCK]).await;
        locked.expect("nobody has it");
        let counted = store.roll_up().await;
        assert!(
            matches!(counted, Err(StoreError::Unavailable(_))),
            "{counted:?}"
        );
        assert_eq!(Server::quick().ask(&address, WAITING), "0");
        drop(connection::Client::take(holder));
        while !store.roll_up().await.expect("counts") {}
        assert_eq!(store.uncounted().await.expect("reads"), 0);
    }

    #[tokio::test]
    async fn the_server_gives_up_shared_limits_and_the_check_of_health_too() {
        let (store, address) = opened().await;
        let store = Arc::new(store);
        let limit = Arc::clone(&store).shared_limit().expect("shares limits");
        let holder = store.pools.maintenance.get().await.expect("a connection");
        let lock = "BEGIN; LOCK TABLE rate_bucket, rate_salt, tree_version";
        holder.batch_execute(lock).await.expect("nobody has them");
        let (key, requests) = ([1; 16], 1);
        let asked = [Asked { key, requests }];
        let (per_minute, burst) = (60, 30);
        let quota = Quota { per_minute, burst };
        let all = async {
            tokio::join!(
                limit.grant(&asked, quota),
                limit.salt(date(2026, 3, 2)),
                store.ready()
            )
        };
        let (granted, salt, ready) = timeout(Duration::from_secs(9), all).await.expect("ends");
        assert!(granted.is_err() && salt.is_err() && !ready);
        assert_eq!(Server::quick().ask(&address, WAITING), "0");
    }

    #[tokio::test]
    async fn a_backlog_that_cannot_be_counted_at_first_refuses_no_import() {
        let (store, address) = opened().await;
        // As many batches as need to be counted before an import, of no ratings; and a server that
        // fails three times, as where a statement takes too long.
        let setup = "
            INSERT INTO pending_deltas (changes) SELECT '\\x0100' FROM generate_series(1, 1000);
            CREATE SEQUENCE failures;
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('failures') <= 3 THEN
                    RAISE 'canceled' USING ERRCODE = 'query_canceled';
                END IF;
                RETURN NULL; END $$;
            CREATE TRIGGER fail BEFORE DELETE ON pending_deltas EXECUTE FUNCTION fail()";
        Server::quick().ask(&address, setup);
        let store: &dyn Store = &store;
        let imported = store.import_departments(Vec::new()).await;
        assert_eq!(imported.expect("imports"), Ok(0));
        let failures = Server::quick().ask(&address, "SELECT last_value FROM failures");
        assert!(failures.parse::<u32>().expect("a number") > 3, "{failures}");
    }
}
