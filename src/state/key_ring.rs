//! The keys of tokens as the secret key file has them by now: while a server runs, its master key may be rotated, and another
//! server write what only the new one opens.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    app,
    config::secret_key,
    domain::{MasterKey, MasterKeys, TokenDigest, TokenKeys},
    store::Conn,
};

/// How long who asks for a master key that is not there is told so without another look.
const PAUSE: Duration = Duration::from_secs(1);

pub struct KeyRing {
    path: PathBuf,
    latest: Mutex<Latest>,
    /// The version of the present master key in `latest`, for verification, which must not wait for a lock.
    present: AtomicI32,
}

struct Latest {
    fingerprints: Vec<String>,
    keys: Arc<TokenKeys>,
    looked_at: Option<Instant>,
    /// The versions that the database counts on, as of the last look.
    recorded: Vec<i32>,
    /// What was logged about the file, so that the same is not logged with every look.
    complaint: Option<String>,
}

impl KeyRing {
    pub fn new(path: PathBuf, masters: &MasterKeys, keys: &TokenKeys) -> Self {
        let latest = Latest {
            fingerprints: fingerprints(masters),
            keys: Arc::new(keys.clone()),
            looked_at: None,
            recorded: Vec::new(),
            complaint: None,
        };
        Self { path, latest: Mutex::new(latest), present: AtomicI32::new(keys.version()) }
    }

    /// The keys of the file. Those of before where it cannot be read, or does not belong to the database.
    pub fn look(&self, conn: &mut Conn) -> Arc<TokenKeys> {
        let complaint = match secret_key::load(&self.path) {
            Ok(Some(masters)) => self.compare(conn, &masters),
            Ok(None) => Some("the secret key file no longer exists".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        let recorded = app::master_keys::recorded_versions(conn);
        // Not before: who asks meanwhile looks as well.
        let mut latest = self.lock();
        if let Some(complaint) = complaint.as_ref().filter(|&complaint| latest.complaint.as_ref() != Some(complaint)) {
            tracing::error!("{complaint}; this server keeps using the master keys that it has already read");
        }
        latest.complaint = complaint;
        if let Ok(recorded) = recorded {
            latest.recorded = recorded;
        }
        latest.looked_at = Some(Instant::now());
        latest.keys.clone()
    }

    /// Takes up master keys that are other ones than before, or returns why not.
    fn compare(&self, conn: &mut Conn, masters: &MasterKeys) -> Option<String> {
        if fingerprints(masters) == self.lock().fingerprints {
            return None;
        }
        match app::master_keys::find_misfit(conn, Some(masters)) {
            Ok(None) => {
                self.take_up(masters);
                None
            }
            Ok(Some(misfit)) => Some(format!("the secret key file {misfit}")),
            Err(error) => Some(format!("the secret key file was changed and could not be checked: {error}")),
        }
    }

    /// As of the last look.
    pub fn latest(&self) -> Arc<TokenKeys> {
        self.lock().keys.clone()
    }

    /// Whether a digest that verified may have to be replaced. Says no of nearly all, without a lock.
    pub fn may_be_outdated(&self, digest: &TokenDigest) -> bool {
        !digest.is_bound() || digest.version() != self.present.load(Ordering::Relaxed)
    }

    /// Whether the database counts on a master key of this version, which this server has not got. One that was lost is
    /// not counted on.
    pub fn is_awaited(&self, version: i32) -> bool {
        let latest = self.lock();
        latest.recorded.contains(&version) && !latest.keys.knows(version)
    }

    /// Keys that have this master key among them, as far as is known. None also when it is time to look.
    pub fn get(&self, version: i32) -> Option<Arc<TokenKeys>> {
        Some(self.lock().keys.clone()).filter(|keys| keys.knows(version))
    }

    pub fn is_time_to_look(&self) -> bool {
        self.lock().looked_at.is_none_or(|at| at.elapsed() >= PAUSE)
    }

    fn take_up(&self, masters: &MasterKeys) {
        let mut latest = self.lock();
        latest.fingerprints = fingerprints(masters);
        latest.keys = Arc::new(TokenKeys::derive(masters));
        self.present.store(latest.keys.version(), Ordering::Relaxed);
        tracing::info!(version = latest.keys.version(), "the master key was rotated");
    }

    fn lock(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("path", &self.path).finish_non_exhaustive()
    }
}

fn fingerprints(masters: &MasterKeys) -> Vec<String> {
    masters.all().map(MasterKey::fingerprint).collect()
}
