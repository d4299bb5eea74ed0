//! How the pages look for one person, in every browser.

use actix_web::{HttpResponse, http::StatusCode};
use serde::Deserialize;

use crate::{
    app,
    domain::Theme,
    web::{error::Error, flash::Flash, page::Errors, visit::Visit},
};

/// The choice that leaves it to the browser.
pub const BROWSER: &str = "browser";

#[derive(Default, Deserialize)]
#[serde(default)]
struct ThemeForm {
    theme: String,
}

pub async fn update(visit: Visit) -> Result<HttpResponse, Error> {
    let ThemeForm { theme } = visit.form()?;
    let theme = match (theme.as_str(), Theme::parse(&theme)) {
        (BROWSER, _) => None,
        (_, Some(theme)) => Some(theme),
        (_, None) => {
            let mut errors = Errors::default();
            errors.push("theme", visit.say("account-theme-unknown"));
            let name = visit.account()?.name.clone();
            return super::render(&visit, StatusCode::UNPROCESSABLE_ENTITY, name, errors);
        }
    };
    let account = visit.account()?.as_ref().clone();
    visit.state.write(move |conn| app::own_account::change_theme(conn, &account, theme)).await?;
    visit.set_flash(Flash::ThemeChanged)?;
    Ok(visit.redirect(super::PATH))
}
