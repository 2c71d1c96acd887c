//! What an error of SQLite means to those who wait for an answer.

use rusqlite::ErrorCode;

use crate::store::StoreError;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            _ if disk_failed(&error) => Self::Stopped,
            Some(
                ErrorCode::DiskFull
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure,
            ) => Self::Unavailable(error.to_string()),
            None
            | Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig) => {
                Self::Row(error.to_string())
            }
            Some(_) => Self::Failed(error.to_string()),
        }
    }
}

/// Returns whether the disk can no longer be believed.
///
/// After a failed sync nobody knows what of it is there, and trying again may report a success
/// that is none. So nothing more is written by this process; a new one reads what there is.
pub(super) fn disk_failed(error: &rusqlite::Error) -> bool {
    let Some(code) = error.sqlite_error() else {
        return false;
    };
    // No room for the log's index is a full disk like any other.
    code.code == ErrorCode::SystemIoFailure
        && code.extended_code != rusqlite::ffi::SQLITE_IOERR_SHMSIZE
}
