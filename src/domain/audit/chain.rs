//! The chain of an organization's events. Each event has a number, from 1 on without gaps, and a hash: SHA-256 over its
//! canonical form, which holds what the event says, its number and the hash of the event before. Anyone who changes,
//! removes, inserts or reorders events has to replace every later hash, too.
//!
//! The canonical form is a JSON object as of RFC 8785: one line in UTF-8, no white space, the members in this order.
//!
//! | member | value |
//! |---|---|
//! | `action`, `actor_id`, `actor_kind`, `address` | string, or null for an empty column |
//! | `at` | number: microseconds since 1970-01-01T00:00:00Z |
//! | `credential_id` | string or null |
//! | `details` | string: the JSON text of the column, as it is stored |
//! | `id` | string |
//! | `number` | number |
//! | `organization_id` | string |
//! | `previous` | string: the hash of the event with the number before, 64 zeros for the first event |
//! | `request_id`, `subject_id`, `subject_kind`, `subject_name` | string or null |
//! | `v` | number: the version of this form, 1 |
//!
//! In strings, `"` and `\` have a backslash before them; backspace, tab, line feed, form feed and carriage return are
//! `\b`, `\t`, `\n`, `\f` and `\r`; other characters below U+0020 are `\u00` and two lower-case hexadecimal digits. All
//! other characters stand for themselves.
//!
//! Every column of the table is part of it. A column that is added later needs a version of its own.

pub mod fault;
pub mod statement;
pub mod walk;

use std::fmt;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use super::AuditEvent;
use crate::domain::{ApiKeyId, UserId};

const VERSION: u8 = 1;

/// An event as the table keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEvent {
    pub action: String,
    pub actor_id: Option<String>,
    pub actor_kind: String,
    pub address: Option<String>,
    /// In microseconds.
    pub at: i64,
    pub credential_id: Option<String>,
    pub details: String,
    pub id: String,
    pub organization_id: String,
    pub request_id: Option<String>,
    pub subject_id: String,
    pub subject_kind: String,
    pub subject_name: Option<String>,
}

/// An event at its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainedEvent {
    #[serde(flatten)]
    pub event: StoredEvent,
    pub number: i64,
    pub hash: ChainHash,
}

/// An event as it is read back, which somebody may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundEvent {
    pub event: StoredEvent,
    /// None if nobody has put it into the chain.
    pub number: Option<i64>,
    /// What the column contains.
    pub hash: Option<String>,
}

/// The hash of an event, and through it of all events before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChainHash([u8; 32]);

/// The end of a chain, or of its part up to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainEnd {
    pub number: i64,
    pub hash: ChainHash,
}

/// Its members are in the order of RFC 8785.
#[derive(Serialize)]
struct Canonical<'a> {
    action: &'a str,
    actor_id: Option<&'a str>,
    actor_kind: &'a str,
    address: Option<&'a str>,
    at: i64,
    credential_id: Option<&'a str>,
    details: &'a str,
    id: &'a str,
    number: i64,
    organization_id: &'a str,
    previous: ChainHash,
    request_id: Option<&'a str>,
    subject_id: &'a str,
    subject_kind: &'a str,
    subject_name: Option<&'a str>,
    v: u8,
}

impl StoredEvent {
    pub fn of(event: &AuditEvent) -> serde_json::Result<Self> {
        Ok(Self {
            action: event.action.clone(),
            actor_id: event.initiator.user_id().map(UserId::to_string),
            actor_kind: event.initiator.kind().to_owned(),
            address: event.address.clone(),
            at: event.at.unix_micros(),
            credential_id: event.initiator.credential_id().map(ApiKeyId::to_string),
            details: serde_json::to_string(&event.details)?,
            id: event.id.to_string(),
            organization_id: event.organization_id.to_string(),
            request_id: event.request_id.clone(),
            subject_id: event.subject.id.clone(),
            subject_kind: event.subject.kind.as_str().to_owned(),
            subject_name: event.subject.name.clone(),
        })
    }

