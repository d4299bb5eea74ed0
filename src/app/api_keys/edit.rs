//! Changing what can be changed of a key: not its token, not its scope, not whose it is.

use super::{form, selection::get_manageable};
use crate::{
    app::{Context, Error, Fault, actors, projects},
    domain::{
        Actor, ApiKey, ApiKeyEvent, ApiKeyId, Description, ExpirationDate, KeyPermissions, PermissionSet, Project,
        ProjectId, Status, Timestamp,
        api_key::restrictions::{Kind, Texts},
        audit::{ApiKeyFields, Difference},
    },
    store::{self, Conn, owners::Owner},
};

/// What was typed into the form that edits a key.
#[derive(Clone, Copy, Debug, Default)]
pub struct EditForm<'a> {
    pub name: &'a str,
    pub description: &'a str,
    /// `YYYY-MM-DD`; empty for a key that never expires and stays so.
    pub expires_on: &'a str,
    /// An id; empty for none.
    pub project: &'a str,
    pub trusted_domains: &'a str,
    pub app_identifiers: &'a str,
    pub allowed_networks: &'a str,
    /// The name of the list that is emptied on purpose.
    pub unrestricted: &'a str,
    /// As [`KeyPermissions::parse`] reads them. Nothing at all, as of a form that does not ask, leaves them as they are.
    pub permissions: &'a [String],
    /// [`ApiKey::edits`] when the form was shown.
    pub edits: i64,
}

/// What the form is filled with.
#[derive(Debug)]
pub struct Question {
    pub api_key: ApiKey,
    pub owner: Owner,
    /// Those that the key may be put into, and the one that it is in.
    pub projects: Vec<Project>,
    /// What the actor may give it.
    pub permissions: PermissionSet,
}

/// The key, if this actor may edit it. A look at that of somebody else is written down. [`Error::ApiKeyEnded`] when it was revoked.
pub fn ask(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &ApiKeyId) -> Result<Question, Error> {
    let api_key = unless_revoked(get_manageable(conn, context, actor, id)?)?;
    if !actor.owns(&api_key) {
        context.record(conn, actor, &api_key, &ApiKeyEvent::Viewed)?;
    }
    let owner = get_owner(conn, &api_key)?;
    let mut projects = store::projects::list(conn, &actor.person.organization_id)?;
    projects.retain(|project| project.takes_keys() || api_key.project_id.as_ref() == Some(&project.id));
    let permissions = given(context, actor, &api_key, owner.role.permissions(&context.policy));
    Ok(Question { api_key, owner, projects, permissions })
}

/// Gives the key as it is now. What is as it was before changes nothing. [`Error::EditConflict`] when somebody has
/// changed it since the form was shown.
pub fn edit(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
    form: &EditForm<'_>,
) -> Result<ApiKey, Error> {
    let (actor, present) = lock(conn, context, actor, id)?;
    let edited = parse(conn, context, &actor, &present, form);
    if form.edits != present.edits {
        return match edited {
            // After a double submit everything is as it was typed already.
            Ok(edited) if edited == present => Ok(present),
            Ok(_) | Err(Error::Invalid(_)) => Err(Error::EditConflict(Box::new(present))),
            Err(other) => Err(other),
        };
    }
    let edited = edited?;
    write(conn, context, &actor, &present, edited, ApiKeyEvent::Edited)
}

/// Gives the key as it is now. Whatever else was changed meanwhile stays.
pub fn rename(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
    name: &str,
) -> Result<ApiKey, Error> {
    let (actor, present) = lock(conn, context, actor, id)?;
    let name = form::name(conn, &present.owner_id, Some(&present.name), name, context.now)?;
    let name = name.map_err(|fault| Error::Invalid(vec![fault]))?;
    let renamed = ApiKey { name, ..present.clone() };
    write(conn, context, &actor, &present, renamed, ApiKeyEvent::Renamed)
}

