//! Archiving a project: what it means, and doing it.

use actix_web::{HttpResponse, web::Path};
use askama::Template;

use super::{HOME, PATH, PROJECTS, SETTINGS, parse_id};
use crate::{
    app,
    domain::api_key::listing::Count,
    web::{
        error::Error,
        flash::Flash,
        page::{self, Section, Shell},
        visit::Visit,
        words,
    },
};

#[derive(Template)]
#[template(path = "settings/projects/archival.html")]
struct ArchivalPage {
    shell: Shell,
    id: String,
    name: String,
    /// None when there are none.
    live_api_keys: Option<String>,
}

pub async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (context, actor) = (visit.context(), visit.actor()?);
    let question = visit.state.read(move |conn| app::projects::ask(conn, &context, &actor, &id)).await?;
    let name = question.project.name.as_str().to_owned();
    page::ok(&ArchivalPage {
        shell: visit.dialog(&format!("Archive “{name}”?"), Section::Projects, &[HOME, SETTINGS, PROJECTS]),
        id: question.project.id.to_string(),
        name,
        live_api_keys: (question.live_api_keys != Count::Exactly(0))
            .then(|| words::counted_keys(visit.words(), question.live_api_keys)),
    })
}

pub async fn create(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (mut context, actor) = (visit.context(), visit.actor()?);
    let project = visit.state.write(move |conn| app::projects::archive(conn, &mut context, &actor, &id)).await?;
    visit.set_flash(Flash::ProjectArchived { name: project.name.as_str().to_owned() })?;
    Ok(visit.redirect(PATH))
}
