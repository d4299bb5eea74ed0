//! Archiving a project: what it means, and doing it.

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
        visit::Visit,
    },
};

#[derive(Template)]
#[template(path = "settings/projects/archival.html")]
struct ArchivalPage {
    shell: Shell,
    id: String,
    name: String,
    live_api_keys: i64,
    /// And not exactly so many.
    are_more: bool,
}

pub async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let question = visit.read(move |conn, context, actor| app::projects::ask(conn, context, actor, &id)).await?;
    let name = question.project.name.as_str().to_owned();
    let title = visit.say("project-archival-title").with("name", &name);
    answer::ok(&ArchivalPage {
        shell: visit.dialog(title, Section::Projects, &[HOME, SETTINGS, PROJECTS]),
        id: question.project.id.to_string(),
        name,
        live_api_keys: question.live_api_keys.at_least(),
        are_more: matches!(question.live_api_keys, Count::MoreThan(_)),
    })
}

pub async fn create(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let project = visit.write(move |conn, context, actor| app::projects::archive(conn, context, actor, &id)).await?;
    visit.set_flash(Flash::ProjectArchived { name: project.name.as_str().to_owned() })?;
    Ok(visit.redirect(PATH))
}
