//! What one may do. [`super::Role::may`] says who.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    SeeOwnApiKeys,
    CreateApiKeys,
    /// Confirm, edit, switch, rotate, revoke and delete the keys that one owns.
    ManageOwnApiKeys,
    SeeAllApiKeys,
    ManageAllApiKeys,
    /// Ask whether other people's tokens are good, where that needs credentials of one's own.
    VerifyApiKeys,
    SeeMembers,
    ManageMembers,
    ManageOwners,
    ManagePolicy,
    ManageProjects,
    SeeOwnUsage,
    SeeAllUsage,
    SeeOwnAuditEvents,
    SeeAuditLog,
    ExportAuditLog,
}

impl Permission {
    pub const ALL: [Self; 16] = [
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
        Self::SeeOwnUsage,
        Self::SeeAllUsage,
        Self::SeeOwnAuditEvents,
        Self::SeeAuditLog,
        Self::ExportAuditLog,
    ];

    /// The stable name that verification answers carry.
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
