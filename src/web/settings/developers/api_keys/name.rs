//! Renaming a key.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, SETTINGS, edit::refuse, parse_id, way_back};
use crate::{
    app,
    domain::ApiKeyId,
    web::{
        error::Error,
        flash::Flash,
        page::{self, Errors, Section, Shell},
        visit::Visit,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/name.html")]
struct NamePage {
    shell: Shell,
    id: ApiKeyId,
    name: String,
    next: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NameForm {
    name: String,
    next: String,
}

pub async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (mut context, actor, asked) = (visit.context(), visit.actor()?, id.clone());
    let work = move |conn: &mut _| app::api_keys::edit::ask(conn, &mut context, &actor, &asked);
    let question = visit.state.write(work).await.map_err(refuse)?;
    let form = NameForm { name: question.api_key.name.as_str().to_owned(), next: String::new() };
    render(&visit, StatusCode::OK, id, form, Errors::default())
}

pub async fn create(visit: Visit, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let form: NameForm = visit.form()?;
    let (mut context, actor) = (visit.context(), visit.actor()?);
    let (asked, typed) = (id.clone(), form.name.clone());
    let work = move |conn: &mut _| app::api_keys::edit::rename(conn, &mut context, &actor, &asked, &typed);
    match visit.state.write(work).await {
        Ok(key) => {
            visit.set_flash(Flash::ApiKeyRenamed { name: key.name.as_str().to_owned() })?;
            Ok(visit.redirect(&way_back(&visit, &form.next)?))
        }
        Err(app::Error::Invalid(faults)) => {
            render(&visit, StatusCode::UNPROCESSABLE_ENTITY, id, form, Errors::new(visit.words(), &faults))
        }
        Err(other) => Err(refuse(other)),
    }
}

fn render(
    visit: &Visit,
    status: StatusCode,
    id: ApiKeyId,
    NameForm { name, next }: NameForm,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let shell = visit.dialog(visit.say("key-form-name-heading"), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]);
    page::render(status, &NamePage { shell, id, name, next: way_back(visit, &next)?, errors })
}
