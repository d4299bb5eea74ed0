//! A project, and what was done to it.

use actix_web::{HttpResponse, web::Path};
use askama::Template;

use super::{HOME, PROJECTS, ProjectItem, SETTINGS, parse_id};
use crate::{
    app,
    domain::audit::SubjectId,
    web::{
        answer,
        error::Error,
        events::History,
        page::{Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/projects/details.html")]
struct ProjectPage {
    shell: Shell,
    project: ProjectItem,
    history: Option<History>,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let asked = id.clone();
    let details =
        request.read(move |conn, context, actor| app::projects::find_details(conn, context, actor, &asked)).await?;
    let project = &details.preview.project;
    answer::ok(&ProjectPage {
        shell: request.page(Title::verbatim(project.name.as_str()), Section::Projects, &[HOME, SETTINGS, PROJECTS]),
        project: ProjectItem::new(request.words(), project, details.preview.live_api_keys),
        history: match &details.events {
            Some(events) => Some(History::new(&request, events, SubjectId::from(&id))?),
            None => None,
        },
    })
}
