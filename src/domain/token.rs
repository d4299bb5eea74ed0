//! The token: the whole string that a customer holds.
//!
//! `lk_<lookup>_<secret><checksum>`: a label for leak scanners and people; 12 public base62 characters that find the
//! row; 43 secret base62 characters (256 bits); and, as in GitHub's token format, the CRC-32 (ISO 3309) of lookup and
//! secret as 6 base62 characters. The checksum detects typing errors without the database. The label is the prefix of
//! the organization, with the environment of the key if there are several: `acme_live`. A token is read from its end,
//! so it keeps working when the prefix changes.

mod label;

pub use label::{TokenLabel, TokenPrefix, TokenPrefixError};

use std::fmt;

use data_encoding::HEXLOWER;
use rand::{CryptoRng, RngExt, distr::Alphanumeric};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{ApiKeyId, MasterKey, OrganizationId, secret::HmacSha256};

pub const LOOKUP_LENGTH: usize = 12;
const SECRET_LENGTH: usize = 43;
const CHECKSUM_LENGTH: usize = 6;
/// The characters of the secret with its checksum.
pub const SECRET_PART_LENGTH: usize = SECRET_LENGTH + CHECKSUM_LENGTH;
const HINT_LENGTH: usize = 4;
/// The characters after the label.
const TAIL_LENGTH: usize = 1 + LOOKUP_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;
const MAX_LENGTH: usize = TokenLabel::MAX_LENGTH + TAIL_LENGTH;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A well-formed token with the right checksum. It is displayed once, and neither logged nor stored. Its memory is
/// overwritten when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Filled up with zeros.
    bytes: Zeroizing<[u8; MAX_LENGTH]>,
    label_length: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("not a Latchkey token")]
    Malformed,
    #[error("the checksum does not match: a character was lost or changed")]
    WrongChecksum,
}

impl Token {
    pub fn generate(label: &TokenLabel, rng: &mut impl CryptoRng) -> Self {
        let lookup = base62(rng, LOOKUP_LENGTH);
        let secret = Zeroizing::new(base62(rng, SECRET_LENGTH));
        let checksum = checksum(lookup.as_bytes(), secret.as_bytes());
        let parts = [label.as_str().as_bytes(), b"_", lookup.as_bytes(), b"_", secret.as_bytes(), &checksum];
        let mut bytes = Zeroizing::new([0; MAX_LENGTH]);
        for (place, byte) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
            *place = *byte;
        }
        Self { bytes, label_length: label.as_str().len() }
    }

    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let middle = text.len().checked_sub(TAIL_LENGTH).ok_or(TokenError::Malformed)?;
        let (label, tail) = text.split_at_checked(middle).ok_or(TokenError::Malformed)?;
        let [b'_', tail @ ..] = tail.as_bytes() else { return Err(TokenError::Malformed) };
        let (lookup, tail) = tail.split_at(LOOKUP_LENGTH);
        let [b'_', secret_part @ ..] = tail else { return Err(TokenError::Malformed) };
        if !is_base62(lookup) || !is_base62(secret_part) || !TokenLabel::is_one(label) {
            return Err(TokenError::Malformed);
        }
        let (secret, given) = secret_part.split_at(SECRET_LENGTH);
        if checksum(lookup, secret) != *given {
            return Err(TokenError::WrongChecksum);
        }
        let mut bytes = Zeroizing::new([0; MAX_LENGTH]);
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { bytes, label_length: label.len() })
    }

    /// What it begins with.
    pub fn label(&self) -> TokenLabel {
        TokenLabel::from_stored(&self.expose()[..self.label_length])
    }

    /// The public part that finds the row.
    pub fn lookup(&self) -> &str {
        &self.expose()[self.label_length + 1..][..LOOKUP_LENGTH]
    }

    /// The same as bytes, without a check that they are text.
    pub fn lookup_bytes(&self) -> &[u8] {
        &self.as_bytes()[self.label_length + 1..][..LOOKUP_LENGTH]
    }

    /// Label and lookup, as the user of HTTP Basic and as the key ID on pages.
    pub fn key_id(&self) -> &str {
        &self.expose()[..self.label_length + 1 + LOOKUP_LENGTH]
    }

    /// The secret part with its checksum, as HTTP Basic carries it.
    pub fn secret(&self) -> &str {
        &self.expose()[self.label_length + 1 + LOOKUP_LENGTH + 1..]
    }

    /// The last characters, which lists may display.
    pub fn hint(&self) -> &str {
        let text = self.expose();
        &text[text.len() - HINT_LENGTH..]
    }

    /// The whole token. Use it only for the answer that reveals the token.
    pub fn expose(&self) -> &str {
        // Tokens are always ASCII.
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.label_length + TAIL_LENGTH]
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}_..)", self.key_id())
    }
}

