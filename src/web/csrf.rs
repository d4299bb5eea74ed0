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

/// `account` is the id of the signed-in person. A second code says to whom the form was displayed, for when the session
/// has ended and its seed is lost.
pub fn issue(key: &[u8; 32], seed: &str, account: Option<&str>, rng: &mut StdRng) -> String {
    let mut mask = [0; LENGTH];
    rng.fill_bytes(&mut mask);
    let codes = [Some(hmac_sha256(key, seed)), account.map(|account| of_account(key, account))];
    let masked = codes.iter().flatten().flat_map(|code| code.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
    let token: Vec<u8> = mask.into_iter().chain(masked).collect();
    BASE64URL_NOPAD.encode(&token)
}

pub fn is_valid(key: &[u8; 32], seed: &str, token: &str) -> bool {
    code(token, 0).is_some_and(|given| given.ct_eq(&hmac_sha256(key, seed)).into())
}

/// Whether the token was issued to this account, in whichever session. Not enough to carry out a form.
pub fn is_of_account(key: &[u8; 32], account: &str, token: &str) -> bool {
    code(token, 1).is_some_and(|given| given.ct_eq(&of_account(key, account)).into())
}

/// No seed contains a space.
fn of_account(key: &[u8; 32], account: &str) -> [u8; LENGTH] {
    hmac_sha256(key, &format!("account {account}"))
}

fn code(token: &str, index: usize) -> Option<Vec<u8>> {
    let token = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    if ![2 * LENGTH, 3 * LENGTH].contains(&token.len()) {
        return None;
    }
    let (mask, codes) = token.split_at(LENGTH);
    let masked = codes.chunks(LENGTH).nth(index)?;
    Some(mask.iter().zip(masked).map(|(mask, byte)| mask ^ byte).collect())
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn a_token_fits_its_own_seed_and_key_only_and_looks_different_each_time() {
        let mut rng = StdRng::seed_from_u64(1);
        let (key, seed_one, seed_two) = ([1; 32], seed(&mut rng), seed(&mut rng));
        let (first, second) = (issue(&key, &seed_one, None, &mut rng), issue(&key, &seed_one, None, &mut rng));
        assert_ne!(first, second);
        assert!(is_valid(&key, &seed_one, &first) && is_valid(&key, &seed_one, &second));
        assert!(!is_valid(&key, &seed_two, &first));
        assert!(!is_valid(&[2; 32], &seed_one, &first));
        for bad in ["", "AAAA", "ÿ", &first[..80]] {
            assert!(!is_valid(&key, &seed_one, bad), "{bad}");
        }
    }

    #[test]
    fn a_token_says_to_which_account_it_was_issued() {
        let mut rng = StdRng::seed_from_u64(1);
        let (key, seed) = ([1; 32], seed(&mut rng));
        let token = issue(&key, &seed, Some("user_1"), &mut rng);
        assert!(is_valid(&key, &seed, &token) && is_of_account(&key, "user_1", &token));
        assert!(!is_of_account(&key, "user_2", &token) && !is_of_account(&[2; 32], "user_1", &token));
        assert!(!is_of_account(&key, "user_1", &issue(&key, &seed, None, &mut rng)));
        assert!(!is_of_account(&key, "user_1", "") && !is_valid(&key, "account user_1", &token));
    }
}