    /// The text whose SHA-256 is the hash of the event at this place.
    pub fn canonical(&self, number: i64, previous: ChainHash) -> String {
        let mut text = Vec::with_capacity(768);
        self.write_canonical(number, previous, &mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    /// The hash of the event at this place.
    pub fn hash(&self, number: i64, previous: ChainHash) -> ChainHash {
        let mut text = Vec::with_capacity(768);
        self.write_canonical(number, previous, &mut text);
        ChainHash(Sha256::digest(&text).into())
    }

    #[expect(clippy::expect_used, reason = "texts and numbers are written into memory")]
    fn write_canonical(&self, number: i64, previous: ChainHash, text: &mut Vec<u8>) {
        let canonical = Canonical {
            action: &self.action,
            actor_id: self.actor_id.as_deref(),
            actor_kind: &self.actor_kind,
            address: self.address.as_deref(),
            at: self.at,
            credential_id: self.credential_id.as_deref(),
            details: &self.details,
            id: &self.id,
            number,
            organization_id: &self.organization_id,
            previous,
            request_id: self.request_id.as_deref(),
            subject_id: &self.subject_id,
            subject_kind: &self.subject_kind,
            subject_name: self.subject_name.as_deref(),
            v: VERSION,
        };
        serde_json::to_writer(text, &canonical).expect("an event becomes JSON");
    }
}

impl FoundEvent {
    pub fn hash(&self) -> Option<ChainHash> {
        self.hash.as_deref().and_then(ChainHash::parse)
    }

    /// Whether it would have its hash if it were the event after `end`.
    pub fn fits(&self, end: ChainEnd) -> bool {
        self.hash() == Some(self.event.hash(end.number + 1, end.hash))
    }
}

impl ChainEnd {
    /// Of a chain without events.
    pub const START: Self = Self { number: 0, hash: ChainHash([0; 32]) };

    /// Puts the event at the end of the chain.
    pub fn append(&mut self, event: StoredEvent) -> ChainedEvent {
        let number = self.number + 1;
        let hash = event.hash(number, self.hash);
        *self = Self { number, hash };
        ChainedEvent { event, number, hash }
    }
}

impl ChainHash {
    pub fn parse(hex: &str) -> Option<Self> {
        HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok().map(Self)
    }
}

/// 64 lower-case hexadecimal digits.
impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ChainHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = [0; 64];
        HEXLOWER.encode_mut(&self.0, &mut digits);
        serializer.serialize_str(str::from_utf8(&digits).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for ChainHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("not a hash"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> StoredEvent {
        StoredEvent {
            action: "api_key.created".to_owned(),
            actor_id: Some("user_1".to_owned()),
            actor_kind: "user".to_owned(),
            address: None,
            at: 1_793_491_200_000_000,
            credential_id: None,
            details: "{\"name\":\"Straße \\\"1\\\"\\n\"}".to_owned(),
            id: "event_1".to_owned(),
            organization_id: "org_1".to_owned(),
            request_id: Some(String::new()),
            subject_id: "key_1".to_owned(),
            subject_kind: "api_key".to_owned(),
            subject_name: Some("tab\t, bell\u{7}, delete\u{7f}, 𝄞".to_owned()),
        }
    }

    #[test]
    fn the_canonical_form_is_this_text_and_its_hash_this_one() {
        let canonical = event().canonical(7, ChainEnd::START.hash);
        let zeros = "0".repeat(64);
        assert_eq!(
            canonical,
            format!(
                r#"{{"action":"api_key.created","actor_id":"user_1","actor_kind":"user","address":null,"at":1793491200000000,"credential_id":null,"details":"{{\"name\":\"Straße \\\"1\\\"\\n\"}}","id":"event_1","number":7,"organization_id":"org_1","previous":"{zeros}","request_id":"","subject_id":"key_1","subject_kind":"api_key","subject_name":"tab\t, bell\u0007, delete{}, 𝄞","v":1}}"#,
                '\u{7f}'
            )
        );
        let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&canonical).unwrap();
        assert!(members.keys().is_sorted(), "{members:?}");
        let hash = event().hash(7, ChainEnd::START.hash);
        assert_eq!(hash.to_string(), HASH);
        assert_eq!(ChainHash::parse(HASH), Some(hash));
    }

    /// As `sha256sum` prints it for that text.
    const HASH: &str = "db2b082e1d104a474986a0f642cda57fea16f4d3f92d52d2937897ba5f45ced6";

    #[test]
    fn every_column_place_and_predecessor_counts() {
        let (original, start) = (event(), ChainEnd::START.hash);
        let hash = original.hash(1, start);
        let changes: [fn(&mut StoredEvent); 13] = [
            |event| event.action.push('x'),
            |event| event.actor_id = None,
            |event| event.actor_kind.push('x'),
            |event| event.address = Some(String::new()),
            |event| event.at += 1,
            |event| event.credential_id = Some("key_2".to_owned()),
            |event| event.details.push(' '),
            |event| event.id.push('x'),
            |event| event.organization_id.push('x'),
            |event| event.request_id = None,
            |event| event.subject_id.push('x'),
            |event| event.subject_kind.push('x'),
            |event| event.subject_name = None,
        ];
        for (position, change) in changes.into_iter().enumerate() {
            let mut edited = original.clone();
            change(&mut edited);
            assert_ne!(edited.hash(1, start), hash, "{position}");
        }
        assert_ne!(original.hash(2, start), hash);
        assert_ne!(original.hash(1, hash), hash);
        let columns = serde_json::to_value(&original).unwrap();
        assert_eq!(columns.as_object().unwrap().len(), changes.len());
    }
}
