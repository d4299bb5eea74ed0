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

    pub fn may_manage(&self, api_key: &ApiKey, policy: &Policy) -> bool {
        self.owns(api_key) && self.may(Permission::ManageOwnApiKeys, policy)
    }

    pub fn owns(&self, api_key: &ApiKey) -> bool {
        self.organization_id == api_key.organization_id && self.user_id == api_key.owner_id
    }
}
