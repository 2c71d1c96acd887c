//! The store in one file of SQLite: one thread that writes, several connections that read.

pub(in crate::store) mod connection;
mod failure;
mod feedback;
pub(in crate::store) mod known;
pub(in crate::store) mod pending_deltas;
pub(in crate::store) mod readers;
mod receipt;
mod rollup;
#[cfg(test)]
mod tests;
mod value_texts;
mod wal;
mod widget_events;
pub(in crate::store) mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use rusqlite::Connection;

use self::known::KnownTree;
use crate::limits::shared::SharedLimit;
use crate::model::{Counted, Outcome, Received, WidgetEventCounts};
use crate::store::receipt::WITH_RECEIPT;
use crate::store::sql::{Database, sql};
use crate::store::{Store, StoreError};
use crate::util::hashing::ReceiptKey;

/// Returns the newest version of the tables that this release knows.
pub(in crate::store) fn newest_version() -> i64 {
    connection::newest()
}

/// An open file; clones are handles on the same one.
#[derive(Clone)]
pub(in crate::store) struct Sqlite {
    database: Database,
    writer: writer::Writer,
    readers: Arc<readers::Readers>,
    /// Whether words that were taken back may still be in the log; as far as is known at the start,
    /// after a crash, they may.
    log_has_words: Arc<AtomicBool>,
}

impl Sqlite {
    /// Opens the file, made if it is missing, and brings its tables up to date.
    pub(in crate::store) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = connection::open_for_writing(path)?;
        let log = wal::Log::keep(&mut connection, path)?;
        let writer = writer::Writer::start(connection, log)?;
        let readers = Arc::new(readers::Readers::open(path)?);
        Ok(Self {
            database: Database::sqlite(writer.clone(), Arc::clone(&readers)),
            writer,
            readers,
            log_has_words: Arc::new(AtomicBool::new(true)),
        })
    }
}

#[async_trait]
impl Store for Sqlite {
    fn database(&self) -> &Database {
        &self.database
    }

    async fn commit(&self, batch: Arc<[Received]>) -> Result<Vec<Outcome>, StoreError> {
        self.writer
            .run(move |transaction, known| feedback::take_all(transaction, known, &batch))
            .await
    }

    async fn withdraw(&self, receipt: ReceiptKey, at: i64) -> Result<bool, StoreError> {
        // Whoever makes up receipts costs readers time, and those who rate none.
        let [first, last] = receipt.ids;
        let id = sql!(WITH_RECEIPT, first, last, receipt.hash.0);
        let Some(id) = self.database.query_opt::<Vec<u8>>(id).await? else {
            return Ok(false);
        };
        // The words are overwritten in the file; the log has them until it is emptied. Noted on the
        // writing thread, because whoever asked may leave before the answer.
        let log_has_words = Arc::clone(&self.log_has_words);
        let withdraw = move |transaction: &Connection, known: &mut KnownTree| {
            let changed = receipt::withdraw(transaction, known, &id, at)?;
            log_has_words.fetch_or(changed, Ordering::Relaxed);
            Ok(changed)
        };
        if self.writer.run(withdraw).await?
            && let Err(error) = self.expire().await
        {
            tracing::warn!(%error, "write-ahead log not truncated after a withdrawal; will retry");
        }
        Ok(true)
    }

    async fn roll_up(&self) -> Result<bool, StoreError> {
        // Asked several times a second: where nothing was rated that must not cost a write.
        if self.readers.read(pending_deltas::none).await? {
            return Ok(false);
        }
        self.writer
            .run(|transaction, _| pending_deltas::count(transaction))
            .await?;
        Ok(true)
    }

    async fn count_widget_events(
        &self,
        counted: Vec<(Counted, WidgetEventCounts)>,
    ) -> Result<(), StoreError> {
        self.writer
            .run(move |transaction, _| widget_events::add(transaction, &counted))
            .await
    }

    async fn uncounted(&self) -> Result<u64, StoreError> {
        self.readers.read(pending_deltas::number).await
    }

    async fn expire(&self) -> Result<(), StoreError> {
        if !self.log_has_words.load(Ordering::Relaxed) {
            return Ok(());
        }
        // Where a reader needs the log, or it cannot be written, there will be another try.
        let log_has_words = Arc::clone(&self.log_has_words);
        let emptied = move || log_has_words.store(false, Ordering::Relaxed);
        self.writer.empty_log(emptied).await.map(drop)
    }

    fn shared_limit(self: Arc<Self>) -> Option<Arc<dyn SharedLimit>> {
        None
    }

    async fn ready(&self) -> bool {
        let written = self.writer.run(|transaction, _| {
            // Writes the first page and changes nothing: a full disk refuses it.
            transaction.pragma_update(None, "user_version", 0)
        });
        written.await.is_ok() && self.readers.read(pending_deltas::none).await.is_ok()
    }

    async fn stopped(&self) {
        self.writer.stopped().await;
    }

    async fn close(&self) {
        // Where it cannot be counted now, it is when the file is next opened.
        drop(self.roll_up().await);
        self.readers.close().await;
        self.writer.stop().await;
    }
}
