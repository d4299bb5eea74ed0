//! Projects: creating, renaming, archiving and restoring them.

use std::collections::BTreeMap;

use super::{
    Context, Error, Failure, Fault, Field, actors,
    audit_log::{self, AuditPage},
};
use crate::{
    domain::{Actor, Permission, Project, ProjectEvent, ProjectId, ProjectName, api_key::listing::Count},
    store::{self, Conn},
};

#[derive(Debug)]
pub struct ProjectListing {
    /// By name, including archived ones.
    pub projects: Vec<Project>,
    /// The number of live keys in each. Projects without any are missing.
    pub live_api_keys: BTreeMap<ProjectId, Count>,
}

/// A project, and what archiving it affects.
#[derive(Debug)]
pub struct ProjectPreview {
    pub project: Project,
    pub live_api_keys: Count,
}

/// A project on its own page.
#[derive(Debug)]
pub struct ProjectDetails {
    pub preview: ProjectPreview,
    /// The latest events about the project. None if the actor may not see them.
    pub events: Option<AuditPage>,
}

pub fn list(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<ProjectListing, Error> {
    authorize(context, actor)?;
    let projects = store::projects::list(conn, &actor.person.organization_id)?;
    let ids: Vec<_> = projects.iter().map(|project| &project.id).collect();
    Ok(ProjectListing { live_api_keys: store::api_keys::count_live_of_projects(conn, &ids, context.now)?, projects })
}

/// Projects that take new keys, by name.
pub fn list_open(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Vec<Project>, Error> {
    if !actor.may(Permission::CreateApiKeys, &context.policy) {
        return Err(Error::Forbidden);
    }
    let mut projects = store::projects::list(conn, &actor.person.organization_id)?;
    projects.retain(Project::takes_keys);
    Ok(projects)
}

/// The project for a new key, locked until the transaction ends. None if it takes no keys, or belongs to another
/// organization.
pub(super) fn lock_open(conn: &mut Conn, actor: &Actor, id: &ProjectId) -> Result<Option<Project>, Error> {
    if !store::projects::lock(conn, &actor.person.organization_id, id)? {
        return Ok(None);
    }
    Ok(store::projects::find(conn, &actor.person.organization_id, id)?.filter(Project::takes_keys))
}

pub fn preview(conn: &mut Conn, context: &Context, actor: &Actor, id: &ProjectId) -> Result<ProjectPreview, Error> {
    authorize(context, actor)?;
    let project = store::projects::find(conn, &actor.person.organization_id, id)?.ok_or(Error::NotFound)?;
    let live = store::api_keys::count_live_of_projects(conn, &[id], context.now)?;
    Ok(ProjectPreview { live_api_keys: live.get(id).copied().unwrap_or_default(), project })
}

pub fn find_details(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    id: &ProjectId,
) -> Result<ProjectDetails, Error> {
    let preview = preview(conn, context, actor, id)?;
    Ok(ProjectDetails { events: audit_log::find_latest(conn, context, actor, &id.into())?, preview })
}

pub fn create(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    name: &Field<ProjectName>,
) -> Result<Project, Failure<Fault>> {
    let actor = &actors::current(conn, context, actor)?;
    authorize(context, actor)?;
    let project = Project {
        id: ProjectId::generate(context.now, &mut context.rng),
        organization_id: actor.person.organization_id.clone(),
        name: check_name(conn, actor, None, name)?,
        created_at: context.now,
        archived_at: None,
    };
    store::projects::insert(conn, &project).map_err(taken)?;
    context.record(conn, actor, &project, &ProjectEvent::Created)?;
    Ok(project)
}

/// Returns the renamed project. The same name changes nothing.
pub fn rename(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ProjectId,
    name: &Field<ProjectName>,
) -> Result<Project, Failure<Fault>> {
    let actor = &actors::current(conn, context, actor)?;
    authorize(context, actor)?;
    let project = lock(conn, actor, id)?;
    let name = check_name(conn, actor, Some(id), name)?;
    if name == project.name {
        return Ok(project);
    }
    // Verification answers contain the name.
    store::verification::record_change(conn, None, context.now)?;
    store::projects::update_name(conn, id, &name).map_err(taken)?;
    let renamed = Project { name, ..project.clone() };
    let event =
        ProjectEvent::Renamed { before: project.name.as_str().to_owned(), after: renamed.name.as_str().to_owned() };
    context.record(conn, actor, &renamed, &event)?;
    Ok(renamed)
}

/// It takes no new keys from now on. Archiving twice changes nothing.
pub fn archive(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &ProjectId) -> Result<Project, Error> {
    let actor = &actors::current(conn, context, actor)?;
    authorize(context, actor)?;
    let project = lock(conn, actor, id)?;
    if project.takes_keys() {
        store::projects::update_archived_at(conn, id, Some(context.now))?;
        context.record(conn, actor, &project, &ProjectEvent::Archived)?;
    }
    Ok(project)
}

/// It takes keys again. Restoring twice changes nothing.
pub fn restore(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &ProjectId) -> Result<Project, Error> {
    let actor = &actors::current(conn, context, actor)?;
    authorize(context, actor)?;
    let project = lock(conn, actor, id)?;
    if !project.takes_keys() {
        store::projects::update_archived_at(conn, id, None)?;
        context.record(conn, actor, &project, &ProjectEvent::Restored)?;
    }
    Ok(project)
}

fn authorize(context: &Context, actor: &Actor) -> Result<(), Error> {
    if actor.may(Permission::ManageProjects, &context.policy) { Ok(()) } else { Err(Error::Forbidden) }
}

fn lock(conn: &mut Conn, actor: &Actor, id: &ProjectId) -> Result<Project, Error> {
    if !store::projects::lock(conn, &actor.person.organization_id, id)? {
        return Err(Error::NotFound);
    }
    store::projects::find(conn, &actor.person.organization_id, id)?.ok_or(Error::NotFound)
}

/// Requires that no other project of the organization has the name.
fn check_name(
    conn: &mut Conn,
    actor: &Actor,
    own: Option<&ProjectId>,
    name: &Field<ProjectName>,
) -> Result<ProjectName, Failure<Fault>> {
    let name = name.clone().map_err(Failure::Refused)?;
    match store::projects::find_by_name(conn, &actor.person.organization_id, &name)? {
        Some(other) if Some(&other.id) != own => Err(Failure::Refused(Fault::ProjectNameTaken)),
        _ => Ok(name),
    }
}

/// Another request was faster.
fn taken(error: store::Error) -> Failure<Fault> {
    match error {
        store::Error::Duplicate => Failure::Refused(Fault::ProjectNameTaken),
        other => other.into(),
    }
}
