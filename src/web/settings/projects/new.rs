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
        visit::Visit,
    },
};

#[derive(Template)]
#[template(path = "settings/projects/new.html")]
struct NewPage {
    shell: Shell,
    name: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NewForm {
    name: String,
}

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    render(&visit, StatusCode::OK, String::new(), Errors::default())
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let NewForm { name } = visit.form()?;
    let typed = ProjectName::parse(&name).map_err(Fault::ProjectName);
    let created =
        visit.write_if_room(move |conn, context, actor| app::projects::create(conn, context, actor, &typed)).await;
    match created {
        Ok(project) => {
            visit.set_flash(Flash::ProjectCreated { name: project.name.as_str().to_owned() })?;
            Ok(visit.redirect(PATH))
        }
        Err(Failure::Refused(fault)) => {
            render(&visit, StatusCode::UNPROCESSABLE_ENTITY, name, Errors::new(visit.words(), &[fault]))
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

fn render(visit: &Visit, status: StatusCode, name: String, errors: Errors) -> Result<HttpResponse, Error> {
    let shell = visit.dialog(visit.say("project-new-heading"), Section::Projects, &[HOME, SETTINGS, PROJECTS]);
    answer::render(status, &NewPage { shell, name, errors })
}
