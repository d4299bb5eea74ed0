//! Creating a project.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{HOME, PATH, PROJECTS, SETTINGS};
use crate::{
    app::{self, Failure, Fault},
    domain::ProjectName,
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/projects/new.html")]
struct ProjectNewPage {
    shell: Shell,
    name: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProjectNewForm {
    name: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    render(&request, StatusCode::OK, String::new(), Errors::default())
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let ProjectNewForm { name } = request.form()?;
    let typed = ProjectName::parse(&name).map_err(Fault::ProjectName);
    let created =
        request.write_if_room(move |conn, context, actor| app::projects::create(conn, context, actor, &typed)).await;
    match created {
        Ok(project) => {
            request.set_flash(Flash::ProjectCreated { name: project.name.as_str().to_owned() })?;
            Ok(request.redirect(PATH))
        }
        Err(Failure::Refused(fault)) => {
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, name, Errors::new(request.words(), &[fault]))
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

fn render(request: &RequestContext, status: StatusCode, name: String, errors: Errors) -> Result<HttpResponse, Error> {
    let shell = request.dialog(request.say("project-new-heading"), Section::Projects, &[HOME, SETTINGS, PROJECTS]);
    answer::render(status, &ProjectNewPage { shell, name, errors })
}
