//! The rail of settings pages: a link to each page of the settings that the person may open.

use super::page::{RailLink, Section};
use crate::domain::{Actor, Permission, Policy};

/// Each page of the settings, with the permission that its route requires.
const PAGES: [(Section, &str, &str, Option<Permission>); 9] = [
    (Section::ApiKeys, "api-keys", "/settings/developers/api-keys", Some(Permission::SeeOwnApiKeys)),
    (Section::Verification, "rail-verification", "/settings/developers/verification", Some(Permission::SeeOwnApiKeys)),
    (
        Section::ApiPermissions,
        "api-permissions",
        "/settings/developers/permissions",
        Some(Permission::ManageApiPermissions),
    ),
    (Section::Members, "members", "/settings/members", Some(Permission::SeeMembers)),
    (Section::Projects, "projects", "/settings/projects", Some(Permission::ManageProjects)),
    (Section::Policy, "rail-policy", "/settings/policy", Some(Permission::ManagePolicy)),
    (Section::AuditLog, "audit-log", "/settings/audit-log", Some(Permission::SeeAuditLog)),
    (Section::Account, "rail-account", "/settings/account", None),
    (Section::Sessions, "sessions-heading", "/settings/account/sessions", None),
];

/// The rail of a page in this section, at this path. Pages outside of the settings have none.
pub fn links(section: Section, path: &str, actor: &Actor, policy: &Policy) -> Vec<RailLink> {
    if matches!(section, Section::Home | Section::None) {
        return Vec::new();
    }
    let permitted = PAGES.into_iter().filter(|(.., permission)| permission.is_none_or(|what| actor.may(what, policy)));
    let link = |(page, label, href, _)| {
        let current = if path == href { "page" } else { "true" };
        RailLink { label, href, current: (page == section).then_some(current) }
    };
    permitted.map(link).collect()
}
