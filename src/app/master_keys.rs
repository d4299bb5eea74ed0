//! Master keys: whether the file and the database belong together, and rotation.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rand::CryptoRng;

use super::{By, Context, Error};
use crate::{
    domain::{
        ApiKeyId, ApiKeyTokenId, MasterKey, MasterKeys, OrganizationEvent, Timestamp, Token, TokenDigest, TokenKeys,
        audit::OrganizationSubject, verification::PresentedKey,
    },
    store::{self, Conn, usage::LockedRows},
};

/// Tokens that one transaction reseals or redigests, so that others do not wait long.
const BATCH_SIZE: usize = 1_000;
/// How many sealed tokens of each master key a diagnosis opens.
const SAMPLE: i64 = 20;

/// How the secret key file and the database do not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    #[error("does not exist, but the database contains keys that depend on it")]
    FileMissing,
    #[error("does not contain master key {0}, which the database depends on")]
    KeyMissing(i32),
    #[error("contains a different master key {0} from the one that the database depends on")]
    OtherKey(i32),
}

/// None if they match. `masters` is the content of the file, if it exists.
pub fn find_misfit(conn: &mut Conn, masters: Option<&MasterKeys>) -> Result<Option<Misfit>, Error> {
    let Some(masters) = masters else {
        return Ok(store::master_keys::has_api_keys(conn)?.then_some(Misfit::FileMissing));
    };
    for (version, fingerprint) in store::master_keys::list(conn)? {
        match masters.all().find(|key| key.version() == version) {
            Some(key) if key.fingerprint() == fingerprint => {}
            Some(_) => return Ok(Some(Misfit::OtherKey(version))),
            None if store::master_keys::is_needed(conn, version)? => return Ok(Some(Misfit::KeyMissing(version))),
            None => {}
        }
    }
    Ok(None)
}

/// Whether [`record_fingerprints`] has nothing to do.
pub fn are_noted(conn: &mut Conn, masters: &MasterKeys) -> Result<bool, Error> {
    let known: BTreeSet<_> = store::master_keys::list(conn)?.into_iter().map(|(version, _)| version).collect();
    Ok(masters.all().all(|key| known.contains(&key.version())))
}

/// Lets the next start recognize these master keys.
pub fn record_fingerprints(conn: &mut Conn, masters: &MasterKeys, now: Timestamp) -> Result<(), Error> {
    let known: BTreeSet<_> = store::master_keys::list(conn)?.into_iter().map(|(version, _)| version).collect();
    for key in masters.all().filter(|key| !known.contains(&key.version())) {
        store::master_keys::insert(conn, key, now)?;
    }
    Ok(())
}

/// The versions of all master keys that were ever used and are not known to be lost.
pub fn recorded_versions(conn: &mut Conn) -> Result<Vec<i32>, Error> {
    Ok(store::master_keys::list(conn)?.into_iter().map(|(version, _)| version).collect())
}

/// The version of the newest master key ever used, which may be lost.
pub fn newest_version(conn: &mut Conn) -> Result<Option<i32>, Error> {
    let noted = store::master_keys::list(conn)?.into_iter().map(|(version, _)| version);
    Ok(noted.chain(list_dependents(conn)?.into_keys()).max())
}

/// What depends on a master key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dependents {
    /// Tokens that verify.
    pub digests: i64,
    /// Tokens that can be displayed.
    pub sealed: i64,
}

/// By version of the master key.
pub fn list_dependents(conn: &mut Conn) -> Result<BTreeMap<i32, Dependents>, Error> {
    let mut all: BTreeMap<i32, Dependents> = BTreeMap::new();
    for (version, count) in store::master_keys::count_digests(conn)? {
        all.entry(version).or_default().digests = count;
    }
    for (version, count) in store::sealed_tokens::count_by_version(conn)? {
        all.entry(version).or_default().sealed = count;
    }
    Ok(all)
}

/// The number of tokens whose digests are not bound to their API key. See
/// [`store::master_keys::count_unbound_digests`].
pub fn count_unbound_digests(conn: &mut Conn) -> Result<i64, Error> {
    Ok(store::master_keys::count_unbound_digests(conn)?)
}

/// Records the next master key before anything depends on it. `masters` already has it as the current one.
/// [`store::Error::Duplicate`] if another server was faster.
pub fn claim(conn: &mut Conn, context: &mut Context, masters: &MasterKeys, previous: i32) -> Result<(), Error> {
    store::master_keys::insert(conn, masters.present(), context.now)?;
    let version = masters.present().version();
    record_everywhere(conn, context, &OrganizationEvent::MasterKeyRotated { version, previous })
}

/// Undoes the claim of a key that nothing depends on, because its file could not be written.
pub fn release(conn: &mut Conn, context: &mut Context, key: &MasterKey) -> Result<(), Error> {
    store::master_keys::delete(conn, key.version())?;
    let event = OrganizationEvent::MasterKeyRotationUndone { version: key.version() };
    record_everywhere(conn, context, &event)
}

/// Records that retired master keys are removed from the file.
pub fn record_forgotten(conn: &mut Conn, context: &mut Context, versions: Vec<i32>) -> Result<(), Error> {
    record_everywhere(conn, context, &OrganizationEvent::MasterKeysForgotten { versions })
}

/// Records that all master keys except these are lost.
pub fn accept_loss(conn: &mut Conn, context: &mut Context, masters: &MasterKeys) -> Result<(), Error> {
    let mut lost = Vec::new();
    for (version, fingerprint) in store::master_keys::list(conn)? {
        if !masters.all().any(|key| key.version() == version && key.fingerprint() == fingerprint) {
            store::master_keys::delete(conn, version)?;
            lost.push(version);
        }
    }
    record_fingerprints(conn, masters, context.now)?;
    let version = masters.present().version();
    record_everywhere(conn, context, &OrganizationEvent::MasterKeyReplaced { version, lost })
}

