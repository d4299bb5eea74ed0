//! Counts what verification answers, in memory, so that answering needs no database; and writes it down in batches.

use std::{
    collections::{BTreeMap, HashMap},
    fmt, mem,
    net::IpAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{Context, Error};
use crate::{
    domain::{
        ApiKeyId, LastUse, OrganizationId, Timestamp, UserAgent,
        usage::Count,
        verification::{Code, Subject},
    },
    store::{self, Conn},
};

/// How far behind the database may be.
pub const WRITE_INTERVAL: Duration = Duration::from_secs(10);
/// Keys whose use is written in one transaction: others wait for the database no longer than that takes.
const BATCH_SIZE: usize = 1_000;
/// How much of a user agent is kept, in bytes.
const AGENT_LENGTH: usize = 800;
/// How long counts are kept: a year can be compared with the one before it began.
const COUNT_MEMORY: time::Duration = time::Duration::days(400);
const SHARDS: usize = 16;

/// Where a token came from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub address: Option<IpAddr>,
    /// As the client sent it.
    pub agent: &'a [u8],
}

/// What has been counted and is not in the database yet.
pub struct Usage {
    /// Each thread counts in one of its own, so that none waits for another.
    shards: [Mutex<Shard>; SHARDS],
    collected: Mutex<Batch>,
}

/// The use of some keys, to be written down together.
pub type Batch = BTreeMap<ApiKeyId, KeyUse>;

/// The use of one key since it was last written down.
#[derive(Clone, Debug)]
pub struct KeyUse {
    organization_id: OrganizationId,
    counts: BTreeMap<(Timestamp, Code), i64>,
    last_use: Option<LastUse>,
}

#[derive(Default)]
struct Shard {
    day: Option<Timestamp>,
    tallies: HashMap<ApiKeyId, Tally>,
    /// What was counted before midnight.
    earlier: Vec<(Timestamp, HashMap<ApiKeyId, Tally>)>,
}

struct Tally {
    organization_id: OrganizationId,
    counts: [u32; Code::ALL.len()],
    last_use: Option<RawUse>,
}

struct RawUse {
    at: Timestamp,
    address: Option<IpAddr>,
    agent: Box<[u8]>,
}

impl Usage {
    /// Counts an answer about this key. Only [`Code::Valid`] is a use of it.
    pub fn count(&self, subject: &Subject, code: Code, now: Timestamp, source: Source<'_>) {
        let mut shard = lock(&self.shards[shard_of_thread()]);
        shard.turn_to(now.start_of_day());
        // Twice looked up the first time, so that a key in use needs no copy of its id.
        if let Some(tally) = shard.tallies.get_mut(&subject.api_key_id) {
            tally.add(code, now, source);
            return;
        }
        let organization_id = subject.organization_id.clone();
        let mut tally = Tally { organization_id, counts: [0; Code::ALL.len()], last_use: None };
        tally.add(code, now, source);
        shard.tallies.insert(subject.api_key_id.clone(), tally);
    }

    /// Some of what is to be written down; to be called until there is nothing more.
    pub fn take_batch(&self) -> Option<Batch> {
        let mut collected = lock(&self.collected);
        for shard in &self.shards {
            for (day, tallies) in lock(shard).take() {
                for (id, tally) in tallies {
                    merge(&mut collected, id, tally.into_use(day));
                }
            }
        }
        let rest = collected.keys().nth(BATCH_SIZE).cloned().map(|first| collected.split_off(&first));
        let batch = mem::replace(&mut *collected, rest.unwrap_or_default());
        (!batch.is_empty()).then_some(batch)
    }

    /// Whether nothing is left to be written down.
    pub fn is_written(&self) -> bool {
        lock(&self.collected).is_empty() && self.shards.iter().all(|shard| lock(shard).is_empty())
    }

    /// Takes back what could not be written down, for the next time.
    pub fn put_back(&self, batch: Batch) {
        let mut collected = lock(&self.collected);
        for (id, key_use) in batch {
            merge(&mut collected, id, key_use);
        }
    }
}

