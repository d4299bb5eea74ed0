//! The permissions of the organization's own API: the list, and what people do with it.

pub mod description;
pub mod groups;
pub mod loss;
pub mod new;
pub mod removal;
pub mod roles;
pub mod several;

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use crate::{
    app::{
        self,
        api_permissions::{ApiPermissionListing, RoleGrants},
    },
    catalogue::Words,
    domain::{ApiPermission, ApiPermissionName, Role, api_permission::MAX_API_PERMISSIONS, text},
    web::{
        answer,
        error::Error,
        labels,
        page::{Crumb, Section, Shell},
        request_context::RequestContext,
        settings::{HOME, SETTINGS},
    },
};

pub const PATH: &str = "/settings/developers/permissions";
const PERMISSIONS: Crumb = Crumb { label: "api-permissions", href: PATH };
/// From so many on, there is a search.
const SEARCHED: usize = 10;
/// The longest search text, in characters.
const QUERY_LENGTH: usize = 100;

#[derive(Template)]
#[template(path = "settings/developers/permissions/list.html")]
struct ApiPermissionsPage {
    shell: Shell,
    total: usize,
    max: usize,
    has_search: bool,
    query: String,
    found: usize,
    groups: Vec<ListedGroup>,
}

/// Permissions about the same resource.
struct ListedGroup {
    resource: String,
    permissions: Vec<ListedApiPermission>,
}

struct ListedApiPermission {
    name: String,
    description: String,
    /// "Owner, Support"
    roles: String,
    /// How many people are granted it beside their role.
    people: usize,
}

/// A role in a form.
struct GrantedRole {
    value: &'static str,
    label: String,
    is_selected: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiPermissionsQuery {
    q: String,
}

pub async fn list(request: RequestContext) -> Result<HttpResponse, Error> {
    let ApiPermissionsQuery { q } = request.query()?;
    let query: String = q.trim().chars().take(QUERY_LENGTH).collect();
    let listing = request.read(app::api_permissions::list).await?;
    let wanted = text::fold(&query);
    let matches = |permission: &&ApiPermission| {
        permission.name.as_str().contains(&wanted) || text::fold(permission.description.as_str()).contains(&wanted)
    };
    let found: Vec<_> = listing.permissions.iter().filter(matches).collect();
    let alike = found.chunk_by(|one, other| one.name.resource() == other.name.resource());
    let group = |permissions: &[&ApiPermission]| ListedGroup {
        resource: permissions[0].name.resource().to_owned(),
        permissions: permissions
            .iter()
            .map(|permission| ListedApiPermission::new(request.words(), permission, &listing))
            .collect(),
    };
    answer::ok(&ApiPermissionsPage {
        shell: request.page(request.say("api-permissions"), Section::ApiPermissions, &[HOME, SETTINGS]),
        total: listing.permissions.len(),
        max: MAX_API_PERMISSIONS,
        has_search: listing.permissions.len() >= SEARCHED || !query.is_empty(),
        found: found.len(),
        groups: alike.map(group).collect(),
        query,
    })
}

/// The address of the list with this permission.
pub fn address_of(name: &str) -> String {
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("{PATH}?q={name}")
}

impl ListedApiPermission {
    fn new(words: Words, permission: &ApiPermission, listing: &ApiPermissionListing) -> Self {
        let holders = holders(&permission.name, &listing.role_grants);
        let has = |grants: &&crate::domain::ApiGrants| grants.grant(&permission.name);
        Self {
            name: permission.name.to_string(),
            description: permission.description.as_str().to_owned(),
            roles: names_of(words, holders),
            people: listing.member_grants.values().filter(has).count(),
        }
    }
}

/// The roles that hold a permission.
fn holders<'a>(name: &'a ApiPermissionName, grants: &'a RoleGrants) -> impl Iterator<Item = Role> + 'a {
    Role::ALL.into_iter().filter(|role| grants[*role as usize].grant(name))
}

/// "Owner, Support"
fn names_of(words: Words, roles: impl IntoIterator<Item = Role>) -> String {
    roles.into_iter().map(|role| labels::role(words, role)).collect::<Vec<_>>().join(", ")
}

fn role_choices(words: Words, selected: &[Role]) -> Vec<GrantedRole> {
    let choice = |role: Role| GrantedRole {
        value: role.as_str(),
        label: labels::role(words, role),
        is_selected: selected.contains(&role),
    };
    Role::ALL.map(choice).into()
}

/// The roles of a form, which offers no others.
fn parse_roles(values: &[String]) -> Result<Vec<Role>, Error> {
    values.iter().map(|value| Role::parse(value).map_err(|_| Error::Malformed)).collect()
}

/// The name in a path. A malformed one belongs to no permission.
fn parse_name(name: &str) -> Result<ApiPermissionName, Error> {
    match ApiPermissionName::parse(name) {
        Ok(parsed) if parsed.as_str() == name => Ok(parsed),
        _ => Err(Error::NotFound),
    }
}
