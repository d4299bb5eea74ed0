//! Protects the database from wrong tokens. Tokens cannot be guessed, so this never delays a valid token in the cache.

use std::{
    fmt,
    net::IpAddr,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::HttpRequest;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use quick_cache::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{client, problem::Problem};

/// How many wrong tokens one address may send at once, and then per second.
const WRONG_TOKENS: Quota = Quota::per_second(NonZeroU32::new(10).unwrap()).allow_burst(NonZeroU32::new(200).unwrap());
/// How many keys per second are read from the database for an address that recently sent too many wrong tokens. Other
/// addresses have no limit: a gateway needs many after a restart.
const LOADS_OF_SUSPECTS: Quota = Quota::per_second(NonZeroU32::new(100).unwrap());
/// How long an address is suspect after it sent too many wrong tokens.
const SUSPICION: Duration = Duration::from_secs(1);
/// The most suspect addresses that are remembered.
const SUSPECTS: usize = 10_000;
/// How many keys are read from the database at the same time: a few more than there are connections.
const CONCURRENT_LOADS: usize = 16;

pub struct Throttle {
    wrong_tokens: DefaultKeyedRateLimiter<IpAddr>,
    suspects: Cache<IpAddr, Instant>,
    loads_of_suspects: DefaultKeyedRateLimiter<IpAddr>,
    concurrent_loads: Arc<Semaphore>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            wrong_tokens: RateLimiter::keyed(WRONG_TOKENS),
            suspects: Cache::new(SUSPECTS),
            loads_of_suspects: RateLimiter::keyed(LOADS_OF_SUSPECTS),
            concurrent_loads: Arc::new(Semaphore::new(CONCURRENT_LOADS)),
        }
    }
}

impl Throttle {
    /// Whether the answer may say that the token was wrong. False if the address has sent too many.
    pub fn count_wrong_token(&self, request: &HttpRequest) -> bool {
        let Some(address) = client::network(request) else { return true };
        let may_be_told = self.wrong_tokens.check_key(&address).is_ok();
        if !may_be_told && !self.is_suspect(address, SUSPICION / 2) {
            self.suspects.insert(address, Instant::now());
        }
        may_be_told
    }

    /// The permit must be held while a key is read from the database.
    pub async fn permit_load(&self, request: &HttpRequest) -> Result<OwnedSemaphorePermit, Problem> {
        let is_held_up =
            |address| self.is_suspect(address, SUSPICION) && self.loads_of_suspects.check_key(&address).is_err();
        if client::network(request).is_some_and(is_held_up) {
            return Err(Problem::RateLimited);
        }
        self.concurrent_loads.clone().acquire_owned().await.map_err(|error| Problem::Unavailable(error.to_string()))
    }

    /// Whether it sent too many wrong tokens within `age`.
    fn is_suspect(&self, address: IpAddr, age: Duration) -> bool {
        self.suspects.get(&address).is_some_and(|since| since.elapsed() < age)
    }

    /// Forgets addresses that have sent nothing recently.
    pub fn tidy(&self) {
        for limiter in [&self.wrong_tokens, &self.loads_of_suspects] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").field("addresses", &self.wrong_tokens.len()).finish_non_exhaustive()
    }
}
