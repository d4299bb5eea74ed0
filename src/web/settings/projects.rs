//! Projects, which group keys.

pub mod archival;
pub mod name;
pub mod new;
pub mod restoration;

use actix_web::HttpResponse;
use askama::Template;

use super::{HOME, SETTINGS};
use crate::{
    app,
    domain::{Project, ProjectId},
    web::{
        answer,
        error::Error,
        labels::{self, Moment},
        page::{Crumb, Section, Shell},
        request_context::RequestContext,
    },
};

const PATH: &str = "/settings/projects";
const PROJECTS: Crumb = Crumb { label: "projects", href: PATH };

#[derive(Template)]
#[template(path = "settings/projects/list.html")]
struct ProjectsPage {
    shell: Shell,
    rows: Vec<ProjectItem>,
}

struct ProjectItem {
    id: String,
    name: String,
    live_api_keys: String,
    created: Moment,
    /// When it was archived, if it is.
    archived: Option<Moment>,
}

pub async fn list(request: RequestContext) -> Result<HttpResponse, Error> {
    let listing = request.read(app::projects::list).await?;
    let row = |project: &Project| ProjectItem {
        id: project.id.to_string(),
        name: project.name.as_str().to_owned(),
        live_api_keys: labels::counted(
            request.words(),
            listing.live_api_keys.get(&project.id).copied().unwrap_or_default(),
        ),
        created: labels::day(request.words(), project.created_at),
        archived: project.archived_at.map(|at| labels::day(request.words(), at)),
    };
    answer::ok(&ProjectsPage {
        shell: request.page(request.say("projects"), Section::Projects, &[HOME, SETTINGS]),
        rows: listing.projects.iter().map(row).collect(),
    })
}

/// The id in a path. A malformed one belongs to no project.
fn parse_id(id: &str) -> Result<ProjectId, Error> {
    ProjectId::parse(id).map_err(|_| Error::NotFound)
}
