//! Whether a presented token is valid, and if not, why.

mod answer_texts;
mod exercised;
pub mod permission_names;
mod rules;
mod wanted;

pub use answer_texts::AnswerTexts;
pub use exercised::{ExercisedPermissions, ExercisedToday};
pub use permission_names::{NamedPermissions, PermissionNames};
pub use rules::OrganizationRules;
pub use wanted::{WantedNames, WantedPermissions};

use std::sync::Arc;

use super::{
    ApiKeyId, ApiKeyTokenId, KeyAttributes, OrganizationId, Organizations, Permission, PermissionSet, ProjectId,
    Restrictions, Role, Scope, StoredDigest, Timestamp, TokenDigest, UserId,
    api_key::{
        attributes::Environment,
        restrictions::{Caller, Kind},
        tokens,
    },
    key_limits::KeyLimits,
    policy::WhoMayCreate,
};
use wanted::FoundPermissions;

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
    /// A browser presents a server key, and the policy refuses that: the key has leaked into a page.
    BrowserNotAllowed,
    /// The key is restricted to other web pages, or the page is unknown.
    OriginNotAllowed,
    /// The key is restricted to other networks, or the caller's address is unknown.
    NetworkNotAllowed,
    /// The key is restricted to other apps, or the app is unknown.
    AppNotAllowed,
    /// The request asks for a key of another environment.
    EnvironmentNotAllowed,
    InsufficientPermissions,
    /// The key was used too often lately, or too many wrong tokens came from one address.
    RateLimited,
    /// The key was used as often as it may in this day or month.
    QuotaExceeded,
}

impl Code {
    pub const ALL: [Self; 15] = [
        Self::Valid,
        Self::NotFound,
        Self::KeyNotConfirmed,
        Self::Disabled,
        Self::Expired,
        Self::Revoked,
        Self::OwnerInactive,
        Self::BrowserNotAllowed,
        Self::OriginNotAllowed,
        Self::NetworkNotAllowed,
        Self::AppNotAllowed,
        Self::EnvironmentNotAllowed,
        Self::InsufficientPermissions,
        Self::RateLimited,
        Self::QuotaExceeded,
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
            Self::BrowserNotAllowed => "BROWSER_NOT_ALLOWED",
            Self::OriginNotAllowed => "ORIGIN_NOT_ALLOWED",
            Self::NetworkNotAllowed => "NETWORK_NOT_ALLOWED",
            Self::AppNotAllowed => "APP_NOT_ALLOWED",
            Self::EnvironmentNotAllowed => "ENVIRONMENT_NOT_ALLOWED",
            Self::InsufficientPermissions => "INSUFFICIENT_PERMISSIONS",
            Self::RateLimited => "RATE_LIMITED",
            Self::QuotaExceeded => "QUOTA_EXCEEDED",
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
    /// None for a key with only defaults, as most have.
    pub attributes: Option<Box<KeyAttributes>>,
    /// Its own or those of the policy.
    pub limits: KeyLimits,
    /// Which of Latchkey's permissions were selected for the key. None if it has all that its owner has.
    pub chosen: Option<PermissionSet>,
    /// The permissions of the organization's API that the key has now, of the catalogue of `rules`.
    pub api_permissions: Arc<NamedPermissions>,
    /// Shared by the copies of this. None if the API has no permissions.
    pub exercised_today: Option<Arc<ExercisedToday>>,
    /// Of answers in JSON: before and after the permissions.
    pub json_texts: AnswerTexts<2>,
    /// Of answers to a proxy: one for each header about the key.
    pub header_texts: AnswerTexts<10>,
    /// Of its organization.
    pub rules: Arc<OrganizationRules>,
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
    pub wanted: WantedPermissions<'a>,
    /// The environment that the key must have. There may be none with such a name.
    pub environment: Option<&'a str>,
    /// The caller, which matters only if [`PresentedKey::depends_on_caller`].
    pub caller: &'a Caller,
    pub now: Timestamp,
}

impl PresentedKey {
    pub fn stored_digest(&self) -> StoredDigest<'_> {
        StoredDigest { digest: &self.digest, api_key_id: &self.api_key_id, organization_id: &self.organization_id }
    }

    /// The answer for a presented token, and what a valid one exercises. A caller without the right secret never learns
    /// the reason. If there are several reasons, the most final one is given.
    pub fn verify(&self, question: &VerificationCriteria<'_>) -> (Code, ExercisedPermissions) {
        let mut exercised = ExercisedPermissions::default();
        (self.check(question, &mut exercised), exercised)
    }

