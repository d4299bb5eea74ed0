//! A person's language for pages and emails, in every browser.

use actix_web::{HttpResponse, http::StatusCode};
use serde::Deserialize;

use crate::{
    app,
    domain::Language,
    web::{error::Error, flash::Flash, page::Errors, request_context::RequestContext},
};

/// The option that follows the browser.
pub const BROWSER: &str = "browser";

#[derive(Default, Deserialize)]
#[serde(default)]
struct LanguageForm {
    language: String,
}

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let LanguageForm { language } = request.form()?;
    let language = match (language.as_str(), Language::parse(&language)) {
        (BROWSER, _) => None,
        (_, Some(language)) => Some(language),
        (_, None) => {
            let mut errors = Errors::default();
            errors.push("language", request.say("fault-language"));
            let name = request.account()?.name.clone();
            return super::render(&request, StatusCode::UNPROCESSABLE_ENTITY, name, errors);
        }
    };
    let account = request.account()?.as_ref().clone();
    request.state.write(move |conn| app::own_account::change_language(conn, &account, language)).await?;
    request.set_flash(Flash::LanguageChanged)?;
    Ok(request.redirect(super::PATH))
}
