//! What batches have changed and no roll-up says yet.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use deadpool_postgres::Transaction;
use tokio_postgres::Row;

use super::connection::Client;
use super::rollup;
use super::tree_lock::share_tree;
use crate::store::StoreError;
use crate::store::deltas::Deltas;
use crate::store::pending_deltas::decode;

/// How many batches are counted in one transaction at the most.
const MOST: u32 = 1_000;

/// Held by the one collector that counts; others leave it to that one.
const COUNTING_LOCK: i64 = 0x6875_6979_696e_0003;

fn added(rows: &[Row]) -> Result<Deltas, StoreError> {
    let mut deltas = Deltas::default();
    for row in rows {
        decode(row.try_get(0)?, |key, change| deltas.add(key, change))?;
    }
    Ok(deltas)
}

/// How many batches are counted at once: twice as many after a success, a quarter after a failure,
/// for what took too long would do so again.
#[derive(Debug)]
pub(super) struct BatchSize(AtomicI64);

impl Default for BatchSize {
    fn default() -> Self {
        Self(AtomicI64::new(MOST.into()))
    }
}

impl BatchSize {
    /// Returns how many to count now.
    pub(super) fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes note that so many were counted.
    pub(super) fn on_success(&self, tried: i64) {
        self.set(tried * 2);
    }

    /// Takes note that so many could not be counted.
    pub(super) fn on_failure(&self, tried: i64) {
        self.set(tried / 4);
    }

    fn set(&self, next: i64) {
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
        .prepare_cached("SELECT count(*) FROM pending_deltas")
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
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM pending_deltas)")
        .await?;
    if !client.query_one(&any, &[]).await?.try_get::<_, bool>(0)? {
        return Ok(Counted::Nothing);
    }
    let transaction = client.transaction().await?;
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
pub(in crate::store) async fn count(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    while take(transaction, MOST.into()).await? > 0 {}
    Ok(())
}

async fn take(transaction: &Transaction<'_>, most: i64) -> Result<u64, StoreError> {
    let statement = transaction
        .prepare_cached(
            "DELETE FROM pending_deltas WHERE id IN (SELECT id FROM pending_deltas LIMIT $1)
             RETURNING changes",
        )
        .await?;
    let rows = transaction.query(&statement, &[&most]).await?;
    rollup::write(transaction, &added(&rows)?).await?;
    Ok(rows.len() as u64)
}

/// How many rows have been deleted and may still be in the way of readers.
///
/// Every reader goes through the whole table, also through dead rows that no vacuum has removed. The
/// server's own comes once a minute, and by then that may be tens of
/// thousands of rows, where hardly any is alive.
#[derive(Debug, Default)]
pub(super) struct DeadRows(AtomicU64);

impl DeadRows {
    /// Returns the statement that removes them, where it is worth it, after counting.
    ///
    /// To give room back to the disk takes the table from everybody for a moment, and waits for it
    /// up to five seconds; that is left for when there is nothing to count. For the server's own
    /// vacuum nobody waits.
    pub(super) fn due_vacuum(&self, counted: Counted) -> Option<&'static str> {
        let deleted = match counted {
            Counted::Batches(deleted) => deleted,
            Counted::Nothing | Counted::Elsewhere => 0,
        };
        let rows = self.0.fetch_add(deleted, Ordering::Relaxed) + deleted;
        let vacuum = match (counted, rows) {
            (Counted::Nothing, 100..) => "VACUUM (SKIP_LOCKED) pending_deltas",
            (_, 1_000..) => "VACUUM (SKIP_LOCKED, TRUNCATE false) pending_deltas",
            _ => return None,
        };
        self.0.store(0, Ordering::Relaxed);
        Some(vacuum)
    }
}
