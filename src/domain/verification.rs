//! Whether a presented token is valid, and if not, why.

use super::{
    ApiKeyId, ApiKeyTokenId, KeyPermissions, OrganizationId, Organizations, Permission, PermissionSet, ProjectId,
    Restrictions, Role, Scope, StoredDigest, Timestamp, TokenDigest, UserId,
    api_key::{
        restrictions::{Caller, Kind},
        tokens,
    },
    policy::WhoMayCreate,
};

/// What verification answers, as stable codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    Valid,
    /// No such key, a wrong secret, or a key of an organization that the request does not accept. The answer never says
    /// which.
    NotFound,
    KeyNotConfirmed,
    Disabled,
    Expired,
    Revoked,
    OwnerInactive,
    /// The key is restricted to other web pages, or the page is unknown.
    OriginNotAllowed,
    /// The key is restricted to other networks, or the caller's address is unknown.
    NetworkNotAllowed,
    /// The key is restricted to other apps, or the app is unknown.
    AppNotAllowed,
    InsufficientPermissions,
    /// Too many wrong tokens from one address.
    RateLimited,
}

impl Code {
    pub const ALL: [Self; 12] = [
        Self::Valid,
        Self::NotFound,
        Self::KeyNotConfirmed,
        Self::Disabled,
        Self::Expired,
        Self::Revoked,
        Self::OwnerInactive,
        Self::OriginNotAllowed,
        Self::NetworkNotAllowed,
        Self::AppNotAllowed,
        Self::InsufficientPermissions,
        Self::RateLimited,
    ];

    /// Reads the result of [`Self::as_str`].
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
            Self::OriginNotAllowed => "ORIGIN_NOT_ALLOWED",
            Self::NetworkNotAllowed => "NETWORK_NOT_ALLOWED",
            Self::AppNotAllowed => "APP_NOT_ALLOWED",
            Self::InsufficientPermissions => "INSUFFICIENT_PERMISSIONS",
            Self::RateLimited => "RATE_LIMITED",
        }
    }
}

/// Which of its key's tokens a token is. A key has two of them during a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRole {
    Current,
    /// A rotation gave it an end.
    Previous,
    /// Nobody has confirmed yet that it was copied.
    Pending,
}

impl TokenRole {
    /// As answers call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Pending => "pending",
        }
    }
}

/// Everything about a token, its key and its owner that verification needs.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own, and several may hold at once")]
pub struct PresentedKey {
    pub token_id: ApiKeyTokenId,
    pub api_key_id: ApiKeyId,
    pub organization_id: OrganizationId,
    pub name: Box<str>,
    pub project: Option<KeyProject>,
    pub digest: TokenDigest,
    /// Belongs to the token.
    pub is_confirmed: bool,
    /// Belongs to the token; the key's expiry counts as well.
    pub token_ends_at: Option<Timestamp>,
    pub is_disabled: bool,
    /// When a disabled key is enabled again automatically.
    pub disabled_until: Option<Timestamp>,
    pub is_revoked: bool,
    pub expires_at: Option<Timestamp>,
    pub scope: Scope,
    /// None for a key without restrictions, as most are.
    pub restrictions: Option<Box<Restrictions>>,
    pub permissions: KeyPermissions,
    pub owner_id: UserId,
    pub owner_role: Role,
    pub owner_is_active: bool,
    /// The policy setting that affects the owner's permissions.
    pub who_may_create: WhoMayCreate,
}

/// The project of the key.
#[derive(Clone, Debug)]
pub struct KeyProject {
    pub id: ProjectId,
    pub name: Box<str>,
}

/// What a request requires of a presented token.
#[derive(Clone, Copy, Debug)]
pub struct VerificationCriteria<'a> {
    pub digest: &'a TokenDigest,
    /// The organizations whose keys are accepted.
    pub organizations: &'a Organizations,
    /// The permission that the key must have.
    pub wanted: Option<Permission>,
    /// The caller, which matters only if the key is restricted.
    pub caller: &'a Caller,
    pub now: Timestamp,
}

