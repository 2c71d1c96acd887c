//! What batches have changed and no roll-up says yet.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use deadpool_postgres::Transaction;

use super::connection::{Client, SET_STATEMENT_TIMEOUT};
use super::known::share_tree;
use super::rollup;
use crate::store::StoreError;
use crate::store::deltas::{Change, Deltas, Key};
use crate::store::uncounted::{Garbled, each};

/// How many batches are counted in one transaction at the most.
pub(super) const MOST: u32 = 1_000;

/// Held by the one collector that counts; others leave it to that one.
const COUNTING_LOCK: i64 = 0x6875_6979_696e_0003;

/// Looks at each change that is kept in a row, or in several behind each other.
pub(super) fn changes(kept: &[u8], look: impl FnMut(Key, Change)) -> Result<(), StoreError> {
    each(kept, look).map_err(|error: Garbled| StoreError::Failed(error.to_string()))
}

/// Returns what must be added to the roll-ups that this transaction sees, under the keys that are
/// wanted; its view must be one and the same for all its statements.
pub(super) async fn read(
    transaction: &Transaction<'_>,
    wanted: impl Fn(Key) -> bool,
) -> Result<Deltas, StoreError> {
    let mut deltas = Deltas::default();
    for row in transaction
        .query("SELECT changes FROM uncounted", &[])
        .await?
    {
        changes(row.try_get(0)?, |key, change| {
            if wanted(key) {
                deltas.add_change(key, change);
            }
        })?;
    }
    Ok(deltas)
}

/// How many batches are counted at once: fewer after that failed, for where it took too long it
/// would again.
#[derive(Debug)]
pub(super) struct Pace(AtomicI64);

impl Default for Pace {
    fn default() -> Self {
        Self(AtomicI64::new(MOST.into()))
    }
}

impl Pace {
    /// Returns how many to count now.
    pub(super) fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes note of how it went with as many.
    pub(super) fn went(&self, tried: i64, well: bool) {
        let next = if well { tried * 2 } else { tried / 4 };
        self.0.store(next.clamp(1, MOST.into()), Ordering::Relaxed);
    }
}

/// What came of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// Everything is in the roll-ups.
    Nothing,
    /// Another collector is counting.
    Elsewhere,
    /// So many batches were added to the roll-ups.
    Batches(u64),
}

/// Returns how many batches have changed something that no roll-up says yet.
pub(super) async fn number(client: &Client) -> Result<u64, StoreError> {
    let statement = client
        .prepare_cached("SELECT count(*) FROM uncounted")
        .await?;
    let number: i64 = client.query_one(&statement, &[]).await?.try_get(0)?;
    Ok(u64::try_from(number).unwrap_or_default())
}

/// Adds to the roll-ups what up to `most` batches have changed.
///
/// One statement takes the rows and deletes them, so each is added in the transaction that deletes
/// it and in no other. The roll-ups' rows are locked by their keys' order, after a lock that only
/// one collector gets and for which nobody waits.
pub(super) async fn roll_up(client: &mut Client, most: i64) -> Result<Counted, StoreError> {
    let any = client
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM uncounted)")
        .await?;
    if !client.query_one(&any, &[]).await?.try_get::<_, bool>(0)? {
        return Ok(Counted::Nothing);
    }
    let transaction = client.transaction().await?;
    transaction.batch_execute(SET_STATEMENT_TIMEOUT).await?;
    // Whoever changes the tree has it alone, and counts for itself what it must.
    share_tree(&transaction).await?;
    let alone = transaction
        .prepare_cached("SELECT pg_try_advisory_xact_lock($1)")
        .await?;
    let alone = transaction.query_one(&alone, &[&COUNTING_LOCK]).await?;
    if !alone.try_get::<_, bool>(0)? {
        return Ok(Counted::Elsewhere);
    }
    let counted = take(&transaction, most).await?;
    transaction.commit().await?;
    Ok(Counted::Batches(counted))
}

/// Adds all of it to the roll-ups; nobody else may count or be counted until the transaction ends.
pub(super) async fn count(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    while take(transaction, MOST.into()).await? > 0 {}
    Ok(())
}

async fn take(transaction: &Transaction<'_>, most: i64) -> Result<u64, StoreError> {
    let statement = transaction
        .prepare_cached(
            "DELETE FROM uncounted WHERE id IN (SELECT id FROM uncounted LIMIT $1)
             RETURNING changes",
        )
        .await?;
    let rows = transaction.query(&statement, &[&most]).await?;
    let mut deltas = Deltas::default();
    for row in &rows {
        changes(row.try_get(0)?, |key, change| {
            deltas.add_change(key, change);
        })?;
    }
    rollup::write(transaction, &deltas).await?;
    Ok(rows.len() as u64)
}

/// How many rows have been deleted and may still be in the way of readers.
///
/// Every reader goes through the whole table, also through what is deleted and has yet to be
/// cleared away. The server's own vacuum comes once a minute, and by then that may be tens of
/// thousands of rows, where hardly any is alive.
#[derive(Debug, Default)]
pub(super) struct Litter(AtomicU64);

impl Litter {
    /// Clears it away where it is worth it, after counting; that it could not be is only logged,
    /// for what was counted stays so.
    ///
    /// To give room back to the disk takes the table from everybody for a moment, and waits for it
    /// up to five seconds; that is left for when there is nothing to count. For the server's own
    /// vacuum nobody waits.
    pub(super) async fn clear(&self, client: &Client, counted: Counted) {
        let deleted = match counted {
            Counted::Batches(deleted) => deleted,
            Counted::Nothing | Counted::Elsewhere => 0,
        };
        let rows = self.0.fetch_add(deleted, Ordering::Relaxed) + deleted;
        let vacuum = match (counted, rows) {
            (Counted::Nothing, 100..) => "VACUUM (SKIP_LOCKED) uncounted",
            (_, 1_000..) => "VACUUM (SKIP_LOCKED, TRUNCATE false) uncounted",
            _ => return,
        };
        self.0.store(0, Ordering::Relaxed);
        if let Err(error) = client.batch_execute(vacuum).await {
            let error = StoreError::from(error);
            tracing::warn!(%error, "what was counted could not be cleared away yet");
        }
    }
}
