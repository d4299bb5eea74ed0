//! Limits of keys on this server: what it has claimed, and what was used of that. Answering needs no database while the
//! claim suffices. See `domain::key_limits` for the rules.
//!
//! A thread (`tasks::key_limits`) changes the claims. It is the only one that does, so that questions which wait for the
//! same key share one transaction.

mod entry;
mod sync;

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::Thread,
    time::Duration,
};

use dashmap::DashMap;
use foldhash::quality::RandomState;
use tokio::sync::oneshot;

use super::verification_cache::FollowedChanges;
use crate::domain::{
    ApiKeyId, Timestamp,
    key_limits::{AllowanceReading, KeyLimits, LimitMoment, LimitWindow, StoredUses},
};
use entry::LimitEntry;
pub use sync::{finish, purge, read_gauges, reset, sync};

/// How often the thread looks which keys are due.
pub const TICK: Duration = Duration::from_millis(50);
/// Keys in one transaction.
const BATCH_SIZE: usize = 200;
/// Parts of the table, each with its lock: the thread looks through a part at once, and questions wait for it.
const SHARDS: usize = 64;
/// How many keys may wait for the thread.
const MOST_WAITING: usize = 10_000;

/// The limits of the keys in use.
pub struct LimitLedger {
    /// By key. Boxed, so that a growing table only moves pointers.
    entries: DashMap<ApiKeyId, Box<LimitEntry>, RandomState>,
    /// Random, for each run of a server.
    server_id: String,
    /// Until when this server may use its claims, by [`crate::domain::Clock::elapsed`].
    lease_end: AtomicU64,
    /// When the lease was last renewed.
    renewed_at: AtomicU64,
    /// When this server last looked for others.
    looked_at: AtomicU64,
    /// Whether other servers use limits.
    has_company: AtomicBool,
    waiting: Mutex<HashMap<ApiKeyId, WaitingRequests>>,
    thread: OnceLock<Thread>,
}

/// Requests that wait for the claims of one key.
#[derive(Default)]
struct WaitingRequests {
    /// The sum of their costs.
    needed: u32,
    /// Whether one of them is a question, which has brought the present limits of the key.
    has_question: bool,
    requests: Vec<oneshot::Sender<()>>,
}

/// A question about a key.
#[derive(Clone, Copy, Debug)]
pub struct LimitQuestion<'a> {
    pub api_key_id: &'a ApiKeyId,
    pub limits: &'a KeyLimits,
    pub cost: u32,
    pub moment: LimitMoment,
    /// Whether the claims were just brought up to date for this question.
    pub is_synced: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitAnswer {
    Allowed(LimitReadings),
    /// In this window the cost exceeds what is left. Nothing was taken from any of them.
    Refused {
        window: LimitWindow,
        readings: LimitReadings,
        /// Whether this server has just begun to claim, so that others may give something back in a moment.
        is_first_contact: bool,
    },
    /// The claims must be brought up to date first.
    NeedsSync,
}

/// The quota, the rate limit and its burst, where there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitReadings {
    pub quota: Option<AllowanceReading>,
    pub rate: Option<AllowanceReading>,
    pub burst: Option<AllowanceReading>,
}

/// What was used of a window on this server.
#[derive(Clone, Debug)]
struct UsesHere {
    window: LimitWindow,
    start: Timestamp,
    uses: StoredUses,
    /// Whether what the database has of this server is included.
    is_restored: bool,
}

impl LimitLedger {
    pub fn new(server_id: String) -> Self {
        Self {
            entries: DashMap::with_hasher_and_shard_amount(RandomState::default(), SHARDS),
            server_id,
            lease_end: AtomicU64::new(0),
            renewed_at: AtomicU64::new(0),
            looked_at: AtomicU64::new(0),
            has_company: AtomicBool::new(false),
            waiting: Mutex::default(),
            thread: OnceLock::new(),
        }
    }

    /// Takes the cost from each limit of the key, or from none.
    pub fn take(&self, question: LimitQuestion<'_>) -> LimitAnswer {
        let has_lease = question.moment.elapsed < self.lease_end.load(Ordering::Acquire);
        let new = || Box::new(LimitEntry::new(question));
        let mut entry = self.entries.entry(question.api_key_id.clone()).or_insert_with(new);
        entry.adopt(question);
        if !entry.is_known() || !has_lease {
            return LimitAnswer::NeedsSync;
        }
        entry.take(question, self.has_company.load(Ordering::Relaxed))
    }

    /// Asks the thread to bring the claims of the key up to date for a question. None if too many wait. The receiver gets
    /// an error if the database does not answer.
    pub fn request_sync(&self, api_key_id: &ApiKeyId, cost: u32) -> Option<oneshot::Receiver<()>> {
        self.request(api_key_id, Some(cost))
    }

    /// The same for a key that somebody has changed or reset. None if it is not in use here.
    pub fn request_resync(&self, api_key_id: &ApiKeyId) -> Option<oneshot::Receiver<()>> {
        if self.entries.contains_key(api_key_id) { self.request(api_key_id, None) } else { None }
    }

    /// Follows changes by any server. They may be about limits, and only the next question about a key says here what
    /// these are now. Until then, other servers get what this one has not used.
    pub fn follow(&self, changes: &FollowedChanges) {
        if self.has_company.load(Ordering::Relaxed) {
            if changes.may_concern_all {
                self.entries.iter_mut().for_each(|mut entry| entry.count_change());
            }
            for id in &changes.api_keys {
                if let Some(mut entry) = self.entries.get_mut(id) {
                    entry.count_change();
                }
            }
        }
        for id in &changes.api_keys {
            drop(self.request_resync(id));
        }
    }

    /// `cost` is that of a question. None if no question waits.
    fn request(&self, api_key_id: &ApiKeyId, cost: Option<u32>) -> Option<oneshot::Receiver<()>> {
        let (sender, receiver) = oneshot::channel();
        let mut waiting = lock(&self.waiting);
        if waiting.len() >= MOST_WAITING {
            return None;
        }
        let requests = waiting.entry(api_key_id.clone()).or_default();
        requests.requests.retain(|sender| !sender.is_closed());
        requests.needed = requests.needed.saturating_add(cost.unwrap_or_default());
        requests.has_question |= cost.is_some();
        requests.requests.push(sender);
        drop(waiting);
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
        Some(receiver)
    }

    fn uses_here(&self, api_key_id: &ApiKeyId, moment: LimitMoment) -> Vec<UsesHere> {
        self.entries.get_mut(api_key_id).map(|mut entry| entry.uses(moment)).unwrap_or_default()
    }

    /// The thread that calls [`sync`], which a waiting request wakes.
    pub fn set_thread(&self, thread: Thread) {
        // A server has one.
        drop(self.thread.set(thread));
    }

    /// Whether no key is limited here. The thread then sleeps until a request waits.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && lock(&self.waiting).is_empty()
    }
}

impl fmt::Debug for LimitLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimitLedger").field("keys", &self.entries.len()).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
