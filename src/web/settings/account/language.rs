//! The language of the pages and mails for one person, in every browser.

use actix_web::{HttpResponse, http::StatusCode};
use serde::Deserialize;

use crate::{
    app,
    domain::Language,
    web::{error::Error, flash::Flash, page::Errors, visit::Visit},
};

/// The choice that leaves it to the browser.
pub const BROWSER: &str = "browser";

#[derive(Default, Deserialize)]
#[serde(default)]
struct LanguageForm {
    language: String,
}

pub async fn update(visit: Visit) -> Result<HttpResponse, Error> {
    let LanguageForm { language } = visit.form()?;
    let language = match (language.as_str(), Language::parse(&language)) {
        (BROWSER, _) => None,
        (_, Some(language)) => Some(language),
        (_, None) => {
            let mut errors = Errors::default();
            errors.push("language", visit.say("fault-language"));
            let name = visit.account()?.name.clone();
            return super::render(&visit, StatusCode::UNPROCESSABLE_ENTITY, name, errors);
        }
    };
    let account = visit.account()?.as_ref().clone();
    visit.state.write(move |conn| app::own_account::change_language(conn, &account, language)).await?;
    visit.set_flash(Flash::LanguageChanged)?;
    Ok(visit.redirect(super::PATH))
}
