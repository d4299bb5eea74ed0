//! Settings → Your account: name, theme and language in one form, and links to the other pages.

pub mod activity;
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
    app::{Fault, own_account},
    domain::{Language, PersonName, Theme},
    web::{
        answer, appearance,
        error::Error,
        flash::Flash,
        page::{Crumb, Errors, Section, Shell},
        preference_cookie,
        request_context::RequestContext,
    },
};

const CRUMBS: &[Crumb] = &[HOME, SETTINGS];
/// Breadcrumbs of the pages below this one.
const INNER_CRUMBS: &[Crumb] = &[HOME, SETTINGS, Crumb { label: "your-account", href: PATH }];
const PATH: &str = "/settings/account";
/// The option that follows the browser, for theme and language.
const BROWSER: &str = "browser";

#[derive(Template)]
#[template(path = "settings/account.html")]
struct AccountPage {
    shell: Shell,
    email: String,
    typed: ProfileForm,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProfileForm {
    name: Option<String>,
    /// The selected option: `light`, `dark`, or `browser`.
    theme: Option<String>,
    /// The selected option: a language tag, or `browser`.
    language: Option<String>,
}

/// What the form says, if it can be saved. A field that was not sent stays as it is.
struct ProfileChanges {
    name: PersonName,
    theme: Option<Theme>,
    language: Option<Language>,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    render(&request, StatusCode::OK, ProfileForm::default(), Errors::default())
}

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let mut typed: ProfileForm = request.form()?;
    typed.name.get_or_insert_default();
    save(&request, typed).await
}

/// Saves the fields that were sent, and says which of them have changed.
async fn save(request: &RequestContext, typed: ProfileForm) -> Result<HttpResponse, Error> {
    let changes = match typed.parse(request)? {
        Ok(changes) => changes,
        Err(errors) => return render(request, StatusCode::UNPROCESSABLE_ENTITY, typed, errors),
    };
    let account = request.account()?.as_ref().clone();
    let flash = Flash::AccountChanged {
        name: changes.name.as_str() != account.name,
        theme: changes.theme != account.theme,
        language: changes.language != account.language,
    };
    let mut context = request.context();
    let work = move |conn: &mut _| {
        own_account::rename(conn, &mut context, &account, &changes.name)?;
        own_account::change_theme(conn, &account, changes.theme)?;
        own_account::change_language(conn, &account, changes.language)
    };
    request.state.write(work).await?;
    // A theme needs no new page: the script has displayed it.
    let mut response = if request.wants_fragment && typed.is_theme_only() {
        let told = flash.message(request.words()).text.to_string();
        HttpResponse::Ok().content_type("text/html; charset=utf-8").body(told)
    } else {
        request.set_flash(flash)?;
        request.redirect(PATH)
    };
    // What this browser kept before sign-in would otherwise apply again.
    for (name, option) in [(appearance::THEME, &typed.theme), (appearance::LANGUAGE, &typed.language)] {
        if option.as_deref() == Some(BROWSER) {
            preference_cookie::set(&mut response, &request.state.site, name, None);
        }
    }
    Ok(response)
}

impl ProfileForm {
    fn is_theme_only(&self) -> bool {
        self.theme.is_some() && self.name.is_none() && self.language.is_none()
    }

    fn parse(&self, request: &RequestContext) -> Result<Result<ProfileChanges, Errors>, Error> {
        let account = request.account()?;
        let mut errors = Errors::default();
        let name = PersonName::parse(self.name.as_ref().unwrap_or(&account.name));
        if let Err(error) = &name {
            errors.add(request.words(), &Fault::PersonName(*error));
        }
        let theme = match self.theme.as_deref() {
            None => account.theme,
            Some(option) => Theme::parse(option),
        };
        if theme.is_none() && self.theme.as_deref().is_some_and(|option| option != BROWSER) {
            errors.push("theme", request.say("account-theme-unknown"));
        }
        let language = match self.language.as_deref() {
            None => account.language,
            Some(option) => Language::parse(option),
        };
        if language.is_none() && self.language.as_deref().is_some_and(|option| option != BROWSER) {
            errors.push("language", request.say("fault-language"));
        }
        Ok(match name {
            Ok(name) if errors.is_empty() => Ok(ProfileChanges { name, theme, language }),
            _ => Err(errors),
        })
    }
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    typed: ProfileForm,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let shell = request.page(request.say("your-account"), Section::Account, CRUMBS);
    let account = request.account()?;
    let theme = account.theme.map_or(BROWSER, Theme::as_str);
    let language = account.language.map_or(BROWSER, Language::as_str);
    let typed = ProfileForm {
        name: typed.name.or_else(|| Some(account.name.clone())),
        theme: typed.theme.or_else(|| Some(theme.to_owned())),
        language: typed.language.or_else(|| Some(language.to_owned())),
    };
    answer::render(status, &AccountPage { shell, email: account.email.clone(), typed, errors })
}
