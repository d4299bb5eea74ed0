//! Connections, kept open: on SQLite one that writes and a few that only read, on PostgreSQL one set for both.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use super::{
    Conn, Database, Error,
    condition::{self, StorageCondition},
    connection::{Manager, Operation, Pooled, Settings},
    database::DEADLINE,
    migrations, postgres_server,
    reason::Reason,
    reserve::Reserve,
    ticket::Ticket,
};

const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 10;
/// How long a request waits for a free connection before it is told that the database is away.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a transaction is tried when PostgreSQL ends it in favour of another one (a deadlock, for example).
const ATTEMPTS: u32 = 4;

/// Work that keeps its outcome itself.
type TicketedWork = Box<dyn FnOnce(&Pool, &Ticket) + Send>;

#[derive(Clone)]
pub struct Pool {
    read: r2d2::Pool<Manager>,
    write: r2d2::Pool<Manager>,
    /// Whether a row that is read by its key is there before another thread has woken up.
    is_near: bool,
    condition: Arc<StorageCondition>,
    /// Threads that wait for the database while nobody waits for them.
    stuck: Arc<AtomicI32>,
    deadline: Duration,
    /// On SQLite, where the disk is this machine's.
    reserve: Option<Arc<Reserve>>,
}

impl Pool {
    /// Connects, and brings the tables up to date.
    pub fn open(database: &Database) -> Result<Self, Error> {
        Self::open_within(database, Duration::ZERO)
    }

    /// The same, for a server that is started together with its database: waits for one that is not up yet.
    pub fn open_when_up(database: &Database) -> Result<Self, Error> {
        let wait = if let Database::Postgres(server) = database { server.wait } else { Duration::ZERO };
        Self::open_within(database, wait)
    }

    fn open_within(database: &Database, wait: Duration) -> Result<Self, Error> {
        let condition = examine(database, wait)?;
        match database {
            Database::Sqlite(path) => {
                let reserve = Reserve::new(path);
                reserve.make_room();
                let write = connect(database, Operation::Write, 1, &condition)?;
                migrate(&write)?;
                let read = connect(database, Operation::Read, SQLITE_READERS, &condition)?;
                reserve.check(&condition);
                let reserve = Some(Arc::new(reserve));
                Ok(Self { read, write, is_near: true, condition, stuck: Arc::default(), deadline: DEADLINE, reserve })
            }
            Database::Postgres(server) => {
                let both = connect(database, Operation::Write, POSTGRES_CONNECTIONS, &condition)?;
                migrate(&both)?;
                Ok(Self {
                    read: both.clone(),
                    write: both,
                    is_near: false,
                    condition,
                    stuck: Arc::default(),
                    deadline: server.deadline,
                    reserve: None,
                })
            }
        }
    }

    /// Connects to what is there, and changes nothing of it.
    pub fn open_to_read(database: &Database) -> Result<Self, Error> {
        let condition = examine(database, Duration::ZERO)?;
        let pool = connect(database, Operation::Read, 1, &condition)?;
        Ok(Self {
            read: pool.clone(),
            write: pool,
            is_near: false,
            condition,
            stuck: Arc::default(),
            deadline: DEADLINE,
            reserve: None,
        })
    }

