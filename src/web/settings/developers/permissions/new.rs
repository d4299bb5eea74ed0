//! Creating an API permission, and the next one.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{GrantedRole, HOME, PATH, PERMISSIONS, SETTINGS, parse_roles, role_choices};
use crate::{
    app::{
        Failure,
        api_permissions::{self, NewApiPermissions},
    },
    domain::{ApiPermissionName, Role},
    web::{
        answer,
        error::Error,
        flash::{ApiPermissionFlash, Flash},
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

/// The form's value for "and then another one".
const ANOTHER: &str = "another";

#[derive(Template)]
#[template(path = "settings/developers/permissions/new.html")]
struct ApiPermissionNewPage {
    shell: Shell,
    form_token: String,
    name: String,
    description: String,
    roles: Vec<GrantedRole>,
    errors: Errors,
    /// Whether one has just been created, so that the list behind a dialog lacks it.
    is_next: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiPermissionForm {
    name: String,
    description: String,
    roles: Vec<String>,
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NextQuery {
    roles: Vec<String>,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let NextQuery { roles } = request.query()?;
    let roles: Vec<_> = roles.iter().filter_map(|role| Role::parse(role).ok()).collect();
    let flash = if request.wants_fragment { None } else { request.take_flash() };
    render(&request, StatusCode::OK, &ApiPermissionForm::default(), &roles, Errors::default(), flash)
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let typed: ApiPermissionForm = request.form()?;
    let roles = parse_roles(&typed.roles)?;
    let new = NewApiPermissions::one(&typed.name, &typed.description, roles.clone());
    if !roles.is_empty() {
        request.require_proof()?;
    }
    let created = request.once_if_room(move |conn, context, actor| {
        let names = api_permissions::create(conn, context, actor, &new)?;
        Ok(Flash::ApiPermissions(ApiPermissionFlash::Created {
            name: names.first().map(ApiPermissionName::to_string).unwrap_or_default(),
        }))
    });
    match created.await {
        Ok(flash) if typed.next == ANOTHER && request.wants_fragment => {
            render(&request, StatusCode::OK, &ApiPermissionForm::default(), &roles, Errors::default(), Some(flash))
        }
        Ok(flash) => {
            request.set_flash(flash)?;
            Ok(request.redirect(&if typed.next == ANOTHER { next_form(&roles) } else { PATH.to_owned() }))
        }
        Err(Failure::Refused(faults)) => {
            let errors = Errors::new(request.words(), &faults);
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, &typed, &roles, errors, None)
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

/// The address of an empty form with the same roles.
fn next_form(roles: &[Role]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(roles.iter().map(|role| ("roles", role.as_str())));
    format!("{PATH}/new?{}", query.finish())
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    typed: &ApiPermissionForm,
    roles: &[Role],
    errors: Errors,
    flash: Option<Flash>,
) -> Result<HttpResponse, Error> {
    let words = request.words();
    let crumbs = [HOME, SETTINGS, PERMISSIONS];
    let mut shell = request.dialog(request.say("api-permission-new-heading"), Section::ApiPermissions, &crumbs);
    shell.message = flash.map(|flash| flash.message(words));
    let page = ApiPermissionNewPage {
        is_next: shell.message.is_some(),
        shell,
        form_token: request.form_token(),
        name: typed.name.clone(),
        description: typed.description.clone(),
        roles: role_choices(words, roles),
        errors,
    };
    answer::render(status, &page)
}
