//! The verification cache: recently presented keys, so that verifying one again needs no database.
//!
//! The cache is used only while it is proven fresh. A follower reads the number of the last change every 50 ms, and
//! changes by this instance are followed before they are acknowledged. If the database is unavailable, the proof
//! expires and nothing is answered from the cache.

use std::{
    collections::BTreeSet,
    fmt, mem,
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
    domain::{
        ApiKeyId, DefaultOrganization, OrganizationId, Token,
        token::LOOKUP_LENGTH,
        verification::{OrganizationRules, PresentedKey},
    },
    store::{self, Conn, verification::VerificationChange},
};

/// Cached tokens. The least recently used are dropped first.
const CAPACITY: usize = 50_000;
/// Cached rules of organizations. Keys have them, too, so this bounds only how often they are read.
const ORGANIZATIONS: usize = 1_000;
/// How often a key is read again because something changed in the meantime.
const ATTEMPTS: usize = 3;
/// How long a proof of freshness holds. After that, an instance without a database stops answering from the cache.
const FRESHNESS: Duration = Duration::from_millis(1_500);
/// How often the follower reads changes by other instances and programs.
pub const FOLLOW_INTERVAL: Duration = Duration::from_millis(50);
/// How long changes are kept for followers that are behind. A follower that is further behind drops everything.
const CHANGE_MEMORY: time::Duration = time::Duration::hours(1);

/// The lookup of a token, stored inline.
type Lookup = [u8; LOOKUP_LENGTH];

pub struct VerificationCache {
    subjects: Subjects,
    /// The default organization, for requests that name none.
    default_organization: ArcSwap<DefaultOrganization>,
    /// Microseconds after `started` until which the cache is proven fresh.
    fresh_until: AtomicU64,
    started: Instant,
    following: Mutex<()>,
}

/// What has changed since the last look.
#[derive(Debug, Default)]
pub struct FollowedChanges {
    /// Keys that were changed one by one.
    pub api_keys: Vec<ApiKeyId>,
    /// Something else was changed that may concern any key, such as a policy.
    pub may_concern_all: bool,
}

impl Default for VerificationCache {
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

impl VerificationCache {
    /// The key, if it is cached and the cache is proven fresh.
    pub fn get(&self, token: &Token) -> Option<Arc<PresentedKey>> {
        let lookup = Lookup::try_from(token.lookup_bytes()).ok()?;
        if self.is_fresh() { self.subjects.cache.get(&lookup) } else { None }
    }

    /// The default organization, for requests that name none. None if the cache is not proven fresh, or nobody has
    /// registered: the first organization may have been created a moment ago.
    pub fn default_organization(&self) -> Option<DefaultOrganization> {
        let default = self.is_fresh().then(|| self.default_organization.load().as_ref().clone());
        default.filter(|default| *default != DefaultOrganization::Missing)
    }

    pub fn is_fresh(&self) -> bool {
        self.since_start(Instant::now()) < self.fresh_until.load(Ordering::Acquire)
    }

    /// The number of the last followed change, while the cache is proven fresh.
    pub fn followed(&self) -> Option<i64> {
        self.is_fresh().then(|| self.subjects.followed())
    }

    /// Reads the key from the database and caches it, unless something changes in between. Must be called outside of
    /// any transaction, so that every read sees what is committed.
    pub fn load(&self, conn: &mut Conn, token: &Token) -> Result<Option<Arc<PresentedKey>>, Error> {
        let lookup = token.lookup();
        let mut last_change = store::verification::last_change(conn)?;
        let mut attempts = ATTEMPTS;
        loop {
            let followed = self.subjects.followed();
            let is_up_to_date = last_change == followed;
            let found = store::verification::find_presented_key(conn, lookup, |conn, id| {
                self.rules(conn, id, is_up_to_date.then_some(followed))
            })?;
            let Some(subject) = found.map(Arc::new) else { return Ok(None) };
            attempts -= 1;
            if attempts > 0 && !subject.rules.api_permissions().is_empty() {
                // The key, its owner's grants and the rules were read one after the other. They must belong together.
                let before = mem::replace(&mut last_change, store::verification::last_change(conn)?);
                if before != last_change {
                    continue;
                }
            }
            if let (true, Ok(lookup)) = (is_up_to_date, Lookup::try_from(lookup.as_bytes())) {
                self.subjects.remember(lookup, &subject, followed);
            }
            return Ok(Some(subject));
        }
    }

