//! Changing the description of an API permission.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{HOME, PATH, PERMISSIONS, SETTINGS, parse_name};
use crate::{
    app::{self, Failure, Fault, api_permissions::NotDescribed},
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
    /// The description in force when the form was displayed.
    seen: String,
    /// Somebody else has changed it since.
    is_conflict: bool,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiPermissionDescriptionForm {
    description: String,
    seen: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let name = parse_name(&id)?;
    let asked = name.clone();
    let permission =
        request.read(move |conn, context, actor| app::api_permissions::get(conn, context, actor, &asked)).await?;
    let description = permission.description.as_str().to_owned();
    let form = ApiPermissionDescriptionForm { seen: description.clone(), description };
    render(&request, StatusCode::OK, &name, form, Errors::default())
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let name = parse_name(&id)?;
    let form: ApiPermissionDescriptionForm = request.form()?;
    let typed = ApiPermissionDescription::parse(&form.description).map_err(Fault::Description);
    let (asked, seen) = (name.clone(), form.seen.clone());
    let changed = request.write(move |conn, context, actor| {
        app::api_permissions::change_description(conn, context, actor, &asked, &typed, &seen)
    });
    match changed.await {
        Ok(is_changed) => {
            if is_changed {
                request.set_flash(Flash::ApiPermissions(ApiPermissionFlash::Described { name: name.to_string() }))?;
            }
            Ok(request.redirect(PATH))
        }
        Err(Failure::Refused(NotDescribed::Invalid(fault))) => {
            let errors = Errors::new(request.words(), &[fault]);
            render(&request, StatusCode::UNPROCESSABLE_ENTITY, &name, form, errors)
        }
        Err(Failure::Refused(NotDescribed::Conflict(present))) => {
            // A person who sends the form again has seen what they overwrite.
            let form = ApiPermissionDescriptionForm { seen: present.as_str().to_owned(), ..form };
            render(&request, StatusCode::CONFLICT, &name, form, Errors::default())
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    name: &ApiPermissionName,
    form: ApiPermissionDescriptionForm,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let title = Title::naming(|| request.say("api-permission-description-heading"), "name", name.as_str());
    let ApiPermissionDescriptionForm { description, seen } = form;
    let page = ApiPermissionDescriptionPage {
        shell: request.dialog(title, Section::ApiPermissions, &[HOME, SETTINGS, PERMISSIONS]),
        name: name.to_string(),
        description,
        seen,
        is_conflict: status == StatusCode::CONFLICT,
        errors,
    };
    answer::render(status, &page)
}