/// The master keys protect the tokens of all organizations, so each of them gets the event.
fn record_everywhere(conn: &mut Conn, context: &mut Context, event: &OrganizationEvent) -> Result<(), Error> {
    for (id, name) in store::organizations::list(conn)? {
        context.record(conn, By::Nobody, &OrganizationSubject { id, name: Some(name) }, event)?;
    }
    Ok(())
}

/// The progress of resealing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    pub done: usize,
    /// Tokens that somebody has modified. They stay unchanged.
    pub damaged: usize,
    /// The last token that was read. None at the end.
    pub last: Option<ApiKeyTokenId>,
}

/// Reseals tokens of retired master keys with the current one: one batch, after a given token.
pub fn reseal(
    conn: &mut Conn,
    keys: &TokenKeys,
    after: Option<&ApiKeyTokenId>,
    rng: &mut impl CryptoRng,
) -> Result<Resealed, Error> {
    if !is_newest(conn, keys.version())? {
        return Ok(Resealed::default());
    }
    let limit = i64::try_from(BATCH_SIZE).unwrap_or(i64::MAX);
    let after = after.map(ApiKeyTokenId::as_str).unwrap_or_default();
    let batch = store::sealed_tokens::lock_sealed_by(conn, &keys.retired_versions(), after, limit)?;
    let mut resealed = Resealed::default();
    for kept in &batch {
        let Ok(token) = keys.open(&kept.sealed, &kept.api_key_id, &kept.organization_id) else {
            resealed.damaged += 1;
            continue;
        };
        let sealed = keys.seal(&token, &kept.api_key_id, &kept.organization_id, rng);
        store::sealed_tokens::update(conn, kept, &sealed)?;
        resealed.done += 1;
    }
    resealed.last = batch.last().map(|kept| kept.token_id.clone());
    Ok(resealed)
}

/// Whether no other server has a newer master key. Data written with an older one might depend on a key that is
/// forgotten by then.
fn is_newest(conn: &mut Conn, version: i32) -> Result<bool, Error> {
    Ok(store::master_keys::list(conn)?.last().is_none_or(|(newest, _)| *newest == version))
}

/// How many of a few sealed tokens open, and of how many, across these master keys.
pub fn sample(conn: &mut Conn, masters: &MasterKeys) -> Result<(usize, usize), Error> {
    let keys = TokenKeys::derive(masters);
    let (mut good, mut all) = (0, 0);
    for key in masters.all() {
        for kept in store::sealed_tokens::sample(conn, key.version(), SAMPLE)? {
            all += 1;
            good += usize::from(keys.open(&kept.sealed, &kept.api_key_id, &kept.organization_id).is_ok());
        }
    }
    Ok((good, all))
}

/// Tokens that verified by a retired master key or an unbound digest, with their new digests, to be stored soon.
#[derive(Default)]
pub struct Redigests(Mutex<DigestBatch>);

pub type DigestBatch = BTreeMap<ApiKeyTokenId, Redigest>;

#[derive(Clone, Debug)]
pub struct Redigest {
    api_key_id: ApiKeyId,
    pub lookup: Box<str>,
    /// The digest to replace.
    from: TokenDigest,
    digest: TokenDigest,
}

impl Redigests {
    /// Call this only for the holder of the right secret.
    pub fn add(&self, subject: &PresentedKey, token: &Token, keys: &TokenKeys) {
        if self.lock().contains_key(&subject.token_id) {
            return;
        }
        let (lookup, from) = (token.lookup().into(), subject.digest.clone());
        let digest = keys.digest(token, &subject.api_key_id, &subject.organization_id);
        let redigest = Redigest { api_key_id: subject.api_key_id.clone(), lookup, from, digest };
        self.lock().insert(subject.token_id.clone(), redigest);
    }

    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// A batch of them. None if there are none.
    pub fn take_batch(&self) -> Option<DigestBatch> {
        let mut waiting = self.lock();
        let rest = waiting.keys().nth(BATCH_SIZE).cloned().map(|first| waiting.split_off(&first));
        let batch = mem::replace(&mut *waiting, rest.unwrap_or_default());
        (!batch.is_empty()).then_some(batch)
    }

    /// Returns a batch for the next time.
    pub fn put_back(&self, batch: DigestBatch) {
        self.lock().extend(batch);
    }

    fn lock(&self) -> MutexGuard<'_, DigestBatch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Redigests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redigests").field("tokens", &self.lock().len()).finish_non_exhaustive()
    }
}

/// Stores a batch. Returns what must be retried, because somebody else is changing those keys. Verification need not
/// know: caches with the former digest give the same answer. A server that has not read the newest master key leaves
/// this to others.
pub fn redigest(conn: &mut Conn, batch: &DigestBatch) -> Result<DigestBatch, Error> {
    let version = batch.values().map(|redigest| redigest.digest.version()).min();
    if !version.map_or(Ok(true), |version| is_newest(conn, version))? {
        return Ok(DigestBatch::new());
    }
    let keys: Vec<_> = batch.values().map(|redigest| &redigest.api_key_id).collect();
    let LockedRows { free, busy } = store::usage::lock_free(conn, &keys)?;
    for (id, redigest) in batch.iter().filter(|(_, redigest)| free.contains(redigest.api_key_id.as_str())) {
        store::master_keys::update_digest(conn, id, &redigest.from, &redigest.digest)?;
    }
    let again = batch.iter().filter(|(_, redigest)| busy.contains(redigest.api_key_id.as_str()));
    Ok(again.map(|(id, redigest)| (id.clone(), redigest.clone())).collect())
}