/// The key under the lock of its owner's keys, and the actor as they are by then.
fn lock(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<(Actor, ApiKey), Error> {
    let owner_id = get_manageable(conn, context, actor, id)?.owner_id;
    store::users::lock_api_keys(conn, &owner_id)?;
    let actor = actors::current(conn, context, actor)?;
    let api_key = get_manageable(conn, context, &actor, id)?;
    // It was handed over, to somebody whose keys are not locked.
    if api_key.owner_id != owner_id {
        return Err(Error::NotFound);
    }
    Ok((actor, unless_revoked(api_key)?))
}

fn unless_revoked(api_key: ApiKey) -> Result<ApiKey, Error> {
    if api_key.revoked_at.is_some() { Err(Error::ApiKeyEnded) } else { Ok(api_key) }
}

fn parse(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    present: &ApiKey,
    form: &EditForm<'_>,
) -> Result<ApiKey, Error> {
    let mut faults = Vec::new();
    let name = form::name(conn, &present.owner_id, Some(&present.name), form.name, context.now)?;
    let name = name.map_err(|fault| faults.push(fault));
    let description = Description::parse(form.description).map_err(|error| faults.push(Fault::Description(error)));
    let expires_at = parse_expiration(context, present, form.expires_on).map_err(|fault| faults.push(fault));
    let project_id = parse_project(conn, actor, present, form.project)?.map_err(|fault| faults.push(fault));
    let texts = Texts {
        trusted_domains: form.trusted_domains,
        app_identifiers: form.app_identifiers,
        allowed_networks: form.allowed_networks,
    };
    // What nothing restricted before may stay so.
    let is_open = |kind: Kind| present.restrictions.is_empty() || form.unrestricted == kind.as_str();
    let restrictions = form::restrictions(present.scope, texts, is_open).map_err(|wrong| faults.extend(wrong));
    let of_owner = get_owner(conn, present)?.role.permissions(&context.policy);
    let given = given(context, actor, present, of_owner);
    let permissions = if form.permissions.is_empty() {
        Ok(present.permissions)
    } else {
        form::permissions(form.permissions, of_owner, given).map_err(|fault| faults.push(fault))
    };
    match (name, description, expires_at, project_id, restrictions, permissions) {
        (Ok(name), Ok(description), Ok(expires_at), Ok(project_id), Ok(restrictions), Ok(permissions)) => {
            Ok(ApiKey { project_id, restrictions, permissions, name, description, expires_at, ..present.clone() })
        }
        _ => Err(Error::Invalid(faults)),
    }
}

/// The date that the key has may stay, whatever the policy says by now. A key that has expired keeps it: it has ended.
fn parse_expiration(context: &Context, present: &ApiKey, typed: &str) -> Result<Option<Timestamp>, Fault> {
    let shown = present.expires_at.map(|end| ExpirationDate::of(end).iso()).unwrap_or_default();
    if typed.trim() == shown {
        return Ok(present.expires_at);
    }
    if present.status(context.now) == Status::Expired {
        return Err(Fault::ApiKeyExpired);
    }
    let expiration = context.policy.parse_expiration(typed, context.now).map_err(Fault::ExpirationDate)?;
    Ok(expiration.map(ExpirationDate::expires_at))
}

/// The project that the key is in may stay, also when it was archived since.
fn parse_project(
    conn: &mut Conn,
    actor: &Actor,
    present: &ApiKey,
    typed: &str,
) -> Result<Result<Option<ProjectId>, Fault>, Error> {
    if typed == present.project_id.as_ref().map(ProjectId::as_str).unwrap_or_default() {
        return Ok(Ok(present.project_id.clone()));
    }
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    Ok(projects::lock_open(conn, actor, typed)?.map(|project| Some(project.id)).ok_or(Fault::Project))
}

/// Nobody gives a key what they do not have; what it has already may stay.
fn given(context: &Context, actor: &Actor, present: &ApiKey, of_owner: PermissionSet) -> PermissionSet {
    actor.permissions(&context.policy).union(match present.permissions {
        KeyPermissions::Inherited => of_owner,
        KeyPermissions::Only(chosen) => chosen,
    })
}

fn get_owner(conn: &mut Conn, api_key: &ApiKey) -> Result<Owner, Error> {
    let owner = store::owners::list_by_id(conn, &api_key.organization_id, &[&api_key.owner_id])?.pop();
    owner.ok_or(Error::Store(store::Error::Corrupt("api_keys.owner_id")))
}

fn write(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    present: &ApiKey,
    edited: ApiKey,
    event: fn(Difference) -> ApiKeyEvent,
) -> Result<ApiKey, Error> {
    let difference = Difference::between(&ApiKeyFields::from(present), &ApiKeyFields::from(&edited));
    if difference.is_empty() {
        return Ok(edited);
    }
    store::verification::note_change(conn, Some(&present.id), context.now)?;
    let updated = store::api_keys::update(conn, &edited, present.edits).map_err(|error| match error {
        store::Error::Duplicate => Error::Invalid(vec![Fault::ApiKeyNameTaken(None)]),
        other => other.into(),
    })?;
    if !updated {
        let present = store::api_keys::find(conn, &present.id)?.ok_or(Error::NotFound)?;
        return Err(Error::EditConflict(Box::new(present)));
    }
    let edited = ApiKey { edits: present.edits + 1, ..edited };
    context.record(conn, actor, &edited, &event(difference))?;
    Ok(edited)
}
