//! What can go wrong in the database, apart from what the caller may want to tell apart.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection could be had: the database is down, or all connections are busy for too long.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The connection broke while a transaction was being committed: it may have happened or not.
    #[error("it is not known whether the transaction was committed: {0}")]
    OutcomeUnknown(String),
    /// A unique constraint refused a row. SQLite does not say which.
    #[error("there is such a row already")]
    Duplicate,
    #[error("there is no such row")]
    NotFound,
    /// A stored value that no version of this program writes.
    #[error("the database holds a value that cannot be read: {0}")]
    Corrupt(&'static str),
    #[error("migration failed: {0}")]
    Migration(String),
    #[error(transparent)]
    Database(DieselError),
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Duplicate,
            DieselError::DatabaseError(kind, info) if is_passing(kind, info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            other => Self::Database(other),
        }
    }
}

/// What may go better a moment later: the database is away, busy or full. Diesel has no kind for most of it.
fn is_passing(kind: DatabaseErrorKind, message: &str) -> bool {
    const MESSAGES: [&str; 12] = [
        "database is locked",
        "database table is locked",
        "database or disk is full",
        "disk I/O error",
        "lock timeout",
        "statement timeout",
        "deadlock detected",
        "no connection to the server",
        "terminating connection",
        "server closed the connection",
        "could not extend file",
        "too many clients",
    ];
    let is_kind = matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::SerializationFailure);
    is_kind || MESSAGES.iter().any(|known| message.contains(known))
}
