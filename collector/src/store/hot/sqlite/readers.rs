//! Connections that only read, so that reading never waits for writing.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::connection;
use crate::store::StoreError;

/// How many reads run at once; more wait their turn.
const READERS: usize = 4;

/// How long the end waits for queries that are under way.
const PATIENCE: Duration = Duration::from_secs(5);

/// A small pool of read-only connections.
pub(in crate::store) struct Readers {
    idle: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    /// Opens the connections.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let idle = (0..READERS)
            .map(|_| connection::open_for_reading(path))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            idle: Mutex::new(idle),
            turns: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// Runs `query` on a thread that may block, inside one consistent view of the data.
    ///
    /// The turn and the connection stay with the query, not with whoever waits for it: a reader
    /// that goes away gives neither back too early, and a query that panics gives both back.
    pub(in crate::store) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let within = |connection: &mut Connection| Ok(query(&*connection.transaction()?)?);
        self.with_connection(within).await
    }

    /// Runs `query` as [`Self::read`] does, but without a transaction around it.
    pub(in crate::store) async fn with_connection<T, E>(
        self: &Arc<Self>,
        query: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| StoreError::Stopped)?;
        let pool = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let mut borrowed = Borrowed::from(pool, turn).ok_or(StoreError::Stopped)?;
            query(borrowed.connection()?)
        })
        .await
        .map_err(|ended| {
            if ended.is_panic() {
                StoreError::Failed("a query panicked".to_owned())
            } else {
                // It was not even begun: the collector is stopping.
                StoreError::Stopped
            }
        })?
    }

    /// Takes no further queries, and closes each connection when its query has ended.
    ///
    /// Only the last connection of all removes the log and its index.
    pub(super) async fn close(&self) {
        let all = self
            .turns
            .acquire_many(u32::try_from(READERS).unwrap_or(u32::MAX));
        // What takes longer is cut off by the end of the process, which harms no reader.
        drop(timeout(PATIENCE, all).await);
        self.turns.close();
        self.idle().clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back to its pool, and then its turn with it.
struct Borrowed {
    connection: Option<Connection>,
    pool: Arc<Readers>,
    _turn: OwnedSemaphorePermit,
}

impl Borrowed {
    fn from(pool: Arc<Readers>, turn: OwnedSemaphorePermit) -> Option<Self> {
        let connection = Some(pool.idle().pop()?);
        Some(Self {
            connection,
            pool,
            _turn: turn,
        })
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection.as_mut().ok_or(StoreError::Stopped)
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.idle().push(connection);
        }
    }
}
