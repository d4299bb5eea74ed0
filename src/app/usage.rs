//! Counts verification answers in memory, so that answering needs no database, and stores the counts in batches.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt, mem,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use foldhash::HashMap;

use super::{Context, Error};
use crate::{
    domain::{
        ApiKeyId, ApiKeyTokenId, LastUse, OrganizationId, Timestamp, UserAgent,
        usage::{
            CALLERS, EndedTokenUse, PlaceUse, RecordedCaller, TokenUse, UseCount, add_place_use, position_to_forget,
        },
        verification::{Code, ExercisedPermissions, PresentedKey},
    },
    store::{self, Conn, exercised_permissions::ExercisedPermission, usage::LockedRows},
};

/// How far the database may be behind.
pub const WRITE_INTERVAL: Duration = Duration::from_secs(10);
/// Keys whose use one transaction writes, so that others do not wait long and it needs little memory.
const BATCH_SIZE: usize = 250;
/// How many bytes of a user agent are kept.
const AGENT_LENGTH: usize = 800;
/// How long counts are kept: enough to compare a year with the one before.
const COUNT_MEMORY: time::Duration = time::Duration::days(400);
const SHARDS: usize = 16;

/// The origin of a token.
#[derive(Clone, Copy, Debug)]
pub struct UsageSource<'a> {
    /// The verifying service, if it reported the address or the agent.
    pub reported_by: Option<IpAddr>,
    pub address: Option<IpAddr>,
    /// As the client sent it.
    pub agent: &'a [u8],
}

impl UsageSource<'_> {
    /// The place that it is, at this time.
    pub fn caller(&self, at: Timestamp) -> RecordedCaller {
        RecordedCaller {
            reported_by: self.reported_by,
            address: self.address,
            agent: UserAgent::from_header(&self.agent[..self.agent.len().min(AGENT_LENGTH)]),
            first_used_at: at,
            last_used_at: at,
        }
    }
}

/// Counts that are not in the database yet: counted in shards, collected from them, then stored.
pub struct Usage {
    /// Each thread counts in its own shard, so that no thread waits for another.
    shards: [Mutex<Shard>; SHARDS],
    collected: Mutex<UsageBatch>,
}

/// The use of some keys, to be stored together.
pub type UsageBatch = BTreeMap<ApiKeyId, KeyUse>;

/// The use of one key since it was last stored.
#[derive(Clone, Debug)]
pub struct KeyUse {
    organization_id: OrganizationId,
    /// By day and code. There are few of them.
    counts: Vec<(Timestamp, Code, i64)>,
    /// Of each token that was used. There are few of them.
    token_uses: Vec<TokenUse>,
    callers: Vec<RecordedCaller>,
    /// The places that presented tokens of it after their end.
    ended: Vec<(ApiKeyTokenId, Vec<PlaceUse>)>,
    /// The permissions that were used with it, with the last day.
    exercised: BTreeMap<Box<str>, Timestamp>,
}

/// By token. Boxed, so that a growing table only moves pointers.
type Tallies = HashMap<ApiKeyTokenId, Box<Tally>>;

#[derive(Default)]
struct Shard {
    day: Option<Timestamp>,
    tallies: Tallies,
    /// Counts from before midnight.
    earlier: Vec<(Timestamp, Tallies)>,
    /// The agent seen last. The next use shares it, because most are the same.
    agent: Arc<[u8]>,
}

struct Tally {
    subject: Arc<PresentedKey>,
    counts: [u32; Code::ALL.len()],
    last_use: Option<RawUse>,
    /// Other callers, and when they last used the key.
    elsewhere: Vec<RawUse>,
    /// The places that presented the token after its end.
    ended: Vec<PlaceUse>,
    /// Permissions that nobody had used that day.
    exercised: Vec<Box<str>>,
}

struct RawUse {
    at: Timestamp,
    reported_by: Option<IpAddr>,
    address: Option<IpAddr>,
    agent: Arc<[u8]>,
}

