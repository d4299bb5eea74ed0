//! Streams the audit log to standard output or a file, soon after each change and without any request waiting for it.

mod sink;

use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rand::RngExt as _;

use crate::{
    app::{
        self,
        audit_stream::{Batch, LEASE, Positions},
    },
    domain::Timestamp,
    state::State,
    store::audit_stream::Lease,
};
pub use sink::Sink;

/// How often the database is asked for new events.
const INTERVAL: Duration = Duration::from_secs(1);
/// The longest pause after failures in a row.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long a stopping server waits for the last lines. A pipe that nobody reads could block it forever.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(10);

#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error(transparent)]
    App(#[from] app::Error),
    #[error("it cannot be written: {0}")]
    Sink(#[from] io::Error),
}

/// Writes the stream while this server has the lease.
#[derive(Debug)]
pub struct AuditStreamer {
    state: Arc<State>,
    sink: Sink,
    /// The name of this run of the server on the lease.
    holder: String,
    /// Until when this server has the lease.
    held_until: Option<Timestamp>,
    /// Written, but not stored yet.
    written: Positions,
}

impl AuditStreamer {
    pub fn new(state: Arc<State>, sink: Sink) -> Self {
        let holder = format!("{:032x}", (state.rng)().random::<u128>());
        Self { state, sink, holder, held_until: None, written: Positions::new() }
    }

    /// Writes all events that wait, unless another server does.
    pub fn run_once(&mut self) -> Result<(), StreamError> {
        while self.state.pool.read(app::audit_stream::has_waiting)? {
            if !self.hold_lease()? {
                break;
            }
            let written = &self.written;
            let batch = self.state.pool.read(|conn| app::audit_stream::next_batch(conn, written))?;
            self.write(batch)?;
            if !self.store_positions()? {
                break;
            }
        }
        Ok(())
    }

    fn write(&mut self, Batch { lines, positions }: Batch) -> Result<(), StreamError> {
        if !lines.is_empty() {
            self.sink.write(&lines)?;
        }
        self.written.extend(positions);
        Ok(())
    }

    /// False if another server has it.
    fn hold_lease(&mut self) -> Result<bool, StreamError> {
        let now = self.state.clock.now();
        // With enough time left for a batch.
        let half = now.plus(LEASE / 2);
        if self.held_until.is_some_and(|until| half < until && until <= now.plus(LEASE)) {
            return Ok(true);
        }
        let holder = &self.holder;
        let lease = self.state.pool.write(|conn| app::audit_stream::take_lease(conn, holder, now))?;
        self.held_until = (lease != Lease::OfAnother).then(|| now.plus(LEASE));
        if lease != Lease::Kept {
            self.written.clear();
        }
        Ok(lease != Lease::OfAnother)
    }

    /// False if another server took over. It writes the same events again.
    fn store_positions(&mut self) -> Result<bool, StreamError> {
        let (now, holder, positions) = (self.state.clock.now(), &self.holder, &self.written);
        let is_held = self.state.pool.write(|conn| app::audit_stream::advance(conn, holder, now, positions))?;
        self.held_until = is_held.then(|| now.plus(LEASE));
        self.written.clear();
        Ok(is_held)
    }

    /// Lets another server write.
    pub fn release(&mut self) -> Result<(), StreamError> {
        if self.held_until.take().is_some() {
            let holder = &self.holder;
            self.state.pool.write(|conn| app::audit_stream::release_lease(conn, holder))?;
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct StreamSignals {
    stop: AtomicBool,
    reopen: AtomicBool,
}

/// The thread of the stream. A separate one, because a full disk or a blocked pipe may stop it.
#[derive(Debug)]
pub struct AuditStreamThread {
    signals: Arc<StreamSignals>,
    /// None after the end.
    handle: Mutex<Option<JoinHandle<()>>>,
}

impl AuditStreamThread {
    pub fn spawn(mut streamer: AuditStreamer) -> io::Result<Self> {
        let signals = Arc::new(StreamSignals::default());
        let received = signals.clone();
        let thread = thread::Builder::new().name("audit stream".to_owned());
        let handle = thread.spawn(move || run(&mut streamer, &received))?;
        Ok(Self { signals, handle: Mutex::new(Some(handle)) })
    }

    /// Opens the file again, because it was renamed.
    pub fn reopen(&self) {
        self.signals.reopen.store(true, Ordering::Release);
        if let Some(handle) = &*self.lock() {
            handle.thread().unpark();
        }
    }

    /// Writes the last events and stops. Blocks for a while.
    pub fn finish(&self) {
        self.signals.stop.store(true, Ordering::Release);
        let Some(handle) = self.lock().take() else { return };
        handle.thread().unpark();
        let began = Instant::now();
        while !handle.is_finished() && began.elapsed() < PATIENCE {
            thread::sleep(PAUSE);
        }
        if handle.is_finished() {
            // A panic was already reported there.
            drop(handle.join());
        } else {
            tracing::warn!("the last events were not streamed yet: the next start streams them");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.handle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run(streamer: &mut AuditStreamer, signals: &StreamSignals) {
    let mut failures = 0_u32;
    loop {
        // Before the work, so that the last round has everything.
        let is_last = signals.stop.load(Ordering::Acquire);
        if signals.reopen.swap(false, Ordering::AcqRel) {
            streamer.sink.reopen();
        }
        failures = match streamer.run_once() {
            Ok(()) => {
                if failures > 0 {
                    tracing::info!("the audit log is streamed again");
                }
                0
            }
            // Logged once, not every few seconds.
            Err(error) => {
                if failures == 0 {
                    tracing::error!(%error, "the audit log cannot be streamed. Its events wait in the database");
                }
                failures.saturating_add(1)
            }
        };
        if is_last {
            if let Err(error) = streamer.release() {
                tracing::debug!(%error, "the lease of the audit stream ends by itself");
            }
            return;
        }
        thread::park_timeout((INTERVAL * failures.clamp(1, 10)).min(LONGEST_PAUSE));
    }
}
