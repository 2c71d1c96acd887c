//! The database: a SQLite file or a PostgreSQL server; nothing above this module knows which.
//!
//! A feature has one file with its types, SQL, functions and tests, and is written once for both
//! databases on `sql`. The hot path of ratings is written by hand for each (`hot`), behind the
//! trait [`Store`]; its rules are code without a database: which counts change (`tree`, `segment`), how
//! changes are encoded until they are counted (`pending_deltas`), and what a revision changes
//! (`revision`).

mod address;
mod answer;
pub mod backup;
mod breakdown;
#[cfg(test)]
mod contract;
mod deltas;
mod department;
mod drivers;
mod figures;
mod folder;
mod hot;
mod import;
mod listing;
mod migrations;
mod moderation;
mod moves;
mod pause;
mod pending_deltas;
mod ranking;
mod receipt;
mod recount;
mod release;
mod revision;
mod segment;
mod sql;
#[cfg(test)]
pub(crate) mod testing;
mod tree;
mod view;

use std::sync::Arc;

use async_trait::async_trait;

use crate::limits::shared::SharedLimit;
use crate::model::{Counted, Outcome, Received, WidgetEventCounts};
use crate::util::hashing::ReceiptKey;

use self::sql::Database;

pub use address::{Address, InvalidAddress};
pub use answer::{AnswerRequest, ModeratedComment};
pub use import::{ImportRow, NotMerged, Rejected};
pub use moderation::QueuedComment;
pub use view::View;

/// Why an operation of the store failed; a refusal by its rules is not an error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full, the server is gone, or another process has locked the file; trying again
    /// later is safe.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// The store is closed, after a failure of the disk or at shutdown.
    #[error("database closed: the disk failed, or the collector is stopping")]
    Stopped,
    /// The database has to be repaired or configured first.
    #[error("{0}")]
    Unusable(String),
    /// A row breaks a constraint; of a batch, nothing was stored.
    #[error("constraint violated: {0}")]
    Row(String),
    /// The database failed in another way; the text is for the log, not for a response.
    #[error("database error: {0}")]
    Failed(String),
}

impl StoreError {
    /// A newer release has migrated the database.
    fn newer(database: &str, version: i64, known: i64) -> Self {
        Self::Unusable(format!(
            "{database} is of version {version}, and this release knows {known}; nothing was \
             changed. Use the newer release"
        ))
    }
}

/// Returns the newest version of a file's tables that this release knows.
pub fn newest_version() -> i64 {
    hot::sqlite::newest_version()
}

/// The operations that are written by hand for each database, and access to the rest.
///
/// One suite of contract tests runs on both databases.
#[async_trait]
pub trait Store: Send + Sync {
    /// Returns the database, for the features that are written once for both kinds.
    fn database(&self) -> &Database;

    /// Stores submissions in one transaction; returns one outcome for each, in their order, once
    /// all of it is on the disk.
    ///
    /// After an error nothing of the batch counts as stored, though a commit whose answer was lost
    /// may still have happened: sending it again is safe and gives the answer.
    async fn commit(&self, batch: Arc<[Received]>) -> Result<Vec<Outcome>, StoreError>;

    /// Takes the feedback with this receipt back: its texts go, and it counts no longer.
    ///
    /// Returns whether there is one; taking back twice changes nothing.
    async fn withdraw(&self, receipt: ReceiptKey, at: i64) -> Result<bool, StoreError>;

    /// Adds pending deltas of batches to the roll-ups, in one transaction; returns whether it added
    /// any. Writes nothing if there are none, or another process is adding them. If there are many,
    /// some may be left.
    ///
    /// Readers see the same totals before and after, so it may be interrupted at any time, and
    /// called by several processes at once.
    async fn roll_up(&self) -> Result<bool, StoreError>;

    /// Adds widget events, all of them or none, for each department and all above it; those of an unknown
    /// department are left out.
    ///
    /// After an error they may have been added all the same: the answer of a server can be lost.
    /// Trying again may count these few twice, which never happens to ratings.
    async fn count_widget_events(
        &self,
        counted: Vec<(Counted, WidgetEventCounts)>,
    ) -> Result<(), StoreError>;

    /// Returns how many batches have deltas that are not in the roll-ups yet.
    async fn uncounted(&self) -> Result<u64, StoreError>;

    /// Removes expired data.
    async fn expire(&self) -> Result<(), StoreError>;

    /// Returns the rate limits that all collectors on this store share; none where only one
    /// process can use it.
    fn shared_limit(self: Arc<Self>) -> Option<Arc<dyn SharedLimit>>;

    /// Returns whether a write and a read succeed now.
    async fn ready(&self) -> bool;

    /// Returns when the store is closed: by a failure of the disk, or [`Store::close`].
    async fn stopped(&self);

    /// Writes what is queued, adds pending deltas to the roll-ups, and closes; later calls fail with
    /// [`StoreError::Stopped`].
    async fn close(&self);
}

/// Opens the store at an address and migrates it; a missing file is created.
pub async fn open(address: &Address) -> Result<Arc<dyn Store>, StoreError> {
    match address {
        Address::Sqlite(path) => Ok(Arc::new(hot::sqlite::Sqlite::open(path)?)),
        Address::Postgres(address) => Ok(Arc::new(hot::postgres::Postgres::open(address).await?)),
    }
}
