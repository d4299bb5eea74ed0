//! Theme and language before sign-in. Cookies keep them, since there is no account yet. Once signed in, the account's
//! own settings come first.

use actix_web::{HttpResponse, dev::ServiceRequest};
use serde::Deserialize;

use super::{error::Error, preference_cookie, request_context::RequestContext, return_path::own_path};
use crate::{
    domain::{Language, Theme},
    state::Site,
};

/// The names of the cookies, without the part that depends on the site.
pub const THEME: &str = "theme";
pub const LANGUAGE: &str = "language";
/// The theme that the browser prefers.
const BROWSER: &str = "browser";

#[derive(Default, Deserialize)]
#[serde(default)]
struct AppearanceForm {
    /// Each button of the form sends one of these.
    theme: Option<String>,
    language: Option<String>,
    next: String,
}

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let form: AppearanceForm = request.form()?;
    let mut response = request.redirect(own_path(&form.next));
    let site = &request.state.site;
    match (form.theme.as_deref(), form.language.as_deref()) {
        (Some(BROWSER), None) => preference_cookie::set(&mut response, site, THEME, None),
        (Some(theme), None) => {
            let theme = Theme::parse(theme).ok_or(Error::Malformed)?;
            preference_cookie::set(&mut response, site, THEME, Some(theme.as_str()));
        }
        (None, Some(language)) => {
            let language = Language::parse(language).ok_or(Error::Malformed)?;
            preference_cookie::set(&mut response, site, LANGUAGE, Some(language.as_str()));
        }
        _ => return Err(Error::Malformed),
    }
    Ok(response)
}

pub fn theme(request: &ServiceRequest, site: &Site) -> Option<Theme> {
    preference_cookie::read(request, site, THEME).and_then(|theme| Theme::parse(&theme))
}

pub fn language(request: &ServiceRequest, site: &Site) -> Option<Language> {
    preference_cookie::read(request, site, LANGUAGE).and_then(|language| Language::parse(&language))
}
