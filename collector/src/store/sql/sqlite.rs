//! Statements and transactions in SQLite.

use futures_util::FutureExt;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Error, ToSql};

use super::row::{FromRow, Row};
use super::statement::{Statement, sql};
use super::value::{Cell, Value};
use super::{Purpose, StatementCount, StoreError, Tx, TxInner};
use crate::store::hot::sqlite::known::KnownTree;
use crate::store::hot::sqlite::writer::Disk;

/// How much a connection for reading keeps in memory, and sorts there in a recount, in KiB.
const CACHE: i32 = 2 * 1024;
const SORTING: i32 = 32 * 1024;

/// An open transaction.
pub(super) struct Transaction<'a> {
    connection: &'a mut Connection,
    /// Of a transaction that writes: after a failure of the disk the store is closed.
    disk: Option<&'a mut Disk>,
}

impl Transaction<'_> {
    pub(super) fn for_each(
        &mut self,
        statement: &Statement,
        visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let read = for_each(self.connection, statement, visit);
        self.checked(read)?
    }

    pub(super) fn execute(&mut self, statement: &Statement) -> Result<u64, StoreError> {
        self.run(|connection| execute(connection, statement))
    }

    pub(super) fn run<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        let result = work(self.connection);
        self.checked(result)
    }

    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        self.execute(&sql!("COMMIT")).map(drop)
    }

    /// Remembers a failure of the disk.
    fn checked<T>(&mut self, result: Result<T, Error>) -> Result<T, StoreError> {
        if let Some(disk) = &mut self.disk
            && let failed @ Disk::Failed(_) = Disk::after(&result)
        {
            **disk = failed;
            return Err(StoreError::Stopped);
        }
        Ok(result?)
    }
}

impl Drop for Transaction<'_> {
    /// Rolls back what was not committed, also after a panic.
    fn drop(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.execute(&sql!("ROLLBACK"))
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }
}

/// Runs `work` in a transaction; returns the state of the disk too.
pub(super) fn write<T, E: From<StoreError>>(
    connection: &mut Connection,
    known: &mut KnownTree,
    statements: StatementCount,
    purpose: Purpose,
    work: impl AsyncFn(&mut Tx<'_>) -> Result<T, E>,
) -> (Result<T, E>, Disk) {
    if purpose == Purpose::Maintenance {
        known.forget();
    }
    let mut disk = Disk::Sound;
    let transaction = Transaction {
        connection,
        disk: Some(&mut disk),
    };
    let result = transact(transaction, "BEGIN IMMEDIATE", statements, work);
    (result, disk)
}

/// Runs `work` in a transaction that only reads; its snapshot is of its first statement.
pub(super) fn read<T, E: From<StoreError>>(
    connection: &mut Connection,
    statements: StatementCount,
    purpose: Purpose,
    work: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let resize = |connection: &Connection, size: i32| {
        if let Err(error) = connection.pragma_update(None, "cache_size", -size) {
            tracing::warn!(%error, "cache of a reader not resized");
        }
    };
    if purpose == Purpose::Maintenance {
        // The sorter goes to the disk as soon as it holds more than the cache may.
        resize(connection, SORTING);
    }
    let transaction = Transaction {
        connection,
        disk: None,
    };
    let result = transact(transaction, "BEGIN", statements, work);
    if purpose == Purpose::Maintenance {
        resize(connection, CACHE);
    }
    result
}

fn transact<T, E: From<StoreError>>(
    mut transaction: Transaction<'_>,
    begin: &'static str,
    statements: StatementCount,
    work: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let committed = async move {
        transaction.execute(&sql!(begin))?;
        let mut tx = Tx::new(TxInner::Sqlite(transaction), statements);
        let value = work(&mut tx).await?;
        tx.commit().await?;
        Ok(value)
    };
    // No statement waits, so nothing else may.
    committed.now_or_never().unwrap_or_else(|| {
        let reason = "a transaction awaits something else than the database";
        Err(StoreError::Failed(reason.to_owned()).into())
    })
}

/// Returns all rows of a query; those that cannot be read are the inner error.
pub(super) fn query<T: FromRow>(
    connection: &Connection,
    statement: &Statement,
) -> Result<Result<Vec<T>, StoreError>, Error> {
    let mut all = Vec::new();
    let read = for_each(connection, statement, |row| {
        all.push(T::from_row(row)?);
        Ok(())
    })?;
    Ok(read.map(|()| all))
}

/// Calls `visit` with each row; its failure is the inner error.
fn for_each(
    connection: &Connection,
    statement: &Statement,
    mut visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<Result<(), StoreError>, Error> {
    let mut prepared = statement.prepare_in(connection)?;
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next()? {
        let visited = visit(&Row::Sqlite(row));
        if visited.is_err() {
            return Ok(visited);
        }
    }
    Ok(Ok(()))
}

/// Runs a statement; returns the number of rows it changed.
pub(super) fn execute(connection: &Connection, statement: &Statement) -> Result<u64, Error> {
    let changed = statement.prepare_in(connection)?.raw_execute()?;
    Ok(changed as u64)
}

impl Statement {
    /// Prepares the statement and binds its values.
    pub(in crate::store) fn prepare_in<'c>(
        &self,
        connection: &'c Connection,
    ) -> Result<CachedStatement<'c>, Error> {
        let mut prepared = connection.prepare_cached(&translated(&self.text))?;
        let (wanted, given) = (prepared.parameter_count(), self.values.len());
        if wanted != given {
            return Err(Error::InvalidParameterCount(given, wanted));
        }
        for (index, value) in (1..).zip(&self.values) {
            prepared.raw_bind_parameter(index, value)?;
        }
        Ok(prepared)
    }
}