impl Usage {
    /// Counts an answer about this token. Only [`Code::Valid`] counts as a use of the token and its key, and of the
    /// permissions that the request asked for.
    pub fn count(
        &self,
        subject: &Arc<PresentedKey>,
        code: Code,
        exercised: &ExercisedPermissions,
        now: Timestamp,
        source: UsageSource<'_>,
    ) {
        let mut shard = lock(&self.shards[shard_of_thread()]);
        let Shard { tallies, agent, .. } = shard.of_day(now.start_of_day());
        let tally = tallies.entry(subject.token_id.clone()).or_insert_with(|| {
            Box::new(Tally {
                subject: subject.clone(),
                counts: [0; Code::ALL.len()],
                last_use: None,
                elsewhere: Vec::new(),
                ended: Vec::new(),
                exercised: Vec::new(),
            })
        });
        tally.counts[code as usize] = tally.counts[code as usize].saturating_add(1);
        if code == Code::Valid {
            let sent = &source.agent[..source.agent.len().min(AGENT_LENGTH)];
            if **agent != *sent {
                *agent = sent.into();
            }
            let UsageSource { reported_by, address, .. } = source;
            tally.record_use(RawUse { at: now, reported_by, address, agent: agent.clone() });
            if let Some(today) = &subject.exercised_today {
                let new = today.add(now.start_of_day(), exercised);
                tally.exercised.extend(subject.names_of(&new));
            }
        } else if matches!(code, Code::Revoked | Code::Expired) && subject.is_withdrawn(now) {
            add_place_use(&mut tally.ended, PlaceUse::once(source.caller(now)));
        }
    }

    /// Collects what the threads have counted so far.
    pub fn collect(&self) {
        let mut collected = lock(&self.collected);
        for shard in &self.shards {
            // A counting thread waits only for this line.
            let counted = lock(shard).take();
            for (day, tallies) in counted {
                for tally in tallies.into_values() {
                    merge(&mut collected, tally.subject.api_key_id.clone(), tally.into_use(day));
                }
            }
        }
    }

    /// A batch of what was collected. Call it until it returns None.
    pub fn take_batch(&self) -> Option<UsageBatch> {
        let mut collected = lock(&self.collected);
        let rest = collected.keys().nth(BATCH_SIZE).cloned().map(|first| collected.split_off(&first));
        let batch = mem::replace(&mut *collected, rest.unwrap_or_default());
        (!batch.is_empty()).then_some(batch)
    }

    /// Whether everything is stored.
    pub fn is_written(&self) -> bool {
        lock(&self.collected).is_empty() && self.shards.iter().all(|shard| lock(shard).is_empty())
    }

    /// Returns a batch that could not be stored, for the next time.
    pub fn put_back(&self, batch: UsageBatch) {
        let mut collected = lock(&self.collected);
        for (id, key_use) in batch {
            merge(&mut collected, id, key_use);
        }
    }
}

/// Stores a batch. Returns what must be retried, because somebody else is changing those keys.
pub fn record(conn: &mut Conn, batch: &UsageBatch) -> Result<UsageBatch, Error> {
    let mut counts: Vec<UseCount> = batch.iter().flat_map(|(id, key_use)| key_use.counts(id)).collect();
    counts.sort_unstable_by(|one, other| {
        (&one.api_key_id, one.day, one.code).cmp(&(&other.api_key_id, other.day, other.code))
    });
    store::usage::add_counts(conn, &counts)?;
    store::ended_token_uses::add(conn, batch.iter().flat_map(|(id, key_use)| key_use.ended_uses(id)).collect())?;
    let used: Vec<_> = batch.iter().filter(|(_, key_use)| key_use.is_use()).collect();
    let ids: Vec<_> = used.iter().map(|(id, _)| *id).collect();
    let LockedRows { free, busy } = store::usage::lock_free(conn, &ids)?;
    let free_uses = || used.iter().filter(|(id, _)| free.contains(id.as_str()));
    let last_uses = free_uses().filter_map(|(id, key_use)| Some((*id, key_use.last_use()?)));
    store::usage::update_last_uses(conn, &last_uses.collect())?;
    let token_uses: Vec<_> = free_uses().flat_map(|(_, key_use)| &key_use.token_uses).collect();
    store::api_key_tokens::update_last_uses(conn, &token_uses)?;
    let callers = free_uses().map(|(id, key_use)| (*id, key_use.callers.as_slice()));
    store::usage::upsert_callers(conn, &callers.collect(), CALLERS)?;
    let exercised: Vec<_> = free_uses().flat_map(|(id, key_use)| key_use.exercised(id)).collect();
    store::exercised_permissions::upsert(conn, &exercised)?;
    Ok(without_counts(batch, |id| busy.contains(id.as_str())))
}

