//! The keys that digest and seal tokens, derived from the current master key and from retired ones.

use std::fmt;

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use data_encoding::HEXLOWER;
use rand::CryptoRng;

use super::{
    ApiKeyId, MasterKey, OrganizationId, StoredDigest, Token, TokenDigest, TokenDigestKey,
    audit::chain::statement::{AuditPublicKey, AuditSigningKey},
    secret::MasterKeys,
};

/// The keys derived from all master keys.
#[derive(Clone, Debug)]
pub struct TokenKeys {
    present: KeyPair,
    retired: Vec<KeyPair>,
}

/// The keys derived from one master key.
#[derive(Clone, Debug)]
struct KeyPair {
    digest: TokenDigestKey,
    seal: TokenSeal,
    /// Of what this master key has signed.
    audit: AuditPublicKey,
}

impl TokenKeys {
    pub fn derive(masters: &MasterKeys) -> Self {
        let pair = |master| KeyPair {
            digest: TokenDigestKey::derive(master),
            seal: TokenSeal::derive(master),
            audit: AuditSigningKey::derive(master).public(),
        };
        Self { present: pair(masters.present()), retired: masters.retired().iter().map(pair).collect() }
    }

    pub fn digest(&self, token: &Token, id: &ApiKeyId, organization_id: &OrganizationId) -> TokenDigest {
        self.present.digest.digest(token, id, organization_id)
    }

    /// For comparison with a stored digest, or with none: one HMAC either way. A digest of a lost master key matches
    /// nothing.
    pub fn digest_like(&self, stored: Option<StoredDigest<'_>>, token: &Token) -> TokenDigest {
        let retired = stored.and_then(|stored| self.retired_pair(stored.digest.version()));
        retired.unwrap_or(&self.present).digest.digest_like(stored, token)
    }

    /// Whether the digest of a verified token must be replaced by one of the current format and master key.
    pub fn is_outdated(&self, digest: &TokenDigest) -> bool {
        self.is_retired(digest.version()) || (!digest.is_bound() && self.knows(digest.version()))
    }

    pub fn seal(
        &self,
        token: &Token,
        id: &ApiKeyId,
        organization_id: &OrganizationId,
        rng: &mut impl CryptoRng,
    ) -> SealedToken {
        self.present.seal.seal(token, id, organization_id, rng)
    }

    pub fn open(
        &self,
        sealed: &SealedToken,
        id: &ApiKeyId,
        organization_id: &OrganizationId,
    ) -> Result<Token, OpenError> {
        let present = Some(&self.present).filter(|pair| pair.seal.version == sealed.version);
        let pair = present.or_else(|| self.retired_pair(sealed.version));
        let pair = pair.ok_or(OpenError::MasterKeyMissing(sealed.version))?;
        pair.seal.open(sealed, id, organization_id).ok_or(OpenError::Damaged)
    }

    /// Of all signatures about the audit log.
    pub fn audit_public_keys(&self) -> Vec<AuditPublicKey> {
        std::iter::once(&self.present).chain(&self.retired).map(|pair| pair.audit).collect()
    }

    pub fn version(&self) -> i32 {
        self.present.seal.version
    }

    /// Whether this master key is present.
    pub fn knows(&self, version: i32) -> bool {
        self.version() == version || self.is_retired(version)
    }

    /// Whether data under this master key must move to the current one.
    pub fn is_retired(&self, version: i32) -> bool {
        self.retired_pair(version).is_some()
    }

    pub fn retired_versions(&self) -> Vec<i32> {
        self.retired.iter().map(|pair| pair.seal.version).collect()
    }

    fn retired_pair(&self, version: i32) -> Option<&KeyPair> {
        self.retired.iter().find(|pair| pair.seal.version == version)
    }
}

/// Encrypts tokens with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), whose nonces are long enough to be random.
#[derive(Clone)]
pub struct TokenSeal {
    version: i32,
    cipher: XChaCha20Poly1305,
}

/// An encrypted token. Opening it requires the master key and the same API key and organization.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedToken {
    version: i32,
    /// Nonce, ciphertext, tag.
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("the token is encrypted with master key {0}, which is not in the secret key file")]
    MasterKeyMissing(i32),
    #[error("the encrypted token is damaged, or belongs to another key")]
    Damaged,
}

const NONCE_LENGTH: usize = 24;

impl TokenSeal {
    pub fn derive(master: &MasterKey) -> Self {
        let key = master.derive::<32>("latchkey token seal 1");
        Self { version: master.version(), cipher: XChaCha20Poly1305::new(&key.into()) }
    }

    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "only messages of gigabytes are too long")]
    pub fn seal(
        &self,
        token: &Token,
        id: &ApiKeyId,
        organization_id: &OrganizationId,
        rng: &mut impl CryptoRng,
    ) -> SealedToken {
        let mut nonce = [0; NONCE_LENGTH];
        rng.fill_bytes(&mut nonce);
        let aad = self.associated_data(id, organization_id);
        let payload = Payload { msg: token.expose().as_bytes(), aad: aad.as_bytes() };
        let ciphertext = self.cipher.encrypt(&nonce.into(), payload).expect("a token is short");
        SealedToken { version: self.version, bytes: [nonce.as_slice(), &ciphertext].concat() }
    }

    fn open(&self, sealed: &SealedToken, id: &ApiKeyId, organization_id: &OrganizationId) -> Option<Token> {
        let (nonce, ciphertext) = sealed.bytes.split_first_chunk::<NONCE_LENGTH>()?;
        let aad = self.associated_data(id, organization_id);
        let payload = Payload { msg: ciphertext, aad: aad.as_bytes() };
        let text = self.cipher.decrypt(nonce.into(), payload).ok()?;
        Token::parse(str::from_utf8(&text).ok()?).ok()
    }

    /// The API key and organization of a sealed token. It does not open with other associated data.
    fn associated_data(&self, id: &ApiKeyId, organization_id: &OrganizationId) -> String {
        format!("{}/{}/{}", self.version, organization_id.as_str(), id.as_str())
    }
}

