//! The queue between those who submit and the store: group commit, whatever the database.
//!
//! What arrives while a batch is being committed is committed together next: one sync of the disk
//! serves many citizens.

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::metrics::{BUSY, Entry, INTERNAL, Intake, Settled, UNAVAILABLE};
use crate::model::{Outcome, Received, Refusal, Taken};
use crate::store::{Store, StoreError};

/// Why a submission was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// The rules forbid it.
    #[error("the submission was refused: {0:?}")]
    Refused(Refusal),
    /// More waits to be written than may wait; trying again soon is safe.
    #[error("too many submissions wait to be stored")]
    Busy,
    /// The store could not; what is internal has been logged.
    #[error("the submission could not be stored")]
    Store(#[from] StoreError),
}

/// How many submissions may wait; more are told to come back.
const WAITING: usize = 8_192;

/// How many submissions are committed together at the most.
///
/// A batch is what has arrived since the last commit. To wait some milliseconds for more made
/// commits fewer and everybody slower: while some wait for the disk, others are read and answered.
const BATCH: usize = 1_000;

/// Whoever waits to hear of a submission, and the ledger, which hears of it in any case.
struct Reply {
    entry: Entry,
    answer: oneshot::Sender<Result<Outcome, StoreError>>,
}

impl Reply {
    /// Says what became of it; whoever asked may have gone, and what was stored stays.
    fn send(self, result: Result<Outcome, StoreError>) {
        self.entry.settle(match &result {
            Ok(outcome) => outcome.into(),
            Err(StoreError::Stopped | StoreError::Unavailable(_)) => Settled::Refused(UNAVAILABLE),
            Err(_) => Settled::Refused(INTERNAL),
        });
        drop(self.answer.send(result));
    }
}

/// A submission and whoever waits to hear of it.
struct Waiting {
    received: Received,
    reply: Reply,
}

/// A handle on the queue; clones are handles on the same one.
#[derive(Clone)]
pub struct Queue {
    waiting: mpsc::Sender<Waiting>,
    lane: Arc<Mutex<Option<Lane>>>,
}

/// The task that commits, and how it is told to end.
struct Lane {
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Queue {
    /// Starts taking submissions for this store; must be called within a runtime.
    pub fn start(store: Arc<dyn Store>, intake: Intake) -> Self {
        let (waiting, arrived) = mpsc::channel(WAITING);
        let (end, ended) = oneshot::channel();
        let task = tokio::spawn(commit_all(store, intake, arrived, ended));
        Self {
            waiting,
            lane: Arc::new(Mutex::new(Some(Lane { end, task }))),
        }
    }

    /// Stores a submission; returns after the commit that holds it, or at once when too many wait.
    ///
    /// The entry is settled by what becomes of the submission, whether or not this is awaited.
    pub async fn submit(&self, received: Received, entry: Entry) -> Result<Taken, NotTaken> {
        let (answer, heard) = oneshot::channel();
        // From here on nobody can give it up: a queue that ends without a word has stopped.
        let entry = entry.otherwise(UNAVAILABLE);
        let reply = Reply { entry, answer };
        self.waiting
            .try_send(Waiting { received, reply })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(waiting) => {
                    waiting.reply.entry.settle(Settled::Refused(BUSY));
                    NotTaken::Busy
                }
                mpsc::error::TrySendError::Closed(_) => StoreError::Stopped.into(),
            })?;
        let outcome = heard.await.map_err(|_| StoreError::Stopped)??;
        outcome.map_err(NotTaken::Refused)
    }

    /// Commits what waits, and takes nothing more.
    pub async fn close(&self) {
        let lane = self
            .lane
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(Lane { end, task }) = lane {
            _ = end.send(());
            drop(task.await);
        }
    }
}

