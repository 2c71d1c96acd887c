//! The database as a feature sees it: one SQL text for SQLite and PostgreSQL.
//!
//! Everything that is not on the hot path of ratings is written on this, once. Both databases have
//! to understand the SQL, and the tests of each feature run on both (`contract!`). The rules:
//!
//! - A text has `$1`, `$2`, … in any order; text that is added to it has `{}`. All of it is literal,
//!   never made of what somebody sent.
//! - Columns are named as the fields they are read into: `d.slug AS department`.
//! - A condition is not an error: `ON CONFLICT (columns) DO …`, and a look at the number of rows.
//!   Concurrent edits: `UPDATE … SET version = version + 1 WHERE id = $1 AND version = $2`.
//! - `sum` needs `CAST(… AS bigint)`; a parameter that is only compared with NULL needs a cast too.
//! - A list is bound as one value, for `= ANY ($1)`. Many rows are written with
//!   [`Tx::execute_rows`], whose columns are `column1`, `column2`, … in a subquery.
//! - Not the same on both, and therefore not used: `LIKE` on text that is not folded, the order of
//!   NULLs, other arrays, JSON operators, `now()` and `random()`. Times and random values are
//!   passed in.

mod postgres;
pub(super) mod row;
mod sqlite;
mod statement;
#[cfg(test)]
mod tests;
mod value;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::hot::postgres::connection::Pools;
use super::hot::sqlite::readers::Readers;
use super::hot::sqlite::writer::Writer;
use super::{StoreError, hot};
use crate::util::random::Random;

pub(super) use row::{FromRow, Row, from_row};
pub(super) use statement::{Statement, sql, values};
pub(super) use value::{Bind, Value};

/// A handle on a SQLite file or a PostgreSQL server.
#[derive(Clone)]
pub struct Database {
    backend: Backend,
    purpose: Purpose,
    statements: StatementCount,
}

/// What transactions are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// What somebody waits for: each statement has a time limit.
    Request,
    /// Imports, moves and recounts: no time limit, and nobody else counts ratings while it writes.
    Maintenance,
}

/// How many statements were run, without those that begin and end transactions.
type StatementCount = Arc<AtomicU64>;

#[derive(Clone)]
enum Backend {
    Sqlite {
        writer: Writer,
        readers: Arc<Readers>,
    },
    Postgres(Pools),
}

impl Database {
    /// Wraps an open SQLite file.
    pub(super) fn sqlite(writer: Writer, readers: Arc<Readers>) -> Self {
        Self::new(Backend::Sqlite { writer, readers })
    }

    /// Wraps the connection pools of a PostgreSQL server.
    pub(super) fn postgres(pools: Pools) -> Self {
        Self::new(Backend::Postgres(pools))
    }

    fn new(backend: Backend) -> Self {
        Self {
            backend,
            purpose: Purpose::Request,
            statements: StatementCount::default(),
        }
    }

    /// Returns a handle for what changes the department tree or all roll-ups, or reads all feedback.
    ///
    /// No statement of its transactions has a time limit. Those that write hold the tree lock, so
    /// that nobody else counts ratings meanwhile; in PostgreSQL they are not serializable.
    pub(super) fn for_maintenance(&self) -> Self {
        let purpose = Purpose::Maintenance;
        Self {
            purpose,
            ..self.clone()
        }
    }

    /// Returns how many statements were run.
    #[cfg(test)]
    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Returns all rows of a query.
    pub(super) async fn query<T>(&self, statement: Statement) -> Result<Vec<T>, StoreError>
    where
        T: FromRow + Send + 'static,
    {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.backend {
            Backend::Sqlite { readers, .. } => {
                readers
                    .with_connection(move |connection| sqlite::query(connection, &statement)?)
                    .await
            }
            Backend::Postgres(pools) => postgres::query(pools, &statement).await,
        }
    }

    /// Returns the first row of a query, if there is one.
    pub(super) async fn query_opt<T>(&self, statement: Statement) -> Result<Option<T>, StoreError>
    where
        T: FromRow + Send + 'static,
    {
        Ok(self.query(statement).await?.into_iter().next())
    }

    /// Runs one statement in a transaction of its own; returns the number of rows it changed.
    pub(super) async fn execute(&self, statement: Statement) -> Result<u64, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.backend {
            Backend::Sqlite { writer, .. } => {
                writer
                    .autocommit(move |connection| sqlite::execute(connection, &statement))
                    .await
            }
            Backend::Postgres(pools) => postgres::execute(pools, &statement).await,
        }
    }

    /// Runs `work` in a transaction: committed if it succeeds, rolled back if it fails.
    ///
    /// It is serializable: what it reads stays true until it ends, but for what maintenance changes
    /// meanwhile, which holds the tree lock instead. PostgreSQL may run it several times, after conflicts
    /// with other transactions. It must await nothing but `tx`: in SQLite it runs on the thread that
    /// also stores ratings, where anything else fails at once.
    pub(super) async fn write<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        W: AsyncFn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        let (statements, purpose) = (Arc::clone(&self.statements), self.purpose);
        match &self.backend {
            Backend::Sqlite { writer, .. } => {
                let write = move |connection: &mut _, known: &mut _| {
                    sqlite::write(connection, known, statements, purpose, work)
                };
                writer.with_connection(write).await
            }
            Backend::Postgres(pools) => postgres::write(pools, &statements, purpose, work).await,
        }
    }

    /// Runs `work` in one snapshot of the data, whatever is written meanwhile.
    ///
    /// It must await nothing but `tx`: in SQLite it runs on a thread for reading, where anything
    /// else fails at once.
    pub(super) async fn read<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        W: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (statements, purpose) = (Arc::clone(&self.statements), self.purpose);
        match &self.backend {
            Backend::Sqlite { readers, .. } => {
                let read =
                    move |connection: &mut _| sqlite::read(connection, statements, purpose, work);
                readers.with_connection(read).await
            }
            Backend::Postgres(pools) => postgres::read(pools, statements, purpose, work).await,
        }
    }
}

