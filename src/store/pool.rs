//! The connection pools: on SQLite one writer and a few readers, on PostgreSQL one set for both.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use super::{
    Conn, Database, Error,
    audit_chain::{self, PendingEvents},
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
/// How long a request waits for a free connection before the database counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a transaction is tried if PostgreSQL ends it in favor of another one, for example after a deadlock.
const ATTEMPTS: u32 = 4;

/// Work that stores its own outcome.
type TicketedWork = Box<dyn FnOnce(&Pool, &Ticket) + Send>;

#[derive(Clone)]
pub struct Pool {
    read: r2d2::Pool<Manager>,
    write: r2d2::Pool<Manager>,
    /// Whether reading a row by its key is faster than waking another thread.
    is_near: bool,
    condition: Arc<StorageCondition>,
    /// Threads that wait for the database although their request has given up.
    stuck: Arc<AtomicI32>,
    deadline: Duration,
    /// On SQLite, where the disk is this machine's.
    reserve: Option<Arc<Reserve>>,
}

impl Pool {
    /// Connects and migrates.
    pub fn open(database: &Database) -> Result<Self, Error> {
        Self::open_within(database, Duration::ZERO)
    }

    /// Like [`Self::open`], but waits for a database that is starting up together with the server.
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

    /// Connects to an existing database and changes nothing.
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

    /// Reads without a transaction. Behind a pooler there is one, in which each statement sees what is committed, as it
    /// would without.
    pub fn read<T, E: From<Error>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut pooled = self.take(&self.read)?;
        read_with(&mut pooled, work)
    }

    /// Reads for verification. Refuses a database that was seen to be damaged.
    pub fn read_sound<T, E: From<Error>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let read = self.read(work)?;
        if self.is_damaged() {
            return Err(Error::Unavailable(Reason::Damaged, "see the log".to_owned()).into());
        }
        Ok(read)
    }

    /// Reads a row or two by their keys, if that needs no waiting. Otherwise returns `work`, for [`Self::read`] on
    /// another thread.
    pub fn read_at_once<T, E, W>(&self, work: W) -> Result<Result<T, E>, W>
    where
        W: FnOnce(&mut Conn) -> Result<T, E>,
    {
        match self.is_near.then(|| self.read.try_get()).flatten() {
            Some(mut pooled) => Ok(pooled.work(work)),
            None => Err(work),
        }
    }

    /// Reads and writes in one transaction: all of `work` happens, or nothing. PostgreSQL may end the transaction in
    /// favor of another one. `work` then runs again, and must not keep anything from the earlier attempt.
    pub fn write<T, E: From<Error>>(&self, work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.write_unless(|| true, work)
    }

    /// Like [`Self::write`], for work that can wait until the disk has space. It does not use the reserve.
    pub fn write_if_room<T, E: From<Error>>(&self, work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.refuse_full()?;
        self.write(work)
    }

    /// An error while only the reserve is left on the disk.
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
        pooled.work(|conn| {
            repeat_conflicts(|| {
                let _events = PendingEvents::begin();
                conn.in_transaction(settings, &may_commit, |conn| {
                    let value = work(conn)?;
                    audit_chain::seal(conn)?;
                    Ok(value)
                })
            })
        })
    }

    /// Like [`Self::read`], for a thread that must not block: runs on another one, and at most until the deadline.
    pub async fn read_in_time<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.in_time(self.deadline, move |pool, _| pool.read(work)).await
    }

    /// Like [`Self::read_in_time`], with this deadline.
    pub async fn read_within<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        deadline: Duration,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.in_time(deadline, move |pool, _| pool.read(work)).await
    }

    /// Like [`Self::read_sound`], with this deadline.
    pub async fn read_sound_within<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        deadline: Duration,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.in_time(deadline, move |pool, _| pool.read_sound(work)).await
    }

    /// Like [`Self::write`], for a thread that must not block: runs on another one, and at most until the deadline.
    /// `afterwards` runs whatever the outcome of the transaction.
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

    /// Not generic: a copy for each of a hundred kinds of work would cost a minute of compiling.
    async fn run_in_time(&self, deadline: Duration, work: TicketedWork) -> Result<(), Error> {
        let (pool, ticket) = (self.clone(), Arc::new(Ticket::new(self.stuck.clone())));
        let of_work = ticket.clone();
        let working = tokio::task::spawn_blocking(move || {
            if !of_work.may_begin() {
                return Err(busy("nobody waits for it"));
            }
            // Also if it panics.
            let _finished = Finished(&of_work);
            work(&pool, &of_work);
            Ok(())
        });
        match tokio::time::timeout(deadline, working).await {
            Ok(Ok(outcome)) => outcome,
            // The log has the details.
            Ok(Err(_)) => Err(Error::Panicked),
            Err(_) => Err(ticket.abandon()),
        }
    }

    /// Whether a stored value was found to be corrupt.
    pub fn is_damaged(&self) -> bool {
        self.condition.is_damaged()
    }

    /// Takes a connection that is free, or soon will be. Does not wait if all of them belong to stuck threads.
    fn take(&self, pool: &r2d2::Pool<Manager>) -> Result<r2d2::PooledConnection<Manager>, Error> {
        let stuck = u32::try_from(self.stuck.load(Ordering::Acquire)).unwrap_or_default();
        if stuck >= pool.max_size() {
            return Err(busy("it has not answered for some time"));
        }
        pool.get().map_err(|error| unavailable(&error))
    }
}

