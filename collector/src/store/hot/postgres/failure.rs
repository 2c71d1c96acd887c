//! What an error of PostgreSQL means to those who wait for an answer.

use deadpool_postgres::PoolError;
use tokio_postgres::Error;

use crate::store::StoreError;

impl From<Error> for StoreError {
    /// Tells by the class of the code (PostgreSQL's documentation, appendix A).
    fn from(error: Error) -> Self {
        let Some(failure) = error.as_db_error() else {
            // The connection broke, could not be made, or answered nonsense.
            return Self::Unavailable(told(&error));
        };
        let text = failure.message().to_owned();
        let code = failure.code().code();
        match code.get(..2).unwrap_or_default() {
            // A row breaks a constraint, or a value its type.
            "23" | "22" => Self::Row(text),
            // Connection, rights, a standby, a lost race, resources, a server that is stopping.
            "08" | "28" | "25" | "40" | "53" | "55" | "57" | "58" => Self::Unavailable(text),
            _ => Self::Failed(format!("{code} {text}")),
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Closed => Self::Stopped,
            other => Self::Unavailable(other.to_string()),
        }
    }
}

/// Returns an error with what caused it; neither holds a value of a row.
fn told(error: &Error) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
