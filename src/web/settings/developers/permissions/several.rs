//! Creating several API permissions at once, one on each line.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{GrantedRole, HOME, PATH, PERMISSIONS, SETTINGS, parse_roles, role_choices};
use crate::{
    app::{
        Failure,
        api_permissions::{self, NewApiPermissions},
    },
    domain::{Role, api_permission::MAX_API_PERMISSIONS},
    web::{
        answer,
        error::Error,
        flash::{ApiPermissionFlash, Flash},
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/permissions/several.html")]
struct SeveralApiPermissionsPage {
    shell: Shell,
    form_token: String,
    lines: String,
    max: usize,
    roles: Vec<GrantedRole>,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SeveralApiPermissionsForm {
    lines: String,
    roles: Vec<String>,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    render(&request, StatusCode::OK, String::new(), &[], Errors::default())
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let SeveralApiPermissionsForm { lines, roles } = request.form()?;
    let roles = parse_roles(&roles)?;
    let new = NewApiPermissions::parse_lines(&lines, roles.clone());
    if !roles.is_empty() {
        request.require_proof()?;
    }
    let created = request.once_if_room(move |conn, context, actor| {
        let names = api_permissions::create(conn, context, actor, &new)?;
        Ok(Flash::ApiPermissions(ApiPermissionFlash::SeveralCreated { count: names.len() }))
    });
    match created.await {
        Ok(flash) => {
            request.set_flash(flash)?;
            Ok(request.redirect(PATH))
        }
        Err(Failure::Refused(faults)) => {
            let errors = Errors::new(request.words(), &faults);
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, lines, &roles, errors)
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    lines: String,
    roles: &[Role],
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let crumbs = [HOME, SETTINGS, PERMISSIONS];
    let page = SeveralApiPermissionsPage {
        shell: request.dialog(request.say("api-permissions-several-heading"), Section::ApiPermissions, &crumbs),
        form_token: request.form_token(),
        lines,
        max: MAX_API_PERMISSIONS,
        roles: role_choices(request.words(), roles),
        errors,
    };
    answer::render(status, &page)
}
