//! The token keys according to the current secret key file. The master key may be rotated while a server runs, and
//! another server may already use the new one.

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

/// After a miss, how long to answer "unknown" before the file is read again.
const PAUSE: Duration = Duration::from_secs(1);

pub struct KeyRing {
    path: PathBuf,
    latest: Mutex<Latest>,
    /// The version of the current master key in `latest`, for verification, which must not wait for a lock.
    present: AtomicI32,
}

struct Latest {
    fingerprints: Vec<String>,
    keys: Arc<TokenKeys>,
    looked_at: Option<Instant>,
    /// The versions that the database needs, as of the last check.
    recorded: Vec<i32>,
    /// The last logged complaint about the file, so that it is not repeated at every check.
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

    /// Reads the file. If it cannot be read or does not belong to the database, the earlier keys stay.
    pub fn look(&self, conn: &mut Conn) -> Arc<TokenKeys> {
        let complaint = match secret_key::load(&self.path) {
            Ok(Some(masters)) => self.compare(conn, &masters),
            Ok(None) => Some("the secret key file no longer exists".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        let recorded = app::master_keys::recorded_versions(conn);
        // Locked only now: concurrent callers read the file as well.
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

    /// Adopts changed master keys, or returns why not.
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

    /// As of the last check.
    pub fn latest(&self) -> Arc<TokenKeys> {
        self.lock().keys.clone()
    }

    /// Whether a verified digest may have to be replaced. Excludes nearly all digests, without a lock.
    pub fn may_be_outdated(&self, digest: &TokenDigest) -> bool {
        !digest.is_bound() || digest.version() != self.present.load(Ordering::Relaxed)
    }

    /// Whether the database needs a master key of this version, which this server does not have. Lost keys are not
    /// needed.
    pub fn is_awaited(&self, version: i32) -> bool {
        let latest = self.lock();
        latest.recorded.contains(&version) && !latest.keys.knows(version)
    }

    /// The token keys with this master key, if known. Also None when it is time to read the file.
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