    /// Reads. There is no transaction around it, except behind a pooler, where each statement sees what is committed as
    /// it would without.
    pub fn read<T, E: From<Error>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut pooled = self.take(&self.read)?;
        read_with(&mut pooled, work)
    }

    /// Reads what decides whether a token is good: nothing is read for that from a database that was seen to be damaged.
    pub fn read_sound<T, E: From<Error>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let read = self.read(work)?;
        if self.is_damaged() {
            return Err(Error::Unavailable(Reason::Damaged, "see the log".to_owned()).into());
        }
        Ok(read)
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

    /// Reads and writes in one transaction: all of `work` happens, or nothing. PostgreSQL may end the transaction in favour
    /// of another one; then `work` runs again, and must not keep anything from the attempt before.
    pub fn write<T, E: From<Error>>(&self, work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.write_unless(|| true, work)
    }

    /// [`Self::write`] for what can wait until the disk has room: it leaves the reserve to others.
    pub fn write_if_room<T, E: From<Error>>(&self, work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.refuse_full()?;
        self.write(work)
    }

    /// An error while the disk has no room but the reserve.
    pub fn refuse_full(&self) -> Result<(), Error> {
        if let Some(reserve) = &self.reserve {
            reserve.check(&self.condition);
            if self.condition.is_full() {
                return Err(Error::Unavailable(Reason::Full, "only the reserved disk space is left".to_owned()));
            }
        }
        Ok(())
    }

    fn write_unless<T, E: From<Error>>(
        &self,
        may_commit: impl Fn() -> bool,
        mut work: impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(reserve) = &self.reserve {
            reserve.check(&self.condition);
        }
        let mut pooled = self.take(&self.write)?;
        let settings = pooled.settings();
        pooled.work(|conn| repeat_conflicts(|| conn.in_transaction(settings, &may_commit, &mut work)))
    }

    /// [`Self::read`] for a thread that must not wait: on another one, and no longer than the deadline.
    pub async fn read_in_time<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.in_time(self.deadline, move |pool, _| pool.read(work)).await
    }

    /// The same, and no longer than this.
    pub async fn read_within<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        deadline: Duration,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.in_time(deadline, move |pool, _| pool.read(work)).await
    }

    /// [`Self::read_sound`], no longer than this.
    pub async fn read_sound_within<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        deadline: Duration,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.in_time(deadline, move |pool, _| pool.read_sound(work)).await
    }

    /// [`Self::write`] for a thread that must not wait: on another one, and no longer than the deadline. `afterwards` runs
    /// whatever became of the transaction.
    pub async fn write_in_time<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
        afterwards: impl FnOnce(&Self) + Send + 'static,
    ) -> Result<T, E> {
        self.in_time(self.deadline, move |pool, ticket| {
            let outcome = pool.write_unless(|| ticket.may_commit(), work);
            afterwards(pool);
            outcome
        })
        .await
    }

    async fn in_time<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        deadline: Duration,
        work: impl FnOnce(&Self, &Ticket) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let outcome = Arc::new(Mutex::new(None));
        let of_work = outcome.clone();
        let work = move |pool: &Self, ticket: &Ticket| {
            *of_work.lock().unwrap_or_else(PoisonError::into_inner) = Some(work(pool, ticket));
        };
        self.run_in_time(deadline, Box::new(work)).await?;
        let outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
        outcome.unwrap_or_else(|| Err(Error::Panicked.into()))
    }

    /// Not generic: a hundred kinds of work would each bring their own copy, and a minute of compiling.
    async fn run_in_time(&self, deadline: Duration, work: TicketedWork) -> Result<(), Error> {
        let (pool, ticket) = (self.clone(), Arc::new(Ticket::new(self.stuck.clone())));
        let of_work = ticket.clone();
        let working = tokio::task::spawn_blocking(move || {
            if !of_work.may_begin() {
                return Err(busy("nobody waits for it"));
            }
            // Also when it panics.
            let _finished = Finished(&of_work);
            work(&pool, &of_work);
            Ok(())
        });
        match tokio::time::timeout(deadline, working).await {
            Ok(Ok(outcome)) => outcome,
            // What it was about is in the log.
            Ok(Err(_)) => Err(Error::Panicked),
            Err(_) => Err(ticket.abandon()),
        }
    }

    /// Whether something was read that cannot be as it was written.
    pub fn is_damaged(&self) -> bool {
        self.condition.is_damaged()
    }

    /// A connection that is free, or will be soon. None is waited for when all belong to threads that are stuck.
    fn take(&self, pool: &r2d2::Pool<Manager>) -> Result<r2d2::PooledConnection<Manager>, Error> {
        let stuck = u32::try_from(self.stuck.load(Ordering::Acquire)).unwrap_or_default();
        if stuck >= pool.max_size() {
            return Err(busy("it has not answered for some time"));
        }
        pool.get().map_err(|error| unavailable(&error))
    }
}

/// Ends the ticket when it is dropped.
struct Finished<'a>(&'a Ticket);

impl Drop for Finished<'_> {
    fn drop(&mut self) {
        self.0.finish();
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

fn examine(database: &Database, wait: Duration) -> Result<Arc<StorageCondition>, Error> {
    let condition = Arc::<StorageCondition>::default();
    if let Database::Postgres(server) = database
        && postgres_server::examine(server, wait)?
    {
        condition.mark_shared_sessions();
    }
    Ok(condition)
}

fn connect(
    database: &Database,
    access: Operation,
    size: u32,
    condition: &Arc<StorageCondition>,
) -> Result<r2d2::Pool<Manager>, Error> {
    let (database, condition) = (database.clone(), condition.clone());
    let manager = Manager { database, access, doubted_at: Arc::default(), condition };
    // One connection to begin with: the start need not wait for all of them.
    let builder = r2d2::Pool::builder().max_size(size).min_idle(Some(1)).connection_timeout(PATIENCE);
    builder.error_handler(Box::new(QuietHandler)).build(manager).map_err(|error| unavailable(&error))
}

fn migrate(pool: &r2d2::Pool<Manager>) -> Result<(), Error> {
    let mut pooled = pool.get().map_err(|error| unavailable(&error))?;
    let settings = pooled.settings();
    let newest = read_with(&mut pooled, migrations::refuse_newer)?;
    if newest { Ok(()) } else { pooled.work(|conn| migrations::run(conn, settings)) }
}

fn read_with<T, E: From<Error>>(pooled: &mut Pooled, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    match pooled.settings() {
        Settings::OfSession => pooled.work(work),
        settings @ Settings::OfTransaction => pooled.work(|conn| conn.in_transaction(settings, || true, work)),
    }
}

/// Runs the transaction again for as long as PostgreSQL ends it in favour of another one.
fn repeat_conflicts<T, E>(mut transaction: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    for _ in 1..ATTEMPTS {
        condition::forget_conflict();
        match transaction() {
            Err(_) if condition::met_conflict() => tracing::debug!("a transaction is repeated after a conflict"),
            outcome => return outcome,
        }
    }
    transaction()
}

fn busy(message: &str) -> Error {
    Error::Unavailable(Reason::Busy, message.to_owned())
}

/// r2d2 says why it could not connect, unless it could and nothing else was amiss than that all connections were in use.
fn unavailable(error: &r2d2::Error) -> Error {
    let message = error.to_string();
    let reason = match message.strip_prefix("timed out waiting for connection") {
        Some("") => Reason::Busy,
        _ if message.contains("file is not a database") || message.contains("malformed") => Reason::Damaged,
        _ => Reason::Away,
    };
    Error::Unavailable(reason, message)
}

/// The error comes back from `get`, with the request that it stopped: no second line for it.
#[derive(Debug)]
struct QuietHandler;

impl<E> r2d2::HandleError<E> for QuietHandler {
    fn handle_error(&self, _error: E) {}
}
