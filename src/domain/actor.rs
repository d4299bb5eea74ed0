//! Who makes a request.

use super::{ApiKey, OrganizationId, Permission, Policy, Role, UserId};

/// A person who is signed in, as they are now: the role is read afresh for every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub role: Role,
}

impl Actor {
    pub fn may(&self, permission: Permission, policy: &Policy) -> bool {
        self.role.may(permission, policy)
    }

    pub fn may_see(&self, api_key: &ApiKey, policy: &Policy) -> bool {
        self.may_with(api_key, Permission::SeeOwnApiKeys, Permission::SeeAllApiKeys, policy)
    }

    /// Everything but confirming: only the owner has seen the token.
    pub fn may_manage(&self, api_key: &ApiKey, policy: &Policy) -> bool {
        self.may_with(api_key, Permission::ManageOwnApiKeys, Permission::ManageAllApiKeys, policy)
    }

    pub fn owns(&self, api_key: &ApiKey) -> bool {
        self.organization_id == api_key.organization_id && self.user_id == api_key.owner_id
    }

    fn may_with(&self, api_key: &ApiKey, own: Permission, all: Permission, policy: &Policy) -> bool {
        let is_of_us = self.organization_id == api_key.organization_id;
        (self.owns(api_key) && self.may(own, policy)) || (is_of_us && self.may(all, policy))
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::{ApiKeyId, ApiKeyName, Timestamp, Token, policy::WhoMayCreate};

    /// Who may see and manage a key: their own, a colleague's, one of another organization.
    fn rights(role: Role, policy: &Policy) -> [String; 3] {
        let mut rng = StdRng::seed_from_u64(1);
        let now = Timestamp::from_unix_micros(0);
        let actor = Actor {
            user_id: UserId::generate(now, &mut rng),
            organization_id: OrganizationId::generate(now, &mut rng),
            role,
        };
        let token = Token::generate(&mut rng);
        let id = ApiKeyId::generate(now, &mut rng);
        let own = ApiKey::pending(id, &actor, ApiKeyName::free_default("API key", &[]), &token, now);
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
            assert_eq!(rights(role, policy), [own, colleagues, "--"], "{role} {policy:?}");
        }
    }
}
