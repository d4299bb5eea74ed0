//! The master key and the keys derived from it. Without them, a stolen database verifies nothing.

use std::{collections::BTreeSet, fmt};

use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// 256 random bits in a file outside the database. The number distinguishes it from its successors. Its memory is
/// overwritten when it is dropped.
#[derive(Clone)]
pub struct MasterKey {
    version: i32,
    bytes: Zeroizing<[u8; 32]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    #[error(
        "a line that is not a master key: write NUMBER:DIGITS with 64 hexadecimal digits, or only the digits if there \
         is one key"
    )]
    Malformed,
    #[error("two master keys with the number {0}")]
    Repeated(i32),
    #[error(
        "a master key that is easy to guess, number {0}: create one with openssl rand -hex 32 and add it above that \
         line, as NUMBER:DIGITS with a higher number"
    )]
    Guessable(i32),
}

const FIRST_VERSION: i32 = 1;

impl MasterKey {
    pub fn generate(version: i32, rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *bytes);
        Self { version, bytes }
    }

    /// Reads the result of [`Self::expose`]. A key without a number is the first.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let (version, digits) = match text.trim().split_once(':') {
            Some((version, digits)) => (version.parse().map_err(|_| MasterKeyError::Malformed)?, digits),
            None => (FIRST_VERSION, text.trim()),
        };
        let decoded = HEXLOWER.decode(digits.as_bytes()).map(Zeroizing::new).map_err(|_| MasterKeyError::Malformed)?;
        let bytes = decoded.as_slice().try_into().map(Zeroizing::new).map_err(|_| MasterKeyError::Malformed)?;
        if version < FIRST_VERSION { Err(MasterKeyError::Malformed) } else { Ok(Self { version, bytes }) }
    }

    /// A line of the master key file.
    pub fn expose(&self) -> String {
        format!("{}:{}", self.version, HEXLOWER.encode(&*self.bytes))
    }

    pub fn version(&self) -> i32 {
        self.version
    }

    /// Whether it looks like a placeholder: few different bytes, a repeated half, or bytes that count up or down. Fewer
    /// than one in 2^100 random keys do.
    fn is_guessable(&self) -> bool {
        let few = self.bytes.iter().collect::<BTreeSet<_>>().len() <= 8;
        let (first, second) = self.bytes.split_at(16);
        let mut steps = self.bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
        let step = steps.next();
        few || first == second || steps.all(|other| Some(other) == step)
    }

    /// Identifies the master key without revealing it.
    pub fn fingerprint(&self) -> String {
        HEXLOWER.encode(&self.derive::<16>("latchkey master key fingerprint 1"))
    }

    /// Derives a key for one purpose by HKDF-SHA-256 (RFC 5869), with `purpose` as info. Keys of different purposes are
    /// independent.
    pub fn derive<const LENGTH: usize>(&self, purpose: &str) -> [u8; LENGTH] {
        let mut key = [0; LENGTH];
        const { assert!(LENGTH <= 255 * 32, "HKDF-SHA-256 gives up to 8160 bytes") };
        let _ = Hkdf::<Sha256>::new(None, &*self.bytes).expand(purpose.as_bytes(), &mut key);
        key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey").field("version", &self.version).finish_non_exhaustive()
    }
}

/// The current master key, and retired ones that stored data still depends on.
#[derive(Clone, Debug)]
pub struct MasterKeys {
    present: MasterKey,
    retired: Vec<MasterKey>,
}

impl MasterKeys {
    /// The first master key of a server, or the successor of a lost one with the version `after`.
    pub fn generate(after: Option<i32>, rng: &mut impl CryptoRng) -> Self {
        let version = after.map_or(FIRST_VERSION, |version| version + 1);
        Self { present: MasterKey::generate(version, rng), retired: Vec::new() }
    }

    /// Reads the result of [`Self::expose`]: one per line, the current one first.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let mut keys = lines.map(MasterKey::parse).collect::<Result<Vec<_>, _>>()?.into_iter();
        let present = keys.next().ok_or(MasterKeyError::Malformed)?;
        let keys = Self { present, retired: keys.collect() };
        let mut versions: Vec<_> = keys.all().map(MasterKey::version).collect();
        versions.sort_unstable();
        match versions.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(MasterKeyError::Repeated(pair[0])),
            None if keys.present.is_guessable() => Err(MasterKeyError::Guessable(keys.present.version)),
            None => Ok(keys),
        }
    }

    /// The content of the master key file.
    pub fn expose(&self) -> String {
        self.all().map(|key| key.expose() + "\n").collect()
    }

    pub fn present(&self) -> &MasterKey {
        &self.present
    }

    pub fn retired(&self) -> &[MasterKey] {
        &self.retired
    }

    /// The current one first.
    pub fn all(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.present).chain(&self.retired)
    }

    /// Adds a new current key with a version above `known`. The current one becomes a retired one.
    #[must_use]
    pub fn rotated(&self, known: i32, rng: &mut impl CryptoRng) -> Self {
        let newest = self.all().map(MasterKey::version).fold(known, i32::max);
        Self { present: MasterKey::generate(newest + 1, rng), retired: self.all().cloned().collect() }
    }

    /// Keeps only the retired keys that are still needed.
    #[must_use]
    pub fn forget_retired(&self, is_needed: impl Fn(i32) -> bool) -> Self {
        let needed = self.retired.iter().filter(|key| is_needed(key.version)).cloned();
        Self { present: self.present.clone(), retired: needed.collect() }
    }
}

