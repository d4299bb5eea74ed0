//! What can go wrong in the database, apart from what the caller may want to tell apart.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection could be had: the database is down, or all connections are busy for too long.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
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
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            other => Self::Database(other),
        }
    }
}
