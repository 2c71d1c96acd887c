//! Rows, and what is read from them.

use std::any::type_name;
use std::error::Error;

use rusqlite::RowIndex;

use super::value::{Cell, Read};
use crate::store::StoreError;

/// A row of a result.
pub(in crate::store) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

/// A type that is read from a row.
pub(in crate::store) trait FromRow: Sized {
    /// Reads the row.
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError>;
}

impl Row<'_> {
    /// Reads the column of this name.
    pub(in crate::store) fn get<T: Read>(&self, column: &str) -> Result<T, StoreError> {
        self.read(column)
            .map_err(|error| StoreError::Failed(format!("corrupt row: column {column}: {error}")))
    }

    /// Reads the column at this place, from 0; quicker than by name, for many rows.
    pub(in crate::store) fn at<T: Read>(&self, column: usize) -> Result<T, StoreError> {
        let read = self.read(column);
        read.map_err(|error| StoreError::Failed(format!("corrupt row: {error}")))
    }

    /// Reads five numbers that stand side by side from a column on.
    pub(in crate::store) fn five(&self, first: usize) -> Result<[i64; 5], StoreError> {
        let mut numbers = [0; 5];
        for (column, number) in (first..).zip(&mut numbers) {
            *number = self.at(column)?;
        }
        Ok(numbers)
    }

    fn read<T: Read>(
        &self,
        column: impl RowIndex + tokio_postgres::row::RowIndex + std::fmt::Display,
    ) -> Result<T, Box<dyn Error>> {
        let cell = match self {
            Self::Sqlite(row) => Cell::try_from(row.get_ref(column)?)?,
            Self::Postgres(row) => row.try_get(column)?,
        };
        let wanted = || format!("not a {}", type_name::<T>());
        T::read(cell).ok_or_else(|| wanted().into())
    }
}

/// Reads a struct from columns with the names of its fields.
macro_rules! from_row {
    ($struct:ident { $($field:ident),* $(,)? }) => {
        impl $crate::store::sql::FromRow for $struct {
            fn from_row(
                row: &$crate::store::sql::Row<'_>,
            ) -> Result<Self, $crate::store::StoreError> {
                Ok(Self { $($field: row.get(stringify!($field))?),* })
            }
        }
    };
}
pub(in crate::store) use from_row;

/// A row of one column.
impl<T: Read> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.at(0)
    }
}
