//! A person's theme, in every browser.

use actix_web::{HttpResponse, http::StatusCode};
use serde::Deserialize;

use crate::{
    app,
    domain::Theme,
    web::{error::Error, flash::Flash, page::Errors, request_context::RequestContext},
};

/// The option that follows the browser.
pub const BROWSER: &str = "browser";

#[derive(Default, Deserialize)]
#[serde(default)]
struct ThemeForm {
    theme: String,
}

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let ThemeForm { theme } = request.form()?;
    let theme = match (theme.as_str(), Theme::parse(&theme)) {
        (BROWSER, _) => None,
        (_, Some(theme)) => Some(theme),
        (_, None) => {
            let mut errors = Errors::default();
            errors.push("theme", request.say("account-theme-unknown"));
            let name = request.account()?.name.clone();
            return super::render(&request, StatusCode::UNPROCESSABLE_ENTITY, name, errors);
        }
    };
    let account = request.account()?.as_ref().clone();
    request.state.write(move |conn| app::own_account::change_theme(conn, &account, theme)).await?;
    request.set_flash(Flash::ThemeChanged)?;
    Ok(request.redirect(super::PATH))
}
