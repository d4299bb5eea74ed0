//! Signed lines about a chain. Somebody who can write to the database could compute all hashes again; they cannot sign.
//!
//! The key is derived from the master key, so no other file has to be kept, and a rotation after a leak replaces it,
//! too. What was signed before is checked with the retired master keys. A line is words with a space between them:
//!
//! - `latchkey-audit-checkpoint-1 ORGANIZATION NUMBER HASH TIME PUBLIC-KEY SIGNATURE`
//! - `latchkey-audit-archive-1 ORGANIZATION FIRST PREVIOUS-HASH LAST HASH TIME PUBLIC-KEY SIGNATURE`
//!
//! The signature is Ed25519 (RFC 8032) over all bytes before the last space. Key and signature are lower-case
//! hexadecimal digits, the time is as of RFC 3339.

use std::fmt;

use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::{ChainEnd, ChainHash};
use crate::domain::{MasterKey, MasterKeys, OrganizationId, Timestamp};

const CHECKPOINT: &str = "latchkey-audit-checkpoint-1";
const ARCHIVE: &str = "latchkey-audit-archive-1";

/// Signs lines with the current master key.
pub struct AuditSigningKey(SigningKey);

/// Checks signatures. 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuditPublicKey([u8; 32]);

/// "At this time the chain ended here."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub organization_id: OrganizationId,
    pub end: ChainEnd,
    pub at: Timestamp,
}

/// "At this time the events from `first` to `end` were moved to a file."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    pub organization_id: OrganizationId,
    /// The end of the chain before the first of them.
    pub before: ChainEnd,
    pub end: ChainEnd,
    pub at: Timestamp,
}

/// A statement with who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed<T> {
    pub statement: T,
    pub by: AuditPublicKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    #[error("it is not such a line, or a part of it is missing")]
    Malformed,
    #[error("its signature is wrong: the line was changed")]
    Forged,
}

impl AuditSigningKey {
    pub fn derive(master: &MasterKey) -> Self {
        Self(SigningKey::from_bytes(&master.derive("latchkey audit signature 1")))
    }

    pub fn public(&self) -> AuditPublicKey {
        AuditPublicKey(self.0.verifying_key().to_bytes())
    }

    fn sign(&self, words: &str) -> String {
        let signed = format!("{words} {}", self.public());
        let signature = HEXLOWER.encode(&self.0.sign(signed.as_bytes()).to_bytes());
        format!("{signed} {signature}")
    }
}

impl fmt::Debug for AuditSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditSigningKey").field("public", &self.public()).finish_non_exhaustive()
    }
}

impl AuditPublicKey {
    /// Of the current master key and of the retired ones.
    pub fn all_of(masters: &MasterKeys) -> Vec<Self> {
        masters.all().map(|master| AuditSigningKey::derive(master).public()).collect()
    }

