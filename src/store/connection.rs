//! Opens a connection to the configured database.

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::{AnsiTransactionManager, CacheSize, SimpleConnection, TransactionManager},
    r2d2::R2D2Connection,
    result::Error as DieselError,
};

use super::{
    Error,
    condition::{StorageCondition, Watch},
    database::Database,
    reason::Reason,
};

/// One connection to either database.
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
    /// Runs `work` in a transaction of its own: all of it happens, or nothing. Nothing, too, if `may_commit` forbids
    /// it.
    ///
    /// On SQLite it takes the write lock at its start, because a read transaction cannot be upgraded under load. On
    /// PostgreSQL every statement sees what was committed before it, whatever the default isolation level: a decision
    /// under a lock must see what the previous holder wrote.
    pub(super) fn in_transaction<T, E: From<Error>>(
        &mut self,
        settings: Settings,
        may_commit: impl FnOnce() -> bool,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin(settings)?;
        match work(self) {
            Ok(value) => {
                self.end(may_commit())?;
                Ok(value)
            }
            Err(error) => {
                // The first error is the one to report. A connection that cannot roll back is broken and not reused.
                self.roll_back();
                Err(error)
            }
        }
    }

    fn begin(&mut self, settings: Settings) -> Result<(), Error> {
        match self {
            Self::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
            Self::Postgres(postgres) => AnsiTransactionManager::begin_transaction_sql(postgres, settings.begin()),
        }
        .map_err(Error::from)
    }

    fn end(&mut self, may_commit: bool) -> Result<(), Error> {
        if !may_commit {
            self.roll_back();
            return Err(Error::Unavailable(Reason::Busy, "it took too long".to_owned()));
        }
        <Self as Connection>::TransactionManager::commit_transaction(self)
            .map_err(|error| if self.is_broken() { Error::OutcomeUnknown(error.to_string()) } else { error.into() })
    }

    fn roll_back(&mut self) {
        drop(<Self as Connection>::TransactionManager::rollback_transaction(self));
    }
}

/// Where PostgreSQL keeps the timeouts of statements and locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settings {
    OfSession,
    /// Behind a pooler, the next transaction may run in another session.
    OfTransaction,
}

impl Settings {
    fn begin(self) -> &'static str {
        match self {
            Self::OfSession => "BEGIN ISOLATION LEVEL READ COMMITTED",
            // One message, and so one round trip.
            Self::OfTransaction => {
                "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = '15s'; \
                 SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '30s'"
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Read,
    Write,
}

/// How long a connection that answered is trusted.
const TRUST: Duration = Duration::from_millis(100);

/// A connection of the pool.
pub(super) struct Pooled {
    conn: Conn,
    settings: Settings,
    condition: Arc<StorageCondition>,
    answered_at: Option<Instant>,
    doubted_at: Arc<Mutex<Option<Instant>>>,
}

impl Pooled {
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Runs `work` with the connection. After success it is trusted for a moment; after an error, none that answered
    /// earlier is.
    pub fn work<T, E>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let outcome = work(&mut self.conn);
        self.answered_at = outcome.is_ok().then(Instant::now);
        if outcome.is_err() {
            *lock(&self.doubted_at) = Some(Instant::now());
            self.condition.record_reason();
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
/// failure.
#[derive(Debug)]
pub(super) struct Manager {
    pub database: Database,
    pub access: Operation,
    /// When work with one of the connections last failed.
    pub doubted_at: Arc<Mutex<Option<Instant>>>,
    pub condition: Arc<StorageCondition>,
}

impl Manager {
    fn settings(&self) -> Settings {
        if self.condition.shares_sessions() { Settings::OfTransaction } else { Settings::OfSession }
    }

    fn pooled(&self, conn: Conn, settings: Settings) -> Pooled {
        let (condition, doubted_at) = (self.condition.clone(), self.doubted_at.clone());
        Pooled { conn, settings, condition, answered_at: None, doubted_at }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Pooled, Self::Error> {
        let settings = self.settings();
        let mut conn = match &self.database {
            // SQLite would read a path that begins with "file:" as a URI.
            Database::Sqlite(path) => {
                SqliteConnection::establish(&Path::new(".").join(path).to_string_lossy()).map(Conn::Sqlite)
            }
            Database::Postgres(server) => PgConnection::establish(&server.conninfo()).map(Conn::Postgres),
        }
        .map_err(diesel::r2d2::Error::ConnectionError)?;
        conn.set_instrumentation(Watch(self.condition.clone()));
        let statements = match (&conn, self.access) {
            // The timeout comes first, because setting the journal mode may already have to wait. A write is on the
            // disk (synchronous=FULL) before it is acknowledged.
            (Conn::Sqlite(_), Operation::Write) => {
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; \
                 PRAGMA secure_delete = ON; PRAGMA cache_size = -1024;"
            }
            (Conn::Sqlite(_), Operation::Read) => {
                // There are several readers, and the operating system's cache is behind theirs. A page of the list
                // reads 1 MB of a large database, which must still be cached the next time.
                "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; \
                 PRAGMA trusted_schema = OFF; PRAGMA cache_size = -2048;"
            }
            // Reads without a transaction see what was committed before, whatever the default is.
            (Conn::Postgres(_), _) if settings == Settings::OfSession => {
                "SET TIME ZONE 'UTC'; SET statement_timeout = '15s'; SET lock_timeout = '10s'; \
                 SET idle_in_transaction_session_timeout = '30s'; \
                 SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;"
            }
            (Conn::Postgres(_), _) => {
                // A statement that is not prepared goes to the server as one message, and so to one session.
                conn.set_prepared_statement_cache_size(CacheSize::Disabled);
                return Ok(self.pooled(conn, settings));
            }
        };
        conn.batch_execute(statements).map_err(diesel::r2d2::Error::QueryError)?;
        Ok(self.pooled(conn, settings))
    }

    /// Detects a restarted server before a request gets the connection. Not every time, because a page takes a
    /// connection three times within milliseconds.
    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), Self::Error> {
        if pooled.settings != self.settings() {
            return Err(diesel::r2d2::Error::QueryError(DieselError::BrokenTransactionManager));
        }
        let is_trusted = pooled.is_trusted();
        match &mut pooled.conn {
            Conn::Postgres(_) if is_trusted => Ok(()),
            Conn::Postgres(postgres) => postgres.ping().map_err(diesel::r2d2::Error::QueryError),
            Conn::Sqlite(_) => Ok(()),
        }
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        std::thread::panicking() || pooled.settings != self.settings() || pooled.conn.is_broken()
    }
}