/// Keys of which somebody presented a token after its end.
pub fn ids_of_ended(batch: &UsageBatch) -> impl Iterator<Item = &ApiKeyId> {
    batch.iter().filter(|(_, key_use)| !key_use.ended.is_empty()).map(|(id, _)| id)
}

/// The part that can safely be stored twice, if it is unknown whether it was stored.
pub fn repeatable(batch: &UsageBatch) -> UsageBatch {
    let mut repeated = without_counts(batch, |_| true);
    repeated.values_mut().flat_map(|key_use| &mut key_use.token_uses).for_each(|token_use| token_use.count = 0);
    repeated
}

/// Deletes old counts. Returns the number of rows.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<usize, Error> {
    let oldest = context.now.minus(COUNT_MEMORY).start_of_day();
    Ok(store::usage::delete_counts_before(conn, oldest, context.now.start_of_day())?)
}

/// What is stored in the rows of these keys and their tokens, without the counts by code.
fn without_counts(batch: &UsageBatch, is_wanted: impl Fn(&ApiKeyId) -> bool) -> UsageBatch {
    let wanted = batch.iter().filter(|(id, key_use)| key_use.is_use() && is_wanted(id));
    wanted
        .map(|(id, key_use)| (id.clone(), KeyUse { counts: Vec::new(), ended: Vec::new(), ..key_use.clone() }))
        .collect()
}

fn merge(batch: &mut UsageBatch, id: ApiKeyId, new: KeyUse) {
    let known = match batch.entry(id) {
        Entry::Vacant(place) => {
            place.insert(new);
            return;
        }
        Entry::Occupied(place) => place.into_mut(),
    };
    for (day, code, count) in new.counts {
        match known.counts.iter_mut().find(|(known_day, known_code, _)| (*known_day, *known_code) == (day, code)) {
            Some((_, _, sum)) => *sum += count,
            None => known.counts.push((day, code, count)),
        }
    }
    for caller in new.callers {
        add_caller(&mut known.callers, caller);
    }
    for token_use in new.token_uses {
        match known.token_uses.iter_mut().find(|known| known.token_id == token_use.token_id) {
            Some(known) => known.absorb(token_use),
            None => known.token_uses.push(token_use),
        }
    }
    for (permission, day) in new.exercised {
        let known = known.exercised.entry(permission).or_insert(day);
        *known = (*known).max(day);
    }
    for (token_id, places) in new.ended {
        match known.ended.iter_mut().find(|(known_id, _)| *known_id == token_id) {
            Some((_, known)) => places.into_iter().for_each(|place| add_place_use(known, place)),
            None => known.ended.push((token_id, places)),
        }
    }
}

/// Adds a caller, and forgets one if there are too many.
fn add_caller(callers: &mut Vec<RecordedCaller>, new: RecordedCaller) {
    if let Some(known) = callers.iter_mut().find(|known| known.is_same_place(&new)) {
        return known.absorb(&new);
    }
    callers.push(new);
    if callers.len() > CALLERS
        && let Some(position) = position_to_forget(callers, |caller| (caller.asker(), caller.last_used_at))
    {
        callers.swap_remove(position);
    }
}

impl KeyUse {
    fn ended_uses(&self, id: &ApiKeyId) -> impl Iterator<Item = EndedTokenUse> {
        let places = self.ended.iter().flat_map(|(token_id, places)| places.iter().map(move |place| (token_id, place)));
        places.map(|(token_id, place)| EndedTokenUse {
            token_id: token_id.clone(),
            api_key_id: id.clone(),
            organization_id: self.organization_id.clone(),
            place: place.clone(),
        })
    }

    fn exercised<'a>(&'a self, id: &'a ApiKeyId) -> impl Iterator<Item = ExercisedPermission<'a>> {
        let exercised = self.exercised.iter();
        exercised.map(|(permission, day)| ExercisedPermission { api_key_id: id, permission, day: *day })
    }

    /// Denied requests are no use.
    fn is_use(&self) -> bool {
        !self.token_uses.is_empty()
    }

    fn last_use(&self) -> Option<&LastUse> {
        self.token_uses.iter().map(|token_use| &token_use.last).max_by_key(|last| last.at)
    }

