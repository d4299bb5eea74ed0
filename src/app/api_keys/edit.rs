//! Editing a key. Its token, scope and owner cannot be edited.

use super::{
    form::{self, ApiKeyChanges},
    get_owner, lock_manageable,
    permissions::AssignablePermissions,
    selection::get_manageable,
    unused_permissions,
};
use crate::{
    app::{Context, Error, Failure, Fault, Field, projects},
    domain::{
        Actor, ApiKey, ApiKeyEvent, ApiKeyId, ApiKeyName, ExpirationDate, KeyPermissions, Project, ProjectId, Status,
        Timestamp,
        api_key::rotation_schedule,
        audit::{ApiKeyFields, Difference},
    },
    store::{self, Conn, owners::Owner},
};

/// Why a key was not edited.
#[derive(Debug)]
pub enum NotEdited {
    /// At least one fault.
    Invalid(Vec<Fault>),
    /// Somebody has changed the key since the editor last saw it. Holds the current key.
    Conflict(Box<ApiKey>),
}

/// The content of the edit form.
#[derive(Debug)]
pub struct EditableApiKey {
    pub api_key: ApiKey,
    pub owner: Owner,
    /// The projects that take keys, and the key's current one.
    pub projects: Vec<Project>,
    pub permissions: AssignablePermissions,
}

/// The key, if this actor may edit it. Records a view of another person's key. [`Error::ApiKeyEnded`] if it was
/// revoked.
pub fn find_editable(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
) -> Result<EditableApiKey, Error> {
    let api_key = unless_revoked(get_manageable(conn, context, actor, id)?)?;
    if !actor.owns(&api_key) {
        context.record(conn, actor, &api_key, &ApiKeyEvent::Viewed)?;
    }
    let owner = get_owner(conn, &api_key)?;
    let mut projects = store::projects::list(conn, &actor.person.organization_id)?;
    projects.retain(|project| project.takes_keys() || api_key.project_id.as_ref() == Some(&project.id));
    let permissions = AssignablePermissions::to_key(conn, context, actor, &api_key)?;
    Ok(EditableApiKey { api_key, owner, projects, permissions })
}

/// Returns the edited key. Unchanged fields have no effect.
pub fn edit(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
    changes: &ApiKeyChanges,
) -> Result<ApiKey, Failure<NotEdited>> {
    let (actor, present) = lock(conn, context, actor, id)?;
    let edited = check(conn, context, &actor, &present, changes)?;
    if changes.edits != present.edits {
        return match edited {
            // After a double submit, the key already has these values.
            Ok(edited) if edited == present => Ok(present),
            _ => Err(Failure::Refused(NotEdited::Conflict(Box::new(present)))),
        };
    }
    let edited = edited.map_err(|faults| Failure::Refused(NotEdited::Invalid(faults)))?;
    write(conn, context, &actor, &present, edited, ApiKeyEvent::Edited)
}

/// A key with its new name.
#[derive(Debug)]
pub struct Renamed {
    pub api_key: ApiKey,
    pub previous: ApiKeyName,
}

/// Returns the renamed key. Other changes since the caller last saw it are kept.
pub fn rename(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
    name: &Field<ApiKeyName>,
) -> Result<Renamed, Failure<NotEdited>> {
    let (actor, present) = lock(conn, context, actor, id)?;
    let name = form::check_name(conn, &present.owner_id, Some(&present.name), name, context.now)?;
    let name = name.map_err(|fault| Failure::Refused(NotEdited::Invalid(vec![fault])))?;
    let renamed = ApiKey { name, ..present.clone() };
    let api_key = write(conn, context, &actor, &present, renamed, ApiKeyEvent::Renamed)?;
    Ok(Renamed { api_key, previous: present.name })
}

