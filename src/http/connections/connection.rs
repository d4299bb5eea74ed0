//! One connection: its phase, when that began, and whether it takes too long.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    sync::Arc,
    task::Waker,
    time::{Duration, Instant},
};

use actix_web::rt;

use super::admission::{Admission, Connections, Service};
use crate::config::SLOWEST_READER;

/// How often all connections are checked.
const SWEEP_INTERVAL: Duration = Duration::from_millis(250);
/// How long an idle connection stays open when half of all connections are taken.
const CROWDED_IDLE: Duration = Duration::from_secs(5);
/// How long a connection has for its one request when nearly all are taken: for the head, and again for the body.
const HURRIED: Duration = Duration::from_secs(2);
/// How long a refused client may take to read the answer.
const LINGER: Duration = Duration::from_secs(2);

/// The connections of one thread, and its clock, which is only as precise as the sweep.
#[derive(Debug)]
pub struct Worker {
    pub connections: Arc<Connections>,
    now: Cell<Instant>,
    all: RefCell<Vec<Weak<Connection>>>,
}

#[derive(Debug)]
pub struct Connection {
    worker: Rc<Worker>,
    admission: Admission,
    phase: Cell<Phase>,
    since: Cell<Instant>,
    is_late: Cell<bool>,
    /// Since when the client has not read any of the answer.
    blocked_at: Cell<Option<Instant>>,
    blocked: Cell<Duration>,
    /// Bytes of the answer that were written to the socket.
    written: Cell<u64>,
    waker: RefCell<Option<Waker>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Between two requests.
    Idle,
    /// A request has begun, or the connection was just opened.
    Head,
    /// The head has arrived, the body has not.
    Body,
    /// The request has arrived, and the handler is running.
    Handling,
    /// The answer is being produced and sent.
    Answering,
    /// The answer is complete and being sent.
    Flushing,
    /// The client gets a refusal, and nothing else is done for it.
    Refused,
}

impl Worker {
    /// Must be called on the thread that serves the connections.
    pub fn start(connections: Arc<Connections>) -> Rc<Self> {
        let worker = Rc::new(Self { connections, now: Cell::new(Instant::now()), all: RefCell::default() });
        let swept = Rc::downgrade(&worker);
        rt::spawn(async move {
            loop {
                rt::time::sleep(SWEEP_INTERVAL).await;
                let Some(worker) = swept.upgrade() else { break };
                worker.sweep();
            }
        });
        worker
    }

    pub fn open(self: &Rc<Self>, admission: Admission) -> Rc<Connection> {
        let phase = if admission.service == Service::Refused { Phase::Refused } else { Phase::Head };
        let connection = Rc::new(Connection {
            worker: self.clone(),
            admission,
            phase: Cell::new(phase),
            since: Cell::new(self.now.get()),
            is_late: Cell::new(false),
            blocked_at: Cell::new(None),
            blocked: Cell::new(Duration::ZERO),
            written: Cell::new(0),
            waker: RefCell::default(),
        });
        self.all.borrow_mut().push(Rc::downgrade(&connection));
        connection
    }

    fn sweep(&self) {
        self.now.set(Instant::now());
        self.all.borrow_mut().retain(|connection| {
            let Some(connection) = connection.upgrade() else { return false };
            connection.sweep();
            true
        });
    }
}

impl Connection {
    pub fn phase(&self) -> Phase {
        self.phase.get()
    }

    pub fn enter(&self, phase: Phase) {
        self.phase.set(phase);
        self.since.set(self.worker.now.get());
        self.is_late.set(false);
    }

    /// The answer begins.
    pub fn answer(&self) {
        self.enter(Phase::Answering);
        self.blocked_at.set(None);
        self.blocked.set(Duration::ZERO);
        self.written.set(0);
    }

    pub fn is_late(&self) -> bool {
        self.is_late.get()
    }

    /// Nearly all connections are taken.
    pub fn is_hurried(&self) -> bool {
        self.admission.service == Service::Hurried
    }

    pub fn connections(&self) -> &Connections {
        &self.worker.connections
    }

    /// Sets the task to wake when the connection is late.
    pub fn wake_later(&self, waker: &Waker) {
        let mut stored = self.waker.borrow_mut();
        if !stored.as_ref().is_some_and(|stored| stored.will_wake(waker)) {
            *stored = Some(waker.clone());
        }
    }

    /// The client is not reading the answer.
    pub fn block(&self, waker: &Waker) {
        self.wake_later(waker);
        if self.blocked_at.get().is_none() {
            self.blocked_at.set(Some(self.worker.now.get()));
        }
    }

    pub fn wrote(&self, bytes: usize) {
        self.written.set(self.written.get() + bytes as u64);
        if let Some(at) = self.blocked_at.take() {
            self.blocked.set(self.blocked.get() + self.worker.now.get().saturating_duration_since(at));
        }
    }

    fn sweep(&self) {
        if !self.is_late.get() && self.is_over_time() {
            self.is_late.set(true);
            if let Some(waker) = self.waker.borrow().as_ref() {
                waker.wake_by_ref();
            }
        }
    }

    fn is_over_time(&self) -> bool {
        let limits = &self.connections().limits;
        let hurried = |limit: Duration| if self.is_hurried() { limit.min(HURRIED) } else { limit };
        let limit = match self.phase.get() {
            Phase::Idle if self.connections().is_closing() => Duration::ZERO,
            Phase::Idle if self.connections().is_crowded() => limits.idle.min(CROWDED_IDLE),
            Phase::Idle => limits.idle,
            Phase::Head => hurried(limits.head),
            Phase::Body => hurried(limits.body),
            Phase::Refused => LINGER,
            Phase::Handling => return false,
            Phase::Answering | Phase::Flushing => return self.is_reader_too_slow(limits.write),
        };
        self.worker.now.get().saturating_duration_since(self.since.get()) >= limit
    }

    /// Counts only time in which the server waited for the client.
    fn is_reader_too_slow(&self, patience: Duration) -> bool {
        let Some(at) = self.blocked_at.get() else { return false };
        let blocked = self.blocked.get() + self.worker.now.get().saturating_duration_since(at);
        blocked >= patience + Duration::from_secs(self.written.get() / SLOWEST_READER)
    }
}
