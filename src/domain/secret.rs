//! The master key and the keys derived from it, so that a stolen database alone proves nothing.

use std::fmt;

use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::CryptoRng;
use sha2::{Digest, Sha256};

/// 256 random bits that live in a file beside, never inside, the database.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a master key: 64 hexadecimal digits are expected")]
pub struct MasterKeyError;

impl MasterKey {
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let bytes = HEXLOWER.decode(text.trim().as_bytes()).map_err(|_| MasterKeyError)?;
        bytes.try_into().map(Self).map_err(|_| MasterKeyError)
    }

    /// What the master key file holds.
    pub fn expose(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// A key for one purpose, by HKDF-SHA-256 (RFC 5869) with `purpose` as info. Different purposes share nothing.
    pub fn derive<const LENGTH: usize>(&self, purpose: &str) -> [u8; LENGTH] {
        let mut key = [0; LENGTH];
        const { assert!(LENGTH <= 255 * 32, "HKDF-SHA-256 gives up to 8160 bytes") };
        let _ = Hkdf::<Sha256>::new(None, &self.0).expand(purpose.as_bytes(), &mut key);
        key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// HMAC-SHA-256 (RFC 2104, FIPS 180-4). Compare the outcome in constant time.
pub fn hmac_sha256(key: &[u8], message: &str) -> [u8; 32] {
    HmacSha256::new(key).of(message)
}

/// The same for many messages under one key, which is read only once.
#[derive(Clone)]
pub struct HmacSha256(Hmac<Sha256>);

impl HmacSha256 {
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "HMAC takes keys of any length")]
    pub fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    pub fn of(&self, message: &str) -> [u8; 32] {
        self.0.clone().chain_update(message).finalize().into_bytes().into()
    }
}

impl fmt::Debug for HmacSha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacSha256(..)")
    }
}

/// A SHA-256 digest (FIPS 180-4) of a random value, in lower-case hexadecimal: what is stored where the value itself
/// must not be found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sha256Digest(String);

impl Sha256Digest {
    pub fn of(value: &str) -> Self {
        Self(HEXLOWER.encode(&Sha256::digest(value.as_bytes())))
    }

    /// A digest that was made before, as [`Self::as_str`] gave it.
    pub fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_get_different_keys_and_the_same_purpose_the_same() {
        let master = MasterKey::parse(&"0f".repeat(32)).unwrap();
        assert_eq!(master.derive::<32>("a"), master.derive::<32>("a"));
        assert_ne!(master.derive::<32>("a"), master.derive::<32>("b"));
        assert!(!format!("{master:?}").contains("0f"));
        assert_eq!(MasterKey::parse(&master.expose()).unwrap().derive::<32>("a"), master.derive::<32>("a"));
    }

    #[test]
    fn a_short_or_strange_master_key_is_refused() {
        for bad in ["", "00", &"0".repeat(63), &"g".repeat(64), &"0".repeat(66)] {
            assert!(MasterKey::parse(bad).is_err(), "{bad}");
        }
    }
}