/// Finishes the ticket when it is dropped.
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
    // One connection at first, so that the start does not wait for all of them.
    let builder = r2d2::Pool::builder().max_size(size).min_idle(Some(1)).connection_timeout(PATIENCE);
    builder.error_handler(Box::new(QuietHandler)).build(manager).map_err(|error| unavailable(&error))
}

fn migrate(pool: &r2d2::Pool<Manager>) -> Result<(), Error> {
    let mut pooled = pool.get().map_err(|error| unavailable(&error))?;
    let settings = pooled.settings();
    let is_newest = read_with(&mut pooled, migrations::refuse_newer)?;
    if !is_newest {
        pooled.work(|conn| migrations::run(conn, settings))?;
    }
    let events = number_earlier_events(&mut pooled)?;
    if events > 0 && is_newest {
        tracing::warn!(
            events,
            "events without a number were put at the end of the audit log: a server of an earlier version has written \
             them since the upgrade, or somebody by hand"
        );
    }
    Ok(())
}

/// Events of a version that did not number them. Does not write if there are none, so that a standby can be used.
/// Returns how many there were.
fn number_earlier_events(pooled: &mut Pooled) -> Result<usize, Error> {
    if !read_with(pooled, audit_chain::lacks_numbers)? {
        return Ok(0);
    }
    let (settings, mut events) = (pooled.settings(), 0);
    tracing::info!("events of the audit log get their numbers");
    loop {
        let batch = pooled
            .work(|conn| repeat_conflicts(|| conn.in_transaction(settings, || true, audit_chain::number_earlier)));
        match batch {
            Ok(0) => break,
            Ok(batch) => events += batch,
            Err(error) if error.reason() == Some(Reason::ReadOnly) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(events)
}

fn read_with<T, E: From<Error>>(pooled: &mut Pooled, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    match pooled.settings() {
        Settings::OfSession => pooled.work(work),
        settings @ Settings::OfTransaction => pooled.work(|conn| conn.in_transaction(settings, || true, work)),
    }
}

/// Repeats the transaction as long as PostgreSQL ends it in favor of another one.
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

/// r2d2 reports why it could not connect. Without a reason, all connections were in use.
fn unavailable(error: &r2d2::Error) -> Error {
    let message = error.to_string();
    let reason = match message.strip_prefix("timed out waiting for connection") {
        Some("") => Reason::Busy,
        _ if message.contains("file is not a database") || message.contains("malformed") => Reason::Damaged,
        _ => Reason::Away,
    };
    Error::Unavailable(reason, message)
}

/// `get` returns the error to the request that needed the connection, so it is not logged a second time.
#[derive(Debug)]
struct QuietHandler;

impl<E> r2d2::HandleError<E> for QuietHandler {
    fn handle_error(&self, _error: E) {}
}
