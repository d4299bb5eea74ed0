//! The person and the credentials behind a request.

use super::{ApiKey, ApiKeyId, KeyPermissions, OrganizationId, Permission, PermissionSet, Policy, Role, UserId};

/// A person with their current role, which is read again for every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub organization_id: OrganizationId,
    pub role: Role,
}

/// A person and the credentials of their request. An actor may do only what both the role and the credentials allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person: Person,
    pub via: Via,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A signed-in browser session.
    Session,
    /// A program with a key of this person.
    ApiKey { id: ApiKeyId, permissions: KeyPermissions },
    /// A command that the server's operator runs for this person.
    CommandLine,
}

impl Via {
    fn allows(&self, permission: Permission) -> bool {
        match self {
            Self::Session | Self::CommandLine => true,
            Self::ApiKey { permissions, .. } => permissions.allow(permission),
        }
    }
}

impl Person {
    pub fn signed_in(self) -> Actor {
        Actor { person: self, via: Via::Session }
    }
}

impl Actor {
    pub fn may(&self, permission: Permission, policy: &Policy) -> bool {
        self.person.role.may(permission, policy) && self.via.allows(permission)
    }

    /// The actor's permissions, which are also the most that they may give to a key.
    pub fn permissions(&self, policy: &Policy) -> PermissionSet {
        Permission::ALL.into_iter().filter(|permission| self.may(*permission, policy)).collect()
    }

    /// False for API keys: no key may see tokens or change an account.
    pub fn is_signed_in(&self) -> bool {
        self.via == Via::Session
    }

    pub fn may_see(&self, api_key: &ApiKey, policy: &Policy) -> bool {
        self.may_with(api_key, Permission::SeeOwnApiKeys, Permission::SeeAllApiKeys, policy)
    }

    /// Covers everything except confirming: only the owner has seen the token.
    pub fn may_manage(&self, api_key: &ApiKey, policy: &Policy) -> bool {
        self.may_with(api_key, Permission::ManageOwnApiKeys, Permission::ManageAllApiKeys, policy)
    }

    pub fn owns(&self, api_key: &ApiKey) -> bool {
        self.person.organization_id == api_key.organization_id && self.person.id == api_key.owner_id
    }

    fn may_with(&self, api_key: &ApiKey, own: Permission, all: Permission, policy: &Policy) -> bool {
        let is_of_us = self.person.organization_id == api_key.organization_id;
        (self.owns(api_key) && self.may(own, policy)) || (is_of_us && self.may(all, policy))
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::{ApiKeyId, ApiKeyName, Timestamp, Token, TokenLabel, policy::WhoMayCreate};

    /// What an actor may do with keys: their own, a colleague's, another organization's.
    fn rights(role: Role, via: Via, policy: &Policy) -> [String; 3] {
        let mut rng = StdRng::seed_from_u64(1);
        let now = Timestamp::from_unix_micros(0);
        let person = Person {
            id: UserId::generate(now, &mut rng),
            organization_id: OrganizationId::generate(now, &mut rng),
            role,
        };
        let actor = Actor { person, via };
        let token = Token::generate(&TokenLabel::default(), &mut rng);
        let id = ApiKeyId::generate(now, &mut rng);
        let own = ApiKey::pending(id, &actor.person, ApiKeyName::free_default("API key", &[]), &token, now);
        let colleagues = ApiKey { owner_id: UserId::generate(now, &mut rng), ..own.clone() };
        let strangers = ApiKey { organization_id: OrganizationId::generate(now, &mut rng), ..colleagues.clone() };
        [own, colleagues, strangers].map(|key| {
            let said = |may, word: &str| if may { word.to_owned() } else { "-".to_owned() };
            said(actor.may_see(&key, policy), "see") + &said(actor.may_manage(&key, policy), "+manage")
        })
    }

    #[test]
    fn the_role_decides_about_keys_of_the_organization_and_about_none_beyond() {
        let default = Policy::default();
        let everyone = Policy { who_may_create: WhoMayCreate::Everyone, ..Policy::default() };
        for (role, policy, own, colleagues) in [
            (Role::Owner, &default, "see+manage", "see+manage"),
            (Role::Administrator, &default, "see+manage", "see+manage"),
            (Role::Support, &default, "see-", "see-"),
            (Role::Analytics, &default, "see-", "see-"),
            (Role::Member, &default, "see-", "--"),
            (Role::Owner, &everyone, "see+manage", "see+manage"),
            (Role::Administrator, &everyone, "see+manage", "see+manage"),
            (Role::Support, &everyone, "see+manage", "see-"),
            (Role::Analytics, &everyone, "see+manage", "see-"),
            (Role::Member, &everyone, "see+manage", "--"),
        ] {
            assert_eq!(rights(role, Via::Session, policy), [own, colleagues, "--"], "{role} {policy:?}");
        }
    }

    #[test]
    fn a_key_does_what_its_owner_and_its_permissions_both_allow() {
        let policy = Policy::default();
        let with = |permissions: &[Permission]| Via::ApiKey {
            id: ApiKeyId::generate(Timestamp::from_unix_micros(0), &mut StdRng::seed_from_u64(2)),
            permissions: KeyPermissions::Only(permissions.iter().copied().collect()),
        };
        let own = with(&[Permission::SeeOwnApiKeys, Permission::ManageOwnApiKeys]);
        assert_eq!(rights(Role::Owner, own.clone(), &policy), ["see+manage", "--", "--"]);
        assert_eq!(rights(Role::Member, own, &policy), ["see-", "--", "--"]);
        assert_eq!(rights(Role::Owner, with(&[]), &policy), ["--", "--", "--"]);
        let all = with(&[Permission::SeeAllApiKeys, Permission::ManageAllApiKeys]);
        assert_eq!(rights(Role::Owner, all.clone(), &policy), ["see+manage", "see+manage", "--"]);
        assert_eq!(rights(Role::Support, all, &policy), ["see-", "see-", "--"]);
    }
}