/// The keys for digests, and the version of their master key, which every digest stores.
#[derive(Clone)]
pub struct TokenDigestKey {
    version: i32,
    bound: HmacSha256,
    /// For digests of earlier versions of Latchkey.
    unbound: HmacSha256,
}

impl TokenDigestKey {
    pub fn derive(master: &MasterKey) -> Self {
        Self {
            version: master.version(),
            bound: HmacSha256::new(&master.derive::<32>("latchkey token digest 2")),
            unbound: HmacSha256::new(&master.derive::<32>("latchkey token digest 1")),
        }
    }

    pub fn version(&self) -> i32 {
        self.version
    }

    /// HMAC-SHA-256 (RFC 2104, FIPS 180-4) of the whole token with its API key and organization. Copied to the row of
    /// another key, the digest matches nothing. All but the first part have a fixed length, so two inputs never
    /// concatenate to the same message.
    pub fn digest(&self, token: &Token, id: &ApiKeyId, organization_id: &OrganizationId) -> TokenDigest {
        let hmac = self.bound.of_parts([token.as_bytes(), organization_id.as_bytes(), id.as_bytes()]);
        TokenDigest { version: self.version, is_bound: true, hmac }
    }

    /// Like [`Self::digest`], in the format of the stored digest. Costs one HMAC even without a stored digest.
    pub(super) fn digest_like(&self, stored: Option<StoredDigest<'_>>, token: &Token) -> TokenDigest {
        match stored {
            Some(stored) if stored.digest.is_bound => self.digest(token, stored.api_key_id, stored.organization_id),
            Some(_) => self.digest_unbound(token),
            None => {
                let [organization_id, id] = NO_API_KEY;
                let hmac = self.bound.of_parts([token.as_bytes(), organization_id, id]);
                TokenDigest { version: self.version, is_bound: true, hmac }
            }
        }
    }

    fn digest_unbound(&self, token: &Token) -> TokenDigest {
        TokenDigest { version: self.version, is_bound: false, hmac: self.unbound.of_parts([token.as_bytes()]) }
    }
}

impl fmt::Debug for TokenDigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenDigestKey").field("version", &self.version).finish_non_exhaustive()
    }
}

/// As long as an organization id and an API key id.
const NO_API_KEY: [&[u8]; 2] = [b"------------------------------", b"------------------------------"];

/// The stored digest of a token. Compared in constant time, hence no `PartialEq`.
#[derive(Clone, Debug)]
pub struct TokenDigest {
    version: i32,
    /// Whether the HMAC covers the API key. Digests of earlier versions of Latchkey do not.
    is_bound: bool,
    hmac: [u8; 32],
}

/// A digest with the API key of its row.
#[derive(Clone, Copy, Debug)]
pub struct StoredDigest<'a> {
    pub digest: &'a TokenDigest,
    pub api_key_id: &'a ApiKeyId,
    pub organization_id: &'a OrganizationId,
}

/// Precedes the hexadecimal digits of digests that are bound to their API key.
const BOUND_PREFIX: &str = "2:";

impl TokenDigest {
    pub fn matches(&self, other: &Self) -> bool {
        self.version == other.version && self.is_bound == other.is_bound && bool::from(self.hmac.ct_eq(&other.hmac))
    }

    pub fn version(&self) -> i32 {
        self.version
    }

    /// Whether it matches only in the row of its own API key.
    pub fn is_bound(&self) -> bool {
        self.is_bound
    }

