//! The permissions of a key on its page: which were selected, and which it has now.

use super::fields;
use crate::{
    app::api_keys::details::Details,
    catalogue::Words,
    domain::{ApiPermission, KeyPermissions, Permission, PermissionSet},
};

/// The permissions of the key.
pub struct Rights {
    /// The selected permissions, if the key does not inherit all.
    pub chosen: Option<Chosen>,
    /// Of Latchkey.
    pub now: Vec<PermissionGroup>,
    /// How many, in words.
    pub count: String,
    /// Few permissions are listed at once, many are folded.
    pub are_folded: bool,
    /// Why it has no permissions, if it has none.
    pub nothing: &'static str,
    /// Of the organization's API. None if that has no permissions, or the key does not work.
    pub api: Option<Vec<ResourceGroup>>,
}

pub struct Chosen {
    pub text: String,
    /// How many, in words, if there are too many to be listed at once.
    pub count: Option<String>,
}

/// Permissions about the same things.
pub struct PermissionGroup {
    /// A message of the catalogue.
    pub label: &'static str,
    pub permissions: Vec<(String, &'static str)>,
}

/// Permissions of the organization's API that begin with the same part.
pub struct ResourceGroup {
    pub name: String,
    /// How many, in words.
    pub count: String,
    /// Each with its description.
    pub permissions: Vec<(String, String)>,
}

/// More than so many permissions are folded.
const UNFOLDED: usize = 4;
/// More than so many selected ones are folded.
const UNFOLDED_CHOSEN: usize = 12;

impl Rights {
    pub fn new(words: Words, details: &Details) -> Self {
        let given = &details.api_key.permissions;
        let has_api = details.works && details.has_api_permissions;
        Self {
            chosen: Chosen::new(words, given),
            count: count(words, details.permissions.len()),
            are_folded: has_api || details.permissions.len() > UNFOLDED,
            now: PermissionGroup::all(words, &details.permissions),
            nothing: match given {
                _ if !details.works => "api-key-may-nothing",
                KeyPermissions::Only(chosen) if chosen.latchkey == PermissionSet::default() => {
                    "key-form-may-nothing-chosen"
                }
                _ => "key-form-may-nothing-left",
            },
            api: has_api.then(|| ResourceGroup::all(words, &details.api_permissions)),
        }
    }
}

impl Chosen {
    fn new(words: Words, permissions: &KeyPermissions) -> Option<Self> {
        let KeyPermissions::Only(chosen) = permissions else { return None };
        let number = chosen.names().count();
        let is_long = number > UNFOLDED_CHOSEN;
        Some(Self { text: fields::permissions(words, permissions), count: is_long.then(|| count(words, number)) })
    }
}

impl PermissionGroup {
    /// In the order of [`Permission::ALL`], which has those about the same things together.
    fn all(words: Words, permissions: &[Permission]) -> Vec<Self> {
        let alike = permissions.chunk_by(|one, other| group_of(*one) == group_of(*other));
        let describe = |permission: &Permission| (fields::sentence(words, *permission), permission.as_str());
        alike.map(|some| Self { label: group_of(some[0]), permissions: some.iter().map(describe).collect() }).collect()
    }
}

impl ResourceGroup {
    fn all(words: Words, permissions: &[ApiPermission]) -> Vec<Self> {
        let alike = permissions.chunk_by(|one, other| one.name.resource() == other.name.resource());
        let describe =
            |permission: &ApiPermission| (permission.name.to_string(), permission.description.as_str().to_owned());
        alike
            .map(|some| Self {
                name: some[0].name.resource().to_owned(),
                count: count(words, some.len()),
                permissions: some.iter().map(describe).collect(),
            })
            .collect()
    }
}

fn count(words: Words, number: usize) -> String {
    words.say("api-key-permissions-count").with("count", number).into()
}

/// The name of what a permission is about: a message of the catalogue.
fn group_of(permission: Permission) -> &'static str {
    match permission {
        Permission::SeeOwnApiKeys
        | Permission::CreateApiKeys
        | Permission::ManageOwnApiKeys
        | Permission::SeeAllApiKeys
        | Permission::ManageAllApiKeys
        | Permission::VerifyApiKeys => "api-keys",
        Permission::SeeMembers | Permission::ManageMembers | Permission::ManageOwners => "members",
        Permission::ManagePolicy => "policy-heading",
        Permission::ManageProjects => "projects",
        Permission::ManageApiPermissions => "api-permissions",
        Permission::SeeOwnUsage | Permission::SeeAllUsage => "api-key-use",
        Permission::SeeOwnAuditEvents | Permission::SeeAuditLog | Permission::ExportAuditLog => "audit-log",
    }
}
