//! "I have copied the key": a key does not work before its owner confirms this.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, PATH, SETTINGS, parse_id};
use crate::{
    app,
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

/// The answer if the box was not ticked. It cannot display the token again.
#[derive(Template)]
#[template(path = "settings/developers/api_keys/confirmation.html")]
struct ApiKeyConfirmationPage {
    shell: Shell,
    id: String,
    name: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiKeyConfirmationForm {
    copied: String,
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    if request.form::<ApiKeyConfirmationForm>()?.copied != "yes" {
        let key = request.read(move |conn, context, actor| app::api_keys::get_own(conn, context, actor, &id)).await?;
        let mut errors = Errors::default();
        errors.push("copied", request.say("api-key-tick-if-copied"));
        let shell =
            request.dialog(request.say("api-key-confirmation-heading"), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]);
        let (id, name) = (key.id.to_string(), key.name.as_str().to_owned());
        return answer::render(StatusCode::UNPROCESSABLE_ENTITY, &ApiKeyConfirmationPage { shell, id, name, errors });
    }
    let key =
        request.write(move |conn, context, actor| app::api_keys::creation::confirm(conn, context, actor, &id)).await?;
    let (id, name) = (key.id.to_string(), key.name.as_str().to_owned());
    request.set_flash(match key.disabled_at {
        None => Flash::ApiKeyConfirmed { id, name },
        Some(_) => Flash::ApiKeyMadeDisabled { id, name },
    })?;
    Ok(request.redirect(PATH))
}
