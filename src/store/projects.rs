//! Projects.

use diesel::prelude::*;

use super::{Conn, Error, schema::projects};
use crate::domain::{OrganizationId, Project, ProjectId, ProjectName, Timestamp};

#[derive(Queryable)]
struct ProjectRow {
    id: String,
    organization_id: String,
    name: String,
    created_at: i64,
    archived_at: Option<i64>,
}

/// [`Error::Duplicate`] if the organization has a project with that name.
pub fn insert(conn: &mut Conn, project: &Project) -> Result<(), Error> {
    diesel::insert_into(projects::table)
        .values((
            projects::id.eq(project.id.as_str()),
            projects::organization_id.eq(project.organization_id.as_str()),
            projects::name.eq(project.name.as_str()),
            projects::name_folded.eq(project.name.folded()),
            projects::created_at.eq(project.created_at.unix_micros()),
            projects::archived_at.eq(project.archived_at.map(Timestamp::unix_micros)),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, organization_id: &OrganizationId, id: &ProjectId) -> Result<Option<Project>, Error> {
    let row: Option<ProjectRow> = projects::table
        .find(id.as_str())
        .filter(projects::organization_id.eq(organization_id.as_str()))
        .select(COLUMNS)
        .get_result(conn)
        .optional()?;
    row.map(Project::try_from).transpose()
}

/// All projects of the organization by name, including archived ones.
pub fn list(conn: &mut Conn, organization_id: &OrganizationId) -> Result<Vec<Project>, Error> {
    let rows: Vec<ProjectRow> = projects::table
        .filter(projects::organization_id.eq(organization_id.as_str()))
        .order((projects::name_folded, projects::id))
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(Project::try_from).collect()
}

/// Blocks all other changes of this project, and new keys in it, until the transaction ends. Must be called after the
/// locks of people and keys, and before `verification::record_change`. Returns whether the project exists.
pub fn lock(conn: &mut Conn, organization_id: &OrganizationId, id: &ProjectId) -> Result<bool, Error> {
    let project = projects::table.find(id.as_str()).filter(projects::organization_id.eq(organization_id.as_str()));
    Ok(diesel::update(project).set(projects::created_at.eq(projects::created_at)).execute(conn)? == 1)
}

pub fn find_by_name(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    name: &ProjectName,
) -> Result<Option<Project>, Error> {
    let row: Option<ProjectRow> = projects::table
        .filter(projects::organization_id.eq(organization_id.as_str()))
        .filter(projects::name_folded.eq(name.folded()))
        .select(COLUMNS)
        .get_result(conn)
        .optional()?;
    row.map(Project::try_from).transpose()
}

/// [`Error::Duplicate`] if the organization has another project with that name.
pub fn update_name(conn: &mut Conn, id: &ProjectId, name: &ProjectName) -> Result<(), Error> {
    diesel::update(projects::table.find(id.as_str()))
        .set((projects::name.eq(name.as_str()), projects::name_folded.eq(name.folded())))
        .execute(conn)?;
    Ok(())
}

pub fn update_archived_at(conn: &mut Conn, id: &ProjectId, archived_at: Option<Timestamp>) -> Result<(), Error> {
    diesel::update(projects::table.find(id.as_str()))
        .set(projects::archived_at.eq(archived_at.map(Timestamp::unix_micros)))
        .execute(conn)?;
    Ok(())
}

type Columns = (projects::id, projects::organization_id, projects::name, projects::created_at, projects::archived_at);
const COLUMNS: Columns =
    (projects::id, projects::organization_id, projects::name, projects::created_at, projects::archived_at);

impl TryFrom<ProjectRow> for Project {
    type Error = Error;

    fn try_from(row: ProjectRow) -> Result<Self, Error> {
        Ok(Self {
            id: ProjectId::parse(&row.id).map_err(|_| Error::Corrupt("projects.id"))?,
            organization_id: OrganizationId::parse(&row.organization_id)
                .map_err(|_| Error::Corrupt("projects.organization_id"))?,
            name: ProjectName::from_stored(row.name),
            created_at: Timestamp::from_unix_micros(row.created_at),
            archived_at: row.archived_at.map(Timestamp::from_unix_micros),
        })
    }
}
