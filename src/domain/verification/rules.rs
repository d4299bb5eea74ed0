//! What verification needs to know of an organization beside its keys.

use super::PermissionNames;
use crate::domain::{ApiGrants, ApiPermissionCatalogue, ApiPermissionName, ApiPermissionSet, Role};

/// Made once for all keys of an organization. A change of anything in it counts as a change of all its keys.
#[derive(Debug, Default)]
pub struct OrganizationRules {
    api_permissions: ApiPermissionCatalogue,
    /// What each role is granted of these, in the order of [`Role::ALL`].
    role_permissions: [ApiPermissionSet; Role::ALL.len()],
    /// The same as text, because most keys have all that the role of their owner has.
    role_names: [PermissionNames; Role::ALL.len()],
}

impl OrganizationRules {
    /// `role_grants` in the order of [`Role::ALL`].
    pub fn new(api_permissions: ApiPermissionCatalogue, role_grants: &[ApiGrants; Role::ALL.len()]) -> Self {
        let role_permissions = Role::ALL.map(|role| api_permissions.expand(&role_grants[role as usize]));
        let names = |set| PermissionNames::new(api_permissions.names_of(set).map(ApiPermissionName::as_str));
        Self { role_names: role_permissions.each_ref().map(names), role_permissions, api_permissions }
    }

    /// All permissions of the organization's API.
    pub fn api_permissions(&self) -> &ApiPermissionCatalogue {
        &self.api_permissions
    }

    /// The API permissions of a key: those of its owner, who may be granted more than their role, cut to what was
    /// selected for the key. None selects all of them.
    pub fn permissions_of_key(
        &self,
        owner_role: Role,
        owner_grants: &ApiGrants,
        chosen: Option<&ApiGrants>,
    ) -> ApiPermissionSet {
        let of_role = &self.role_permissions[owner_role as usize];
        let of_owner = of_role.union(&self.api_permissions.expand(owner_grants));
        match chosen {
            None => of_owner,
            Some(chosen) => of_owner.intersection(&self.api_permissions.expand(chosen)),
        }
    }

    /// The names of these permissions, if a role has exactly these.
    pub fn prepared_names(&self, permissions: &ApiPermissionSet) -> Option<&PermissionNames> {
        let role = self.role_permissions.iter().position(|of_role| of_role == permissions)?;
        self.role_names.get(role)
    }
}
