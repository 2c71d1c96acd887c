//! Statements and transactions in SQLite.

use futures_util::FutureExt;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Error, ToSql};

use super::row::{FromRow, Of, Row};
use super::statement::{Statement, sql};
use super::value::{Cell, Value};
use super::{On, StoreError, Tx};
use crate::store::hot::sqlite::writer::Disk;

/// An open transaction.
pub(super) struct Transaction<'a> {
    connection: &'a mut Connection,
    disk: &'a mut Disk,
}

impl Transaction<'_> {
    pub(super) fn query<T: FromRow>(
        &mut self,
        statement: &Statement,
    ) -> Result<Vec<T>, StoreError> {
        let rows = query(self.connection, statement);
        self.checked(rows)?
    }

    pub(super) fn execute(&mut self, statement: &Statement) -> Result<u64, StoreError> {
        let changed = execute(self.connection, statement);
        self.checked(changed)
    }

    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        self.execute(&sql!("COMMIT")).map(drop)
    }

    /// Remembers a failure of the disk.
    fn checked<T>(&mut self, result: Result<T, Error>) -> Result<T, StoreError> {
        if Disk::after(&result) == Disk::Failed {
            *self.disk = Disk::Failed;
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
    work: impl AsyncFn(&mut Tx<'_>) -> Result<T, E>,
) -> (Result<T, E>, Disk) {
    let mut disk = Disk::Sound;
    let mut tx = Tx::new(On::Sqlite(Transaction {
        connection,
        disk: &mut disk,
    }));
    let committed = async move {
        tx.execute(sql!("BEGIN IMMEDIATE")).await?;
        let value = work(&mut tx).await?;
        tx.commit().await?;
        Ok(value)
    };
    // No statement waits, so nothing else may.
    let result = committed.now_or_never().unwrap_or_else(|| {
        let reason = "a transaction awaits something else than the database";
        Err(StoreError::Failed(reason.to_owned()).into())
    });
    (result, disk)
}

/// Returns all rows of a query; those that cannot be read are the inner error.
pub(super) fn query<T: FromRow>(
    connection: &Connection,
    statement: &Statement,
) -> Result<Result<Vec<T>, StoreError>, Error> {
    let mut prepared = statement.prepare_in(connection)?;
    let mut rows = prepared.raw_query();
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        match T::from_row(&Row(Of::Sqlite(row))) {
            Ok(row) => all.push(row),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(all))
}

/// Runs a statement; returns the number of rows it changed.
pub(super) fn execute(connection: &Connection, statement: &Statement) -> Result<u64, Error> {
    let changed = statement.prepare_in(connection)?.raw_execute()?;
    Ok(changed as u64)
}

impl Statement {
    /// Prepares the statement and binds its values.
    ///
    /// To SQLite `$2` is a name, numbered by its first appearance in the text.
    pub(in crate::store) fn prepare_in<'c>(
        &self,
        connection: &'c Connection,
    ) -> Result<CachedStatement<'c>, Error> {
        let mut prepared = connection.prepare_cached(&self.text)?;
        let (wanted, given) = (prepared.parameter_count(), self.values.len());
        if wanted != given {
            return Err(Error::InvalidParameterCount(given, wanted));
        }
        for index in 1..=wanted {
            let name = prepared.parameter_name(index).unwrap_or_default();
            let number = name
                .strip_prefix('$')
                .and_then(|number| number.parse().ok());
            let value = number.and_then(|number: usize| self.values.get(number.checked_sub(1)?));
            let value = value.ok_or(Error::InvalidParameterCount(given, wanted))?;
            prepared.raw_bind_parameter(index, value)?;
        }
        Ok(prepared)
    }
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
