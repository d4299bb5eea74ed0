//! The token: the whole string that a customer holds.
//!
//! `lk_<lookup>_<secret><checksum>`: a fixed prefix that leak scanners can look for; 12 public base62 characters that
//! find the row; 43 secret base62 characters (256 bits); and, as in GitHub's token format, the CRC-32 (ISO 3309) of
//! lookup and secret as 6 base62 characters, so that a typing error is told apart without the database.

use std::fmt;

use data_encoding::HEXLOWER;
use rand::{CryptoRng, RngExt, distr::Alphanumeric};
use subtle::ConstantTimeEq;

use super::{MasterKey, secret::HmacSha256};

pub const PREFIX: &str = "lk";
pub const LOOKUP_LENGTH: usize = 12;
const SECRET_LENGTH: usize = 43;
const CHECKSUM_LENGTH: usize = 6;
const HINT_LENGTH: usize = 4;
const LENGTH: usize = PREFIX.len() + 1 + LOOKUP_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A token, well-formed and with the right checksum. It is shown once, and neither logged nor stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; LENGTH]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("not a Latchkey token")]
    Malformed,
    #[error("the checksum does not fit: a character was lost or changed")]
    WrongChecksum,
}

impl Token {
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let lookup = base62(rng, LOOKUP_LENGTH);
        let secret = base62(rng, SECRET_LENGTH);
        let checksum = checksum(&lookup, &secret).map(char::from);
        let text: String =
            [PREFIX, "_", &lookup, "_", &secret].into_iter().flat_map(str::chars).chain(checksum).collect();
        let mut bytes = [0; LENGTH];
        bytes.copy_from_slice(text.as_bytes());
        Self(bytes)
    }

    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let mut parts = text.split('_');
        let (Some(PREFIX), Some(lookup), Some(rest), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::Malformed);
        };
        let all_base62 = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !all_base62 || lookup.len() != LOOKUP_LENGTH || rest.len() != SECRET_LENGTH + CHECKSUM_LENGTH {
            return Err(TokenError::Malformed);
        }
        let (secret, given) = rest.split_at(SECRET_LENGTH);
        if checksum(lookup, secret) != given.as_bytes() {
            return Err(TokenError::WrongChecksum);
        }
        text.as_bytes().try_into().map(Self).map_err(|_| TokenError::Malformed)
    }

    /// The public part that finds the row.
    pub fn lookup(&self) -> &str {
        &self.expose()[PREFIX.len() + 1..][..LOOKUP_LENGTH]
    }

    /// The secret part with its checksum, as HTTP Basic carries it.
    pub fn secret(&self) -> &str {
        &self.expose()[PREFIX.len() + 1 + LOOKUP_LENGTH + 1..]
    }

    /// The last characters, which lists may show.
    pub fn hint(&self) -> &str {
        &self.expose()[LENGTH - HINT_LENGTH..]
    }

    /// The whole token. Only the one answer that reveals it may ask.
    pub fn expose(&self) -> &str {
        // It is ASCII, by its making.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({PREFIX}_{}_..)", self.lookup())
    }
}

/// The key of the digests, with the version of its master key, which every digest carries.
#[derive(Clone)]
pub struct TokenDigestKey {
    version: i32,
    hmac: HmacSha256,
}

impl TokenDigestKey {
    pub fn derive(master: &MasterKey) -> Self {
        Self { version: master.version(), hmac: HmacSha256::new(&master.derive::<32>("latchkey token digest 1")) }
    }

    pub fn version(&self) -> i32 {
        self.version
    }

    /// HMAC-SHA-256 (RFC 2104, FIPS 180-4) of the whole token.
    pub fn digest(&self, token: &Token) -> TokenDigest {
        TokenDigest { version: self.version, hmac: self.hmac.of(token.expose()) }
    }
}

impl fmt::Debug for TokenDigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenDigestKey").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What is stored of a token. Compared in constant time, hence no `PartialEq`.
#[derive(Clone, Debug)]
pub struct TokenDigest {
    version: i32,
    hmac: [u8; 32],
}

impl TokenDigest {
    pub fn matches(&self, other: &Self) -> bool {
        self.version == other.version && bool::from(self.hmac.ct_eq(&other.hmac))
    }

    pub fn version(&self) -> i32 {
        self.version
    }

    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.hmac)
    }

    /// What [`Self::version`] and [`Self::hex`] gave.
    pub fn from_stored(version: i32, hex: &str) -> Option<Self> {
        let hmac = HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()?;
        Some(Self { version, hmac })
    }
}

fn base62(rng: &mut impl CryptoRng, length: usize) -> String {
    rng.sample_iter(Alphanumeric).take(length).map(char::from).collect()
}

fn checksum(lookup: &str, secret: &str) -> [u8; CHECKSUM_LENGTH] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(lookup.as_bytes());
    hasher.update(secret.as_bytes());
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
        Token::generate(&mut StdRng::seed_from_u64(7))
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
    fn every_changed_character_is_noticed_without_a_database() {
        let token = token();
        for position in 3..token.expose().len() {
            let mut changed = token.expose().to_owned();
            let other = if changed.as_bytes()[position] == b'a' { "b" } else { "a" };
            changed.replace_range(position..=position, other);
            assert!(Token::parse(&changed).is_err(), "{position}");
        }
        for bad in ["", "lk__", "lk_a_b", "sk_1_2", &format!("{}x", token.expose()), &format!(" {}", token.expose())] {
            assert_eq!(Token::parse(bad), Err(TokenError::Malformed), "{bad}");
        }
    }

    #[test]
    fn the_checksum_is_the_crc_32_of_lookup_and_secret() {
        // CRC-32 of "123456789" is 0xCBF43926, the check value of its catalogue entry; 3421780262 in base62 is 3jZRME.
        assert_eq!(&checksum("1234", "56789"), b"3jZRME");
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
        let other = Token::generate(&mut StdRng::seed_from_u64(8));
        assert!(one.digest(&token()).matches(&one.digest(&token())));
        assert!(!one.digest(&token()).matches(&two.digest(&token())));
        assert!(!one.digest(&token()).matches(&one.digest(&other)));
    }
}
