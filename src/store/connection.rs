//! Opening a connection to the database that the URL names.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    r2d2::R2D2Connection,
};

use super::Error;

/// One connection, of whichever database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres(_) => "Conn::Postgres",
            Self::Sqlite(_) => "Conn::Sqlite",
        })
    }
}

impl Conn {
    /// Runs `work` in a transaction of its own: all of it happens, or nothing.
    ///
    /// On SQLite it takes the write lock at its start, since one that begins by reading cannot be upgraded under load.
    pub(super) fn in_transaction<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        match self {
            Self::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
            Self::Postgres(postgres) => AnsiTransactionManager::begin_transaction(postgres),
        }
        .map_err(Error::from)?;
        match work(self) {
            Ok(value) => match <Self as Connection>::TransactionManager::commit_transaction(self) {
                Ok(()) => Ok(value),
                Err(error) if self.is_broken() => Err(Error::OutcomeUnknown(error.to_string()).into()),
                Err(error) => Err(Error::from(error).into()),
            },
            Err(error) => {
                // The first error is the one to tell; a connection that cannot roll back is broken and not reused.
                drop(<Self as Connection>::TransactionManager::rollback_transaction(self));
                Err(error)
            }
        }
    }
}

/// Which database, as `LATCHKEY_DATABASE_URL` says.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a database URL begins with sqlite: and a path, or with postgres://")]
pub struct DatabaseUrlError;

impl Database {
    pub fn parse(url: &str) -> Result<Self, DatabaseUrlError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(DatabaseUrlError) } else { Ok(Self::Sqlite(PathBuf::from(path))) };
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(DatabaseUrlError)
    }
}

/// Without the password that a PostgreSQL URL may carry.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Database::Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Database::Postgres(..)"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// For so long a connection that answered is believed to do so still.
const TRUST: Duration = Duration::from_millis(100);

/// A connection of the pool.
pub(super) struct Pooled {
    conn: Conn,
    answered_at: Option<Instant>,
    doubted_at: Arc<Mutex<Option<Instant>>>,
}

impl Pooled {
    /// Works with the connection. It is trusted for a moment when that went well; else none is that answered before.
    pub fn work<T, E>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let outcome = work(&mut self.conn);
        self.answered_at = outcome.is_ok().then(Instant::now);
        if outcome.is_err() {
            *lock(&self.doubted_at) = Some(Instant::now());
        }
        outcome
    }

    fn is_trusted(&self) -> bool {
        let doubted_at = *lock(&self.doubted_at);
        self.answered_at
            .is_some_and(|instant| instant.elapsed() < TRUST && doubted_at.is_none_or(|doubted| doubted < instant))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens connections for the pool. Diesel's own manager guesses the database from the URL and hides the reason of a
/// failure; this one knows which it is.
#[derive(Debug)]
pub(super) struct Manager {
    pub database: Database,
    pub access: Access,
    /// When work with one of the connections failed.
    pub doubted_at: Arc<Mutex<Option<Instant>>>,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Pooled, Self::Error> {
        let mut conn = match &self.database {
            Database::Sqlite(path) => SqliteConnection::establish(&path.to_string_lossy()).map(Conn::Sqlite),
            Database::Postgres(url) => PgConnection::establish(&with_defaults(url)).map(Conn::Postgres),
        }
        .map_err(diesel::r2d2::Error::ConnectionError)?;
        let settings = match (&conn, self.access) {
            // The timeout comes first: setting the journal mode may have to wait already. A write is on the disk
            // (synchronous=FULL) before it is acknowledged.
            (Conn::Sqlite(_), Access::Write) => {
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; \
                 PRAGMA secure_delete = ON; PRAGMA cache_size = -1024;"
            }
            (Conn::Sqlite(_), Access::Read) => {
                // There are several readers, and behind their caches is that of the operating system. A page of the list
                // of keys reads 1 MB of a large database, and shall find it there the next time.
                "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; \
                 PRAGMA trusted_schema = OFF; PRAGMA cache_size = -2048;"
            }
            (Conn::Postgres(_), _) => {
                "SET TIME ZONE 'UTC'; SET statement_timeout = '15s'; SET lock_timeout = '10s'; \
                 SET idle_in_transaction_session_timeout = '30s';"
            }
        };
        conn.batch_execute(settings).map_err(diesel::r2d2::Error::QueryError)?;
        Ok(Pooled { conn, answered_at: None, doubted_at: self.doubted_at.clone() })
    }

    /// A server that was restarted is noticed before a request gets its connection. Not every time: a page takes a
    /// connection three times, within milliseconds.
    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), Self::Error> {
        let is_trusted = pooled.is_trusted();
        match &mut pooled.conn {
            Conn::Postgres(_) if is_trusted => Ok(()),
            Conn::Postgres(postgres) => postgres.ping().map_err(diesel::r2d2::Error::QueryError),
            Conn::Sqlite(_) => Ok(()),
        }
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        std::thread::panicking() || pooled.conn.is_broken()
    }
}

/// What libpq shall do unless the URL says otherwise: notice within seconds that the server, or the network in between,
/// is gone. By itself it would wait for a quarter of an hour.
fn with_defaults(url: &str) -> String {
    const DEFAULTS: [(&str, &str); 5] = [
        ("connect_timeout", "5"),
        ("keepalives_idle", "5"),
        ("keepalives_interval", "2"),
        ("keepalives_count", "3"),
        // Milliseconds, unlike the others, which are seconds.
        ("tcp_user_timeout", "10000"),
    ];
    let mut url = url.to_owned();
    for (name, value) in DEFAULTS {
        if !url.contains(&format!("{name}=")) {
            let separator = if url.contains('?') { '&' } else { '?' };
            url = format!("{url}{separator}{name}={value}");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_url_says_about_patience_stays() {
        let url = with_defaults("postgres://a:b@c/d?sslmode=disable&connect_timeout=60");
        assert!(url.starts_with("postgres://a:b@c/d?sslmode=disable&connect_timeout=60&keepalives_idle=5&"), "{url}");
        assert_eq!(url.matches("connect_timeout").count(), 1);
        assert!(with_defaults("postgres://c/d").starts_with("postgres://c/d?connect_timeout=5&"));
    }

    #[test]
    fn the_scheme_decides_the_database_and_a_typing_error_is_no_file_name() {
        assert_eq!(Database::parse("sqlite:data/x.db"), Ok(Database::Sqlite("data/x.db".into())));
        assert_eq!(Database::parse("sqlite:///var/x.db"), Ok(Database::Sqlite("/var/x.db".into())));
        assert!(matches!(Database::parse("postgres://a@b/c"), Ok(Database::Postgres(_))));
        for bad in ["", "postgres:typo", "data.db", "sqlite:", "mysql://x"] {
            assert_eq!(Database::parse(bad), Err(DatabaseUrlError), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        assert!(!format!("{:?}", Database::parse("postgres://a:hunter2@b/c").unwrap()).contains("hunter2"));
    }
}
