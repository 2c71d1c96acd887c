//! Statements and transactions in PostgreSQL.

use std::time::Duration;

use deadpool_postgres::GenericClient;
use futures_util::{FutureExt, TryStreamExt};
use jiff::civil::Date;
use scopeguard::ScopeGuard;
use tokio::time::{sleep, timeout};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error, IsolationLevel};
use uuid::Uuid;

use super::row::{FromRow, Row};
use super::statement::Statement;
use super::value::{Cell, Value};
use super::{Purpose, StatementCount, StoreError, Tx, TxInner};
use crate::store::hot::postgres::connection::{Client, Pools};
use crate::store::hot::postgres::lease::{STATEMENT_PATIENCE, in_time, lease, timed_out};
use crate::store::hot::postgres::tree_lock::lock_tree;

type Boxed = Box<dyn std::error::Error + Sync + Send>;

/// How often a transaction is tried that conflicts with others.
const TRIES: u32 = 10;

/// How long others may go on between two tries.
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// No statement timeout of the client.
const UNLIMITED: Duration = Duration::MAX;

/// Why a transaction cannot go on.
enum Failure {
    /// It conflicts with another one, and may succeed when it is run again.
    Conflict,
    /// The server did not answer; an answer may still come, so the connection is of no use.
    TimedOut,
}

/// How long each statement of a transaction may take, and why the transaction cannot go on.
struct Attempt {
    patience: Duration,
    failure: Option<Failure>,
}

impl Attempt {
    fn new(patience: Duration) -> Self {
        Self {
            patience,
            failure: None,
        }
    }

    /// Waits for an answer, and notes why the transaction cannot go on after it.
    async fn wait<T>(
        &mut self,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, StoreError> {
        match timeout(self.patience, answer).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                if is_conflict(&error) {
                    self.failure = Some(Failure::Conflict);
                }
                Err(error.into())
            }
            Err(_) => {
                self.failure = Some(Failure::TimedOut);
                Err(StoreError::Unavailable("no answer in time".to_owned()))
            }
        }
    }
}

/// An open transaction.
pub(super) struct Transaction<'a> {
    pub(super) transaction: deadpool_postgres::Transaction<'a>,
    attempt: &'a mut Attempt,
}

impl Transaction<'_> {
    pub(super) async fn for_each(
        &mut self,
        statement: &Statement,
        visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let rows = statement.rows_on(&self.transaction);
        visit_all(&self.attempt.wait(rows).await?, visit)
    }

    pub(super) async fn execute(&mut self, statement: &Statement) -> Result<u64, StoreError> {
        let changed = statement.execute_on(&self.transaction);
        self.attempt.wait(changed).await
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.attempt.wait(self.transaction.commit()).await
    }
}

/// A transaction that only reads, in one snapshot of the data.
///
/// Its beginning travels with its first statement, and nobody waits for its end.
pub(super) struct Snapshot<'a> {
    client: &'a Client,
    attempt: &'a mut Attempt,
    has_begun: bool,
}

impl Snapshot<'_> {
    pub(super) async fn for_each(
        &mut self,
        statement: &Statement,
        visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (client, has_begun) = (self.client, self.has_begun);
        self.has_begun = true;
        let rows = async {
            if has_begun {
                return statement.rows_on(client).await;
            }
            // Polled in this order, so BEGIN is sent first.
            let begin = client.batch_execute(BEGIN_SNAPSHOT);
            let (started, rows) = tokio::join!(biased; begin, statement.rows_on(client));
            started?;
            rows
        };
        visit_all(&self.attempt.wait(rows).await?, visit)
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if self.has_begun {
            // Polled once, it is sent; the next user of the connection comes after it.
            drop(self.client.batch_execute("ROLLBACK").now_or_never());
        }
    }
}

/// Returns all rows of a query.
pub(super) async fn query<T: FromRow>(
    pools: &Pools,
    statement: &Statement,
) -> Result<Vec<T>, StoreError> {
    let rows = in_time(&pools.reading, "a query", async |client| {
        statement.rows_on(client).await
    });
    read_all(&rows.await?)
}

/// Runs one statement in a transaction of its own; returns the number of rows it changed.
pub(super) async fn execute(pools: &Pools, statement: &Statement) -> Result<u64, StoreError> {
    in_time(&pools.editing, "a statement", async |client| {
        statement.execute_on(client).await
    })
    .await
}

/// Runs `work` in one snapshot of the data.
pub(super) async fn read<T, E: From<StoreError>>(
    pools: &Pools,
    statements: StatementCount,
    purpose: Purpose,
    work: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let (pool, patience) = match purpose {
        Purpose::Request => (&pools.reading, STATEMENT_PATIENCE),
        Purpose::Maintenance => (&pools.maintenance, UNLIMITED),
    };
    let client = lease(pool).await?;
    let mut attempt = Attempt::new(patience);
    let snapshot = Snapshot {
        client: &client,
        attempt: &mut attempt,
        has_begun: false,
    };
    let mut tx = Tx::new(TxInner::PostgresSnapshot(snapshot), statements);
    let result = work(&mut tx).await;
    drop(tx);
    let client = ScopeGuard::into_inner(client);
    match attempt.failure {
        Some(Failure::TimedOut) => Err(timed_out(client, "a query").into()),
        Some(Failure::Conflict) | None => result,
    }
}