    fn check(&self, question: &VerificationCriteria<'_>, exercised: &mut ExercisedPermissions) -> Code {
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
        } else if self.refuses_browsers() && question.caller.is_browser {
            Code::BrowserNotAllowed
        } else if let Some(obstacle) = self.restrictions.as_ref().and_then(|rules| rules.obstacle(question.caller)) {
            match obstacle {
                Kind::TrustedDomains => Code::OriginNotAllowed,
                Kind::AllowedNetworks => Code::NetworkNotAllowed,
                Kind::AppIdentifiers => Code::AppNotAllowed,
            }
        } else if !self.rules.admits_address(question.caller.address.as_ref()) {
            Code::NetworkNotAllowed
        } else if question.environment.is_some_and(|wanted| wanted != self.environment()) {
            Code::EnvironmentNotAllowed
        } else if !self.exercise(question.wanted, exercised) {
            Code::InsufficientPermissions
        } else {
            Code::Valid
        }
    }

    /// The name of the key's environment.
    pub fn environment(&self) -> &str {
        self.attributes.as_ref().map_or(Environment::LIVE, |attributes| attributes.environment.as_str())
    }

    /// Whether the answer depends on the caller.
    pub fn depends_on_caller(&self) -> bool {
        self.restrictions.is_some() || self.rules.depend_on_caller()
    }

    fn refuses_browsers(&self) -> bool {
        self.rules.refuses_browsers && self.scope == Scope::Server
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

    /// Latchkey's permissions of the key, if it is valid.
    pub fn permissions(&self) -> PermissionSet {
        let of_owner = self.owner_role.permissions_where(self.who_may_create);
        self.chosen.map_or(of_owner, |chosen| chosen.intersection(of_owner))
    }

    /// The names of permissions that requests have asked for.
    pub fn names_of(&self, exercised: &ExercisedPermissions) -> Vec<Box<str>> {
        let api = self.rules.api_permissions().names_of(&exercised.api).map(|name| name.as_str().into());
        exercised.latchkey.iter().map(|permission| permission.as_str().into()).chain(api).collect()
    }

    /// Whether the key has all of these permissions. Only then is `exercised` set.
    fn exercise(&self, wanted: WantedPermissions<'_>, exercised: &mut ExercisedPermissions) -> bool {
        let found = match wanted {
            WantedPermissions::None => return true,
            WantedPermissions::Latchkey(permission) => FoundPermissions::one(permission),
            WantedPermissions::Named(names) => names.find_in(&self.rules),
        };
        let ExercisedPermissions { latchkey, api } = &found.permissions;
        let has_all = found.has_every_name
            && latchkey.iter().all(|permission| self.may(permission))
            && api.is_within(&self.api_permissions.set);
        if has_all {
            *exercised = found.permissions;
        }
        has_all
    }

    /// Whether the key, if it is valid, has a permission of Latchkey.
    fn may(&self, permission: Permission) -> bool {
        self.chosen.is_none_or(|chosen| chosen.contains(permission))
            && self.owner_role.may_where(permission, self.who_may_create)
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
            digest: digest_key.digest(
                &super::Token::generate(&super::TokenLabel::default(), rng),
                &api_key_id,
                &organization_id,
            ),
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
            attributes: None,
            limits: KeyLimits::default(),
            chosen: None,
            api_permissions: Arc::default(),
            exercised_today: None,
            json_texts: AnswerTexts::default(),
            header_texts: AnswerTexts::default(),
            rules: Arc::default(),
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
    use crate::domain::{
        MasterKey, Token, TokenDigestKey, TokenLabel,
        api_key::restrictions::{List, Texts},
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_micros(seconds * 1_000_000)
    }

    #[test]
    fn every_state_has_its_code_and_a_wrong_secret_learns_none_of_them() {
        let mut rng = StdRng::seed_from_u64(1);
        let key = TokenDigestKey::derive(&MasterKey::generate(1, &mut rng));
        let PresentedKey { api_key_id, organization_id, .. } = PresentedKey::sample(&mut rng);
        let [right, wrong] = [(); 2]
            .map(|()| key.digest(&Token::generate(&TokenLabel::default(), &mut rng), &api_key_id, &organization_id));
        let good = PresentedKey {
            digest: right.clone(),
            expires_at: Some(at(100)),
            owner_role: Role::Support,
            ..PresentedKey::sample(&mut rng)
        };
        let lacking = Code::InsufficientPermissions;
        let (nothing, manage) = (WantedPermissions::None, WantedPermissions::Latchkey(Permission::ManageAllApiKeys));
        let see = WantedPermissions::Latchkey(Permission::SeeAllApiKeys);
        let pending = PresentedKey { is_confirmed: false, ..good.clone() };
        let restricted = |kind| PresentedKey { restrictions: Some(Box::new(restricted_to(kind))), ..good.clone() };
        let [web, mobile, server] = [Kind::TrustedDomains, Kind::AppIdentifiers, Kind::AllowedNetworks].map(restricted);
        let chosen = |permission| Some([permission].into_iter().collect());
        let see_only = PresentedKey { chosen: chosen(Permission::SeeAllApiKeys), ..good.clone() };
        let disabled = PresentedKey { is_disabled: true, ..pending.clone() };
        for (subject, now, wanted, code) in [
            (good.clone(), 99, nothing, Code::Valid),
            (good.clone(), 99, see, Code::Valid),
            (good.clone(), 99, manage, Code::InsufficientPermissions),
            (good.clone(), 100, manage, Code::Expired),
            (PresentedKey { token_ends_at: Some(at(50)), ..good.clone() }, 49, nothing, Code::Valid),
            (PresentedKey { token_ends_at: Some(at(50)), ..good.clone() }, 50, manage, Code::Expired),
            (pending, 99, manage, Code::KeyNotConfirmed),
            (PresentedKey { is_confirmed: true, ..disabled.clone() }, 99, manage, Code::Disabled),
            (PresentedKey { owner_is_active: false, ..good.clone() }, 99, manage, Code::OwnerInactive),
            (PresentedKey { owner_is_active: false, ..web.clone() }, 99, manage, Code::OwnerInactive),
            (web, 99, manage, Code::OriginNotAllowed),
            (mobile, 99, manage, Code::AppNotAllowed),
            (server, 99, manage, Code::NetworkNotAllowed),
            (see_only.clone(), 99, see, Code::Valid),
            (see_only, 99, WantedPermissions::Latchkey(Permission::SeeOwnApiKeys), Code::InsufficientPermissions),
            // A permission that the owner does not have has no effect.
            (PresentedKey { chosen: chosen(Permission::ManageAllApiKeys), ..good.clone() }, 99, manage, lacking),
            (PresentedKey { is_revoked: true, owner_is_active: false, ..disabled }, 100, manage, Code::Revoked),
        ] {
            let ask = |digest, organizations: &Organizations| {
                let question = VerificationCriteria {
                    digest,
                    organizations,
                    wanted,
                    environment: None,
                    caller: &Caller::default(),
                    now: at(now),
                };
                subject.verify(&question).0
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
    fn the_organization_refuses_browsers_strange_networks_and_other_environments() {
        let mut rng = StdRng::seed_from_u64(1);
        let rules = |networks: &str, refuses_browsers| {
            let mut rules = OrganizationRules::default();
            rules.allowed_networks = List::parse(networks).unwrap();
            rules.refuses_browsers = refuses_browsers;
            Arc::new(rules)
        };
        let key = PresentedKey::sample(&mut rng);
        let (anywhere, inside) = (rules("", false), rules("10.0.0.0/8", false));
        let caller =
            |address: &str, is_browser| Caller { address: address.parse().ok(), is_browser, ..Caller::default() };
        let (near, far, unknown) = (caller("10.1.2.3", false), caller("192.0.2.7", false), caller("", false));
        let browser = caller("10.1.2.3", true);
        let test = Some(Box::new(KeyAttributes {
            environment: Environment::parse("test").unwrap(),
            ..KeyAttributes::default()
        }));
        let web = |rules| PresentedKey { rules, scope: Scope::Web, ..key.clone() };
        let with = |rules| PresentedKey { rules, ..key.clone() };
        let of_test = PresentedKey { attributes: test, ..key.clone() };
        let withdrawn = PresentedKey { is_revoked: true, ..with(rules("10.0.0.0/8", true)) };
        for (subject, caller, environment, code) in [
            (with(anywhere.clone()), &far, None, Code::Valid),
            (with(inside.clone()), &near, None, Code::Valid),
            (with(inside.clone()), &far, None, Code::NetworkNotAllowed),
            (with(inside), &unknown, None, Code::NetworkNotAllowed),
            (with(rules("", true)), &near, None, Code::Valid),
            (with(rules("", true)), &browser, None, Code::BrowserNotAllowed),
            (with(rules("192.0.2.0/24", true)), &browser, None, Code::BrowserNotAllowed),
            (web(rules("", true)), &browser, None, Code::Valid),
            (web(rules("192.0.2.0/24", true)), &browser, None, Code::NetworkNotAllowed),
            (with(anywhere), &browser, None, Code::Valid),
            (withdrawn, &browser, Some("test"), Code::Revoked),
            (key.clone(), &near, Some("live"), Code::Valid),
            (key.clone(), &near, Some("test"), Code::EnvironmentNotAllowed),
            (key.clone(), &near, Some("Live"), Code::EnvironmentNotAllowed),
            (of_test.clone(), &near, Some("test"), Code::Valid),
            (of_test.clone(), &near, Some("live"), Code::EnvironmentNotAllowed),
            (of_test, &near, None, Code::Valid),
        ] {
            let (digest, organizations) = (&subject.digest, &Organizations::Any);
            let (wanted, now) = (WantedPermissions::None, at(1));
            let question = VerificationCriteria { digest, organizations, wanted, environment, caller, now };
            assert_eq!(subject.verify(&question).0, code, "{caller:?} {environment:?}");
        }
    }

    #[test]
    fn a_timed_pause_ends_at_its_instant_and_not_before() {
        let mut rng = StdRng::seed_from_u64(1);
        let paused = PresentedKey { is_disabled: true, disabled_until: Some(at(10)), ..PresentedKey::sample(&mut rng) };
        let ask = |now| {
            let (digest, organizations) = (&paused.digest, &Organizations::Any);
            let (wanted, caller) = (WantedPermissions::None, &Caller::default());
            paused.verify(&VerificationCriteria { digest, organizations, wanted, environment: None, caller, now }).0
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
