//! The one thread that writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::connection::{PATIENCE, keep_log};
use super::failure::disk_failed;
use super::known::KnownTree;
use super::wal::Log;
use crate::store::StoreError;

/// How many commands may be queued.
const QUEUE: usize = 16;

type Work = dyn FnOnce(&mut Connection, &mut KnownTree) -> Disk + Send;

/// Whether the disk can still be trusted; else why not.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::store) enum Disk {
    Sound,
    Failed(String),
}

impl Disk {
    /// Returns the state of the disk after a result.
    pub(in crate::store) fn after<T>(result: &Result<T, rusqlite::Error>) -> Self {
        match result {
            Err(error) if disk_failed(error) => Self::Failed(error.to_string()),
            _ => Self::Sound,
        }
    }
}

/// A command to the thread.
enum Command {
    /// Run this.
    Run(Box<Work>),
    /// Stop, whatever is queued behind it.
    Stop,
}

/// A handle on the writing thread.
#[derive(Clone)]
pub(in crate::store) struct Writer {
    commands: mpsc::Sender<Command>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection, log: Log) -> Result<Self, StoreError> {
        let (commands, waiting) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || work(connection, log, waiting))
            .map_err(|error| StoreError::Unusable(format!("cannot start a thread: {error}")))?;
        Ok(Self {
            commands,
            thread: Arc::new(Mutex::new(Some(thread))),
        })
    }

    /// Runs `work` in a transaction, committed if it succeeds; returns after the commit.
    pub(in crate::store) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &mut KnownTree) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(move |connection, known| {
            // Prepared once: there are hundreds of transactions a second.
            let execute = |sql| connection.prepare_cached(sql)?.execute([]);
            execute("BEGIN IMMEDIATE")?;
            let result = work(connection, known).and_then(|value| {
                execute("COMMIT")?;
                Ok(value)
            });
            if result.is_err() && !connection.is_autocommit() {
                execute("ROLLBACK")?;
            }
            result
        })
        .await
    }

    /// Runs one statement, which is a transaction of its own; returns after its commit.
    pub(in crate::store) async fn autocommit<T: Send + 'static>(
        &self,
        statement: impl FnOnce(&Connection) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(|connection, _| statement(connection)).await
    }

    /// Runs `work`, which begins and ends its own transaction; a panic in it is an error.
    pub(in crate::store) async fn with_connection<T, E>(
        &self,
        work: impl FnOnce(&mut Connection, &mut KnownTree) -> (Result<T, E>, Disk) + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let run = move |connection: &mut Connection, known: &mut KnownTree| {
            // Ratings are stored on this thread, so it outlives a bug in a feature.
            let caught = catch_unwind(AssertUnwindSafe(|| work(connection, known)));
            let (result, disk) = caught.unwrap_or_else(|_| {
                let panicked = StoreError::Failed("a transaction panicked".to_owned());
                (Err(panicked.into()), Disk::Sound)
            });
            drop(reply.send(result));
            disk
        };
        let sent = self.commands.send(Command::Run(Box::new(run))).await;
        sent.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Moves all that is in the log into the file and empties the log, then calls `emptied` before
    /// anything else is written; returns false, at once, where a reader still needs the log or it is
    /// being moved.
    pub(super) async fn empty_log(
        &self,
        emptied: impl FnOnce() + Send + 'static,
    ) -> Result<bool, StoreError> {
        self.ask(move |connection, _| {
            // Nobody's rating waits for a reader.
            connection.busy_timeout(Duration::ZERO)?;
            let is_empty = truncate_log(connection);
            connection.busy_timeout(PATIENCE)?;
            if matches!(is_empty, Ok(true)) {
                emptied();
            }
            is_empty
        })
        .await
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &mut KnownTree) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let run = move |connection: &mut Connection, known: &mut KnownTree| {
            let result = work(connection, known);
            if result.is_err() {
                // What was read of the tree may have been undone.
                known.forget();
            }
            let disk = Disk::after(&result);
            let result = result.map_err(|error| match disk {
                Disk::Sound => error.into(),
                Disk::Failed(_) => StoreError::Stopped,
            });
            // Whoever asked may have gone; what was written stays.
            drop(reply.send(result));
            disk
        };
        let sent = self.commands.send(Command::Run(Box::new(run))).await;
        sent.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Returns when nothing is written any more: after a failure of the disk, or the end.
    pub(super) async fn stopped(&self) {
        self.commands.closed().await;
    }

    /// Writes what is waiting and ends the thread.
    pub(super) async fn stop(&self) {
        if self.commands.send(Command::Stop).await.is_err() {
            return;
        }
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            drop(tokio::task::spawn_blocking(move || thread.join()).await);
        }
    }
}

/// Runs commands until it is told to stop, all handles are gone, or the disk fails.
fn work(mut connection: Connection, mut log: Log, mut waiting: mpsc::Receiver<Command>) {
    let mut known = KnownTree::default();
    while let Some(Command::Run(run)) = waiting.blocking_recv() {
        let disk = match run(&mut connection, &mut known) {
            Disk::Sound => look_after(&mut log, &connection),
            failed @ Disk::Failed(_) => failed,
        };
        if let Disk::Failed(error) = disk {
            tracing::error!(
                error,
                "disk failure: the store is closed until the collector is restarted"
            );
            abort_keeping_log(&connection, log);
            return;
        }
    }
    // Leaves one file behind instead of three.
    let emptied = log.leave().and_then(|()| truncate_log(&connection));
    if let Disk::Failed(error) = Disk::after(&emptied) {
        tracing::error!(error, "disk failure when the store was closed");
        keep_log_on_close(&connection);
    }
}

fn look_after(log: &mut Log, connection: &Connection) -> Disk {
    let looked = log.look_after(connection);
    if let Err(error) = &looked {
        tracing::warn!(%error, "checkpoint of the write-ahead log failed; will retry");
    }
    Disk::after(&looked)
}

/// Stops without writing to a failed disk; the log has everything that was acknowledged.
fn abort_keeping_log(connection: &Connection, log: Log) {
    keep_log_on_close(connection);
    drop(log.leave());
}

fn keep_log_on_close(connection: &Connection) {
    if let Err(error) = keep_log(connection) {
        tracing::error!(%error, "the write-ahead log may be removed on close");
    }
}

/// Returns whether the log is empty.
fn truncate_log(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get(0).map(|is_busy: bool| !is_busy)
    })
}
