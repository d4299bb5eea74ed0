//! Projects, which group keys.

pub mod archival;
pub mod details;
pub mod name;
pub mod new;
pub mod restoration;

use actix_web::HttpResponse;
use askama::Template;

use super::{HOME, SETTINGS};
use crate::{
    app,
    catalogue::Words,
    domain::{Project, ProjectId, api_key::listing::Count},
    web::{
        answer,
        error::Error,
        labels::{self, Moment},
        page::{Crumb, Section, Shell},
        request_context::RequestContext,
    },
};

pub const PATH: &str = "/settings/projects";
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

impl ProjectItem {
    fn new(words: Words, project: &Project, live_api_keys: Count) -> Self {
        Self {
            id: project.id.to_string(),
            name: project.name.as_str().to_owned(),
            live_api_keys: labels::counted(words, live_api_keys),
            created: labels::day(words, project.created_at),
            archived: project.archived_at.map(|at| labels::day(words, at)),
        }
    }
}

pub async fn list(request: RequestContext) -> Result<HttpResponse, Error> {
    let listing = request.read(app::projects::list).await?;
    let row = |project: &Project| {
        let live = listing.live_api_keys.get(&project.id).copied().unwrap_or_default();
        ProjectItem::new(request.words(), project, live)
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
