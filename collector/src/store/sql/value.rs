//! Values that are bound to statements and read from rows.

use huiyin_shared::id::FeedbackId;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Contact, Name, Placement};
use jiff::civil::Date;

use crate::model::DepartmentId;

/// A value for a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::store) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Date(Date),
    /// For `= ANY ($1)`, as is the next.
    Ints(Vec<i64>),
    Dates(Vec<Date>),
}

/// The content of a column.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum Cell<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Date(Date),
}

/// A type that can be bound to a parameter.
pub(in crate::store) trait Bind {
    /// Returns the value to bind.
    fn bind(&self) -> Value;
}

/// A type that can be read from a column.
pub(in crate::store) trait Read: Sized {
    /// Returns the content of a cell, or nothing if it is not of this type.
    fn read(cell: Cell<'_>) -> Option<Self>;
}

impl<T: Bind + ?Sized> Bind for &T {
    fn bind(&self) -> Value {
        (**self).bind()
    }
}

impl<T: Bind> Bind for Option<T> {
    fn bind(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::bind)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::read(cell).map(Some),
        }
    }
}

/// PostgreSQL has a type for it, SQLite has 0 and 1.
impl Bind for bool {
    fn bind(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Read for bool {
    fn read(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Bool(value) => Some(value),
            Cell::Int(value) => Some(value != 0),
            _ => None,
        }
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Bind for $integer {
            fn bind(&self) -> Value {
                Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }

        impl Read for $integer {
            fn read(cell: Cell<'_>) -> Option<Self> {
                match cell {
                    Cell::Int(value) => value.try_into().ok(),
                    _ => None,
                }
            }
        }
    )*};
}
integers!(u8 i32 u32 i64 u64 usize);

impl Bind for str {
    fn bind(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Bind for String {
    fn bind(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl Read for String {
    fn read(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl Bind for Vec<u8> {
    fn bind(&self) -> Value {
        Value::Bytes(self.clone())
    }
}

impl<const N: usize> Bind for [u8; N] {
    fn bind(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

impl Read for Vec<u8> {
    fn read(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

impl Bind for Vec<i64> {
    fn bind(&self) -> Value {
        Value::Ints(self.clone())
    }
}

impl Bind for Vec<Date> {
    fn bind(&self) -> Value {
        Value::Dates(self.clone())
    }
}

/// A `DATE` in PostgreSQL, or a text `YYYY-MM-DD` in both.
impl Bind for Date {
    fn bind(&self) -> Value {
        Value::Date(*self)
    }
}

impl Read for Date {
    fn read(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Date(date) => Some(date),
            Cell::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

/// A `UUID` in PostgreSQL, 16 bytes in SQLite.
impl Bind for FeedbackId {
    fn bind(&self) -> Value {
        self.as_bytes().bind()
    }
}

impl Read for FeedbackId {
    fn read(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Bytes(bytes) => Self::from_bytes(bytes.try_into().ok()?).ok(),
            _ => None,
        }
    }
}

impl Bind for DepartmentId {
    fn bind(&self) -> Value {
        Value::Int(self.0)
    }
}

impl Read for DepartmentId {
    fn read(cell: Cell<'_>) -> Option<Self> {
        i64::read(cell).map(Self)
    }
}

impl Bind for Rating {
    fn bind(&self) -> Value {
        Value::Int(self.value().into())
    }
}

impl Read for Rating {
    fn read(cell: Cell<'_>) -> Option<Self> {
        u8::read(cell)?.try_into().ok()
    }
}

macro_rules! texts {
    ($($text:ty)*) => {$(
        impl Bind for $text {
            fn bind(&self) -> Value {
                self.as_str().bind()
            }
        }

        impl Read for $text {
            fn read(cell: Cell<'_>) -> Option<Self> {
                String::read(cell)?.try_into().ok()
            }
        }
    )*};
}
texts!(Slug Name Placement Contact);
