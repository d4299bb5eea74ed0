//! Archiving a project, with an explanation.

use actix_web::{HttpResponse, web::Path};
use askama::Template;

use super::{HOME, PATH, PROJECTS, SETTINGS, parse_id};
use crate::{
    app,
    domain::api_key::listing::Count,
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/projects/archival.html")]
struct ArchivalPage {
    shell: Shell,
    id: String,
    live_api_keys: i64,
    /// There are more keys than this number.
    are_more: bool,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let question = request.read(move |conn, context, actor| app::projects::preview(conn, context, actor, &id)).await?;
    let name = question.project.name.as_str().to_owned();
    let title = Title::naming(|| request.say("project-archival-heading"), "name", &name);
    answer::ok(&ArchivalPage {
        shell: request.dialog(title, Section::Projects, &[HOME, SETTINGS, PROJECTS]),
        id: question.project.id.to_string(),
        live_api_keys: question.live_api_keys.at_least(),
        are_more: matches!(question.live_api_keys, Count::MoreThan(_)),
    })
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let project = request.write(move |conn, context, actor| app::projects::archive(conn, context, actor, &id)).await?;
    request.set_flash(Flash::ProjectArchived { name: project.name.as_str().to_owned() })?;
    Ok(request.redirect(PATH))
}
