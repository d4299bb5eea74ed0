//! Signing in with email address and password.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{
    error::Error,
    gate,
    page::{self, Section, Shell},
    visit::Visit,
};
use crate::{app, config::Registration, store::users::Credentials};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    email: String,
    next: String,
    error: Option<String>,
    notice: Option<String>,
    /// Anybody may.
    may_register: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SignInQuery {
    next: String,
    signed_out: Option<String>,
    registered: Option<String>,
}

#[derive(Deserialize)]
struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    let SignInQuery { next, signed_out, registered } = visit.query()?;
    // Somebody may have accepted an invitation beside another account: they are to sign in with the new one.
    if visit.account.is_some() && registered.is_none() {
        return Ok(visit.redirect(own_path(&next)));
    }
    if visit.state.read(app::accounts::is_registration_open).await? {
        return Ok(visit.redirect("/registration"));
    }
    let notice = match (registered, signed_out, next.as_str()) {
        (Some(_), ..) => Some("If there was no account for this address yet, there is one now. Sign in.".to_owned()),
        (None, Some(_), _) => Some("You are signed out.".to_owned()),
        (None, None, "" | "/") => None,
        (None, None, _) => Some("Sign in to go on.".to_owned()),
    };
    let shell = visit.page("Sign in", Section::None, &[]);
    let may_register = visit.state.registration == Registration::Open;
    page::ok(&SignInPage { shell, email: String::new(), next, error: None, notice, may_register })
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let SignInForm { email, password, next } = visit.form()?;
    let Some(credentials) = authenticate(&visit, email.clone(), password).await? else {
        tracing::warn!(event = "authn_login_fail", "sign-in refused");
        // The same for an unknown address, a wrong password and a disabled account.
        let error = Some("Email or password is not right.".to_owned());
        let may_register = visit.state.registration == Registration::Open;
        let shell = visit.page("Sign in", Section::None, &[]);
        let page = SignInPage { shell, email, next, error, notice: None, may_register };
        return page::render(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let mut context = visit.context();
    let Credentials { user_id, organization_id, .. } = credentials;
    let (who, earlier) = (user_id.clone(), visit.open_session());
    visit
        .state
        .write(move |conn| {
            app::accounts::start_session_after(conn, &mut context, &who, &organization_id, earlier.as_ref())
        })
        .await?;
    gate::sign_in(&visit, &user_id)?;
    tracing::info!(event = "authn_login_success", "signed in");
    Ok(visit.redirect(own_path(&next)))
}

/// Takes as long for an unknown address as for a known one.
async fn authenticate(visit: &Visit, email: String, password: String) -> Result<Option<Credentials>, Error> {
    let credentials = visit.state.read(move |conn| app::accounts::find_credentials(conn, &email)).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let matches = visit.state.with_hasher(move |hasher| hasher.verify(&password, hash.as_deref())).await?;
    let matches = matches.ok_or(Error::Busy)?;
    Ok(credentials.filter(|credentials| matches && credentials.disabled_at.is_none()))
}

/// Only a path of this server, never another address, whatever a link to this page says.
fn own_path(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if is_path && next.chars().all(|character| character.is_ascii_graphic()) { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_sign_in_one_stays_on_this_server() {
        assert_eq!(own_path("/settings?sort=name"), "/settings?sort=name");
        for bad in ["", "//evil.example", "/\\evil", "https:evil", "https://evil.example", "/a\tb", "/\u{0}", "/ b"] {
            assert_eq!(own_path(bad), "/", "{bad}");
        }
    }
}
