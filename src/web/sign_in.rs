//! Signing in with email address and password.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{
    error::Error,
    gate,
    next::own_path,
    page::{self, Section, Shell},
    visit::Visit,
};
use crate::{app, store::users::Credentials};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    email: String,
    next: String,
    error: Option<String>,
    notice: Option<String>,
    offers_reset: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SignInQuery {
    next: String,
    signed_out: Option<String>,
    password_set: Option<String>,
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
    let SignInQuery { next, signed_out, password_set } = visit.query()?;
    if visit.account.is_some() {
        return Ok(visit.redirect(own_path(&next)));
    }
    if visit.state.read(app::accounts::is_registration_open).await? {
        return Ok(visit.redirect("/registration"));
    }
    let notice = match (signed_out, next.as_str()) {
        _ if password_set.is_some() => Some("Your new password is set. Sign in with it.".to_owned()),
        (Some(_), _) => Some("You are signed out.".to_owned()),
        (None, "" | "/") => None,
        (None, _) => Some("Sign in to go on.".to_owned()),
    };
    let shell = visit.page("Sign in", Section::None, &[]);
    let offers_reset = visit.state.mailer.is_configured();
    page::ok(&SignInPage { shell, email: String::new(), next, error: None, notice, offers_reset })
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let SignInForm { email, password, next } = visit.form()?;
    let Some(credentials) = authenticate(&visit, email.clone(), password).await? else {
        tracing::warn!(event = "authn_login_fail", "sign-in refused");
        // The same for an unknown address, a wrong password and a disabled account.
        let error = Some("Email or password is not right.".to_owned());
        let (shell, offers_reset) = (visit.page("Sign in", Section::None, &[]), visit.state.mailer.is_configured());
        let page = SignInPage { shell, email, next, error, notice: None, offers_reset };
        return page::render(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let mut context = visit.context();
    let Credentials { user_id, organization_id, password_hash, .. } = credentials;
    let (who, earlier) = (user_id.clone(), visit.open_session());
    visit
        .state
        .write(move |conn| {
            app::accounts::start_session_after(conn, &mut context, &who, &organization_id, earlier.as_ref())
        })
        .await?;
    gate::sign_in(&visit, &user_id, &password_hash)?;
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
