//! The five roles, and the one table of their permissions.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Permission, PermissionSet, Policy, policy::WhoMayCreate};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Administrator,
    Support,
    Analytics,
    Member,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use owner, administrator, support, analytics or member")]
pub struct RoleError;

impl Role {
    pub const ALL: [Self; 5] = [Self::Owner, Self::Administrator, Self::Support, Self::Analytics, Self::Member];

    /// The spelling in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Support => "support",
            Self::Analytics => "analytics",
            Self::Member => "member",
        }
    }

    pub fn parse(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(RoleError)
    }

    pub fn may(self, permission: Permission, policy: &Policy) -> bool {
        self.may_where(permission, policy.who_may_create)
    }

    /// The permission table. Every API uses this one and no other.
    pub fn may_where(self, permission: Permission, who_may_create: WhoMayCreate) -> bool {
        use Permission as P;
        use Role::{Administrator, Analytics, Member, Owner, Support};
        match permission {
            P::SeeOwnApiKeys | P::SeeOwnUsage | P::SeeOwnAuditEvents => true,
            // People who may create keys must be able to end them.
            P::CreateApiKeys | P::ManageOwnApiKeys => match who_may_create {
                WhoMayCreate::Administrators => matches!(self, Owner | Administrator),
                WhoMayCreate::Everyone => matches!(self, Owner | Administrator | Support | Analytics | Member),
            },
            P::SeeAllApiKeys | P::SeeAllUsage => matches!(self, Owner | Administrator | Support | Analytics),
            P::SeeMembers | P::SeeAuditLog => matches!(self, Owner | Administrator | Support),
            P::ManageAllApiKeys
            | P::VerifyApiKeys
            | P::ManageMembers
            | P::ManageProjects
            | P::ManageApiPermissions
            | P::ExportAuditLog => matches!(self, Owner | Administrator),
            P::ManageOwners | P::ManagePolicy => matches!(self, Owner),
        }
    }

    pub fn permissions(self, policy: &Policy) -> PermissionSet {
        self.permissions_where(policy.who_may_create)
    }

    pub fn permissions_where(self, who_may_create: WhoMayCreate) -> PermissionSet {
        Permission::ALL.into_iter().filter(|permission| self.may_where(*permission, who_may_create)).collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as documented: a row per permission, a column per role, in the order of `Role::ALL`.
    #[test]
    fn the_table_says_what_the_product_promises() {
        let policy = Policy::default();
        let rows = [
            (Permission::SeeOwnApiKeys, "yes yes yes yes yes"),
            (Permission::CreateApiKeys, "yes yes no no no"),
            (Permission::ManageOwnApiKeys, "yes yes no no no"),
            (Permission::SeeAllApiKeys, "yes yes yes yes no"),
            (Permission::ManageAllApiKeys, "yes yes no no no"),
            (Permission::VerifyApiKeys, "yes yes no no no"),
            (Permission::SeeMembers, "yes yes yes no no"),
            (Permission::ManageMembers, "yes yes no no no"),
            (Permission::ManageOwners, "yes no no no no"),
            (Permission::ManagePolicy, "yes no no no no"),
            (Permission::ManageProjects, "yes yes no no no"),
            (Permission::ManageApiPermissions, "yes yes no no no"),
            (Permission::SeeAllUsage, "yes yes yes yes no"),
            (Permission::SeeOwnUsage, "yes yes yes yes yes"),
            (Permission::SeeAuditLog, "yes yes yes no no"),
            (Permission::SeeOwnAuditEvents, "yes yes yes yes yes"),
            (Permission::ExportAuditLog, "yes yes no no no"),
        ];
        assert_eq!(rows.len(), Permission::ALL.len());
        for (permission, expected) in rows {
            let row = Role::ALL.map(|role| if role.may(permission, &policy) { "yes" } else { "no" }).join(" ");
            assert_eq!(row, expected, "{permission:?}");
        }
    }

    #[test]
    fn everyone_creates_when_the_policy_says_so() {
        let policy = Policy { who_may_create: WhoMayCreate::Everyone, ..Policy::default() };
        assert!(Role::ALL.into_iter().all(|role| role.may(Permission::CreateApiKeys, &policy)));
        assert!(!Role::Member.may(Permission::SeeAllApiKeys, &policy));
    }

    #[test]
    fn a_role_is_read_back_as_it_is_written() {
        assert!(Role::ALL.into_iter().all(|role| Role::parse(role.as_str()) == Ok(role)));
        assert_eq!(Role::parse("Owner"), Err(RoleError));
    }
}