/// Commits batch after batch until it is told to end and nothing waits, or the store has stopped.
async fn commit_all(
    store: Arc<dyn Store>,
    intake: Intake,
    mut arrived: mpsc::Receiver<Waiting>,
    mut ended: oneshot::Receiver<()>,
) {
    let mut pauses = pauses();
    let mut batch = Vec::new();
    loop {
        tokio::select! {
            biased;
            _ = &mut ended, if !arrived.is_closed() => {
                arrived.close();
                continue;
            }
            count = arrived.recv_many(&mut batch, BATCH) => if count == 0 {
                return;
            }
        }
        intake.waits(arrived.len());
        match commit(store.as_ref(), &intake, std::mem::take(&mut batch)).await {
            Next::GoOn | Next::Failed => pauses = self::pauses(),
            Next::Pause => {
                let pause = pauses.next().unwrap_or_default();
                refuse_for(pause, &mut arrived).await;
            }
            // Those who wait are told by their reply being dropped.
            Next::Stop => return,
        }
    }
}

/// How many submissions of a batch may fail in a row before the others are not tried alone.
const FAILURES: u32 = 8;

/// What is to be done after a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    /// The database failed with this batch; the next one may succeed.
    Failed,
    /// The database cannot be used: trying again at once would only keep people waiting.
    Pause,
    Stop,
}

/// Commits a batch and then answers.
///
/// If one breaks a rule of the tables, or revises a row that cannot be read, each is tried alone, so
/// that one bad row does not sink its neighbours. If several fail in a row, the fault is not theirs, and
/// the others are to come again later.
async fn commit(store: &dyn Store, intake: &Intake, batch: Vec<Waiting>) -> Next {
    let (received, replies): (Vec<Received>, Vec<Reply>) = batch
        .into_iter()
        .map(|waiting| (waiting.received, waiting.reply))
        .unzip();
    let received: Arc<[Received]> = received.into();
    let started = Instant::now();
    let committed = store.commit(Arc::clone(&received)).await;
    intake.committed(received.len(), started.elapsed());
    match committed {
        Ok(outcomes) => {
            for (reply, outcome) in replies.into_iter().zip(outcomes) {
                reply.send(Ok(outcome));
            }
            Next::GoOn
        }
        Err(StoreError::Row(error) | StoreError::Failed(error)) if received.len() > 1 => {
            tracing::warn!(%error, size = received.len(), "a batch failed and is tried one by one");
            let (mut next, mut failures) = (Next::GoOn, 0);
            for (received, reply) in received.iter().zip(replies) {
                let alone = vec![Waiting {
                    received: received.clone(),
                    reply,
                }];
                if next == Next::Pause || next == Next::Stop || failures == FAILURES {
                    refuse(alone, next);
                    continue;
                }
                next = Box::pin(commit(store, intake, alone)).await;
                failures = if next == Next::Failed {
                    failures + 1
                } else {
                    0
                };
            }
            next
        }
        Err(error) => {
            tracing::error!(%error, size = received.len(), "submissions could not be stored");
            let next = match error {
                StoreError::Unavailable(_) => Next::Pause,
                StoreError::Stopped | StoreError::Unusable(_) => Next::Stop,
                StoreError::Row(_) => Next::GoOn,
                StoreError::Failed(_) => Next::Failed,
            };
            for reply in replies {
                reply.send(Err(match next {
                    Next::GoOn | Next::Failed => StoreError::Failed(String::new()),
                    Next::Pause => StoreError::Unavailable(String::new()),
                    Next::Stop => StoreError::Stopped,
                }));
            }
            next
        }
    }
}

fn refuse(batch: Vec<Waiting>, next: Next) {
    for Waiting { reply, .. } in batch {
        reply.send(Err(match next {
            Next::Stop => StoreError::Stopped,
            Next::GoOn | Next::Failed | Next::Pause => StoreError::Unavailable(String::new()),
        }));
    }
}

/// Refuses all that arrives for a while: nobody is kept waiting for what cannot be done.
async fn refuse_for(pause: Duration, arrived: &mut mpsc::Receiver<Waiting>) {
    let end = Instant::now() + pause;
    loop {
        tokio::select! {
            () = sleep_until(end) => return,
            waiting = arrived.recv() => match waiting {
                Some(waiting) => refuse(vec![waiting], Next::Pause),
                None => return,
            },
        }
    }
}

/// Returns how long to leave a database alone that could not be used: longer each time, with
/// jitter, so that several collectors do not come back in step.
fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(50))
        .with_max_delay(Duration::from_secs(2))
        .with_jitter()
        .without_max_times()
        .build()
}
