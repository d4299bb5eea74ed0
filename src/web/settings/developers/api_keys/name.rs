//! Renaming a key.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{
    API_KEYS, HOME, SETTINGS,
    edit::page_error,
    in_place, parse_id,
    rows::{self, Rename},
    way_back,
};
use crate::{
    app::{self, Failure, Fault, api_keys::edit::NotEdited},
    domain::{ApiKeyId, ApiKeyName},
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/name.html")]
struct ApiKeyNamePage {
    shell: Shell,
    id: ApiKeyId,
    name: String,
    next: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiKeyNameForm {
    name: String,
    next: String,
    /// For a script: the name in the row, as a [`FIELD`] or as [`TEXT`].
    row: Option<String>,
}

const FIELD: &str = "field";
const TEXT: &str = "text";

impl ApiKeyNameForm {
    fn is_in_row(&self, request: &RequestContext) -> bool {
        request.wants_fragment && self.row.is_some()
    }
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let asked_form: ApiKeyNameForm = request.query()?;
    if asked_form.row.as_deref().is_some_and(|row| ![FIELD, TEXT].contains(&row)) {
        return Err(Error::Malformed);
    }
    if asked_form.is_in_row(&request) && asked_form.row.as_deref() == Some(TEXT) {
        let list = way_back(&request, &asked_form.next)?;
        return rows::show(&request, StatusCode::OK, id, &list, None).await;
    }
    let asked = id.clone();
    let work = move |conn: &mut _, context: &mut _, actor: &_| {
        app::api_keys::edit::find_editable(conn, context, actor, &asked)
    };
    let question = request.write(work).await.map_err(page_error)?;
    let form = ApiKeyNameForm { name: question.api_key.name.as_str().to_owned(), ..asked_form };
    render(&request, StatusCode::OK, id, form, Errors::default()).await
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let form: ApiKeyNameForm = request.form()?;
    let next = way_back(&request, &form.next)?;
    let is_in_row = form.is_in_row(&request);
    if is_in_row {
        rows::read_address(&next)?;
    }
    let (asked, name) = (id.clone(), ApiKeyName::parse(&form.name).map_err(Fault::ApiKeyName));
    let work = move |conn: &mut _, context: &mut _, actor: &_| {
        app::api_keys::edit::rename(conn, context, actor, &asked, &name)
    };
    match request.write(work).await {
        Ok(renamed) => {
            let (name, previous) = (renamed.api_key.name.as_str().to_owned(), renamed.previous.as_str().to_owned());
            let told = Flash::ApiKeyRenamed { id: id.to_string(), name, previous };
            if is_in_row {
                return in_place::replace_row(&request, id, &next, &told).await;
            }
            request.set_flash(told)?;
            Ok(request.redirect(&next))
        }
        Err(Failure::Refused(NotEdited::Invalid(faults))) => {
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, id, form, Errors::new(request.words(), &faults)).await
        }
        // Renaming expects no version. If it ever does, the typed name is kept.
        Err(Failure::Refused(NotEdited::Conflict(_))) => {
            render(&request, StatusCode::CONFLICT, id, form, Errors::default()).await
        }
        Err(Failure::Error(error)) => Err(page_error(error)),
    }
}

async fn render(
    request: &RequestContext,
    status: StatusCode,
    id: ApiKeyId,
    form: ApiKeyNameForm,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let next = way_back(request, &form.next)?;
    if form.is_in_row(request) {
        let rename = Rename { name: form.name, next: next.clone(), errors };
        return rows::show(request, status, id, &next, Some(rename)).await;
    }
    let shell = request.dialog(request.say("key-form-name-heading"), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]);
    answer::render(status, &ApiKeyNamePage { shell, id, name: form.name, next, errors })
}
