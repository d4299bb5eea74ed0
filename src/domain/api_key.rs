//! An API key: the record that people manage. Its token is displayed once and is not part of the record.

mod action;
pub mod attributes;
mod deleted_token;
mod description;
mod last_use;
pub mod listing;
mod name;
mod permissions;
pub mod restrictions;
pub mod rotation_schedule;
mod scope;
pub mod search;
pub mod tokens;

pub use action::ApiKeyAction;
pub use attributes::KeyAttributes;
pub use deleted_token::DeletedApiKeyToken;
pub use description::Description;
pub use last_use::{LastUse, UserAgent};
pub use name::ApiKeyName;
pub use permissions::{ChosenPermissions, KeyPermissions, KeyPermissionsError};
pub use restrictions::Restrictions;
pub use rotation_schedule::RotationState;
pub use scope::Scope;
pub use tokens::{ApiKeyToken, Overlap, Tokens};

use super::{ApiKeyId, OrganizationId, Person, ProjectId, Timestamp, Token, TokenLabel, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub organization_id: OrganizationId,
    pub owner_id: UserId,
    /// The creator, who may no longer be the owner.
    pub created_by: Option<UserId>,
    pub project_id: Option<ProjectId>,
    pub scope: Scope,
    pub restrictions: Restrictions,
    pub permissions: KeyPermissions,
    pub name: ApiKeyName,
    pub description: Description,
    /// The public part of the current token.
    pub lookup: String,
    /// The last characters of the current token.
    pub hint: String,
    /// What the current token begins with.
    pub token_label: TokenLabel,
    pub created_at: Timestamp,
    /// When the owner confirmed that they had copied the token.
    pub confirmed_at: Option<Timestamp>,
    pub disabled_at: Option<Timestamp>,
    /// When a disabled key is enabled again automatically.
    pub disabled_until: Option<Timestamp>,
    /// The first instant at which it no longer works. None for a key that never expires.
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// The reason given by the person who revoked it.
    pub revocation_reason: Option<Description>,
    /// The key's own interval, in days. None for that of the policy.
    pub rotate_every_days: Option<i64>,
    /// When a rotation was last confirmed.
    pub rotated_at: Option<Timestamp>,
    /// The end of the day by which somebody wants it rotated.
    pub rotation_marked_for: Option<Timestamp>,
    /// The number of edits so far.
    pub edits: i64,
    pub last_use: Option<LastUse>,
    pub attributes: KeyAttributes,
}

/// Computed from the times of a key at a given moment, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The token was displayed, but its owner has not confirmed that they copied it.
    Pending,
    Active,
    Disabled,
    Expired,
    Revoked,
}

impl ApiKey {
    /// A new key, as it is when its token is displayed. It does not work before its owner confirms.
    pub fn pending(id: ApiKeyId, owner: &Person, name: ApiKeyName, token: &Token, now: Timestamp) -> Self {
        Self {
            id,
            organization_id: owner.organization_id.clone(),
            owner_id: owner.id.clone(),
            created_by: Some(owner.id.clone()),
            project_id: None,
            scope: Scope::Server,
            restrictions: Restrictions::default(),
            permissions: KeyPermissions::Inherited,
            name,
            description: Description::default(),
            lookup: token.lookup().to_owned(),
            hint: token.hint().to_owned(),
            token_label: token.label(),
            created_at: now,
            confirmed_at: None,
            disabled_at: None,
            disabled_until: None,
            expires_at: None,
            revoked_at: None,
            revocation_reason: None,
            rotate_every_days: None,
            rotated_at: None,
            rotation_marked_for: None,
            edits: 0,
            last_use: None,
            attributes: KeyAttributes::default(),
        }
    }

    /// The public part of the current token, as pages display it.
    pub fn key_id(&self) -> String {
        format!("{}_{}", self.token_label, self.lookup)
    }

    pub fn status(&self, now: Timestamp) -> Status {
        if self.revoked_at.is_some() {
            Status::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            Status::Expired
        } else if self.confirmed_at.is_none() {
            Status::Pending
        } else if self.is_disabled(now) {
            Status::Disabled
        } else {
            Status::Active
        }
    }

