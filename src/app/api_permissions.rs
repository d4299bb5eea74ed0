//! The permissions of the organization's own API: creating, describing and removing them, and who is granted which.
//!
//! All of it happens under the lock of the members, so that two administrators never decide at the same time.

pub mod grants;
mod impact;
pub mod removal;

pub use impact::{GrantImpact, USED_WITHIN};

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Error, Failure, Fault, Field, actors};
use crate::{
    domain::{
        Actor, ApiGrant, ApiGrants, ApiPermission, ApiPermissionEvent, ApiPermissionName, OrganizationEvent,
        OrganizationId, Permission, Role, UserId,
        api_permission::{ApiPermissionDescription, MAX_API_PERMISSIONS},
        audit::{ApiPermissionSubject, Difference},
    },
    store::{self, Conn},
};

/// The most faulty lines that one answer names.
const MOST_FAULTS: usize = 10;

/// What each role is granted, in the order of [`Role::ALL`].
pub type RoleGrants = [ApiGrants; Role::ALL.len()];

#[derive(Debug)]
pub struct ApiPermissionListing {
    /// By name.
    pub permissions: Vec<ApiPermission>,
    pub role_grants: RoleGrants,
    /// What people are granted beside their roles.
    pub member_grants: BTreeMap<UserId, ApiGrants>,
}

/// A permission to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApiPermission {
    pub name: Field<ApiPermissionName>,
    pub description: Field<ApiPermissionDescription>,
}

/// Permissions to create, and the roles that get them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApiPermissions {
    pub permissions: Vec<NewApiPermission>,
    pub roles: Vec<Role>,
    /// From the lines of a list, with the number and the name of each. Faults then name the line.
    pub lines: Option<Vec<(usize, String)>>,
}

impl NewApiPermission {
    pub fn parse(name: &str, description: &str) -> Self {
        Self {
            name: ApiPermissionName::parse(name).map_err(Fault::ApiPermissionName),
            description: ApiPermissionDescription::parse(description).map_err(Fault::Description),
        }
    }
}

impl NewApiPermissions {
    pub fn one(name: &str, description: &str, roles: Vec<Role>) -> Self {
        Self { permissions: vec![NewApiPermission::parse(name, description)], roles, lines: None }
    }

    /// A permission on each line: its name, white space, and its description. Empty lines do not count.
    pub fn parse_lines(text: &str, roles: Vec<Role>) -> Self {
        let lines = text.lines().zip(1..).map(|(line, number)| (line.trim(), number));
        let (mut permissions, mut numbers) = (Vec::new(), Vec::new());
        for (line, number) in lines.filter(|(line, _)| !line.is_empty()) {
            let (name, description) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            permissions.push(NewApiPermission::parse(name, description));
            numbers.push((number, name.chars().take(80).collect()));
        }
        Self { permissions, roles, lines: Some(numbers) }
    }

    /// The fault, as that of a line if there are lines.
    fn place(&self, index: usize, fault: Fault) -> Fault {
        match self.lines.as_ref().and_then(|lines| lines.get(index)) {
            Some((line, entry)) => {
                Fault::ApiPermissionLine { line: *line, entry: entry.clone(), fault: Box::new(fault) }
            }
            None => fault,
        }
    }
}

