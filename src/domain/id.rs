//! Identifiers: `key_` and 26 characters, made by the application and sortable by creation time.
//!
//! 48 bits of milliseconds since the Unix epoch and 80 random bits, as base32hex (RFC 4648 §7) in lower case, an
//! alphabet that keeps the order of the bytes. Ids are public and open nothing. They are stored inline, not on the
//! heap, because the verification cache holds many.

use std::fmt;

use data_encoding::BASE32_DNSSEC;
use rand::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Timestamp;

const ENCODED_LENGTH: usize = 26;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of this kind")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $prefix.len() + ENCODED_LENGTH]);

        impl $name {
            pub fn generate(now: Timestamp, rng: &mut impl CryptoRng) -> Self {
                Self::from_ascii(&format!("{}{}", $prefix, sortable(now, rng)))
            }

            pub fn parse(text: &str) -> Result<Self, IdError> {
                let encoded = text.strip_prefix($prefix).ok_or(IdError)?;
                if is_encoded(encoded.as_bytes()) { Ok(Self::from_ascii(text)) } else { Err(IdError) }
            }

            pub fn as_str(&self) -> &str {
                str::from_utf8(&self.0).unwrap_or_default()
            }

            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// Requires that `text` has the right length and is ASCII.
            fn from_ascii(text: &str) -> Self {
                let mut bytes = [0; $prefix.len() + ENCODED_LENGTH];
                bytes.copy_from_slice(text.as_bytes());
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

id!(OrganizationId, "org_");
id!(UserId, "user_");
id!(ApiKeyId, "key_");
id!(ApiKeyTokenId, "token_");
id!(AuditEventId, "event_");
id!(InvitationId, "inv_");
id!(ProjectId, "proj_");
id!(SelectionId, "sel_");

impl ApiKeyTokenId {
    /// The id of a key's first token. The migration that created the table of tokens used the same ids.
    pub fn first_of(id: &ApiKeyId) -> Self {
        let (_, encoded) = id.0.split_at("key_".len());
        Self::from_ascii(&format!("token_{}", str::from_utf8(encoded).unwrap_or_default()))
    }
}

impl AuditEventId {
    /// The least id of an event at `instant`, or of its millisecond. No event has it, but it sorts like one.
    pub fn least_at(instant: Timestamp) -> Self {
        Self::from_ascii(&format!("event_{}", encode(instant, [0; 10])))
    }
}

/// Accepts lower case only: upper case would be a second spelling of the same id. Checks without decoding, since a page
/// of a list parses hundreds of ids.
fn is_encoded(encoded: &[u8]) -> bool {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'v');
    // 26 digits of 5 bits are 2 bits more than 16 bytes: those must be zero.
    let ends_well = encoded.last().is_some_and(|last| b"048cgkos".contains(last));
    encoded.len() == ENCODED_LENGTH && ends_well && encoded.iter().all(is_digit)
}

fn sortable(now: Timestamp, rng: &mut impl CryptoRng) -> String {
    let mut random = [0_u8; 10];
    rng.fill_bytes(&mut random);
    encode(now, random)
}

fn encode(now: Timestamp, random: [u8; 10]) -> String {
    let mut bytes = [0_u8; 16];
    bytes[6..].copy_from_slice(&random);
    bytes[..6].copy_from_slice(&(now.unix_micros() / 1_000).to_be_bytes()[2..]);
    BASE32_DNSSEC.encode(&bytes)
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn an_id_made_later_sorts_later() {
        let mut rng = StdRng::seed_from_u64(1);
        let ids: Vec<_> =
            (0..100).map(|ms| ApiKeyId::generate(Timestamp::from_unix_micros(ms * 1_000), &mut rng)).collect();
        assert!(ids.is_sorted());
        let (earlier, instant) = (Timestamp::from_unix_micros(4_999), Timestamp::from_unix_micros(5_000));
        let least = AuditEventId::least_at(instant);
        assert!(AuditEventId::generate(earlier, &mut rng) < least);
        assert!(AuditEventId::generate(instant, &mut rng) > least);
        assert_eq!(AuditEventId::parse(least.as_str()), Ok(least));
    }

    #[test]
    fn only_the_own_kind_and_one_spelling_parses() {
        let id = ApiKeyId::generate(Timestamp::from_unix_micros(0), &mut StdRng::seed_from_u64(1));
        assert_eq!(ApiKeyId::parse(id.as_str()), Ok(id.clone()));
        assert_eq!(UserId::parse(id.as_str()), Err(IdError));
        for bad in ["", "key_", "key_x", &id.as_str().to_uppercase(), &format!("{id}0"), "key_é"] {
            assert_eq!(ApiKeyId::parse(bad), Err(IdError), "{bad}");
        }
        let first = ApiKeyTokenId::first_of(&id);
        assert_eq!(ApiKeyTokenId::parse(first.as_str()), Ok(first));
    }

    #[test]
    fn what_parses_is_what_decodes() {
        for last in 0..=255_u8 {
            let mut encoded = [b'7'; ENCODED_LENGTH];
            for place in [0, ENCODED_LENGTH - 1] {
                encoded[place] = last;
                let decodes = BASE32_DNSSEC.decode(&encoded).is_ok() && !last.is_ascii_uppercase();
                assert_eq!(is_encoded(&encoded), decodes, "{last}");
                encoded[ENCODED_LENGTH - 1] = b'0';
            }
        }
    }
}
