//! Whether a presented token is good, and why not.

use super::{ApiKeyId, OrganizationId, Permission, Policy, ProjectId, Role, Timestamp, TokenDigest, UserId};

/// What verification answers, as stable codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    Valid,
    /// No such key, or not its secret: nobody is told which.
    NotFound,
    KeyNotConfirmed,
    Disabled,
    Expired,
    Revoked,
    OwnerInactive,
    InsufficientPermissions,
    /// Too many wrong tokens from one address.
    RateLimited,
}

impl Code {
    pub const ALL: [Self; 9] = [
        Self::Valid,
        Self::NotFound,
        Self::KeyNotConfirmed,
        Self::Disabled,
        Self::Expired,
        Self::Revoked,
        Self::OwnerInactive,
        Self::InsufficientPermissions,
        Self::RateLimited,
    ];

    /// What [`Self::as_str`] gives.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::NotFound => "NOT_FOUND",
            Self::KeyNotConfirmed => "KEY_NOT_CONFIRMED",
            Self::Disabled => "DISABLED",
            Self::Expired => "EXPIRED",
            Self::Revoked => "REVOKED",
            Self::OwnerInactive => "OWNER_INACTIVE",
            Self::InsufficientPermissions => "INSUFFICIENT_PERMISSIONS",
            Self::RateLimited => "RATE_LIMITED",
        }
    }
}

/// All that one needs to know of a key and its owner to verify it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own, and several may hold at once")]
pub struct Subject {
    pub api_key_id: ApiKeyId,
    pub organization_id: OrganizationId,
    pub name: Box<str>,
    pub project: Option<SubjectProject>,
    pub digest: TokenDigest,
    pub is_confirmed: bool,
    pub is_disabled: bool,
    pub is_revoked: bool,
    pub expires_at: Option<Timestamp>,
    pub owner_id: UserId,
    pub owner_role: Role,
    pub owner_is_active: bool,
}

/// The project that the key lies in.
#[derive(Clone, Debug)]
pub struct SubjectProject {
    pub id: ProjectId,
    pub name: Box<str>,
}

impl Subject {
    /// What becomes of a token whose digest is `presented`. A reason is given only to who holds the right secret; of
    /// several reasons, the most final one.
    pub fn verify(&self, presented: &TokenDigest, wanted: Option<Permission>, policy: &Policy, now: Timestamp) -> Code {
        if !self.digest.matches(presented) {
            Code::NotFound
        } else if self.is_revoked {
            Code::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            Code::Expired
        } else if !self.is_confirmed {
            Code::KeyNotConfirmed
        } else if self.is_disabled {
            Code::Disabled
        } else if !self.owner_is_active {
            Code::OwnerInactive
        } else if wanted.is_some_and(|permission| !self.owner_role.may(permission, policy)) {
            Code::InsufficientPermissions
        } else {
            Code::Valid
        }
    }
}

#[cfg(test)]
impl Subject {
    /// A member's key that is good and never expires.
    pub fn sample(rng: &mut rand::rngs::StdRng) -> Self {
        let now = Timestamp::from_unix_micros(0);
        let digest_key = super::TokenDigestKey::derive(&super::MasterKey::generate(rng));
        Self {
            api_key_id: ApiKeyId::generate(now, rng),
            organization_id: OrganizationId::generate(now, rng),
            name: "CI".into(),
            project: None,
            digest: digest_key.digest(&super::Token::generate(rng)),
            is_confirmed: true,
            is_disabled: false,
            is_revoked: false,
            expires_at: None,
            owner_id: UserId::generate(now, rng),
            owner_role: Role::Member,
            owner_is_active: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::{MasterKey, Token, TokenDigestKey};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_micros(seconds * 1_000_000)
    }

    #[test]
    fn every_state_has_its_code_and_a_wrong_secret_learns_none_of_them() {
        let mut rng = StdRng::seed_from_u64(1);
        let key = TokenDigestKey::derive(&MasterKey::generate(&mut rng));
        let (right, wrong) = (key.digest(&Token::generate(&mut rng)), key.digest(&Token::generate(&mut rng)));
        let good = Subject {
            digest: right.clone(),
            expires_at: Some(at(100)),
            owner_role: Role::Support,
            ..Subject::sample(&mut rng)
        };
        let manage = Some(Permission::ManageAllApiKeys);
        let pending = Subject { is_confirmed: false, ..good.clone() };
        let disabled = Subject { is_disabled: true, ..pending.clone() };
        for (subject, now, wanted, code) in [
            (good.clone(), 99, None, Code::Valid),
            (good.clone(), 99, Some(Permission::SeeAllApiKeys), Code::Valid),
            (good.clone(), 99, manage, Code::InsufficientPermissions),
            (good.clone(), 100, manage, Code::Expired),
            (pending, 99, manage, Code::KeyNotConfirmed),
            (Subject { is_confirmed: true, ..disabled.clone() }, 99, manage, Code::Disabled),
            (Subject { owner_is_active: false, ..good.clone() }, 99, manage, Code::OwnerInactive),
            (Subject { is_revoked: true, owner_is_active: false, ..disabled }, 100, manage, Code::Revoked),
        ] {
            assert_eq!(subject.verify(&right, wanted, &Policy::default(), at(now)), code, "{subject:?}");
            assert_eq!(subject.verify(&wrong, wanted, &Policy::default(), at(now)), Code::NotFound);
        }
    }

    #[test]
    fn codes_are_told_apart() {
        let codes: std::collections::HashSet<_> = Code::ALL.map(Code::as_str).into();
        assert_eq!(codes.len(), Code::ALL.len());
        assert!(Code::ALL.iter().enumerate().all(|(index, code)| *code as usize == index), "counted by its number");
        assert!(Code::ALL.into_iter().all(|code| Code::parse(code.as_str()) == Some(code)));
    }
}
