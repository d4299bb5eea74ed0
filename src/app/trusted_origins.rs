//! Whether a web page may use Web keys of some organizations. Browsers ask this before the page sends a key. Only
//! positive answers are cached: there are few of them, and a new key must work at once.

use std::{
    fmt,
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;

use super::{Error, verification_cache::VerificationCache};
use crate::{
    domain::{
        Organizations, Timestamp,
        api_key::restrictions::{Origin, TrustedDomain},
    },
    store::{self, Conn},
};

/// How many positive answers are cached.
const CAPACITY: usize = 1_000;
/// How long an answer is used at most: keys expire and pauses end without a recorded change.
const MAX_AGE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OriginQuestion {
    pub origin: Origin,
    /// The organizations whose keys count.
    pub organizations: Organizations,
}

pub struct TrustedOrigins {
    trusted: Cache<OriginQuestion, Proof>,
}

#[derive(Clone, Copy)]
struct Proof {
    /// The last change of a key that the answer takes into account.
    change: i64,
    made_at: Instant,
}

impl Default for TrustedOrigins {
    fn default() -> Self {
        Self { trusted: Cache::new(CAPACITY) }
    }
}

impl TrustedOrigins {
    /// Whether a positive answer is cached and no key has changed since.
    pub fn remember(&self, question: &OriginQuestion, cache: &VerificationCache) -> bool {
        let is_current = |proof: Proof| cache.followed() == Some(proof.change) && proof.made_at.elapsed() < MAX_AGE;
        self.trusted.get(question).is_some_and(is_current)
    }

    /// Reads the answer from the database. Must be called outside of any transaction.
    pub fn load(&self, conn: &mut Conn, question: OriginQuestion, now: Timestamp) -> Result<bool, Error> {
        // Read before the keys, so that a concurrent change invalidates the answer.
        let change = store::verification::last_change(conn)?;
        let (made_at, domains) = (Instant::now(), TrustedDomain::matching(&question.origin));
        let is_trusted = store::trusted_domains::is_trusted(conn, &question.organizations, &domains, now)?;
        if is_trusted {
            self.trusted.insert(question, Proof { change, made_at });
        }
        Ok(is_trusted)
    }
}

impl fmt::Debug for TrustedOrigins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedOrigins").field("trusted", &self.trusted.len()).finish_non_exhaustive()
    }
}
