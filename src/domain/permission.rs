//! The permissions. [`super::Role::may`] is the table of roles and permissions.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    SeeOwnApiKeys,
    CreateApiKeys,
    /// Confirm, edit, disable, enable, rotate, revoke and delete your own keys.
    ManageOwnApiKeys,
    SeeAllApiKeys,
    ManageAllApiKeys,
    /// Verify tokens where the endpoint requires credentials.
    VerifyApiKeys,
    SeeMembers,
    ManageMembers,
    ManageOwners,
    ManagePolicy,
    ManageProjects,
    /// The permissions of the organization's own API, and who holds them.
    ManageApiPermissions,
    SeeOwnUsage,
    SeeAllUsage,
    SeeOwnAuditEvents,
    SeeAuditLog,
    ExportAuditLog,
}

impl Permission {
    pub const ALL: [Self; 17] = [
        Self::SeeOwnApiKeys,
        Self::CreateApiKeys,
        Self::ManageOwnApiKeys,
        Self::SeeAllApiKeys,
        Self::ManageAllApiKeys,
        Self::VerifyApiKeys,
        Self::SeeMembers,
        Self::ManageMembers,
        Self::ManageOwners,
        Self::ManagePolicy,
        Self::ManageProjects,
        Self::ManageApiPermissions,
        Self::SeeOwnUsage,
        Self::SeeAllUsage,
        Self::SeeOwnAuditEvents,
        Self::SeeAuditLog,
        Self::ExportAuditLog,
    ];

    /// The stable name in verification answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SeeOwnApiKeys => "api_keys.see_own",
            Self::CreateApiKeys => "api_keys.create",
            Self::ManageOwnApiKeys => "api_keys.manage_own",
            Self::SeeAllApiKeys => "api_keys.see_all",
            Self::ManageAllApiKeys => "api_keys.manage_all",
            Self::VerifyApiKeys => "api_keys.verify",
            Self::SeeMembers => "members.see",
            Self::ManageMembers => "members.manage",
            Self::ManageOwners => "owners.manage",
            Self::ManagePolicy => "policy.manage",
            Self::ManageProjects => "projects.manage",
            Self::ManageApiPermissions => "api_permissions.manage",
            Self::SeeOwnUsage => "usage.see_own",
            Self::SeeAllUsage => "usage.see_all",
            Self::SeeOwnAuditEvents => "audit_log.see_own",
            Self::SeeAuditLog => "audit_log.see",
            Self::ExportAuditLog => "audit_log.export",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == name)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet(u32);

impl PermissionSet {
    pub fn insert(&mut self, permission: Permission) {
        self.0 |= 1 << permission as u32;
    }

    pub fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    #[must_use]
    pub fn union(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    #[must_use]
    pub fn intersection(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    pub(super) fn bits(self) -> u64 {
        self.0.into()
    }

    /// Reads the result of [`Self::bits`].
    pub(super) fn from_bits(bits: u64) -> Self {
        Permission::ALL.into_iter().filter(|permission| bits & (1 << *permission as u64) != 0).collect()
    }

    /// Whether every permission is also among `others`.
    pub fn is_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// In the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> + Clone {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::default();
        permissions.into_iter().for_each(|permission| set.insert(permission));
        set
    }
}

/// Names separated by spaces.
impl fmt::Display for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Permission::as_str).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_into_it_and_nothing_else() {
        for (index, permission) in Permission::ALL.into_iter().enumerate() {
            let alone: PermissionSet = [permission].into_iter().collect();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [permission]);
            let before: PermissionSet = Permission::ALL[..index].iter().copied().collect();
            assert!(!before.contains(permission) && before.is_within(Permission::ALL.into_iter().collect()));
            assert!(!alone.is_within(before));
        }
        let all: PermissionSet = Permission::ALL.into_iter().collect();
        assert_eq!(all.iter().count(), Permission::ALL.len());
        assert_eq!(all.to_string().split(' ').count(), Permission::ALL.len());
    }
}