    fn counts(&self, id: &ApiKeyId) -> impl Iterator<Item = UseCount> {
        self.counts.iter().map(|&(day, code, count)| UseCount {
            organization_id: self.organization_id.clone(),
            api_key_id: id.clone(),
            day,
            code,
            count,
        })
    }
}

impl Shard {
    fn of_day(&mut self, day: Timestamp) -> &mut Self {
        if self.day != Some(day) {
            let counted = mem::take(&mut self.tallies);
            self.earlier.extend(self.day.replace(day).map(|before| (before, counted)));
        }
        self
    }

    fn is_empty(&self) -> bool {
        self.tallies.is_empty() && self.earlier.is_empty()
    }

    fn take(&mut self) -> Vec<(Timestamp, Tallies)> {
        let today = mem::take(&mut self.tallies);
        let mut all = mem::take(&mut self.earlier);
        all.extend(self.day.map(|day| (day, today)));
        all
    }
}

impl Tally {
    fn record_use(&mut self, last: RawUse) {
        if let Some(before) = self.last_use.replace(last)
            && !self.last_use.as_ref().is_some_and(|last| last.is_from_where(&before))
        {
            if let Some(known) = self.elsewhere.iter_mut().find(|known| known.is_from_where(&before)) {
                *known = before;
                return;
            }
            self.elsewhere.push(before);
            if self.elsewhere.len() > CALLERS
                && let Some(position) = position_to_forget(&self.elsewhere, |place| (place.asker(), place.at))
            {
                self.elsewhere.swap_remove(position);
            }
        }
    }

    fn token_use(&self, last: &RawUse, day: Timestamp) -> TokenUse {
        let count = i64::from(self.counts[Code::Valid as usize]);
        TokenUse { token_id: self.subject.token_id.clone(), last: last.last_use(), day, count }
    }

    fn into_use(self, day: Timestamp) -> KeyUse {
        let counted = Code::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0);
        let mut callers = Vec::new();
        for place in self.elsewhere.iter().chain(&self.last_use) {
            add_caller(&mut callers, place.caller());
        }
        KeyUse {
            organization_id: self.subject.organization_id.clone(),
            token_uses: self.last_use.iter().map(|last| self.token_use(last, day)).collect(),
            counts: counted.map(|(code, count)| (day, code, i64::from(count))).collect(),
            callers,
            exercised: self.exercised.into_iter().map(|permission| (permission, day)).collect(),
            ended: if self.ended.is_empty() { Vec::new() } else { vec![(self.subject.token_id.clone(), self.ended)] },
        }
    }
}

impl RawUse {
    fn last_use(&self) -> LastUse {
        LastUse { at: self.at, address: self.address, agent: UserAgent::from_header(&self.agent) }
    }

    fn is_from_where(&self, other: &Self) -> bool {
        (self.reported_by, self.address) == (other.reported_by, other.address)
            && (Arc::ptr_eq(&self.agent, &other.agent) || self.agent == other.agent)
    }

    fn asker(&self) -> Option<IpAddr> {
        self.reported_by.or(self.address)
    }

    fn caller(&self) -> RecordedCaller {
        RecordedCaller {
            reported_by: self.reported_by,
            address: self.address,
            agent: UserAgent::from_header(&self.agent),
            first_used_at: self.at,
            last_used_at: self.at,
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

/// A thread that panicked while counting has lost at most its count.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn what_is_counted_while_batches_are_taken_waits_for_the_next_collection() {
        let mut rng = StdRng::seed_from_u64(1);
        let usage = Usage::default();
        let subjects: Vec<_> = (0..=BATCH_SIZE * 2).map(|_| Arc::new(PresentedKey::sample(&mut rng))).collect();
        let source = UsageSource { reported_by: None, address: None, agent: b"curl" };
        let now = Timestamp::from_unix_micros(1);
        let count_all = || {
            for subject in &subjects {
                usage.count(subject, Code::Valid, &ExercisedPermissions::default(), now, source);
            }
        };
        count_all();
        usage.collect();
        let mut sizes = Vec::new();
        while let Some(batch) = usage.take_batch() {
            sizes.push(batch.len());
            count_all();
        }
        assert_eq!(sizes, [BATCH_SIZE, BATCH_SIZE, 1], "an end, however many ask meanwhile");
        assert!(!usage.is_written());
    }
}
