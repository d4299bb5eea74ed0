//! Connections, kept open: on SQLite one that writes and a few that only read, on PostgreSQL one set for both.

use std::{sync::Arc, time::Duration};

use super::{
    Conn, Database, Error,
    connection::{Access, Manager},
    migrations,
};

const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 10;
/// How long a request waits for a free connection before it is told that the database is away.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Pool {
    read: r2d2::Pool<Manager>,
    write: r2d2::Pool<Manager>,
    /// Whether a row that is read by its key is there before another thread has woken up.
    is_near: bool,
}

impl Pool {
    /// Connects, and brings the tables up to date.
    pub fn open(database: &Database) -> Result<Self, Error> {
        let pool = |access, size| {
            let manager = Manager { database: database.clone(), access, doubted_at: Arc::default() };
            // One connection to begin with: the start need not wait for all of them.
            let builder = r2d2::Pool::builder().max_size(size).min_idle(Some(1)).connection_timeout(PATIENCE);
            builder.error_handler(Box::new(QuietHandler)).build(manager).map_err(|error| unavailable(&error))
        };
        match database {
            Database::Sqlite(_) => {
                let write = pool(Access::Write, 1)?;
                migrate(&write)?;
                Ok(Self { read: pool(Access::Read, SQLITE_READERS)?, write, is_near: true })
            }
            Database::Postgres(_) => {
                let both = pool(Access::Write, POSTGRES_CONNECTIONS)?;
                migrate(&both)?;
                Ok(Self { read: both.clone(), write: both, is_near: false })
            }
        }
    }

    /// Connects to what is there, and changes nothing of it.
    pub fn open_to_read(database: &Database) -> Result<Self, Error> {
        let manager = Manager { database: database.clone(), access: Access::Read, doubted_at: Arc::default() };
        let builder = r2d2::Pool::builder().max_size(1).connection_timeout(PATIENCE);
        let pool = builder.error_handler(Box::new(QuietHandler)).build(manager).map_err(|error| unavailable(&error))?;
        Ok(Self { read: pool.clone(), write: pool, is_near: false })
    }

    /// Reads without a transaction.
    pub fn read<T, E: From<Error>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.read.get().map_err(|error| unavailable(&error))?.work(work)
    }

    /// Reads a row or two by their keys, if that takes no waiting: else gives `work` back, for [`Self::read`] on another
    /// thread.
    pub fn read_at_once<T, E, W>(&self, work: W) -> Result<Result<T, E>, W>
    where
        W: FnOnce(&mut Conn) -> Result<T, E>,
    {
        match self.is_near.then(|| self.read.try_get()).flatten() {
            Some(mut pooled) => Ok(pooled.work(work)),
            None => Err(work),
        }
    }

    /// Reads and writes in one transaction: all of `work` happens, or nothing.
    pub fn write<T, E: From<Error>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.write.get().map_err(|error| unavailable(&error))?.work(|conn| conn.in_transaction(work))
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

fn migrate(pool: &r2d2::Pool<Manager>) -> Result<(), Error> {
    pool.get().map_err(|error| unavailable(&error))?.work(migrations::run)
}

fn unavailable(error: &r2d2::Error) -> Error {
    Error::Unavailable(error.to_string())
}

/// The error comes back from `get`, with the request that it stopped: no second line for it.
#[derive(Debug)]
struct QuietHandler;

impl<E> r2d2::HandleError<E> for QuietHandler {
    fn handle_error(&self, _error: E) {}
}
