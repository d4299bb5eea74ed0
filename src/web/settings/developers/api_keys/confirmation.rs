//! "I have copied the key": a token does not work before the person who created it confirms this.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, PATH, SETTINGS, parse_id};
use crate::{
    app::{
        Failure,
        api_keys::{
            confirmation::{Confirmed, NotConfirmed, confirm},
            get_own, rotation,
        },
    },
    domain::{ApiKeyId, ApiKeyTokenId},
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
    /// Whether the token takes over from another one.
    is_rotation: bool,
    token_id: String,
    /// The target of the form that discards the token.
    discard: String,
    errors: Errors,
}

/// The answer if the token is not the key's newest any longer.
#[derive(Template)]
#[template(path = "settings/developers/api_keys/rotation/replaced.html")]
struct TokenReplacedPage {
    shell: Shell,
    /// The page of the key.
    back: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiKeyConfirmationForm {
    copied: String,
    /// The new token of a rotation. Empty for the first token of the key.
    token_id: String,
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let form: ApiKeyConfirmationForm = request.form()?;
    let token_id = match form.token_id.as_str() {
        "" => None,
        text => Some(ApiKeyTokenId::parse(text).map_err(|_| Error::Malformed)?),
    };
    if form.copied != "yes" {
        return ask_again(&request, id, form.token_id).await;
    }
    let (confirmed, base_url) = (id.clone(), request.state.site.base_url.clone());
    let outcome = request
        .write(move |conn, context, actor| confirm(conn, context, actor, &confirmed, token_id.as_ref(), &base_url))
        .await;
    match outcome {
        Ok(confirmed) => {
            let key = confirmed.api_key();
            let (id, name) = (key.id.to_string(), key.name.as_str().to_owned());
            let is_disabled = key.disabled_at.is_some();
            let (told, next) = match confirmed {
                Confirmed::Rotated(rotated) => {
                    if let Some(mail) = rotated.mail {
                        request.state.mailer.send(mail, request.words().language());
                    }
                    let former_ends_at = rotated.former_ends_at.unix_micros();
                    (Flash::ApiKeyRotated { name, former_ends_at }, format!("{PATH}/{id}"))
                }
                Confirmed::Before(_) if !form.token_id.is_empty() => {
                    return Ok(request.redirect(&format!("{PATH}/{id}")));
                }
                _ if is_disabled => (Flash::ApiKeyMadeDisabled { id, name }, PATH.to_owned()),
                _ => (Flash::ApiKeyConfirmed { id, name }, PATH.to_owned()),
            };
            request.set_flash(told)?;
            Ok(request.redirect(&next))
        }
        Err(Failure::Refused(NotConfirmed::Replaced)) => {
            let title = request.say("rotation-replaced-heading");
            let shell = request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]);
            answer::render(StatusCode::CONFLICT, &TokenReplacedPage { shell, back: format!("{PATH}/{id}") })
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

async fn ask_again(request: &RequestContext, id: ApiKeyId, token_id: String) -> Result<HttpResponse, Error> {
    let is_first = token_id.is_empty();
    let key = request
        .read(move |conn, context, actor| {
            if is_first {
                get_own(conn, context, actor, &id)
            } else {
                Ok(rotation::find_managed(conn, context, actor, &id)?.0)
            }
        })
        .await?;
    let mut errors = Errors::default();
    errors.push("copied", request.say("api-key-tick-if-copied"));
    let title = request.say("api-key-confirmation-heading");
    let is_rotation = !is_first && key.confirmed_at.is_some();
    let (id, name) = (key.id.to_string(), key.name.as_str().to_owned());
    answer::render(
        StatusCode::UNPROCESSABLE_ENTITY,
        &ApiKeyConfirmationPage {
            shell: request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
            discard: format!("{PATH}/{id}/{}", if is_rotation { "rotation/cancellation" } else { "deletion" }),
            id,
            name,
            is_rotation,
            token_id,
            errors,
        },
    )
}