    pub fn parse(hex: &str) -> Option<Self> {
        HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    fn has_signed(&self, text: &str, signature: &str) -> bool {
        let decoded = HEXLOWER.decode(signature.as_bytes()).ok();
        let signature = decoded.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let key = VerifyingKey::from_bytes(&self.0).ok();
        key.zip(signature).is_some_and(|(key, signature)| key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for AuditPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for AuditPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads a signed line: its words but the signature, and who signed it.
fn read<'a, const WORDS: usize>(
    line: &'a str,
    kind: &str,
) -> Result<([&'a str; WORDS], AuditPublicKey), StatementError> {
    let (signed, signature) = line.trim().rsplit_once(' ').ok_or(StatementError::Malformed)?;
    let (statement, key) = signed.rsplit_once(' ').ok_or(StatementError::Malformed)?;
    let words: Vec<_> = statement.split(' ').collect();
    let words: [&str; WORDS] = words.try_into().map_err(|_| StatementError::Malformed)?;
    let key = AuditPublicKey::parse(key).filter(|_| words[0] == kind).ok_or(StatementError::Malformed)?;
    if key.has_signed(signed, signature) { Ok((words, key)) } else { Err(StatementError::Forged) }
}

fn end(number: &str, hash: &str) -> Option<ChainEnd> {
    Some(ChainEnd { number: number.parse().ok()?, hash: ChainHash::parse(hash)? })
}

impl Checkpoint {
    pub fn sign(&self, key: &AuditSigningKey) -> String {
        let Self { organization_id, end, at } = self;
        key.sign(&format!("{CHECKPOINT} {organization_id} {} {} {at}", end.number, end.hash))
    }

    pub fn read(line: &str) -> Result<Signed<Self>, StatementError> {
        let ([_, organization_id, number, hash, at], by) = read::<5>(line, CHECKPOINT)?;
        let statement = || {
            let organization_id = OrganizationId::parse(organization_id).ok()?;
            Some(Self { organization_id, end: end(number, hash)?, at: Timestamp::parse(at)? })
        };
        Ok(Signed { statement: statement().ok_or(StatementError::Malformed)?, by })
    }
}

impl Archive {
    pub fn sign(&self, key: &AuditSigningKey) -> String {
        let Self { organization_id, before, end, at } = self;
        let (first, last) = (before.number + 1, end.number);
        key.sign(&format!("{ARCHIVE} {organization_id} {first} {} {last} {} {at}", before.hash, end.hash))
    }

    pub fn read(line: &str) -> Result<Signed<Self>, StatementError> {
        let ([_, organization_id, first, previous, last, hash, at], by) = read::<7>(line, ARCHIVE)?;
        let statement = || {
            let organization_id = OrganizationId::parse(organization_id).ok()?;
            let first = end(first, previous)?;
            let before = ChainEnd { number: first.number - 1, ..first };
            Some(Self { organization_id, before, end: end(last, hash)?, at: Timestamp::parse(at)? })
        };
        Ok(Signed { statement: statement().ok_or(StatementError::Malformed)?, by })
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    fn scene() -> (MasterKeys, OrganizationId, ChainEnd) {
        let mut rng = StdRng::seed_from_u64(1);
        let masters = MasterKeys::generate(None, &mut rng);
        let hash = ChainHash::parse(&"0f".repeat(32)).unwrap();
        (masters, OrganizationId::generate(Timestamp::from_unix_micros(0), &mut rng), ChainEnd { number: 42, hash })
    }

    #[test]
    fn a_signed_line_is_read_back_and_any_change_of_it_is_noticed() {
        let (masters, organization_id, end) = scene();
        let key = AuditSigningKey::derive(masters.present());
        let at = Timestamp::from_unix_micros(1_764_000_000_000_001);
        let before = ChainEnd { number: 6, hash: ChainEnd::START.hash };
        let archive = Archive { organization_id: organization_id.clone(), before, end, at };
        let checkpoint = Checkpoint { organization_id, end, at };
        let lines = [checkpoint.sign(&key), archive.sign(&key)];
        let read = |line: &str| {
            (Checkpoint::read(line).map(|signed| signed.statement), Archive::read(line).map(|signed| signed.statement))
        };
        assert_eq!(read(&format!("{}\n", lines[0])), (Ok(checkpoint), Err(StatementError::Malformed)));
        assert_eq!(read(&lines[1]), (Err(StatementError::Malformed), Ok(archive)));
        for line in lines {
            for position in 0..line.len() {
                let mut bytes = line.clone().into_bytes();
                bytes[position] = if bytes[position] == b'1' { b'2' } else { b'1' };
                let changed = String::from_utf8(bytes).unwrap();
                let (checkpoint, archive) = read(&changed);
                assert!(checkpoint.is_err() && archive.is_err(), "{changed}");
            }
        }
    }

    #[test]
    fn keys_survive_a_rotation_and_are_others_for_another_master_key() {
        let (masters, organization_id, end) = scene();
        let checkpoint = Checkpoint { organization_id, end, at: Timestamp::from_unix_micros(0) };
        let line = checkpoint.sign(&AuditSigningKey::derive(masters.present()));
        let rotated = masters.rotated(0, &mut StdRng::seed_from_u64(2));
        let signer = Checkpoint::read(&line).unwrap().by;
        assert!(AuditPublicKey::all_of(&rotated).contains(&signer));
        assert_ne!(AuditSigningKey::derive(rotated.present()).public(), signer);
        assert!(
            !format!("{:?}", AuditSigningKey::derive(masters.present())).contains(&masters.present().expose()[2..10])
        );
    }
}