impl PresentedKey {
    pub fn stored_digest(&self) -> StoredDigest<'_> {
        StoredDigest { digest: &self.digest, api_key_id: &self.api_key_id, organization_id: &self.organization_id }
    }

    /// The answer for a presented token. A caller without the right secret never learns the reason. If there are
    /// several reasons, the most final one is given.
    pub fn verify(&self, question: &VerificationCriteria<'_>) -> Code {
        let now = question.now;
        // Both are compared in every case, so that a key of another organization takes as long as a wrong secret.
        let has_secret = self.digest.matches(question.digest);
        if !(has_secret & question.organizations.accept(&self.organization_id)) {
            Code::NotFound
        } else if self.is_revoked {
            Code::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) || tokens::has_ended(self.token_ends_at, now) {
            Code::Expired
        } else if !self.is_confirmed {
            Code::KeyNotConfirmed
        } else if self.is_disabled && self.disabled_until.is_none_or(|end| now < end) {
            Code::Disabled
        } else if !self.owner_is_active {
            Code::OwnerInactive
        } else if let Some(obstacle) = self.restrictions.as_ref().and_then(|rules| rules.obstacle(question.caller)) {
            match obstacle {
                Kind::TrustedDomains => Code::OriginNotAllowed,
                Kind::AllowedNetworks => Code::NetworkNotAllowed,
                Kind::AppIdentifiers => Code::AppNotAllowed,
            }
        } else if question.wanted.is_some_and(|permission| !self.may(permission)) {
            Code::InsufficientPermissions
        } else {
            Code::Valid
        }
    }

    /// Which of the key's tokens this is.
    pub fn token_role(&self) -> TokenRole {
        match (self.token_ends_at, self.is_confirmed) {
            (Some(_), _) => TokenRole::Previous,
            (None, true) => TokenRole::Current,
            (None, false) => TokenRole::Pending,
        }
    }

    /// The first instant at which the token no longer verifies, if that is known: its own end or that of its key.
    pub fn token_expires_at(&self) -> Option<Timestamp> {
        [self.token_ends_at, self.expires_at].into_iter().flatten().min()
    }

    /// Whether the token was taken out of use, by a rotation or with its key. Anyone who presents it must change it.
    pub fn is_withdrawn(&self, now: Timestamp) -> bool {
        self.is_revoked || tokens::has_ended(self.token_ends_at, now)
    }

    /// The permissions of the key, if it is valid.
    pub fn permissions(&self) -> PermissionSet {
        self.permissions.within(self.owner_role.permissions_where(self.who_may_create))
    }

    fn may(&self, permission: Permission) -> bool {
        self.permissions.allow(permission) && self.owner_role.may_where(permission, self.who_may_create)
    }
}

