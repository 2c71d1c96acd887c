//! One bucket for all collectors on one database, asked in batches and never waited for long.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::civil::Date;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::client::{Client, Key};
use crate::util::clock::Clock;

/// How long an answer is waited for before the local buckets decide alone.
const PATIENCE: Duration = Duration::from_millis(250);

/// How long the store is left alone after it failed.
const PAUSE: Duration = Duration::from_secs(1);

/// How many requests may wait for an answer, and how many one question asks for.
const WAITING: usize = 1_024;

/// What is asked for one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The hash of the client, under the salt of the day.
    pub key: Key,
    /// How many requests wait for a grant.
    pub requests: u32,
}

/// How many requests a bucket lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many a minute, in the long run.
    pub per_minute: u32,
    /// How many at once, after a silence.
    pub burst: u32,
}

/// What went wrong in the store; told to the log and to nobody else.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Buckets that several collectors share.
#[async_trait]
pub trait SharedLimit: Send + Sync {
    /// Takes from each bucket what is asked of it, as far as there is, and returns how many
    /// requests each grants, in the same order.
    ///
    /// The keys are distinct and in ascending order, so that no two collectors lock two buckets
    /// in opposite order.
    async fn grant(&self, asked: &[Asked], quota: Quota) -> Result<Vec<u32>, Failure>;

    /// Returns the salt of a day, made at its first use, the same for all collectors, and
    /// forgotten after two days.
    async fn salt(&self, day: Date) -> Result<Key, Failure>;
}

/// The way to the shared buckets.
#[derive(Debug)]
pub(super) struct Shared(mpsc::Sender<Waiting>);

#[derive(Debug)]
struct Waiting {
    client: Client,
    answer: oneshot::Sender<bool>,
}

impl Shared {
    /// Starts the one task that asks.
    pub(super) fn start(store: Arc<dyn SharedLimit>, clock: Clock, quota: Quota) -> Self {
        let (waiting, asked) = mpsc::channel(WAITING);
        let task = Asker {
            store,
            clock,
            quota,
            salt: None,
            failed: None,
        };
        tokio::spawn(task.run(asked));
        Self(waiting)
    }

    /// Returns whether the shared bucket lets one more request of this client through; also where
    /// no answer comes, because then the local bucket has the last word.
    pub(super) async fn grants(&self, client: Client) -> bool {
        let (answer, heard) = oneshot::channel();
        if self.0.try_send(Waiting { client, answer }).is_err() {
            return true;
        }
        !matches!(timeout(PATIENCE, heard).await, Ok(Ok(false)))
    }
}

struct Asker {
    store: Arc<dyn SharedLimit>,
    clock: Clock,
    quota: Quota,
    salt: Option<(Date, Key)>,
    failed: Option<Instant>,
}

impl Asker {
    /// Asks for all who wait, again and again, until nobody can wait any more.
    async fn run(mut self, mut asked: mpsc::Receiver<Waiting>) {
        let mut waiting = Vec::new();
        while asked.recv_many(&mut waiting, WAITING).await > 0 {
            // Whoever is dropped without an answer is answered by the local bucket.
            let batch = waiting.drain(..);
            if self.failed.is_some_and(|at| at.elapsed() < PAUSE) {
                continue;
            }
            let asked = timeout(PATIENCE, self.answer(batch.collect())).await;
            match asked.unwrap_or_else(|_| Err("it took too long".into())) {
                Ok(()) => self.failed = None,
                Err(error) => {
                    if self.failed.is_none() {
                        tracing::warn!(%error, "the shared rate limit cannot be asked");
                    }
                    self.failed = Some(Instant::now());
                }
            }
        }
    }

    async fn answer(&mut self, waiting: Vec<Waiting>) -> Result<(), Failure> {
        let salt = self.salt().await?;
        let mut by_key = BTreeMap::<Key, Vec<oneshot::Sender<bool>>>::new();
        for Waiting { client, answer } in waiting {
            by_key.entry(client.hash(&salt)).or_default().push(answer);
        }
        let asked: Vec<Asked> = by_key
            .iter()
            .map(|(key, answers)| Asked {
                key: *key,
                requests: u32::try_from(answers.len()).unwrap_or(u32::MAX),
            })
            .collect();
        let granted = self.store.grant(&asked, self.quota).await?;
        for (answers, granted) in by_key.into_values().zip(granted) {
            for (number, answer) in (0..).zip(answers) {
                // Who no longer waits has been answered already.
                let _: Result<(), bool> = answer.send(number < granted);
            }
        }
        Ok(())
    }

    async fn salt(&mut self) -> Result<Key, Failure> {
        let today = self.clock.today();
        if let Some((day, salt)) = self.salt
            && day == today
        {
            return Ok(salt);
        }
        let salt = self.store.salt(today).await?;
        self.salt = Some((today, salt));
        Ok(salt)
    }
}
