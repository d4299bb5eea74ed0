//! Hashing passwords with bcrypt.

use std::fmt;

use data_encoding::BASE64;
use rand::{Rng, rngs::StdRng};

use crate::domain::{Password, secret::hmac_sha256};

/// bcrypt reads 72 bytes and stops at a NUL, so HMAC-SHA-256 first turns passwords into 44 characters. Its key is
/// public: it only prevents plain SHA-256 digests that were stolen elsewhere from being tried here.
const PREHASH_KEY: &[u8] = b"latchkey password 1";

#[derive(Clone)]
pub struct PasswordHasher {
    cost: u32,
    /// Compared with when there is no account, so that this takes as long as with one.
    nobody: String,
}

#[derive(Debug, thiserror::Error)]
#[error("a password could not be hashed: {0}")]
pub struct HashError(#[from] bcrypt::BcryptError);

impl PasswordHasher {
    /// `cost` is the logarithm of bcrypt's rounds.
    pub fn new(cost: u32) -> Self {
        // A hash of no password: its last part cannot be a result, but its format and cost are the usual ones.
        Self { cost, nobody: format!("$2b${cost:02}${}", ".".repeat(53)) }
    }

    pub fn hash(&self, password: &Password, rng: &mut StdRng) -> Result<String, HashError> {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        Ok(bcrypt::non_truncating_hash_with_salt(prehash(password.expose()), self.cost, salt)?.to_string())
    }

    /// Takes as long without a hash as with one.
    pub fn verify(&self, candidate: &str, hash: Option<&str>) -> Result<bool, HashError> {
        let matches = bcrypt::non_truncating_verify(prehash(candidate), hash.unwrap_or(&self.nobody))?;
        Ok(matches && hash.is_some())
    }
}

impl fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHasher").field("cost", &self.cost).finish_non_exhaustive()
    }
}

fn prehash(password: &str) -> String {
    BASE64.encode(&hmac_sha256(PREHASH_KEY, password))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn hashed(hasher: &PasswordHasher, password: &str) -> String {
        hasher.hash(&Password::parse(password, &[]).unwrap(), &mut StdRng::seed_from_u64(1)).unwrap()
    }

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hasher = PasswordHasher::new(4);
        let hash = hashed(&hasher, "correct staple horse");
        assert!(hash.starts_with("$2b$04$") && hash.len() == 60);
        assert!(hasher.verify("correct staple horse", Some(&hash)).unwrap());
        assert!(!hasher.verify("correct staple horse ", Some(&hash)).unwrap());
        assert!(!hasher.verify("correct staple horse", None).unwrap());
    }

    #[test]
    fn nothing_is_cut_off_at_72_bytes_or_at_a_nul() {
        let hasher = PasswordHasher::new(4);
        let long = "пять разных слов, ".repeat(6);
        let hash = hashed(&hasher, &format!("{long}1"));
        assert!(!hasher.verify(&format!("{long}2"), Some(&hash)).unwrap());
        let with_nul = hashed(&hasher, "correct\0staple horse");
        assert!(!hasher.verify("correct\0another horse", Some(&with_nul)).unwrap());
    }
}