    /// When a pause ended, until this is stored. None if the key expired or was revoked before that.
    pub fn ended_pause(&self, now: Timestamp) -> Option<Timestamp> {
        let end = self.disabled_at.and(self.disabled_until)?;
        let has_ended = self.revoked_at.is_some() || self.expires_at.is_some_and(|expiry| expiry <= end);
        (end <= now && !has_ended).then_some(end)
    }

    fn is_disabled(&self, now: Timestamp) -> bool {
        self.disabled_at.is_some() && self.disabled_until.is_none_or(|end| now < end)
    }

    pub fn was_used_since(&self, instant: Timestamp) -> bool {
        self.last_use.as_ref().is_some_and(|last| last.at >= instant)
    }
}

impl Status {
    /// In the order of lists.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Active, Self::Disabled, Self::Expired, Self::Revoked];

    /// Whether the key counts towards the limit.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Expired | Self::Revoked)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::Role;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_micros(seconds * 1_000_000)
    }

    fn pending() -> ApiKey {
        let rng = &mut StdRng::seed_from_u64(1);
        let owner = Person {
            id: UserId::generate(at(0), rng),
            organization_id: OrganizationId::generate(at(0), rng),
            role: Role::Member,
        };
        let name = ApiKeyName::parse("CI").unwrap();
        let key = ApiKey::pending(
            ApiKeyId::generate(at(0), rng),
            &owner,
            name,
            &Token::generate(&TokenLabel::default(), rng),
            at(0),
        );
        ApiKey { expires_at: Some(at(100)), ..key }
    }

    #[test]
    fn a_key_is_pending_until_it_is_confirmed() {
        assert_eq!(pending().status(at(1)), Status::Pending);
        assert_eq!(ApiKey { confirmed_at: Some(at(1)), ..pending() }.status(at(1)), Status::Active);
    }

    #[test]
    fn a_key_works_until_the_instant_of_its_expiry_and_not_at_it() {
        let key = ApiKey { confirmed_at: Some(at(1)), ..pending() };
        assert_eq!(key.status(Timestamp::from_unix_micros(99_999_999)), Status::Active);
        assert_eq!(key.status(at(100)), Status::Expired);
        assert_eq!(ApiKey { expires_at: None, ..key }.status(Timestamp::from_unix_micros(i64::MAX)), Status::Active);
    }

    #[test]
    fn a_key_that_is_disabled_for_a_while_works_again_at_the_end_of_it() {
        let key = ApiKey { confirmed_at: Some(at(1)), disabled_at: Some(at(2)), ..pending() };
        assert_eq!(key.status(at(99)), Status::Disabled);
        let for_a_while = ApiKey { disabled_until: Some(at(10)), ..key };
        assert_eq!(for_a_while.status(Timestamp::from_unix_micros(9_999_999)), Status::Disabled);
        assert_eq!(for_a_while.status(at(10)), Status::Active);
    }

    #[test]
    fn a_pause_ends_unless_the_key_did() {
        let paused = ApiKey { disabled_at: Some(at(2)), disabled_until: Some(at(10)), ..pending() };
        assert_eq!(paused.ended_pause(Timestamp::from_unix_micros(9_999_999)), None);
        for now in [10, 200] {
            assert_eq!(paused.ended_pause(at(now)), Some(at(10)), "it expires later");
        }
        for other in [
            ApiKey { revoked_at: Some(at(5)), ..paused.clone() },
            ApiKey { expires_at: Some(at(10)), ..paused.clone() },
            ApiKey { disabled_at: None, ..paused.clone() },
            ApiKey { disabled_until: None, ..paused },
        ] {
            assert_eq!(other.ended_pause(at(20)), None);
        }
    }

    #[test]
    fn the_more_final_status_wins() {
        let disabled = ApiKey { confirmed_at: Some(at(1)), disabled_at: Some(at(2)), ..pending() };
        assert_eq!(disabled.status(at(3)), Status::Disabled);
        assert_eq!(disabled.status(at(100)), Status::Expired);
        assert_eq!(ApiKey { revoked_at: Some(at(4)), ..disabled }.status(at(100)), Status::Revoked);
        assert_eq!(pending().status(at(100)), Status::Expired);
    }
}
