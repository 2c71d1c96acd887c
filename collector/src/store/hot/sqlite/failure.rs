//! What an error of SQLite means to those who wait for an answer.

use rusqlite::{Error, ErrorCode};

use crate::store::StoreError;

impl From<Error> for StoreError {
    /// An error of the disk ends only the thread that writes, which asks `disk_failed`.
    fn from(error: Error) -> Self {
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DiskFull
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure,
            ) => Self::Unavailable(error.to_string()),
            Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig) => {
                Self::Row(error.to_string())
            }
            None if matches!(error, Error::ToSqlConversionFailure(_)) => {
                Self::Row(error.to_string())
            }
            // Without a code it is not of SQLite: a row that cannot be read, or a bug.
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// Returns whether the disk can no longer be believed.
///
/// After a failed sync nobody knows what of it is there, and trying again may report a success
/// that is none. So nothing more is written by this process; a new one reads what there is.
pub(super) fn disk_failed(error: &Error) -> bool {
    let Some(code) = error.sqlite_error() else {
        return false;
    };
    // No room for the log's index is a full disk like any other.
    code.code == ErrorCode::SystemIoFailure
        && code.extended_code != rusqlite::ffi::SQLITE_IOERR_SHMSIZE
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi::{self, Error as Code};

    use super::*;

    #[test]
    fn each_error_says_what_happened() {
        let sqlite = |code| Error::SqliteFailure(Code::new(code), None);
        let is_unavailable = |error| matches!(error, StoreError::Unavailable(_));
        for code in [ffi::SQLITE_FULL, ffi::SQLITE_BUSY, ffi::SQLITE_IOERR_READ] {
            assert!(is_unavailable(sqlite(code).into()), "{code}");
        }
        let is_row = |error| matches!(error, StoreError::Row(_));
        assert!(is_row(sqlite(ffi::SQLITE_CONSTRAINT_UNIQUE).into()));
        assert!(is_row(
            Error::ToSqlConversionFailure("too large".into()).into()
        ));
        let is_failed = |error| matches!(error, StoreError::Failed(_));
        assert!(is_failed(sqlite(ffi::SQLITE_CORRUPT).into()));
        for error in [
            Error::QueryReturnedNoRows,
            Error::InvalidParameterCount(1, 2),
        ] {
            assert!(is_failed(error.into()));
        }
    }
}