/// Writes a batch down. Gives what must be tried again, because somebody else is changing those keys right now.
pub fn record(conn: &mut Conn, batch: &Batch) -> Result<Batch, Error> {
    let counts: Vec<Count> = batch.iter().flat_map(|(id, key_use)| key_use.counts(id)).collect();
    store::usage::add_counts(conn, &counts)?;
    let last_uses = batch.iter().filter_map(|(id, key_use)| Some((id, key_use.last_use.as_ref()?))).collect();
    let busy = store::usage::update_last_uses(conn, &last_uses)?;
    Ok(last_uses_of(batch, |id| busy.contains(id.as_str())))
}

/// What may be written down a second time without harm, when it is not known whether it was.
pub fn repeatable(batch: &Batch) -> Batch {
    last_uses_of(batch, |_| true)
}

/// Forgets the counts of long ago. Gives how many rows.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<usize, Error> {
    Ok(store::usage::delete_counts_before(conn, context.now.minus(COUNT_MEMORY).start_of_day())?)
}

fn last_uses_of(batch: &Batch, is_wanted: impl Fn(&ApiKeyId) -> bool) -> Batch {
    let wanted = batch.iter().filter(|(id, key_use)| key_use.last_use.is_some() && is_wanted(id));
    wanted.map(|(id, key_use)| (id.clone(), KeyUse { counts: BTreeMap::new(), ..key_use.clone() })).collect()
}

fn merge(batch: &mut Batch, id: ApiKeyId, new: KeyUse) {
    let known = batch.entry(id).or_insert_with(|| KeyUse {
        organization_id: new.organization_id,
        counts: BTreeMap::new(),
        last_use: None,
    });
    for (what, count) in new.counts {
        *known.counts.entry(what).or_default() += count;
    }
    if let Some(last_use) = new.last_use
        && known.last_use.as_ref().is_none_or(|last| last.at <= last_use.at)
    {
        known.last_use = Some(last_use);
    }
}

impl KeyUse {
    fn counts(&self, id: &ApiKeyId) -> impl Iterator<Item = Count> {
        self.counts.iter().map(|(&(day, code), &count)| Count {
            organization_id: self.organization_id.clone(),
            api_key_id: id.clone(),
            day,
            code,
            count,
        })
    }
}

impl Shard {
    fn turn_to(&mut self, day: Timestamp) {
        if self.day != Some(day) {
            let counted = mem::take(&mut self.tallies);
            self.earlier.extend(self.day.replace(day).map(|before| (before, counted)));
        }
    }

    fn is_empty(&self) -> bool {
        self.tallies.is_empty() && self.earlier.is_empty()
    }

    fn take(&mut self) -> Vec<(Timestamp, HashMap<ApiKeyId, Tally>)> {
        let today = mem::take(&mut self.tallies);
        let mut all = mem::take(&mut self.earlier);
        all.extend(self.day.map(|day| (day, today)));
        all
    }
}

impl Tally {
    fn add(&mut self, code: Code, now: Timestamp, source: Source<'_>) {
        let count = &mut self.counts[code as usize];
        *count = count.saturating_add(1);
        if code != Code::Valid {
            return;
        }
        let agent = &source.agent[..source.agent.len().min(AGENT_LENGTH)];
        match &mut self.last_use {
            Some(last) => {
                last.at = now;
                last.address = source.address;
                if *last.agent != *agent {
                    last.agent = agent.into();
                }
            }
            None => self.last_use = Some(RawUse { at: now, address: source.address, agent: agent.into() }),
        }
    }

    fn into_use(self, day: Timestamp) -> KeyUse {
        let counted = Code::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0);
        KeyUse {
            organization_id: self.organization_id,
            counts: counted.map(|(code, count)| ((day, code), i64::from(count))).collect(),
            last_use: self.last_use.map(|last| LastUse {
                at: last.at,
                address: last.address,
                agent: UserAgent::of(&last.agent),
            }),
        }
    }
}

impl Default for Usage {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), collected: Mutex::default() }
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Usage").field("keys", &lock(&self.collected).len()).finish_non_exhaustive()
    }
}

fn shard_of_thread() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SHARD: usize = THREADS.fetch_add(1, Ordering::Relaxed) % SHARDS;
    }
    SHARD.with(|shard| *shard)
}

/// A thread that panicked while counting has at most lost its count.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
