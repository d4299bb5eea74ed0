//! Changing the description of an API permission.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{HOME, PATH, PERMISSIONS, SETTINGS, parse_name};
use crate::{
    app::{self, Failure, Fault},
    domain::{ApiPermissionName, api_permission::ApiPermissionDescription},
    web::{
        answer,
        error::Error,
        flash::{ApiPermissionFlash, Flash},
        page::{Errors, Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/permissions/description.html")]
struct ApiPermissionDescriptionPage {
    shell: Shell,
    name: String,
    description: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiPermissionDescriptionForm {
    description: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let name = parse_name(&id)?;
    let asked = name.clone();
    let permission =
        request.read(move |conn, context, actor| app::api_permissions::get(conn, context, actor, &asked)).await?;
    render(&request, StatusCode::OK, &name, permission.description.as_str().to_owned(), Errors::default())
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let name = parse_name(&id)?;
    let ApiPermissionDescriptionForm { description } = request.form()?;
    let (asked, typed) = (name.clone(), ApiPermissionDescription::parse(&description).map_err(Fault::Description));
    let changed = request.write(move |conn, context, actor| {
        app::api_permissions::change_description(conn, context, actor, &asked, &typed)
    });
    match changed.await {
        Ok(is_changed) => {
            if is_changed {
                request.set_flash(Flash::ApiPermissions(ApiPermissionFlash::Described { name: name.to_string() }))?;
            }
            Ok(request.redirect(PATH))
        }
        Err(Failure::Refused(fault)) => {
            let errors = Errors::new(request.words(), &[fault]);
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, &name, description, errors)
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    name: &ApiPermissionName,
    description: String,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let title = Title::naming(|| request.say("api-permission-description-heading"), "name", name.as_str());
    let shell = request.dialog(title, Section::ApiPermissions, &[HOME, SETTINGS, PERMISSIONS]);
    answer::render(status, &ApiPermissionDescriptionPage { shell, name: name.to_string(), description, errors })
}
