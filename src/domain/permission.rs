//! What one may do. [`super::Role::may`] says who.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    SeeOwnApiKeys,
    CreateApiKeys,
    /// Confirm, edit, switch, rotate, revoke and delete the keys that one owns.
    ManageOwnApiKeys,
    SeeAllApiKeys,
    ManageAllApiKeys,
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
    pub const ALL: [Self; 15] = [
        Self::SeeOwnApiKeys,
        Self::CreateApiKeys,
        Self::ManageOwnApiKeys,
        Self::SeeAllApiKeys,
        Self::ManageAllApiKeys,
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
}