/// An open transaction.
pub struct Tx<'a> {
    inner: TxInner<'a>,
    statements: StatementCount,
    has_failed: bool,
}

enum TxInner<'a> {
    Sqlite(sqlite::Transaction<'a>),
    Postgres(postgres::Transaction<'a>),
    PostgresSnapshot(postgres::Snapshot<'a>),
}

impl<'a> Tx<'a> {
    fn new(inner: TxInner<'a>, statements: StatementCount) -> Self {
        Self {
            inner,
            statements,
            has_failed: false,
        }
    }

    /// Returns all rows of a query.
    pub(super) async fn query<T: FromRow>(
        &mut self,
        statement: Statement,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        let read = self.for_each(statement, |row| {
            rows.push(T::from_row(row)?);
            Ok(())
        });
        read.await?;
        Ok(rows)
    }

    /// Calls `visit` with each row of a query.
    pub(super) async fn for_each(
        &mut self,
        statement: Statement,
        visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.must_be_usable()?;
        self.statements.fetch_add(1, Ordering::Relaxed);
        let read = match &mut self.inner {
            TxInner::Sqlite(sqlite) => sqlite.for_each(&statement, visit),
            TxInner::Postgres(postgres) => postgres.for_each(&statement, visit).await,
            TxInner::PostgresSnapshot(postgres) => postgres.for_each(&statement, visit).await,
        };
        self.has_failed = read.is_err();
        read
    }

    /// Returns whether the database is SQLite, where the quickest statement differs.
    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self.inner, TxInner::Sqlite(_))
    }

    /// Returns the first row of a query, if there is one.
    pub(super) async fn query_opt<T: FromRow>(
        &mut self,
        statement: Statement,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.query(statement).await?.into_iter().next())
    }

    /// Runs a statement for many rows, up to 2048 at once; `{rows}` in its text stands for their
    /// `VALUES`. Untyped there, they are texts. Returns the number of rows it changed.
    pub(super) async fn execute_rows<const N: usize>(
        &mut self,
        text: &str,
        rows: impl IntoIterator<Item = [Value; N]>,
    ) -> Result<u64, StoreError> {
        let mut values: Vec<Value> = rows.into_iter().flatten().collect();
        let mut changed = 0;
        while !values.is_empty() {
            // A power of two: few texts, for each stays prepared.
            let rows = 1 << (values.len() / N).min(2048).ilog2();
            let rest = values.split_off(rows * N);
            let statement = Statement::with_rows(text, N, values);
            changed += self.execute(statement).await?;
            values = rest;
        }
        Ok(changed)
    }

    /// Runs a statement; returns the number of rows it changed.
    pub(super) async fn execute(&mut self, statement: Statement) -> Result<u64, StoreError> {
        self.must_be_usable()?;
        self.statements.fetch_add(1, Ordering::Relaxed);
        let changed = match &mut self.inner {
            TxInner::Sqlite(sqlite) => sqlite.execute(&statement),
            TxInner::Postgres(postgres) => postgres.execute(&statement).await,
            TxInner::PostgresSnapshot(_) => Err(read_only()),
        };
        self.has_failed = changed.is_err();
        changed
    }

    /// Adds all pending deltas to the roll-ups, in a transaction for maintenance.
    pub(super) async fn count_pending(&mut self) -> Result<(), StoreError> {
        self.must_be_usable()?;
        let counted = match &mut self.inner {
            TxInner::Sqlite(sqlite) => sqlite.run(hot::sqlite::pending_deltas::count),
            TxInner::Postgres(postgres) => {
                hot::postgres::pending_deltas::count(&postgres.transaction).await
            }
            TxInner::PostgresSnapshot(_) => Err(read_only()),
        };
        self.has_failed = counted.is_err();
        counted
    }

    /// Notes that the tree, or the counting, has changed by something else than a rating.
    ///
    /// The version moves by a random amount: after a failover or a restore the server may be back
    /// at an earlier one, and a collector still knows the tree by a later. Counted one by one, that
    /// number would come again with another tree behind it.
    pub(super) async fn tree_changed(&mut self) -> Result<(), StoreError> {
        const CHANGE: &str = "UPDATE tree_version SET version = version + 1 + $1";
        let [a, b, c, d, ..] = Random::system().key();
        let step = u32::from_le_bytes([a, b, c, d]);
        self.execute(sql!(CHANGE, step)).await.map(drop)
    }

    async fn commit(self) -> Result<(), StoreError> {
        self.must_be_usable()?;
        match self.inner {
            TxInner::Sqlite(sqlite) => sqlite.commit(),
            TxInner::Postgres(postgres) => postgres.commit().await,
            // Nothing was written; it ends when it is dropped.
            TxInner::PostgresSnapshot(_) => Ok(()),
        }
    }

    /// Refuses to go on after a failed statement, as PostgreSQL does.
    fn must_be_usable(&self) -> Result<(), StoreError> {
        if self.has_failed {
            let reason = "an earlier statement of the transaction failed";
            return Err(StoreError::Failed(reason.to_owned()));
        }
        Ok(())
    }
}

fn read_only() -> StoreError {
    StoreError::Failed("a snapshot is read-only".to_owned())
}