impl fmt::Debug for TokenSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSeal").field("version", &self.version).finish_non_exhaustive()
    }
}

impl SealedToken {
    /// The version of the master key that opens it.
    pub fn version(&self) -> i32 {
        self.version
    }

    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.bytes)
    }

    /// Reads the results of [`Self::version`] and [`Self::hex`].
    pub fn from_stored(version: i32, hex: &str) -> Option<Self> {
        Some(Self { version, bytes: HEXLOWER.decode(hex.as_bytes()).ok()? })
    }
}

impl fmt::Debug for SealedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedToken").field("version", &self.version).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::{Timestamp, TokenLabel};

    struct Scene {
        rng: StdRng,
        masters: MasterKeys,
        token: Token,
        id: ApiKeyId,
        organization_id: OrganizationId,
    }

    fn scene() -> Scene {
        let mut rng = StdRng::seed_from_u64(1);
        let now = Timestamp::from_unix_micros(0);
        Scene {
            masters: MasterKeys::generate(None, &mut rng),
            token: Token::generate(&TokenLabel::default(), &mut rng),
            id: ApiKeyId::generate(now, &mut rng),
            organization_id: OrganizationId::generate(now, &mut rng),
            rng,
        }
    }

    #[test]
    fn a_sealed_token_opens_for_its_key_in_its_organization_with_its_master_key_and_never_else() {
        let Scene { mut rng, masters, token, id, organization_id } = scene();
        let keys = TokenKeys::derive(&masters);
        let sealed = keys.seal(&token, &id, &organization_id, &mut rng);
        assert_eq!(keys.open(&sealed, &id, &organization_id), Ok(token.clone()));

        let now = Timestamp::from_unix_micros(0);
        let (other_id, other_organization) =
            (ApiKeyId::generate(now, &mut rng), OrganizationId::generate(now, &mut rng));
        assert_eq!(keys.open(&sealed, &other_id, &organization_id), Err(OpenError::Damaged));
        assert_eq!(keys.open(&sealed, &id, &other_organization), Err(OpenError::Damaged));
        let other_keys = TokenKeys::derive(&MasterKeys::generate(None, &mut rng));
        assert_eq!(other_keys.open(&sealed, &id, &organization_id), Err(OpenError::Damaged));
        let later = MasterKeys::generate(Some(1), &mut rng);
        let missing = TokenKeys::derive(&later).open(&sealed, &id, &organization_id);
        assert_eq!(missing, Err(OpenError::MasterKeyMissing(1)));

        let rotated = TokenKeys::derive(&masters.rotated(0, &mut rng));
        assert_eq!(rotated.open(&sealed, &id, &organization_id), Ok(token));
        let relabelled = SealedToken { version: 2, ..sealed };
        assert_eq!(rotated.open(&relabelled, &id, &organization_id), Err(OpenError::Damaged));
    }

    #[test]
    fn a_changed_byte_is_noticed_wherever_it_stands() {
        let Scene { mut rng, masters, token, id, organization_id } = scene();
        let keys = TokenKeys::derive(&masters);
        let sealed = keys.seal(&token, &id, &organization_id, &mut rng);
        for position in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[position] ^= 1;
            assert_eq!(keys.open(&changed, &id, &organization_id), Err(OpenError::Damaged), "{position}");
            let cut = SealedToken { bytes: sealed.bytes[..position].to_vec(), ..sealed.clone() };
            assert_eq!(keys.open(&cut, &id, &organization_id), Err(OpenError::Damaged), "{position}");
        }
    }

    #[test]
    fn the_same_token_is_sealed_otherwise_each_time_and_nothing_of_it_can_be_seen() {
        let Scene { mut rng, masters, token, id, organization_id } = scene();
        let keys = TokenKeys::derive(&masters);
        let [one, other] = [(); 2].map(|()| keys.seal(&token, &id, &organization_id, &mut rng));
        assert_ne!(one, other);
        assert_eq!(SealedToken::from_stored(one.version(), &one.hex()), Some(one.clone()));
        assert!(!format!("{one:?}").contains(&one.hex()[..8]));
        let plain = HEXLOWER.encode(token.lookup().as_bytes());
        assert!(!one.hex().contains(&plain));
        let digits = &masters.present().expose()[2..10];
        assert!(!format!("{keys:?}").contains(digits));
    }

    #[test]
    fn a_digest_of_a_retired_key_is_matched_until_that_key_is_gone() {
        let Scene { mut rng, masters, token, id, organization_id } = scene();
        let digest = TokenKeys::derive(&masters).digest(&token, &id, &organization_id);
        let stored = StoredDigest { digest: &digest, api_key_id: &id, organization_id: &organization_id };
        let rotated = masters.rotated(0, &mut rng);
        let keys = TokenKeys::derive(&rotated);
        assert!(keys.digest_like(Some(stored), &token).matches(&digest));
        assert!(!keys.digest_like(Some(stored), &Token::generate(&TokenLabel::default(), &mut rng)).matches(&digest));
        let present = keys.digest(&token, &id, &organization_id);
        assert!(!present.matches(&digest) && !keys.digest_like(None, &token).matches(&present));
        assert!(keys.is_retired(1) && !keys.is_retired(2) && !keys.is_retired(3));
        assert!(keys.is_outdated(&digest) && !keys.is_outdated(&present));
        let without = TokenKeys::derive(&rotated.forget_retired(|_| false));
        assert!(!without.digest_like(Some(stored), &token).matches(&digest));
    }
}