#[cfg(test)]
impl PresentedKey {
    /// A member's active key that never expires.
    pub fn sample(rng: &mut rand::rngs::StdRng) -> Self {
        let now = Timestamp::from_unix_micros(0);
        let digest_key = super::TokenDigestKey::derive(&super::MasterKey::generate(1, rng));
        let (api_key_id, organization_id) = (ApiKeyId::generate(now, rng), OrganizationId::generate(now, rng));
        Self {
            digest: digest_key.digest(&super::Token::generate(rng), &api_key_id, &organization_id),
            token_id: ApiKeyTokenId::generate(now, rng),
            api_key_id,
            organization_id,
            name: "CI".into(),
            project: None,
            is_confirmed: true,
            token_ends_at: None,
            is_disabled: false,
            disabled_until: None,
            is_revoked: false,
            expires_at: None,
            scope: Scope::Server,
            restrictions: None,
            permissions: KeyPermissions::Inherited,
            owner_id: UserId::generate(now, rng),
            owner_role: Role::Member,
            owner_is_active: true,
            who_may_create: WhoMayCreate::Administrators,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::{MasterKey, Token, TokenDigestKey, api_key::restrictions::Texts};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_micros(seconds * 1_000_000)
    }

    #[test]
    fn every_state_has_its_code_and_a_wrong_secret_learns_none_of_them() {
        let mut rng = StdRng::seed_from_u64(1);
        let key = TokenDigestKey::derive(&MasterKey::generate(1, &mut rng));
        let PresentedKey { api_key_id, organization_id, .. } = PresentedKey::sample(&mut rng);
        let [right, wrong] = [(); 2].map(|()| key.digest(&Token::generate(&mut rng), &api_key_id, &organization_id));
        let good = PresentedKey {
            digest: right.clone(),
            expires_at: Some(at(100)),
            owner_role: Role::Support,
            ..PresentedKey::sample(&mut rng)
        };
        let lacking = Code::InsufficientPermissions;
        let manage = Some(Permission::ManageAllApiKeys);
        let pending = PresentedKey { is_confirmed: false, ..good.clone() };
        let restricted = |kind| PresentedKey { restrictions: Some(Box::new(restricted_to(kind))), ..good.clone() };
        let [web, mobile, server] = [Kind::TrustedDomains, Kind::AppIdentifiers, Kind::AllowedNetworks].map(restricted);
        let chosen = |permission| KeyPermissions::Only([permission].into_iter().collect());
        let see_only = PresentedKey { permissions: chosen(Permission::SeeAllApiKeys), ..good.clone() };
        let disabled = PresentedKey { is_disabled: true, ..pending.clone() };
        for (subject, now, wanted, code) in [
            (good.clone(), 99, None, Code::Valid),
            (good.clone(), 99, Some(Permission::SeeAllApiKeys), Code::Valid),
            (good.clone(), 99, manage, Code::InsufficientPermissions),
            (good.clone(), 100, manage, Code::Expired),
            (PresentedKey { token_ends_at: Some(at(50)), ..good.clone() }, 49, None, Code::Valid),
            (PresentedKey { token_ends_at: Some(at(50)), ..good.clone() }, 50, manage, Code::Expired),
            (pending, 99, manage, Code::KeyNotConfirmed),
            (PresentedKey { is_confirmed: true, ..disabled.clone() }, 99, manage, Code::Disabled),
            (PresentedKey { owner_is_active: false, ..good.clone() }, 99, manage, Code::OwnerInactive),
            (PresentedKey { owner_is_active: false, ..web.clone() }, 99, manage, Code::OwnerInactive),
            (web, 99, manage, Code::OriginNotAllowed),
            (mobile, 99, manage, Code::AppNotAllowed),
            (server, 99, manage, Code::NetworkNotAllowed),
            (see_only.clone(), 99, Some(Permission::SeeAllApiKeys), Code::Valid),
            (see_only, 99, Some(Permission::SeeOwnApiKeys), Code::InsufficientPermissions),
            // A permission that the owner does not have has no effect.
            (PresentedKey { permissions: chosen(Permission::ManageAllApiKeys), ..good.clone() }, 99, manage, lacking),
            (PresentedKey { is_revoked: true, owner_is_active: false, ..disabled }, 100, manage, Code::Revoked),
        ] {
            let ask = |digest, organizations: &Organizations| {
                let question =
                    VerificationCriteria { digest, organizations, wanted, caller: &Caller::default(), now: at(now) };
                subject.verify(&question)
            };
            let own = Organizations::One(subject.organization_id.clone());
            for organizations in [&own, &Organizations::Any] {
                assert_eq!(ask(&right, organizations), code, "{subject:?}");
                assert_eq!(ask(&wrong, organizations), Code::NotFound);
            }
            let other = Organizations::One(OrganizationId::generate(at(0), &mut rng));
            assert_eq!(ask(&right, &other), Code::NotFound, "{subject:?}");
            assert_eq!(ask(&right, &Organizations::default()), Code::NotFound);
        }
    }

    fn restricted_to(kind: Kind) -> Restrictions {
        let mut texts = Texts::default();
        match kind {
            Kind::TrustedDomains => texts.trusted_domains = "example.com",
            Kind::AppIdentifiers => texts.app_identifiers = "com.example.app",
            Kind::AllowedNetworks => texts.allowed_networks = "10.0.0.0/8",
        }
        Restrictions::from_stored(texts).unwrap()
    }

    #[test]
    fn a_timed_pause_ends_at_its_instant_and_not_before() {
        let mut rng = StdRng::seed_from_u64(1);
        let paused = PresentedKey { is_disabled: true, disabled_until: Some(at(10)), ..PresentedKey::sample(&mut rng) };
        let ask = |now| {
            let (digest, organizations) = (&paused.digest, &Organizations::Any);
            let question =
                VerificationCriteria { digest, organizations, wanted: None, caller: &Caller::default(), now };
            paused.verify(&question)
        };
        assert_eq!(ask(Timestamp::from_unix_micros(9_999_999)), Code::Disabled);
        assert_eq!(ask(at(10)), Code::Valid);
    }

    #[test]
    fn codes_are_told_apart() {
        let codes: std::collections::HashSet<_> = Code::ALL.map(Code::as_str).into();
        assert_eq!(codes.len(), Code::ALL.len());
        assert!(Code::ALL.iter().enumerate().all(|(index, code)| *code as usize == index), "counted by its number");
        assert!(Code::ALL.into_iter().all(|code| Code::parse(code.as_str()) == Some(code)));
    }
}