    pub fn to_stored(&self) -> String {
        let prefix = if self.is_bound { BOUND_PREFIX } else { "" };
        format!("{prefix}{}", HEXLOWER.encode(&self.hmac))
    }

    /// Reads the results of [`Self::version`] and [`Self::to_stored`].
    pub fn from_stored(version: i32, text: &str) -> Option<Self> {
        let bound = text.strip_prefix(BOUND_PREFIX);
        let hmac = HEXLOWER.decode(bound.unwrap_or(text).as_bytes()).ok()?.try_into().ok()?;
        Some(Self { version, is_bound: bound.is_some(), hmac })
    }
}

/// Looks at every byte, which is faster than to stop at the first wrong one: nearly all are right.
fn is_base62(text: &[u8]) -> bool {
    text.iter().fold(true, |is_so_far, byte| is_so_far & byte.is_ascii_alphanumeric())
}

fn base62(rng: &mut impl CryptoRng, length: usize) -> String {
    rng.sample_iter(Alphanumeric).take(length).map(char::from).collect()
}

fn checksum(lookup: &[u8], secret: &[u8]) -> [u8; CHECKSUM_LENGTH] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(lookup);
    hasher.update(secret);
    let mut rest = hasher.finalize() as usize;
    let mut digits = [b'0'; CHECKSUM_LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[rest % BASE62.len()];
        rest /= BASE62.len();
    }
    digits
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    fn token() -> Token {
        Token::generate(&TokenLabel::default(), &mut StdRng::seed_from_u64(7))
    }

    #[test]
    fn a_token_reads_back_and_names_its_parts() {
        let token = token();
        assert_eq!(Token::parse(token.expose()).as_ref(), Ok(&token));
        assert_eq!(token.expose(), format!("lk_{}_{}", token.lookup(), token.secret()));
        assert!(token.secret().ends_with(token.hint()));
        assert_eq!(token.expose().len(), 2 + 1 + 12 + 1 + 43 + 6);
    }

    #[test]
    fn a_token_is_read_from_its_end_whatever_it_begins_with() {
        let mut rng = StdRng::seed_from_u64(7);
        let longest = format!("{}_{}", "a".repeat(16), "b".repeat(16));
        for label in ["lk", "acme", "acme_live", "a1_b2", &longest] {
            let token = Token::generate(&TokenLabel::from_stored(label), &mut rng);
            let read = Token::parse(token.expose()).unwrap();
            assert_eq!(read, token);
            assert_eq!((read.label().as_str(), read.lookup(), read.secret()), (label, token.lookup(), token.secret()));
            assert_eq!(token.expose(), format!("{label}_{}_{}", token.lookup(), token.secret()));
            assert_eq!(token.key_id(), format!("{label}_{}", token.lookup()));
        }
        let tail = &token().expose()[2..].to_owned();
        for bad in
            ["", "a", "_", "acme_", "_live", "Acme", "acme_Live", "acme__live", "a_b_c", &"a".repeat(17), "ac-me"]
        {
            assert_eq!(Token::parse(&format!("{bad}{tail}")), Err(TokenError::Malformed), "{bad}");
        }
    }

    #[test]
    fn two_tokens_with_different_beginnings_have_different_digests() {
        let key = TokenDigestKey::derive(&MasterKey::parse(&"01".repeat(32)).unwrap());
        let (id, organization_id) = holder(1);
        let renamed = Token::parse(&format!("acme{}", &token().expose()[2..])).unwrap();
        assert!(!key.digest(&token(), &id, &organization_id).matches(&key.digest(&renamed, &id, &organization_id)));
    }

    #[test]
    fn every_changed_character_is_noticed_without_a_database() {
        let token = token();
        for position in 3..token.expose().len() {
            let mut changed = token.expose().to_owned();
            let other = if changed.as_bytes()[position] == b'a' { "b" } else { "a" };
            changed.replace_range(position..=position, other);
            assert!(Token::parse(&changed).is_err(), "{position}");
        }
        let whole = token.expose();
        let others = [
            format!("{whole}x"),
            format!(" {whole}"),
            format!("_{whole}"),
            format!("é{whole}"),
            // The tail begins within the character.
            format!("lé{}", &whole[3..]),
            format!("é{}", &whole[3..]),
            whole[2..].to_owned(),
        ];
        for bad in ["", "lk__", "lk_a_b", "sk_1_2"].into_iter().chain(others.iter().map(String::as_str)) {
            assert_eq!(Token::parse(bad), Err(TokenError::Malformed), "{bad}");
        }
    }

    #[test]
    fn the_checksum_is_the_crc_32_of_lookup_and_secret() {
        // The CRC-32 of "123456789" is 0xCBF43926, the check value of its catalogue entry. 3421780262 in base62 is
        // 3jZRME.
        assert_eq!(&checksum(b"1234", b"56789"), b"3jZRME");
    }

    #[test]
    fn debug_shows_no_secret() {
        let token = token();
        assert!(!format!("{token:?}").contains(&token.secret()[..8]));
    }

    #[test]
    fn a_digest_depends_on_the_token_and_on_the_master_key() {
        let (one, two) = (MasterKey::parse(&"01".repeat(32)).unwrap(), MasterKey::parse(&"02".repeat(32)).unwrap());
        let (one, two) = (TokenDigestKey::derive(&one), TokenDigestKey::derive(&two));
        let other = Token::generate(&TokenLabel::default(), &mut StdRng::seed_from_u64(8));
        let (id, organization_id) = holder(1);
        let digest = one.digest(&token(), &id, &organization_id);
        assert!(digest.matches(&one.digest(&token(), &id, &organization_id)));
        assert!(!digest.matches(&two.digest(&token(), &id, &organization_id)));
        assert!(!digest.matches(&one.digest(&other, &id, &organization_id)));
    }

    fn holder(seed: u64) -> (ApiKeyId, OrganizationId) {
        let (rng, now) = (&mut StdRng::seed_from_u64(seed), crate::domain::Timestamp::from_unix_micros(0));
        (ApiKeyId::generate(now, rng), OrganizationId::generate(now, rng))
    }

    #[test]
    fn a_digest_matches_for_its_own_api_key_and_organization_only() {
        let key = TokenDigestKey::derive(&MasterKey::parse(&"01".repeat(32)).unwrap());
        let ((id, organization_id), (other_id, other_organization)) = (holder(1), holder(2));
        let digest = key.digest(&token(), &id, &organization_id);
        let matches = |digest: &TokenDigest, api_key_id, organization_id| {
            let stored = StoredDigest { digest, api_key_id, organization_id };
            key.digest_like(Some(stored), &token()).matches(digest)
        };
        assert!(matches(&digest, &id, &organization_id));
        assert!(!matches(&digest, &other_id, &organization_id));
        assert!(!matches(&digest, &id, &other_organization));
        let unbound = key.digest_unbound(&token());
        assert!(matches(&unbound, &id, &organization_id) && matches(&unbound, &other_id, &other_organization));
    }

    #[test]
    fn the_format_of_a_digest_cannot_be_relabelled() {
        let key = TokenDigestKey::derive(&MasterKey::parse(&"01".repeat(32)).unwrap());
        let (id, organization_id) = holder(1);
        let matches = |digest: &TokenDigest| {
            let stored = StoredDigest { digest, api_key_id: &id, organization_id: &organization_id };
            key.digest_like(Some(stored), &token()).matches(digest)
        };
        let (bound, unbound) = (key.digest(&token(), &id, &organization_id), key.digest_unbound(&token()));
        for digest in [&bound, &unbound] {
            let read = TokenDigest::from_stored(digest.version(), &digest.to_stored()).unwrap();
            assert!(read.is_bound() == digest.is_bound() && matches(&read));
            assert!(!matches(&TokenDigest { is_bound: !digest.is_bound, ..digest.clone() }));
        }
        assert!(TokenDigest::from_stored(1, &format!("1:{}", unbound.to_stored())).is_none());
        assert!(!key.digest_like(None, &token()).matches(&bound));
        let lengths = [organization_id.as_str(), id.as_str()].map(str::len);
        assert_eq!(NO_API_KEY.map(<[u8]>::len), lengths, "an unknown key costs what a known one does");
    }
}
