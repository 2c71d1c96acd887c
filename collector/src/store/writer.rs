//! The one thread that writes: what arrives while it works is committed together next.
//!
//! One sync of the disk then serves many citizens, and none waits for more than two.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::rollup::Deltas;
use super::tree::Tree;
use super::{StoreError, feedback};
use crate::model::{Received, Refusal, Taken};

/// How many submissions may wait; more are told to come back.
const QUEUE: usize = 8_192;

/// How many submissions are committed together at the most.
const BATCH: usize = 1_000;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;
type Work = dyn FnOnce(&mut Connection, &mut KnownTree) -> Disk + Send;
type Outcome = Result<Taken, Refusal>;

/// Whether the disk can still be believed.
///
/// After a failed sync nobody knows what of it is there, and trying again may report a success
/// that is none. So nothing more is written by this process; a new one reads what there is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Disk {
    Sound,
    Failed,
}

impl Disk {
    fn after(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::SystemIoFailure) => Self::Failed,
            _ => Self::Sound,
        }
    }
}

/// Something to write.
enum Command {
    /// A submission; committed with its neighbours.
    Submit(Box<Received>, Reply<Outcome>),
    /// Anything else, in a transaction of its own.
    Run(Box<Work>),
    /// The end; nothing after it is looked at.
    Stop,
}

/// A handle on the writing thread.
#[derive(Clone)]
pub(super) struct Writer {
    commands: mpsc::Sender<Command>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (commands, waiting) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || work(connection, waiting))
            .map_err(|error| StoreError::Unusable(format!("cannot start a thread: {error}")))?;
        Ok(Self {
            commands,
            thread: Arc::new(Mutex::new(Some(thread))),
        })
    }

    /// Stores a submission; returns after the commit that holds it, or at once when too many wait.
    pub(super) async fn submit(&self, received: Received) -> Result<Outcome, StoreError> {
        let (reply, answer) = oneshot::channel();
        let command = Command::Submit(Box::new(received), reply);
        self.commands
            .try_send(command)
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::Busy,
                mpsc::error::TrySendError::Closed(_) => StoreError::Stopped,
            })?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Runs `work` in a transaction, committed if it succeeds.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &mut KnownTree) -> Result<T, rusqlite::Error>
        + Send
        + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let run = move |connection: &mut Connection, known: &mut KnownTree| {
            let result = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .and_then(|transaction| {
                    let value = work(&transaction, known)?;
                    transaction.commit()?;
                    Ok(value)
                });
            let disk = result.as_ref().err().map_or(Disk::Sound, Disk::after);
            // Whoever asked may have gone; what was written stays.
            drop(reply.send(result.map_err(StoreError::from)));
            disk
        };
        let command = Command::Run(Box::new(run));
        self.send(command).await?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    /// Moves all that is in the log into the file and empties the log, unless a reader needs it.
    pub(super) async fn empty_log(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        let empty = move |connection: &mut Connection, _: &mut KnownTree| {
            let result = truncate_log(connection);
            let disk = result.as_ref().err().map_or(Disk::Sound, Disk::after);
            drop(reply.send(result.map_err(StoreError::from)));
            disk
        };
        self.send(Command::Run(Box::new(empty))).await?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    async fn send(&self, command: Command) -> Result<(), StoreError> {
        let sent = self.commands.send(command).await;
        sent.map_err(|_| StoreError::Stopped)
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

/// Works until it is told to stop, nobody is left to tell it anything, or the disk fails.
fn work(mut connection: Connection, mut waiting: mpsc::Receiver<Command>) {
    let mut known = KnownTree::default();
    let mut next = waiting.blocking_recv();
    while let Some(command) = next.take() {
        let disk = match command {
            Command::Stop => break,
            Command::Run(run) => run(&mut connection, &mut known),
            Command::Submit(received, reply) => {
                let mut batch = vec![(received, reply)];
                while batch.len() < BATCH {
                    match waiting.try_recv() {
                        Ok(Command::Submit(received, reply)) => batch.push((received, reply)),
                        Ok(other) => {
                            next = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                commit(&mut connection, &mut known, batch)
            }
        };
        if disk == Disk::Failed {
            tracing::error!("the disk failed; nothing more is taken until a new start");
            return;
        }
        if next.is_none() {
            next = waiting.blocking_recv();
        }
    }
    // Leaves one file behind instead of three; a failure costs nothing but that.
    drop(truncate_log(&connection));
}

fn truncate_log(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Commits a batch and then answers.
///
/// If a row breaks a rule of the tables, each submission is tried alone, so that one bad row does
/// not sink its neighbours. If the file cannot be written, trying again would only keep them
/// waiting: all are told to come back.
fn commit(
    connection: &mut Connection,
    known: &mut KnownTree,
    batch: Vec<(Box<Received>, Reply<Outcome>)>,
) -> Disk {
    let all = batch.iter().map(|(received, _)| received.as_ref());
    match store(connection, known, all) {
        Ok(outcomes) => {
            for ((_, reply), outcome) in batch.into_iter().zip(outcomes) {
                drop(reply.send(Ok(outcome)));
            }
            Disk::Sound
        }
        Err(error) if batch.len() > 1 && is_about_a_row(&error) => {
            tracing::warn!(%error, size = batch.len(), "a batch failed and is tried one by one");
            let alone = batch
                .into_iter()
                .map(|one| commit(connection, known, vec![one]));
            // Those behind a failure are dropped unanswered, which tells them that it stopped.
            alone
                .into_iter()
                .find(|disk| *disk == Disk::Failed)
                .unwrap_or(Disk::Sound)
        }
        Err(error) => {
            tracing::error!(%error, size = batch.len(), "submissions could not be stored");
            let disk = Disk::after(&error);
            for (_, reply) in batch {
                drop(reply.send(Err(match disk {
                    Disk::Sound => StoreError::Busy,
                    Disk::Failed => StoreError::Stopped,
                })));
            }
            disk
        }
    }
}

/// Returns whether an error comes from what was written, and not from where.
fn is_about_a_row(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        None | Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig)
    )
}

/// Stores submissions in one transaction; returns one outcome for each, after the commit.
fn store<'a>(
    connection: &mut Connection,
    known: &mut KnownTree,
    all: impl Iterator<Item = &'a Received>,
) -> Result<Vec<Outcome>, rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let tree = known.tree(&transaction)?;
    let mut deltas = Deltas::default();
    let outcomes = all
        .map(|received| feedback::take(&transaction, tree, &mut deltas, received))
        .collect::<Result<Vec<_>, _>>()?;
    deltas.write(&transaction)?;
    transaction.commit()?;
    Ok(outcomes)
}

/// The department tree with what is needed to know that it is still true.
#[derive(Default)]
pub(super) struct KnownTree {
    tree: Option<Tree>,
    version: i64,
}

impl KnownTree {
    /// Returns the tree, read again if another process has changed the file since.
    pub(super) fn tree(&mut self, connection: &Connection) -> Result<&Tree, rusqlite::Error> {
        // Changes when another connection commits, never by our own writing.
        let version: i64 = connection
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))?;
        if self.version != version {
            self.forget();
            self.version = version;
        }
        match self.tree.take() {
            Some(tree) => Ok(self.tree.insert(tree)),
            None => Ok(self.tree.insert(Tree::read(connection)?)),
        }
    }

    /// Has the tree read again before its next use, after our own writing has changed it.
    pub(super) fn forget(&mut self) {
        self.tree = None;
    }
}
