//! Verification's memory: the keys that were presented lately, so that checking one again needs no database.
//!
//! What is remembered is used only while it is proven fresh: a follower reads the number of the last change every few
//! hundredths of a second, and every change made by this instance is followed before it is acknowledged. When the
//! database is away, the proof runs out and nothing is answered from memory.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use quick_cache::sync::Cache;

use super::{Context, Error};
use crate::{
    domain::{DefaultOrganization, Token, token::LOOKUP_LENGTH, verification::Subject},
    store::{self, Conn, verification::Change},
};

/// Keys that are remembered at a time; those not presented for longest are forgotten first.
const CAPACITY: usize = 50_000;
/// How long a proof of freshness holds. An instance that cannot reach the database answers from memory no longer.
const FRESHNESS: Duration = Duration::from_millis(1_500);
/// How often the follower looks for changes that other instances and programs have made.
pub const FOLLOW_INTERVAL: Duration = Duration::from_millis(50);
/// How long changes are kept for followers that are behind. One that was away for longer forgets everything.
const CHANGE_MEMORY: time::Duration = time::Duration::hours(1);

/// What finds a key, in place and not on the heap.
type Lookup = [u8; LOOKUP_LENGTH];

pub struct Memory {
    subjects: Subjects,
    /// Whose keys a question accepts that names no organization.
    default_organization: ArcSwap<DefaultOrganization>,
    /// Microseconds after `started` until which the memory is proven fresh.
    fresh_until: AtomicU64,
    started: Instant,
    following: Mutex<()>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            subjects: Subjects::default(),
            default_organization: ArcSwap::from_pointee(DefaultOrganization::Missing),
            fresh_until: AtomicU64::new(0),
            started: Instant::now(),
            following: Mutex::new(()),
        }
    }
}

impl Memory {
    /// The key, if it is remembered and the memory is proven fresh.
    pub fn recall(&self, token: &Token) -> Option<Arc<Subject>> {
        let lookup = Lookup::try_from(token.lookup().as_bytes()).ok()?;
        if self.is_fresh() { self.subjects.cache.get(&lookup) } else { None }
    }

    /// Whose keys a question accepts that names no organization. None when the memory is not proven fresh, and before
    /// anybody has registered: the first organization may have been made a moment ago.
    pub fn default_organization(&self) -> Option<DefaultOrganization> {
        let default = self.is_fresh().then(|| self.default_organization.load().as_ref().clone());
        default.filter(|default| *default != DefaultOrganization::Missing)
    }

    pub fn is_fresh(&self) -> bool {
        self.since_start(Instant::now()) < self.fresh_until.load(Ordering::Acquire)
    }

    /// The number of the last change that was followed, while the memory is proven fresh.
    pub fn followed(&self) -> Option<i64> {
        self.is_fresh().then(|| self.subjects.followed())
    }

    /// Reads the key from the database and remembers it, unless something changes meanwhile. To be called outside of
    /// any transaction, so that every read sees what is committed by then.
    pub fn load(&self, conn: &mut Conn, token: &Token) -> Result<Option<Arc<Subject>>, Error> {
        let lookup = token.lookup();
        let followed = self.subjects.followed();
        let is_up_to_date = store::verification::last_change(conn)? == followed;
        let Some(subject) = store::verification::find_subject(conn, lookup)?.map(Arc::new) else { return Ok(None) };
        if let (true, Ok(lookup)) = (is_up_to_date, Lookup::try_from(lookup.as_bytes())) {
            self.subjects.remember(lookup, &subject, followed);
        }
        Ok(Some(subject))
    }

    /// Forgets what has changed since it last looked, and proves the rest fresh. To be called outside of any
    /// transaction.
    pub fn follow(&self, conn: &mut Conn) -> Result<(), Error> {
        let _one_at_a_time = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = Instant::now();
        let (last, default) = store::verification::state(conn)?;
        if **self.default_organization.load() != default {
            self.default_organization.store(Arc::new(default));
        }
        let followed = self.subjects.followed();
        if last != followed {
            self.subjects.follow(&store::verification::list_changes(conn, followed)?, last);
        }
        self.fresh_until.store(self.since_start(asked + FRESHNESS), Ordering::Release);
        Ok(())
    }

