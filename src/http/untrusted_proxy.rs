//! A hint for operators whose proxy is not configured. Its `X-Forwarded-For` is ignored, so all requests seem to come
//! from the proxy, and nothing else would explain it.

use std::{
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

/// How often a hint is logged for an address.
const INTERVAL: Duration = Duration::from_secs(60 * 60);
/// Anybody can send the header, so hints are limited to this many addresses per interval.
const CAPACITY: usize = 64;

static HINTS: Hints = Hints(Mutex::new(Vec::new()));

/// The addresses that have had a hint, and when.
#[derive(Debug)]
struct Hints(Mutex<Vec<(IpAddr, Instant)>>);

/// Reports a request with the header from this address.
pub fn warn(peer: IpAddr) {
    if HINTS.is_due(peer, Instant::now()) {
        tracing::warn!(
            %peer,
            "X-Forwarded-For from this address is ignored: if it is your proxy, add it to LATCHKEY_TRUSTED_PROXIES"
        );
    }
}

impl Hints {
    /// Never blocks: if several threads report at once, one hint is enough.
    fn is_due(&self, peer: IpAddr, now: Instant) -> bool {
        let Ok(mut given) = self.0.try_lock() else { return false };
        let is_recent = |at: Instant| now.saturating_duration_since(at) < INTERVAL;
        if given.iter().any(|(address, at)| *address == peer && is_recent(*at)) {
            return false;
        }
        given.retain(|(_, at)| is_recent(*at));
        let has_room = given.len() < CAPACITY;
        if has_room {
            given.push((peer, now));
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_a_hint_once_an_hour_and_strangers_cannot_flood_the_log() {
        let hints = Hints(Mutex::default());
        let began = Instant::now();
        let address = |last: u8| IpAddr::from([192, 0, 2, last]);
        assert!(hints.is_due(address(0), began) && !hints.is_due(address(0), began + INTERVAL / 2));
        let given = (1..=255).filter(|last| hints.is_due(address(*last), began)).count();
        assert_eq!(given, CAPACITY - 1);
        assert!(hints.is_due(address(0), began + INTERVAL) && hints.is_due(address(255), began + INTERVAL));
    }
}