pub fn list(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<ApiPermissionListing, Error> {
    authorize(context, actor)?;
    let of = &actor.person.organization_id;
    Ok(ApiPermissionListing {
        permissions: store::api_permissions::list(conn, of)?,
        role_grants: store::api_permissions::role_grants(conn, of)?,
        member_grants: store::api_permissions::list_member_grants(conn, of)?,
    })
}

/// The permissions that services of the organization can ask for. Every member may read them, but not who has them.
pub fn list_names(conn: &mut Conn, organization_id: &OrganizationId) -> Result<Vec<ApiPermission>, Error> {
    Ok(store::api_permissions::list(conn, organization_id)?)
}

pub fn get(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    name: &ApiPermissionName,
) -> Result<ApiPermission, Error> {
    authorize(context, actor)?;
    store::api_permissions::find(conn, &actor.person.organization_id, name)?.ok_or(Error::NotFound)
}

/// Creates all of them or none. Returns their names.
pub fn create(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    new: &NewApiPermissions,
) -> Result<Vec<ApiPermissionName>, Failure<Vec<Fault>>> {
    let actor = &lock(conn, context, actor)?;
    let of = &actor.person.organization_id;
    let permissions = check(new, &store::api_permissions::list(conn, of)?, context).map_err(Failure::Refused)?;
    store::verification::record_change(conn, None, context.now)?;
    for permission in &permissions {
        store::api_permissions::insert(conn, of, permission)?;
        let subject = ApiPermissionSubject { organization_id: of.clone(), name: permission.name.clone() };
        let event = ApiPermissionEvent::Created { description: permission.description.as_str().to_owned() };
        context.record(conn, actor, &subject, &event)?;
    }
    let names: Vec<_> = permissions.into_iter().map(|permission| permission.name).collect();
    grant_to_roles(conn, context, actor, &new.roles, &names)?;
    Ok(names)
}

/// Why a description was not changed.
#[derive(Debug)]
pub enum NotDescribed {
    Invalid(Fault),
    /// Somebody has changed it since the form was displayed. Holds the current one.
    Conflict(ApiPermissionDescription),
}

/// `seen` is the description when the form was displayed. Returns whether it differs from the description before.
pub fn change_description(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    name: &ApiPermissionName,
    description: &Field<ApiPermissionDescription>,
    seen: &str,
) -> Result<bool, Failure<NotDescribed>> {
    let actor = &lock(conn, context, actor)?;
    let of = &actor.person.organization_id;
    let before = store::api_permissions::find(conn, of, name)?.ok_or(Error::NotFound)?.description;
    let invalid = |fault| Failure::Refused(NotDescribed::Invalid(fault));
    let description = description.clone().map_err(invalid)?;
    if before == description {
        return Ok(false);
    }
    if before.as_str() != seen {
        return Err(Failure::Refused(NotDescribed::Conflict(before)));
    }
    store::api_permissions::update_description(conn, of, name, &description)?;
    let subject = ApiPermissionSubject { organization_id: of.clone(), name: name.clone() };
    let difference = Difference::of("description", before.as_str(), description.as_str());
    context.record(conn, actor, &subject, &ApiPermissionEvent::Changed(difference))?;
    Ok(true)
}

fn authorize(context: &Context, actor: &Actor) -> Result<(), Error> {
    if actor.may(Permission::ManageApiPermissions, &context.policy) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Locks the members, and returns the actor with their current role.
fn lock(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Actor, Error> {
    authorize(context, actor)?;
    store::users::lock_members(conn, &actor.person.organization_id)?;
    let actor = actors::current(conn, context, actor)?;
    authorize(context, &actor)?;
    Ok(actor)
}

/// The permissions, if all of them are valid and new, and there are few enough.
fn check(
    new: &NewApiPermissions,
    present: &[ApiPermission],
    context: &Context,
) -> Result<Vec<ApiPermission>, Vec<Fault>> {
    let mut taken: BTreeSet<_> = present.iter().map(|permission| permission.name.clone()).collect();
    let (mut good, mut faults) = (Vec::new(), Vec::new());
    for (index, NewApiPermission { name, description }) in new.permissions.iter().enumerate() {
        let is_taken = name.as_ref().is_ok_and(|name| !taken.insert(name.clone()));
        let fault = is_taken.then_some(Fault::ApiPermissionNameTaken);
        let of_line = fault.iter().chain(name.as_ref().err()).chain(description.as_ref().err());
        faults.extend(of_line.map(|fault| new.place(index, fault.clone())));
        if let (Ok(name), Ok(description)) = (name.clone(), description.clone()) {
            good.push(ApiPermission { name, description, created_at: context.now });
        }
    }
    if new.permissions.is_empty() {
        faults.push(Fault::NoApiPermissionLine);
    }
    let left = MAX_API_PERMISSIONS.saturating_sub(present.len());
    if new.permissions.len() > left {
        faults.insert(0, new.place(left, Fault::TooManyApiPermissions { left }));
    }
    faults.truncate(MOST_FAULTS);
    if faults.is_empty() { Ok(good) } else { Err(faults) }
}

/// Grants the names to roles that do not hold them anyway.
fn grant_to_roles(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    roles: &[Role],
    names: &[ApiPermissionName],
) -> Result<(), Error> {
    let present = store::api_permissions::role_grants(conn, &actor.person.organization_id)?;
    for role in Role::ALL.into_iter().filter(|role| roles.contains(role)) {
        let before = &present[role as usize];
        let missing = names.iter().filter(|name| !before.grant(name)).cloned().map(ApiGrant::from);
        let after = before.union(&missing.collect());
        replace_of_role(conn, context, actor, role, before, &after)?;
    }
    Ok(())
}

/// Does nothing if they are equal. The change must have been recorded for verification.
fn replace_of_role(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    role: Role,
    before: &ApiGrants,
    after: &ApiGrants,
) -> Result<(), Error> {
    if before == after {
        return Ok(());
    }
    let of: &OrganizationId = &actor.person.organization_id;
    store::api_permissions::replace_role_grants(conn, of, role, after)?;
    let event = OrganizationEvent::RoleApiGrantsChanged { role, difference: difference(before, after) };
    let subject = super::subjects::find_organization(conn, of)?;
    context.record(conn, actor, &subject, &event)
}

fn difference(before: &ApiGrants, after: &ApiGrants) -> Difference {
    let names = |grants: &ApiGrants| grants.iter().map(|grant| grant.as_str().to_owned()).collect::<Vec<_>>();
    Difference::of("api_grants", names(before), names(after))
}