    /// The rules of an organization. `followed` is the number of the last change, if the cache is up to date.
    fn rules(
        &self,
        conn: &mut Conn,
        organization_id: &OrganizationId,
        followed: Option<i64>,
    ) -> Result<Arc<OrganizationRules>, store::Error> {
        if let Some(rules) = followed.and_then(|_| self.subjects.rules.get(organization_id)) {
            return Ok(rules);
        }
        let rules = Arc::new(store::verification::rules(conn, organization_id)?);
        if let Some(followed) = followed {
            self.subjects.remember_rules(organization_id, &rules, followed);
        }
        Ok(rules)
    }

    /// Drops what has changed since the last call, and proves the rest fresh. Must be called outside of any
    /// transaction.
    pub fn follow(&self, conn: &mut Conn) -> Result<FollowedChanges, Error> {
        let _one_at_a_time = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = Instant::now();
        let (last, default) = store::verification::state(conn)?;
        if **self.default_organization.load() != default {
            self.default_organization.store(Arc::new(default));
        }
        let followed = self.subjects.followed();
        let mut followed_changes = FollowedChanges::default();
        if last != followed {
            let changes = store::verification::list_changes(conn, followed)?;
            followed_changes.may_concern_all = self.subjects.follow(&changes, last);
            followed_changes.api_keys = changes.into_iter().filter_map(|change| change.api_key_id).collect();
        }
        self.fresh_until.store(self.since_start(asked + FRESHNESS), Ordering::Release);
        Ok(followed_changes)
    }

    /// The next verification of this token reads the database.
    pub fn forget_token(&self, lookup: &str) {
        if let Ok(lookup) = Lookup::try_from(lookup.as_bytes()) {
            self.subjects.cache.remove(&lookup);
        }
    }

    /// Answers nothing from the cache until the next proof of freshness.
    pub fn distrust(&self) {
        let _not_while_following = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        self.fresh_until.store(0, Ordering::Release);
    }

    fn since_start(&self, instant: Instant) -> u64 {
        u64::try_from(instant.duration_since(self.started).as_micros()).unwrap_or(u64::MAX)
    }
}

/// The cached tokens with their keys, and the progress of following changes.
struct Subjects {
    cache: Cache<Lookup, Arc<PresentedKey>>,
    /// Dropped by the same changes that drop all keys.
    rules: Cache<OrganizationId, Arc<OrganizationRules>>,
    /// Every cached token by its API key, because a change of the key drops them all. May also name tokens that the
    /// cache has already dropped.
    tokens: Mutex<BTreeSet<(ApiKeyId, Lookup)>>,
    /// The number of the last followed change.
    followed: AtomicI64,
    /// Held shared while something is inserted, exclusively while changes are followed. What was read before a change
    /// must not be inserted after that change was followed, not even for an instant.
    inserting: RwLock<()>,
}

impl Default for Subjects {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl Subjects {
    fn with_capacity(capacity: usize) -> Self {
        Self {
            cache: Cache::new(capacity),
            rules: Cache::new(ORGANIZATIONS),
            tokens: Mutex::default(),
            followed: AtomicI64::new(-1),
            inserting: RwLock::default(),
        }
    }

    fn followed(&self) -> i64 {
        self.followed.load(Ordering::Acquire)
    }

    /// Caches what was read when `followed` was the last change, unless later changes have been followed since.
    fn remember(&self, lookup: Lookup, subject: &Arc<PresentedKey>, followed: i64) {
        let _shared = self.inserting.read().unwrap_or_else(PoisonError::into_inner);
        if self.followed() != followed {
            return;
        }
        // Locked until the cache has the token as well: otherwise another thread could drop its entry in between.
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.insert((subject.api_key_id.clone(), lookup));
        self.cache.insert(lookup, subject.clone());
        // Scanned once per quarter of the capacity, so that insertions stay cheap.
        if tokens.len() as u64 > self.cache.capacity() / 4 * 5 {
            tokens.retain(|(_, lookup)| self.cache.peek(lookup).is_some());
        }
    }

    /// The same for the rules of an organization.
    fn remember_rules(&self, id: &OrganizationId, rules: &Arc<OrganizationRules>, followed: i64) {
        let _shared = self.inserting.read().unwrap_or_else(PoisonError::into_inner);
        if self.followed() == followed {
            self.rules.insert(id.clone(), rules.clone());
        }
    }

    /// Drops the keys in `changes` with all their tokens, or everything if changes are missing. `last` is the number of
    /// the last change if the list is empty. Returns whether everything was dropped.
    fn follow(&self, changes: &[VerificationChange], last: i64) -> bool {
        let _exclusive = self.inserting.write().unwrap_or_else(PoisonError::into_inner);
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let has_gap = changes.first().is_none_or(|first| first.number != self.followed() + 1);
        let ids = changes.iter().map(|change| change.api_key_id.as_ref()).collect::<Option<Vec<_>>>();
        let ids = ids.filter(|_| !has_gap);
        if let Some(ids) = &ids {
            for id in ids {
                self.forget_key(&mut tokens, id);
            }
        } else {
            self.cache.clear();
            self.rules.clear();
            tokens.clear();
        }
        self.followed.store(changes.last().map_or(last, |change| change.number), Ordering::Release);
        ids.is_none()
    }