/// Runs `work` in a transaction, again after each conflict.
pub(super) async fn write<T, E: From<StoreError>>(
    pools: &Pools,
    statements: &StatementCount,
    purpose: Purpose,
    work: impl AsyncFn(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let (pool, patience) = match purpose {
        Purpose::Request => (&pools.editing, STATEMENT_PATIENCE),
        Purpose::Maintenance => (&pools.maintenance, UNLIMITED),
    };
    let mut client = lease(pool).await?;
    for _ in 0..TRIES {
        let mut attempt = Attempt::new(patience);
        let result = run(&mut client, statements, purpose, &mut attempt, &work).await;
        match attempt.failure {
            None => {
                drop(ScopeGuard::into_inner(client));
                return result;
            }
            Some(Failure::Conflict) => sleep(BETWEEN_TRIES).await,
            Some(Failure::TimedOut) => {
                let client = ScopeGuard::into_inner(client);
                return Err(timed_out(client, "a transaction").into());
            }
        }
    }
    let reason = format!("a transaction conflicted with others {TRIES} times");
    Err(StoreError::Unavailable(reason).into())
}

async fn run<T, E: From<StoreError>>(
    client: &mut Client,
    statements: &StatementCount,
    purpose: Purpose,
    attempt: &mut Attempt,
    work: &impl AsyncFn(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = client.build_transaction().isolation_level(match purpose {
        Purpose::Request => IsolationLevel::Serializable,
        // Each statement sees what was committed before the lock was granted.
        Purpose::Maintenance => IsolationLevel::ReadCommitted,
    });
    let transaction = attempt.wait(transaction.start()).await?;
    if purpose == Purpose::Maintenance {
        // All ratings wait behind whoever waits for the tree lock, or waits for another lock with it.
        let limit = transaction.batch_execute("SET LOCAL lock_timeout = '2s'");
        attempt.wait(limit).await?;
        attempt.wait(lock_tree(&transaction)).await?;
    }
    let transaction = Transaction {
        transaction,
        attempt,
    };
    let mut tx = Tx::new(TxInner::Postgres(transaction), statements.clone());
    let value = work(&mut tx).await?;
    tx.commit().await?;
    Ok(value)
}

fn is_conflict(error: &Error) -> bool {
    let conflicts = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
    ];
    error.code().is_some_and(|code| conflicts.contains(code))
}

impl Statement {
    /// Returns all rows of a query.
    pub(in crate::store) async fn rows_on(
        &self,
        client: &impl GenericClient,
    ) -> Result<Vec<tokio_postgres::Row>, Error> {
        let prepared = client.prepare_cached(&self.text).await?;
        let rows = client.query_raw(&prepared, &self.values).await?;
        rows.try_collect().await
    }

    /// Runs the statement; returns the number of rows it changed.
    async fn execute_on(&self, client: &impl GenericClient) -> Result<u64, Error> {
        let prepared = client.prepare_cached(&self.text).await?;
        client.execute_raw(&prepared, &self.values).await
    }
}

fn read_all<T: FromRow>(rows: &[tokio_postgres::Row]) -> Result<Vec<T>, StoreError> {
    rows.iter()
        .map(|row| T::from_row(&Row::Postgres(row)))
        .collect()
}

fn visit_all(
    rows: &[tokio_postgres::Row],
    mut visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    rows.iter().try_for_each(|row| visit(&Row::Postgres(row)))
}

fn is_text(kind: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR, Type::NAME].contains(kind)
}

/// The type of the parameter decides how a value is sent.
impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match (self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Bool(value), &Type::BOOL) => value.to_sql(kind, out),
            (Self::Int(value), &Type::INT8) => value.to_sql(kind, out),
            (Self::Int(value), &Type::INT4) => i32::try_from(*value)?.to_sql(kind, out),
            (Self::Int(value), &Type::INT2) => i16::try_from(*value)?.to_sql(kind, out),
            (Self::Text(text), kind) if is_text(kind) => text.to_sql(kind, out),
            (Self::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            (Self::Bytes(bytes), &Type::UUID) => Uuid::from_slice(bytes)?.to_sql(kind, out),
            (Self::Date(date), &Type::DATE) => date.to_sql(kind, out),
            (Self::Ints(list), &Type::INT8_ARRAY) => list.to_sql(kind, out),
            (Self::Dates(list), &Type::DATE_ARRAY) => list.to_sql(kind, out),
            (Self::Date(date), kind) if is_text(kind) => date.to_string().to_sql(kind, out),
            // Without the value: a citizen may have written it.
            _ => {
                Err(format!("a parameter of type {kind} cannot hold the value bound to it").into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Boxed> {
        Ok(match *kind {
            Type::BOOL => Self::Bool(bool::from_sql(kind, raw)?),
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => Self::Int(i16::from_sql(kind, raw)?.into()),
            Type::DATE => Self::Date(Date::from_sql(kind, raw)?),
            Type::BYTEA | Type::UUID => Self::Bytes(raw),
            _ if is_text(kind) => Self::Text(<&str>::from_sql(kind, raw)?),
            _ => return Err(format!("a column of type {kind}; cast it").into()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Boxed> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
