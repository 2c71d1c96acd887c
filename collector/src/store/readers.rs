//! Connections that only read, so that reading never waits for writing.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{StoreError, connection};

/// How many reads run at once; more wait their turn.
const READERS: usize = 4;

/// A small pool of read-only connections.
pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    turns: Semaphore,
}

impl Readers {
    /// Opens the connections.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let idle = (0..READERS)
            .map(|_| connection::open_for_reading(path))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            idle: Mutex::new(idle),
            turns: Semaphore::new(READERS),
        })
    }

    /// Runs `query` on a thread that may block, inside one consistent view of the data.
    pub(super) async fn read<T: Send + 'static>(
        self: &std::sync::Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Ok(_turn) = self.turns.acquire().await else {
            return Err(StoreError::Stopped);
        };
        let pool = std::sync::Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let mut connection = pool.take().ok_or(StoreError::Stopped)?;
            let result = connection
                .transaction()
                .and_then(|transaction| query(&transaction));
            pool.give_back(connection);
            Ok(result?)
        })
        .await
        .map_err(|_| StoreError::Stopped)?
    }

    fn take(&self) -> Option<Connection> {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }

    fn give_back(&self, connection: Connection) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
    }
}
