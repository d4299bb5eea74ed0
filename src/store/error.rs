//! Errors of the database, without the results that a caller handles by type.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::{
    condition::{meet, meet_conflict, tells_damage, tells_full},
    reason::Reason,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was changed, and the same may succeed later.
    #[error("the database {0}: {1}")]
    Unavailable(Reason, String),
    /// The connection broke during a commit: the transaction may have happened or not.
    #[error("it is not known whether the transaction was committed: {0}")]
    OutcomeUnknown(String),
    /// A unique constraint refused a row. SQLite does not say which one.
    #[error("the row already exists")]
    Duplicate,
    #[error("the row does not exist")]
    NotFound,
    /// A stored value that no version of this program writes.
    #[error("the database contains a value that cannot be read: {0}")]
    Corrupt(&'static str),
    /// The work on the database panicked. The log says where.
    #[error("the work on the database ended with a panic")]
    Panicked,
    #[error("migration failed: {0}")]
    Migration(String),
    /// A later version of this program has migrated the database.
    #[error(
        "it is newer than this program: {of_database} applied migration {step}, but this is Latchkey {own}, which \
         knows migrations up to {known}. Install the newer version, or restore an earlier backup of the database"
    )]
    Newer { of_database: String, step: String, own: &'static str, known: String },
    /// The database, or the pooler in front of it, cannot be used with its settings.
    #[error("{0}")]
    Unsuitable(String),
    #[error(transparent)]
    Database(DieselError),
}

impl Error {
    pub fn reason(&self) -> Option<Reason> {
        if let Self::Unavailable(reason, _) = self { Some(*reason) } else { None }
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        let reason = match &error {
            DieselError::NotFound => return Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => return Self::Duplicate,
            DieselError::DatabaseError(_, info) if tells_damage(&**info) => Some(Reason::Damaged),
            DieselError::DatabaseError(kind, info) => {
                if is_conflict(*kind, info.message()) {
                    meet_conflict();
                }
                passing(*kind, info.message())
            }
            _ => None,
        };
        match (reason, error) {
            (Some(reason), DieselError::DatabaseError(_, info)) => {
                meet(reason);
                Self::Unavailable(reason, info.message().to_owned())
            }
            (_, other) => Self::Database(other),
        }
    }
}

/// Whether the transaction was ended in favor of another one (40001 and 40P01 of PostgreSQL) and can be repeated at
/// once.
fn is_conflict(kind: DatabaseErrorKind, message: &str) -> bool {
    matches!(kind, DatabaseErrorKind::SerializationFailure) || message.contains("deadlock detected")
}

/// Why the same may succeed later. Diesel has no kind for most of these errors.
fn passing(kind: DatabaseErrorKind, message: &str) -> Option<Reason> {
    const BUSY: [&str; 6] = [
        "database is locked",
        "database table is locked",
        "lock timeout",
        "statement timeout",
        "deadlock detected",
        "too many clients",
    ];
    const AWAY: [&str; 6] = [
        "disk I/O error",
        "no connection to the server",
        "terminating connection",
        "server closed the connection",
        "query_wait_timeout",
        "cannot connect to server",
    ];
    let has = |known: &[&str]| known.iter().any(|known| message.contains(known));
    match kind {
        _ if tells_full(message) => Some(Reason::Full),
        DatabaseErrorKind::ReadOnlyTransaction => Some(Reason::ReadOnly),
        _ if message.contains("readonly database") || message.contains("read-only transaction") => {
            Some(Reason::ReadOnly)
        }
        DatabaseErrorKind::SerializationFailure => Some(Reason::Busy),
        _ if has(&BUSY) => Some(Reason::Busy),
        DatabaseErrorKind::ClosedConnection => Some(Reason::Away),
        _ if has(&AWAY) => Some(Reason::Away),
        _ => None,
    }
}