/// Writes `$1` as `?1`, for `$1` is a name to SQLite, and `= ANY ($1)` with a list that is bound as
/// JSON.
fn translated(text: &str) -> String {
    let text = text.replace('$', "?");
    let mut pieces = text.split("= ANY (?");
    let mut translated = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        translated.push_str("IN (SELECT value FROM json_each(?");
        translated.push_str(&piece.replacen(')', "))", 1));
    }
    translated
}

impl ToSql for Value {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>, Error> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Bool(value) => ToSqlOutput::Borrowed(ValueRef::Integer((*value).into())),
            Self::Int(value) => ToSqlOutput::Borrowed(ValueRef::Integer(*value)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Date(date) => ToSqlOutput::Owned(date.to_string().into()),
            Self::Ints(list) => ToSqlOutput::Owned(format!("{list:?}").into()),
            Self::Dates(list) => {
                let quoted: Vec<_> = list.iter().map(|date| format!("\"{date}\"")).collect();
                ToSqlOutput::Owned(format!("[{}]", quoted.join(",")).into())
            }
        })
    }
}

impl<'a> TryFrom<ValueRef<'a>> for Cell<'a> {
    type Error = &'static str;

    fn try_from(value: ValueRef<'a>) -> Result<Self, Self::Error> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(value) => Self::Int(value),
            ValueRef::Text(text) => Self::Text(str::from_utf8(text).map_err(|_| "not UTF-8")?),
            ValueRef::Blob(bytes) => Self::Bytes(bytes),
            ValueRef::Real(_) => return Err("a REAL"),
        })
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;
    use rusqlite::functions::{Context, FunctionFlags};

    use super::*;

    /// Opens a database whose disk fails when `fail()` is called.
    fn failing() -> Connection {
        let connection = Connection::open_in_memory().expect("opens");
        let fail = |_: &Context<'_>| -> Result<i64, _> {
            let code = ffi::Error::new(ffi::SQLITE_IOERR_READ);
            Err(Error::SqliteFailure(code, None))
        };
        let defined = connection.create_scalar_function("fail", 0, FunctionFlags::empty(), fail);
        defined.expect("is defined");
        connection
    }

    async fn fail(tx: &mut Tx<'_>) -> Result<Vec<i64>, StoreError> {
        tx.query(sql!("SELECT fail()")).await
    }

    #[test]
    fn a_failure_of_the_disk_closes_the_store_only_where_it_was_written() {
        let mut connection = failing();
        let read = read(
            &mut connection,
            StatementCount::default(),
            Purpose::Request,
            fail,
        );
        assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
        let known = &mut KnownTree::default();
        let count = StatementCount::default();
        let (written, disk) = write(&mut connection, known, count, Purpose::Request, fail);
        assert!(matches!(written, Err(StoreError::Stopped)), "{written:?}");
        assert!(matches!(disk, Disk::Failed(_)), "{disk:?}");
    }
}
