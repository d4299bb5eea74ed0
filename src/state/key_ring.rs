//! The keys of tokens as the secret key file has them by now: while a server runs, its master key may be rotated, and another
//! server write what only the new one opens.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    app,
    config::secret_key,
    domain::{MasterKey, MasterKeys, TokenKeys},
    store::Conn,
};

/// How long who asks for a master key that is not there is told so without another look.
const PAUSE: Duration = Duration::from_secs(1);

pub struct KeyRing {
    path: PathBuf,
    latest: Mutex<Latest>,
}

struct Latest {
    fingerprints: Vec<String>,
    keys: Arc<TokenKeys>,
    looked_at: Option<Instant>,
}

impl KeyRing {
    pub fn new(path: PathBuf, masters: &MasterKeys, keys: &TokenKeys) -> Self {
        let latest = Latest { fingerprints: fingerprints(masters), keys: Arc::new(keys.clone()), looked_at: None };
        Self { path, latest: Mutex::new(latest) }
    }

    /// The keys of the file. Those of before where it cannot be read, or does not belong to the database.
    pub fn look(&self, conn: &mut Conn) -> Arc<TokenKeys> {
        let masters = secret_key::load(&self.path);
        match masters {
            Ok(Some(masters)) if fingerprints(&masters) != self.lock().fingerprints => {
                match app::master_keys::find_misfit(conn, Some(&masters)) {
                    Ok(None) => self.take_up(&masters),
                    Ok(Some(misfit)) => tracing::error!("the secret key file {misfit}"),
                    Err(error) => tracing::error!(%error, "the secret key file was changed and could not be checked"),
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => tracing::error!("the secret key file is gone; this server goes on with what it has read"),
            Err(error) => tracing::error!(%error, "this server goes on with what it has read before"),
        }
        // Not before: who asks meanwhile looks as well.
        let mut latest = self.lock();
        latest.looked_at = Some(Instant::now());
        latest.keys.clone()
    }

    /// Keys that have this master key among them, as far as is known. None also when it is time to look.
    pub fn recall(&self, version: i32) -> Option<Arc<TokenKeys>> {
        Some(self.lock().keys.clone()).filter(|keys| keys.knows(version))
    }

    pub fn is_time_to_look(&self) -> bool {
        self.lock().looked_at.is_none_or(|at| at.elapsed() >= PAUSE)
    }

    fn take_up(&self, masters: &MasterKeys) {
        let mut latest = self.lock();
        latest.fingerprints = fingerprints(masters);
        latest.keys = Arc::new(TokenKeys::derive(masters));
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
