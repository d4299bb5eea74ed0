//! Settings → Your account: name, theme, language, and links to the other pages.

pub mod email;
pub mod language;
pub mod password;
pub mod sessions;
pub mod theme;

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{HOME, SETTINGS};
use crate::{
    app::{self, Fault},
    domain::{Language, PersonName, Theme},
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Crumb, Errors, Section, Shell},
        request_context::RequestContext,
    },
};

const CRUMBS: &[Crumb] = &[HOME, SETTINGS];
/// Breadcrumbs of the pages below this one.
const INNER_CRUMBS: &[Crumb] = &[HOME, SETTINGS, Crumb { label: "your-account", href: PATH }];
const PATH: &str = "/settings/account";

#[derive(Template)]
#[template(path = "settings/account.html")]
struct AccountPage {
    shell: Shell,
    name: String,
    email: String,
    /// The selected option: `light`, `dark`, or `browser`.
    theme: &'static str,
    /// The selected option: a language tag, or `browser`.
    language: &'static str,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProfileForm {
    name: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let name = request.account()?.name.clone();
    render(&request, StatusCode::OK, name, Errors::default())
}

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let ProfileForm { name } = request.form()?;
    let parsed = match PersonName::parse(&name) {
        Ok(parsed) => parsed,
        Err(error) => {
            let errors = Errors::new(request.words(), &[Fault::PersonName(error)]);
            return render(&request, StatusCode::UNPROCESSABLE_ENTITY, name, errors);
        }
    };
    let (mut context, account) = (request.context(), request.account()?.as_ref().clone());
    request.state.write(move |conn| app::own_account::rename(conn, &mut context, &account, &parsed)).await?;
    request.set_flash(Flash::Renamed)?;
    Ok(request.redirect(PATH))
}

fn render(request: &RequestContext, status: StatusCode, name: String, errors: Errors) -> Result<HttpResponse, Error> {
    let shell = request.page(request.say("your-account"), Section::Account, CRUMBS);
    let account = request.account()?;
    let theme = account.theme.map_or(theme::BROWSER, Theme::as_str);
    let language = account.language.map_or(language::BROWSER, Language::as_str);
    answer::render(status, &AccountPage { shell, name, email: account.email.clone(), theme, language, errors })
}
