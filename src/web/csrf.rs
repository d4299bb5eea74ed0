//! Tokens in forms: the second guard against forged requests.
//!
//! A token is the HMAC-SHA-256 of the visitor's seed, which strangers cannot read. The seed is in the session or,
//! before sign-in, in a cookie of its own. Each token is masked with fresh random bytes, so that compressed pages do
//! not reveal it (BREACH).

use data_encoding::BASE64URL_NOPAD;
use rand::{Rng, rngs::StdRng};
use subtle::ConstantTimeEq;

use crate::domain::secret::hmac_sha256;

const LENGTH: usize = 32;

/// A new seed, for a cookie or a session.
pub fn seed(rng: &mut StdRng) -> String {
    let mut bytes = [0; LENGTH];
    rng.fill_bytes(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

pub fn issue(key: &[u8; 32], seed: &str, rng: &mut StdRng) -> String {
    let mut token = [0; 2 * LENGTH];
    rng.fill_bytes(&mut token[..LENGTH]);
    let mac = hmac_sha256(key, seed);
    for index in 0..LENGTH {
        token[LENGTH + index] = mac[index] ^ token[index];
    }
    BASE64URL_NOPAD.encode(&token)
}

pub fn is_valid(key: &[u8; 32], seed: &str, token: &str) -> bool {
    let Ok(token) = BASE64URL_NOPAD.decode(token.as_bytes()) else { return false };
    if token.len() != 2 * LENGTH {
        return false;
    }
    let (mask, masked) = token.split_at(LENGTH);
    let given: Vec<u8> = mask.iter().zip(masked).map(|(mask, byte)| mask ^ byte).collect();
    given.ct_eq(&hmac_sha256(key, seed)).into()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn a_token_fits_its_own_seed_and_key_only_and_looks_different_each_time() {
        let mut rng = StdRng::seed_from_u64(1);
        let (key, seed_one, seed_two) = ([1; 32], seed(&mut rng), seed(&mut rng));
        let (first, second) = (issue(&key, &seed_one, &mut rng), issue(&key, &seed_one, &mut rng));
        assert_ne!(first, second);
        assert!(is_valid(&key, &seed_one, &first) && is_valid(&key, &seed_one, &second));
        assert!(!is_valid(&key, &seed_two, &first));
        assert!(!is_valid(&[2; 32], &seed_one, &first));
        for bad in ["", "AAAA", "ÿ", &first[..80]] {
            assert!(!is_valid(&key, &seed_one, bad), "{bad}");
        }
    }
}
