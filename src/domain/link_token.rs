//! The secret part of a link that works once: an invitation, or a link for a new password. Only its digest is stored.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::Sha256Digest;

/// 256 random bits as base64url (RFC 4648 §5), 43 characters.
#[derive(Clone)]
pub struct LinkToken(Zeroizing<String>);

impl LinkToken {
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *bytes);
        Self(Zeroizing::new(BASE64URL_NOPAD.encode(&*bytes)))
    }

    /// A token that somebody presents. If it was never issued, no stored digest matches.
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::compute(&self.0)
    }

    /// The text, only for the link itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn a_link_is_long_stays_out_of_logs_and_is_known_by_its_digest() {
        let mut rng = StdRng::seed_from_u64(1);
        let (one, other) = (LinkToken::generate(&mut rng), LinkToken::generate(&mut rng));
        assert_eq!(one.expose().len(), 43);
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.digest(), LinkToken::presented(one.expose()).digest());
        assert!(!format!("{one:?}").contains(one.expose()));
    }
}
