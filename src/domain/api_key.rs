//! An API key: the record that one manages. Its token is shown once and is no part of it.

mod description;
mod last_use;
pub mod listing;
mod name;

pub use description::Description;
pub use last_use::{LastUse, UserAgent};
pub use name::ApiKeyName;

use super::{ApiKeyId, OrganizationId, ProjectId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub organization_id: OrganizationId,
    pub owner_id: UserId,
    pub project_id: Option<ProjectId>,
    pub name: ApiKeyName,
    pub description: Description,
    /// The public part of the token, which finds the key.
    pub lookup: String,
    /// The last characters of the token, as its holder sees them.
    pub hint: String,
    pub created_at: Timestamp,
    /// When its owner said that the token was copied.
    pub confirmed_at: Option<Timestamp>,
    pub disabled_at: Option<Timestamp>,
    /// The first instant at which it no longer works; none for a key that never expires.
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub last_use: Option<LastUse>,
}

/// Computed from the times of a key at a given moment, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// The token was shown, and nobody has confirmed yet that it was copied.
    Pending,
    Active,
    Disabled,
    Expired,
    Revoked,
}

impl ApiKey {
    pub fn status(&self, now: Timestamp) -> Status {
        if self.revoked_at.is_some() {
            Status::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            Status::Expired
        } else if self.confirmed_at.is_none() {
            Status::Pending
        } else if self.disabled_at.is_some() {
            Status::Disabled
        } else {
            Status::Active
        }
    }

    pub fn was_used_since(&self, instant: Timestamp) -> bool {
        self.last_use.as_ref().is_some_and(|last| last.at >= instant)
    }
}

impl Status {
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

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_micros(seconds * 1_000_000)
    }

    fn pending() -> ApiKey {
        let mut rng = StdRng::seed_from_u64(1);
        ApiKey {
            id: ApiKeyId::generate(at(0), &mut rng),
            organization_id: OrganizationId::generate(at(0), &mut rng),
            owner_id: UserId::generate(at(0), &mut rng),
            project_id: None,
            name: ApiKeyName::parse("CI").unwrap(),
            description: Description::default(),
            lookup: "abc".into(),
            hint: "wxyz".into(),
            created_at: at(0),
            confirmed_at: None,
            disabled_at: None,
            expires_at: Some(at(100)),
            revoked_at: None,
            last_use: None,
        }
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
    fn the_more_final_status_wins() {
        let disabled = ApiKey { confirmed_at: Some(at(1)), disabled_at: Some(at(2)), ..pending() };
        assert_eq!(disabled.status(at(3)), Status::Disabled);
        assert_eq!(disabled.status(at(100)), Status::Expired);
        assert_eq!(ApiKey { revoked_at: Some(at(4)), ..disabled }.status(at(100)), Status::Revoked);
        assert_eq!(pending().status(at(100)), Status::Expired);
    }
}
