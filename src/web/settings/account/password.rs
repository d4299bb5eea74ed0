//! Changing the password. All other sessions end, and this browser gets a new one.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use crate::{
    app::{
        self, Failure,
        own_account::{PasswordChanged, parse_password},
    },
    web::{
        answer,
        error::Error,
        flash::Flash,
        gate,
        page::{Errors, Section, Shell},
        password_check::check_password,
        request_context::RequestContext,
    },
};

const PATH: &str = "/settings/account/password";

#[derive(Template)]
#[template(path = "settings/account/password.html")]
struct PasswordPage {
    shell: Shell,
    email: String,
    sends_mail: bool,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    current_password: String,
    password: String,
}

/// Password managers and browsers look for this page at any site ("A Well-Known URL for Changing Passwords", W3C).
pub async fn lead_here(request: RequestContext) -> Result<HttpResponse, Error> {
    Ok(request.redirect(PATH))
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    render(&request, StatusCode::OK, Errors::default())
}

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let PasswordForm { current_password, password } = request.form()?;
    let account = request.account()?.as_ref().clone();
    let matched = check_password(&request, current_password).await?;
    let mut errors = Errors::default();
    if matched.is_none() {
        errors.push("current_password", request.say("password-wrong"));
    }
    let (context, network) = (request.context(), request.network.clone());
    request.state.write(move |conn| app::throttle::take_new_password(conn, &context, &network)).await?;
    let turn = request.password_turn(true).await?;
    let owner = account.clone();
    let parsed = turn.run(move |_| Ok(parse_password(&password, &owner))).await?;
    let password = parsed.map_err(|fault| errors.add(request.words(), &fault)).ok();
    let (Some(matched), Some(password)) = (matched, password) else {
        return render(&request, StatusCode::UNPROCESSABLE_ENTITY, errors);
    };

    let mut rng = (request.state.rng)();
    let hash = turn.run(move |hasher| hasher.hash(&password, &mut rng)).await?;
    drop(turn);
    let (mut context, user_id, new_hash) = (request.context(), account.person.id.clone(), hash.clone());
    let changed = request
        .state
        .write(move |conn| app::own_account::change_password(conn, &mut context, &account, &matched, &hash))
        .await;
    let mail = match changed {
        Ok(mail) => mail,
        Err(Failure::Refused(PasswordChanged)) => {
            errors.push("current_password", request.say("password-wrong"));
            return render(&request, StatusCode::UNPROCESSABLE_ENTITY, errors);
        }
        Err(Failure::Error(error)) => return Err(error.into()),
    };
    request.state.mailer.send(mail, request.words().language());
    gate::sign_in(&request, &user_id, &new_hash)?;
    request.set_flash(Flash::PasswordChanged)?;
    tracing::info!(event = "authn_password_change", "a password was changed");
    Ok(request.redirect(super::PATH))
}

fn render(request: &RequestContext, status: StatusCode, errors: Errors) -> Result<HttpResponse, Error> {
    let shell = request.page(request.say("password-heading"), Section::Account, super::INNER_CRUMBS);
    let (email, sends_mail) = (request.account()?.email.clone(), request.state.mailer.is_configured());
    answer::render(status, &PasswordPage { shell, email, sends_mail, errors })
}