/// HMAC-SHA-256 (RFC 2104, FIPS 180-4). Compare the result in constant time.
pub fn hmac_sha256(key: &[u8], message: &str) -> [u8; 32] {
    HmacSha256::new(key).of_parts([message.as_bytes()])
}

/// HMAC-SHA-256 for many messages under one key, which is set up only once.
#[derive(Clone)]
pub struct HmacSha256(Hmac<Sha256>);

impl HmacSha256 {
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "HMAC takes keys of any length")]
    pub fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    /// The HMAC of the parts concatenated without separators.
    pub fn of_parts<const COUNT: usize>(&self, parts: [&[u8]; COUNT]) -> [u8; 32] {
        parts.iter().fold(self.0.clone(), Hmac::chain_update).finalize().into_bytes().into()
    }
}

impl fmt::Debug for HmacSha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacSha256(..)")
    }
}

/// A SHA-256 digest (FIPS 180-4) of a random value, in lower-case hexadecimal. It is stored instead of the value
/// itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sha256Digest(String);

impl Sha256Digest {
    pub fn compute(value: &str) -> Self {
        Self(HEXLOWER.encode(&Sha256::digest(value.as_bytes())))
    }

    /// Reads the result of [`Self::as_str`].
    pub fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

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
        let key = "0".repeat(64);
        for bad in ["", "00", &key[1..], &"g".repeat(64), &format!("{key}00"), &format!("0:{key}"), &format!("x:{key}")]
        {
            assert!(MasterKey::parse(bad).is_err(), "{bad}");
            assert!(MasterKeys::parse(&format!("2:{key}\n{bad} \n1:{bad}")).is_err(), "{bad}");
        }
        assert_eq!(MasterKeys::parse(&format!("1:{key}\n{key}")).unwrap_err(), MasterKeyError::Repeated(1));
    }

    #[test]
    fn a_key_that_anybody_can_guess_is_not_the_present_one() {
        let good = MasterKey::generate(2, &mut StdRng::seed_from_u64(1)).expose();
        let counting = HEXLOWER.encode(&(0..32).collect::<Vec<u8>>());
        let twice = good[2..34].repeat(2);
        for bad in
            ["00".repeat(32), "ff".repeat(32), "deadbeef".repeat(8), "0123456789abcdef".repeat(4), counting, twice]
        {
            assert_eq!(MasterKeys::parse(&bad).unwrap_err(), MasterKeyError::Guessable(1), "{bad}");
            // Otherwise an operator could not replace such a file.
            assert!(MasterKeys::parse(&format!("{good}\n{bad}")).is_ok(), "{bad}");
        }
    }

    #[test]
    fn a_rotation_keeps_the_keys_before_and_a_lone_key_is_the_first() {
        let rng = &mut StdRng::seed_from_u64(1);
        let digits = MasterKey::generate(1, rng).expose()["1:".len()..].to_owned();
        let lone = MasterKeys::parse(&format!("{digits}\n")).unwrap();
        let twice = lone.rotated(0, rng).rotated(0, rng);
        let versions = |keys: &MasterKeys| keys.all().map(MasterKey::version).collect::<Vec<_>>();
        assert_eq!(versions(&twice), [3, 2, 1]);
        let read = MasterKeys::parse(&twice.expose()).unwrap();
        let fingerprints = |keys: &MasterKeys| keys.all().map(MasterKey::fingerprint).collect::<Vec<_>>();
        assert_eq!(fingerprints(&read), fingerprints(&twice));
        assert_eq!(fingerprints(&read)[2], lone.present().fingerprint());
        assert_eq!(versions(&lone.rotated(7, rng)), [8, 1]);
        assert_eq!(versions(&read.forget_retired(|version| version == 1)), [3, 1]);
        assert_eq!(versions(&MasterKeys::generate(Some(3), rng)), [4]);
        assert!(!format!("{lone:?}").contains(&digits[..4]) && !lone.expose().contains(&lone.present().fingerprint()));
    }
}