    /// The next that asks for this key reads it from the database.
    pub fn forget_key(&self, lookup: &str) {
        if let Ok(lookup) = Lookup::try_from(lookup.as_bytes()) {
            self.subjects.cache.remove(&lookup);
        }
    }

    /// Answers nothing from memory until the next proof of freshness.
    pub fn distrust(&self) {
        let _not_while_following = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        self.fresh_until.store(0, Ordering::Release);
    }

    fn since_start(&self, instant: Instant) -> u64 {
        u64::try_from(instant.duration_since(self.started).as_micros()).unwrap_or(u64::MAX)
    }
}

/// The keys, and how far changes to them were followed.
struct Subjects {
    cache: Cache<Lookup, Arc<Subject>>,
    /// The number of the last change that was followed.
    followed: AtomicI64,
    /// Shared while a key is inserted, exclusive while changes are followed: what was read before a change must not be
    /// inserted after that change was followed, not even for an instant.
    inserting: RwLock<()>,
}

impl Default for Subjects {
    fn default() -> Self {
        Self { cache: Cache::new(CAPACITY), followed: AtomicI64::new(-1), inserting: RwLock::default() }
    }
}

impl Subjects {
    fn followed(&self) -> i64 {
        self.followed.load(Ordering::Acquire)
    }

    /// Keeps what was read when `followed` was the last change, unless later changes have been followed meanwhile.
    fn remember(&self, lookup: Lookup, subject: &Arc<Subject>, followed: i64) {
        let _shared = self.inserting.read().unwrap_or_else(PoisonError::into_inner);
        if self.followed() == followed {
            self.cache.insert(lookup, subject.clone());
        }
    }

    /// Forgets the keys that `changes` are about, or all keys if changes are missing. `last` is the number of the last
    /// change when there are none.
    fn follow(&self, changes: &[Change], last: i64) {
        let _exclusive = self.inserting.write().unwrap_or_else(PoisonError::into_inner);
        let has_gap = changes.first().is_none_or(|first| first.number != self.followed() + 1);
        let lookup_of = |change: &Change| Lookup::try_from(change.lookup.as_deref()?.as_bytes()).ok();
        match changes.iter().map(lookup_of).collect::<Option<Vec<_>>>() {
            Some(lookups) if !has_gap => lookups.iter().for_each(|lookup| drop(self.cache.remove(lookup))),
            _ => self.cache.clear(),
        }
        self.followed.store(changes.last().map_or(last, |change| change.number), Ordering::Release);
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("keys", &self.subjects.cache.len()).finish_non_exhaustive()
    }
}

/// Forgets changes that every follower has seen long ago. Gives how many.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<usize, Error> {
    Ok(store::verification::delete_changes_older_than(conn, context.now.minus(CHANGE_MEMORY))?)
}

#[cfg(test)]
mod tests {
    use std::{sync::atomic::AtomicBool, thread};

    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_never_recalled_after_that_change_was_followed() {
        let lookup = [b'x'; LOOKUP_LENGTH];
        let sample = Subject::sample(&mut StdRng::seed_from_u64(1));
        let (subjects, last_change, is_over) = (Subjects::default(), AtomicI64::new(0), AtomicBool::new(false));
        let change = |number| Change { number, lookup: Some("x".repeat(LOOKUP_LENGTH)) };
        subjects.follow(&[change(0)], 0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::SeqCst) {
                        let followed = subjects.followed();
                        let read = last_change.load(Ordering::SeqCst);
                        let subject = Arc::new(Subject { name: read.to_string().into(), ..sample.clone() });
                        if read == followed {
                            subjects.remember(lookup, &subject, followed);
                        }
                    }
                });
            }
            let mut stale = 0;
            for number in 1..30_000 {
                last_change.store(number, Ordering::SeqCst);
                subjects.follow(&[change(number)], number);
                stale +=
                    usize::from(subjects.cache.get(&lookup).is_some_and(|found| *found.name != *number.to_string()));
            }
            is_over.store(true, Ordering::SeqCst);
            assert_eq!(stale, 0, "of 30,000 changes");
        });
    }
}
