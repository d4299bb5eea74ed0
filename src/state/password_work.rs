//! Hashes passwords and estimates their strength. This is the most expensive work that strangers can cause. So it has
//! its own threads with low priority, and clients take turns.

pub mod queue;

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use crate::app::password_hasher::{HashError, PasswordHasher};
use queue::{Client, QueueRefusal, TurnQueue};

/// How long a request waits for its turn before the answer is "busy". Browsers and proxies wait longer.
const PATIENCE: Duration = Duration::from_secs(25);
/// The shortest wait before a refusal, so that an immediate retry costs little.
const REFUSAL_PAUSE: Duration = Duration::from_secs(1);
/// Concurrent refusals are spread over this many times within another pause. Otherwise clients would all retry at once.
const REFUSAL_STEPS: u32 = 16;
/// The `nice` value of the threads. At 5 they get a quarter of a core that another thread needs, and all of an idle one.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

type Job = Box<dyn FnOnce(&PasswordHasher) + Send>;

/// Assigns turns.
#[derive(Clone)]
pub struct PasswordWork(Arc<Workers>);

struct Workers {
    turns: Mutex<Turns>,
    refusals: AtomicU32,
    jobs: mpsc::Sender<Job>,
}

struct Turns {
    /// Free threads.
    free: usize,
    queue: TurnQueue<oneshot::Sender<Turn>>,
}

/// The right to use one of the threads, until it is dropped.
#[derive(Clone)]
pub struct Turn {
    held: Arc<Held>,
}

/// Also held by the work itself, which runs to its end even if the client disconnects.
struct Held(Arc<Workers>);

/// Why a request gets no turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTurn {
    /// The client already has too many requests waiting.
    TooManyOfClient,
    /// Its turn did not come in time.
    Busy,
}

impl PasswordWork {
    pub fn start(hasher: &PasswordHasher) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let count = Self::thread_count();
        for _ in 0..count {
            let (waiting, hasher) = (waiting.clone(), hasher.clone());
            thread::Builder::new().name("passwords".to_owned()).spawn(move || work(&waiting, &hasher))?;
        }
        let turns = Mutex::new(Turns { free: count, queue: TurnQueue::default() });
        Ok(Self(Arc::new(Workers { turns, refusals: AtomicU32::new(0), jobs })))
    }

    /// At most half of the cores, and at most four: verification needs the others.
    pub fn thread_count() -> usize {
        (thread::available_parallelism().map_or(1, usize::from) / 2).clamp(1, 4)
    }

    /// The number of waiting requests.
    pub fn waiting(&self) -> usize {
        self.0.lock().queue.len()
    }

    /// Waits until it is the client's turn.
    pub async fn wait_for_turn(&self, client: Client) -> Result<Turn, NoTurn> {
        match self.0.request_turn(client) {
            Ok(TurnRequest::Granted(turn)) => Ok(turn),
            Ok(TurnRequest::Waiting(granted)) => {
                let granted = tokio::time::timeout(PATIENCE, granted).await;
                granted.ok().and_then(Result::ok).ok_or(NoTurn::Busy)
            }
            Err(refusal) => {
                tokio::time::sleep(self.0.refusal_pause()).await;
                Err(match refusal {
                    QueueRefusal::TooManyOfClient => NoTurn::TooManyOfClient,
                    QueueRefusal::Full => NoTurn::Busy,
                })
            }
        }
    }
}

enum TurnRequest {
    Granted(Turn),
    Waiting(oneshot::Receiver<Turn>),
}

impl Workers {
    fn lock(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Differs from those of the refusals before it.
    fn refusal_pause(&self) -> Duration {
        let step = self.refusals.fetch_add(1, Ordering::Relaxed) % REFUSAL_STEPS;
        REFUSAL_PAUSE + REFUSAL_PAUSE * step / REFUSAL_STEPS
    }

    fn request_turn(self: &Arc<Self>, client: Client) -> Result<TurnRequest, QueueRefusal> {
        let (now, mut turns) = (Instant::now(), self.lock());
        turns.queue.retain(|grant| !grant.is_closed());
        if turns.free > 0 && turns.queue.is_empty() {
            turns.free -= 1;
            turns.queue.charge(&client.network, now);
            return Ok(TurnRequest::Granted(Turn::new(self)));
        }
        let (grant, granted) = oneshot::channel();
        turns.queue.push(client, grant, now).map(|_displaced| TurnRequest::Waiting(granted))
    }

    /// The request whose turn is next. The thread becomes free if none waits.
    fn next(&self) -> Option<oneshot::Sender<Turn>> {
        let mut turns = self.lock();
        turns.queue.retain(|grant| !grant.is_closed());
        let next = turns.queue.pop(Instant::now());
        if next.is_none() {
            turns.free += 1;
        }
        next
    }
}

impl Turn {
    fn new(shared: &Arc<Workers>) -> Self {
        Self { held: Arc::new(Held(shared.clone())) }
    }

    /// Runs the work on one of the threads. Fails with the work's error, or if it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&PasswordHasher) -> Result<T, HashError> + Send + 'static,
    ) -> anyhow::Result<T> {
        let (tell, told) = oneshot::channel();
        let turn = self.clone();
        let job: Job = Box::new(move |hasher| {
            let done = work(hasher);
            drop(turn);
            // Fails if the client has disconnected.
            drop(tell.send(done));
        });
        self.held.0.jobs.send(job).map_err(|_| anyhow::anyhow!("no thread is left for password work"))?;
        Ok(told.await.map_err(|_| anyhow::anyhow!("password work was lost"))??)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(next) = self.0.next() {
            // If that client has just disconnected, the turn returns and goes to the next one.
            drop(next.send(Turn::new(&self.0)));
        }
    }
}

/// Runs until the server is dropped.
fn work(jobs: &Mutex<mpsc::Receiver<Job>>, hasher: &PasswordHasher) {
    give_way();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(|| job(hasher))).is_err() {
            tracing::error!("password work panicked");
        }
    }
}

/// Lowers the priority of the calling thread. Only on Linux: elsewhere it would apply to the whole program.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%error, "the priority of the password threads cannot be lowered");
    }
}

impl fmt::Debug for PasswordWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordWork").finish_non_exhaustive()
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_one_moment_are_answered_at_different_times() {
        let (jobs, _waiting) = mpsc::channel();
        let turns = Mutex::new(Turns { free: 1, queue: TurnQueue::default() });
        let shared = Workers { turns, refusals: AtomicU32::new(0), jobs };
        let mut pauses: Vec<Duration> = (0..REFUSAL_STEPS).map(|_| shared.refusal_pause()).collect();
        assert!(pauses.iter().all(|pause| (REFUSAL_PAUSE..2 * REFUSAL_PAUSE).contains(pause)));
        pauses.sort_unstable();
        pauses.dedup();
        assert_eq!(pauses.len(), REFUSAL_STEPS as usize);
        assert_eq!(shared.refusal_pause(), REFUSAL_PAUSE, "and then from the beginning");
    }
}
