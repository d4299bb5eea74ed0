//! Device cookies: browsers that have signed in to an account before keep a long-lived cookie. So guessing from
//! elsewhere does not lock owners out of their own browser (OWASP, "Slow Down Online Guessing Attacks with Device
//! Cookies").
//!
//! The cookie proves that a person at this browser once knew the password. It opens nothing. It has an entry for each
//! of the last accounts: a random id, and an HMAC over the id and the account. So nobody can forge an entry, use it for
//! another account, or see whose it is. Attempts with one id have a bucket of their own.

use data_encoding::HEXLOWER;
use rand::Rng;
use subtle::ConstantTimeEq as _;

use crate::domain::{Sha256Digest, secret::hmac_sha256, text};

/// The longest lifetime that browsers allow (RFC 6265bis §5.5).
pub const LIFETIME_DAYS: i64 = 400;
/// How many accounts one cookie has entries for.
const ACCOUNTS: usize = 4;
/// Bytes of the id, and of the truncated HMAC.
const LENGTH: usize = 16;

/// Authenticates the entries of the cookie.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "it would show the key")]
pub struct DeviceKey(pub [u8; 32]);

/// The id of a browser that has signed in to the account before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice(String);

impl KnownDevice {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DeviceKey {
    /// The cookie's entry for the account with this address.
    pub fn find(&self, cookie: &str, email: &str) -> Option<KnownDevice> {
        cookie.split('.').take(ACCOUNTS).find_map(|entry| {
            let (id, mac) = entry.split_once('-')?;
            let is_own = id.len() == 2 * LENGTH && bool::from(self.mac(id, email).as_bytes().ct_eq(mac.as_bytes()));
            is_own.then(|| KnownDevice(id.to_owned()))
        })
    }

    /// The cookie with an entry for this account. If there are too many, the least recently used one is dropped.
    pub fn remember(&self, cookie: &str, email: &str, rng: &mut impl Rng) -> String {
        let known = self.find(cookie, email).map(|device| device.0);
        let id = known.clone().unwrap_or_else(|| {
            let mut id = [0; LENGTH];
            rng.fill_bytes(&mut id);
            HEXLOWER.encode(&id)
        });
        let others = cookie.split('.').filter(|entry| entry.len() == 4 * LENGTH + 1 && is_text_of_entries(entry));
        let others = others.filter(|entry| known.as_deref() != entry.split('-').next());
        let own = format!("{id}-{}", self.mac(&id, email));
        [own.as_str()].into_iter().chain(others.take(ACCOUNTS - 1)).collect::<Vec<_>>().join(".")
    }

    fn mac(&self, id: &str, email: &str) -> String {
        let account = Sha256Digest::compute(&text::fold(email.trim()));
        HEXLOWER.encode(&hmac_sha256(&self.0, &format!("{id} {}", account.as_str()))[..LENGTH])
    }
}

fn is_text_of_entries(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn a_browser_is_known_for_the_accounts_it_signed_in_to_and_for_no_others() {
        let (key, other, mut rng) = (DeviceKey([1; 32]), DeviceKey([2; 32]), StdRng::seed_from_u64(1));
        let mut cookie = String::new();
        for number in 0..5 {
            cookie = key.remember(&cookie, &format!("p{number}@acme.example"), &mut rng);
        }
        let known: Vec<_> =
            (0..6).map(|number| key.find(&cookie, &format!("P{number}@acme.example ")).is_some()).collect();
        assert_eq!(known, [false, true, true, true, true, false]);
        assert!(other.find(&cookie, "p4@acme.example").is_none());
        let again = key.remember(&cookie, "p2@acme.example", &mut rng);
        assert_eq!(again.len(), cookie.len());
        assert_eq!(key.find(&again, "p2@acme.example"), key.find(&cookie, "p2@acme.example"));
    }

    #[test]
    fn what_is_no_entry_is_ignored_and_not_kept() {
        let (key, mut rng) = (DeviceKey([1; 32]), StdRng::seed_from_u64(1));
        for nonsense in ["", ".", "-", "...", "x-y", &"é".repeat(100), &"a-".repeat(5_000), "; Path=/"] {
            assert!(key.find(nonsense, "ann@acme.example").is_none());
            assert_eq!(key.remember(nonsense, "ann@acme.example", &mut rng).len(), 65);
        }
    }
}