    fn forget_key(&self, tokens: &mut BTreeSet<(ApiKeyId, Lookup)>, id: &ApiKeyId) {
        let all = (id.clone(), [u8::MIN; LOOKUP_LENGTH])..=(id.clone(), [u8::MAX; LOOKUP_LENGTH]);
        let of_key: Vec<_> = tokens.range(all).cloned().collect();
        for token in of_key {
            self.cache.remove(&token.1);
            tokens.remove(&token);
        }
    }
}

impl fmt::Debug for VerificationCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationCache").field("keys", &self.subjects.cache.len()).finish_non_exhaustive()
    }
}

/// Deletes changes that every follower has seen long ago. Returns their number.
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
        let sample = PresentedKey::sample(&mut StdRng::seed_from_u64(1));
        let (subjects, last_change, is_over) = (Subjects::default(), AtomicI64::new(0), AtomicBool::new(false));
        let change = |number| VerificationChange { number, api_key_id: Some(sample.api_key_id.clone()) };
        subjects.follow(&[change(0)], 0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::SeqCst) {
                        let followed = subjects.followed();
                        let read = last_change.load(Ordering::SeqCst);
                        let subject = Arc::new(PresentedKey { name: read.to_string().into(), ..sample.clone() });
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

    #[test]
    fn a_change_of_a_key_forgets_all_its_tokens_and_those_of_no_other_key() {
        let mut rng = StdRng::seed_from_u64(1);
        let [key, other] = [(); 2].map(|()| Arc::new(PresentedKey::sample(&mut rng)));
        let subjects = Subjects::default();
        let lookups = [b'a', b'b', b'c'].map(|letter| [letter; LOOKUP_LENGTH]);
        for (lookup, subject) in lookups.iter().zip([&key, &key, &other]) {
            subjects.remember(*lookup, subject, -1);
        }
        let known = || lookups.map(|lookup| subjects.cache.get(&lookup).is_some());
        assert_eq!(known(), [true; 3]);
        subjects.follow(&[VerificationChange { number: 0, api_key_id: Some(key.api_key_id.clone()) }], 0);
        assert_eq!(known(), [false, false, true]);
        subjects.follow(&[VerificationChange { number: 1, api_key_id: None }], 1);
        assert_eq!(known(), [false; 3]);
    }

    #[test]
    fn rules_are_dropped_with_all_keys_and_never_cached_after_a_change_that_they_do_not_know() {
        let id = PresentedKey::sample(&mut StdRng::seed_from_u64(1)).organization_id;
        let key = PresentedKey::sample(&mut StdRng::seed_from_u64(2)).api_key_id;
        let subjects = Subjects::default();
        let is_known = || subjects.rules.get(&id).is_some();
        subjects.remember_rules(&id, &Arc::default(), -1);
        subjects.follow(&[VerificationChange { number: 0, api_key_id: Some(key) }], 0);
        assert!(is_known(), "a change of one key changes no rules");
        subjects.follow(&[VerificationChange { number: 1, api_key_id: None }], 1);
        assert!(!is_known());
        subjects.remember_rules(&id, &Arc::default(), 0);
        assert!(!is_known(), "read before the last change");
        subjects.remember_rules(&id, &Arc::default(), 1);
        assert!(is_known());
    }

    #[test]
    fn what_the_cache_drops_is_dropped_by_key_as_well_and_what_it_has_can_be_forgotten() {
        let mut rng = StdRng::seed_from_u64(1);
        let subjects = Subjects::with_capacity(1_000);
        let keys: Vec<_> = (0..5_000_u32)
            .map(|number| {
                let subject = Arc::new(PresentedKey::sample(&mut rng));
                let mut lookup = [b'x'; LOOKUP_LENGTH];
                lookup[..4].copy_from_slice(&number.to_be_bytes());
                subjects.remember(lookup, &subject, -1);
                assert!(subjects.tokens.lock().unwrap().len() as u64 <= subjects.cache.capacity() / 4 * 5);
                subject
            })
            .collect();
        assert!(subjects.cache.len() > 500, "{}", subjects.cache.len());
        for (number, subject) in (0..).zip(&keys) {
            subjects.follow(&[VerificationChange { number, api_key_id: Some(subject.api_key_id.clone()) }], number);
        }
        assert_eq!((subjects.cache.len(), subjects.tokens.lock().unwrap().len()), (0, 0));
    }
}