pub(super) fn lock(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<(Actor, ApiKey), Error> {
    let (actor, api_key) = lock_manageable(conn, context, actor, id)?;
    Ok((actor, unless_revoked(api_key)?))
}

pub(super) fn unless_revoked(api_key: ApiKey) -> Result<ApiKey, Error> {
    if api_key.revoked_at.is_some() { Err(Error::ApiKeyEnded) } else { Ok(api_key) }
}

fn check(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    present: &ApiKey,
    changes: &ApiKeyChanges,
) -> Result<Result<ApiKey, Vec<Fault>>, Error> {
    let mut faults = Vec::new();
    let name = form::check_name(conn, &present.owner_id, Some(&present.name), &changes.name, context.now)?;
    let name = name.map_err(|fault| faults.push(fault));
    let description = changes.description.clone().map_err(|fault| faults.push(fault));
    let expires_at = changes.expires_on.clone().and_then(|date| check_expiration(context, present, date));
    let expires_at = expires_at.map_err(|fault| faults.push(fault));
    let project_id = check_project(conn, actor, present, &changes.project_id)?.map_err(|fault| faults.push(fault));
    // A key without restrictions may stay that way.
    let is_open = |kind| present.restrictions.is_empty() || changes.unrestricted == Some(kind);
    let restrictions = form::check_restrictions(present.scope, &changes.restrictions, is_open);
    let restrictions = restrictions.map_err(|wrong| faults.extend(wrong));
    let permissions = check_permissions(conn, context, actor, present, changes)?.map_err(|fault| faults.push(fault));
    let (own, policy) = (present.rotate_every_days, &context.policy);
    let rotation = form::check_rotation_interval(changes.rotate_every_days.clone(), own, policy);
    let rotation = rotation.map_err(|fault| faults.push(fault));
    let mark = check_rotation_mark(context, present, changes).map_err(|fault| faults.push(fault));
    let attributes = changes.attributes.check_changes(actor, policy, &present.attributes)?;
    let attributes = attributes.map_err(|wrong| faults.extend(wrong));
    Ok(match (name, description, expires_at, project_id, restrictions, permissions, rotation, mark, attributes) {
        (
            Ok(name),
            Ok(description),
            Ok(expires_at),
            Ok(project_id),
            Ok(restrictions),
            Ok(permissions),
            Ok(rotate_every_days),
            Ok(rotation_marked_for),
            Ok(attributes),
        ) => Ok(ApiKey {
            project_id,
            restrictions,
            permissions,
            name,
            description,
            expires_at,
            rotate_every_days,
            rotation_marked_for,
            attributes,
            ..present.clone()
        }),
        _ => Err(faults),
    })
}

/// The key may keep its date, whatever the policy allows now. An expired key always keeps it.
fn check_expiration(context: &Context, present: &ApiKey, wanted: Option<ExpirationDate>) -> Field<Option<Timestamp>> {
    if wanted == present.expires_at.map(ExpirationDate::last_day_before) {
        return Ok(present.expires_at);
    }
    if present.status(context.now) == Status::Expired {
        return Err(Fault::ApiKeyExpired);
    }
    context.policy.check_expiration(wanted, context.now).map_err(Fault::ExpirationDate)?;
    Ok(wanted.map(ExpirationDate::expires_at))
}

/// The key may keep its mark, even one of the past.
fn check_rotation_mark(context: &Context, present: &ApiKey, changes: &ApiKeyChanges) -> Field<Option<Timestamp>> {
    match changes.rotate_by.clone().transpose()? {
        Some(Some(date)) if present.rotation_mark() != Some(date) => {
            rotation_schedule::check_mark(date, context.now).map_err(Fault::RotationDate)?;
            Ok(Some(date.expires_at()))
        }
        Some(None) => Ok(None),
        Some(Some(_)) | None => Ok(present.rotation_marked_for),
    }
}

/// The key may stay in its project, even if that is archived.
fn check_project(
    conn: &mut Conn,
    actor: &Actor,
    present: &ApiKey,
    wanted: &Field<Option<ProjectId>>,
) -> Result<Field<Option<ProjectId>>, Error> {
    match wanted {
        Ok(Some(id)) if present.project_id.as_ref() != Some(id) => {
            Ok(projects::lock_open(conn, actor, id)?.map(|project| Some(project.id)).ok_or(Fault::Project))
        }
        _ => Ok(wanted.clone()),
    }
}

fn check_permissions(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    present: &ApiKey,
    changes: &ApiKeyChanges,
) -> Result<Field<KeyPermissions>, Error> {
    Ok(match &changes.permissions {
        None => Ok(present.permissions.clone()),
        Some(Err(fault)) => Err(fault.clone()),
        Some(Ok(wanted)) => AssignablePermissions::to_key(conn, context, actor, present)?.check(wanted.clone()),
    })
}

pub(super) fn write(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    present: &ApiKey,
    edited: ApiKey,
    event: fn(Difference) -> ApiKeyEvent,
) -> Result<ApiKey, Failure<NotEdited>> {
    let difference = Difference::between(&ApiKeyFields::from(present), &ApiKeyFields::from(&edited));
    if difference.is_empty() {
        return Ok(edited);
    }
    store::verification::record_change(conn, Some(&present.id), context.now)?;
    let updated = store::api_keys::update(conn, &edited, present.edits).map_err(|error| match error {
        store::Error::Duplicate => Failure::Refused(NotEdited::Invalid(vec![Fault::ApiKeyNameTaken(None)])),
        other => other.into(),
    })?;
    if !updated {
        let present = store::api_keys::find(conn, &present.id)?.ok_or(Error::NotFound)?;
        return Err(Failure::Refused(NotEdited::Conflict(Box::new(present))));
    }
    let edited = ApiKey { edits: present.edits + 1, ..edited };
    if edited.permissions != present.permissions {
        unused_permissions::mark(conn, context.now, &edited)?;
    }
    context.record(conn, actor, &edited, &event(difference))?;
    Ok(edited)
}
