//! Renaming a project.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{HOME, PATH, PROJECTS, SETTINGS, parse_id};
use crate::{
    app::{self, Failure, Fault},
    domain::{ProjectId, ProjectName},
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/projects/name.html")]
struct ProjectNamePage {
    shell: Shell,
    id: ProjectId,
    name: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProjectNameForm {
    name: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let asked = id.clone();
    let question =
        request.read(move |conn, context, actor| app::projects::preview(conn, context, actor, &asked)).await?;
    let name = question.project.name.as_str().to_owned();
    render(&request, StatusCode::OK, id, name, Errors::default())
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let ProjectNameForm { name } = request.form()?;
    let (asked, typed) = (id.clone(), ProjectName::parse(&name).map_err(Fault::ProjectName));
    let work =
        move |conn: &mut _, context: &mut _, actor: &_| app::projects::rename(conn, context, actor, &asked, &typed);
    match request.write(work).await {
        Ok(project) => {
            request.set_flash(Flash::ProjectRenamed { name: project.name.as_str().to_owned() })?;
            Ok(request.redirect(PATH))
        }
        Err(Failure::Refused(fault)) => {
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, id, name, Errors::new(request.words(), &[fault]))
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    id: ProjectId,
    name: String,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let shell = request.dialog(request.say("project-name-heading"), Section::Projects, &[HOME, SETTINGS, PROJECTS]);
    answer::render(status, &ProjectNamePage { shell, id, name, errors })
}
