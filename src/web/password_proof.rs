//! The password once more, before an act that cannot be undone or that gives power away.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{
    error::Error,
    next::own_path,
    page::{self, Errors, Section, Shell},
    passwords::check_password,
    visit::Visit,
};

#[derive(Template)]
#[template(path = "password_proof.html")]
struct PasswordProofPage {
    shell: Shell,
    email: String,
    next: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProofQuery {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProofForm {
    password: String,
    next: String,
}

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    let ProofQuery { next } = visit.query()?;
    render(&visit, StatusCode::OK, next, Errors::default())
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let ProofForm { password, next } = visit.form()?;
    if check_password(&visit, password).await?.is_none() {
        let mut errors = Errors::default();
        errors.push("password", visit.say("password-wrong"));
        return render(&visit, StatusCode::UNPROCESSABLE_ENTITY, next, errors);
    }
    // Whoever has shown again who they are gets a new cookie: one that was seen before is worth nothing.
    visit.session.renew();
    visit.note_proof()?;
    tracing::info!(event = "authn_login_success", "the password was typed once more");
    Ok(visit.redirect(own_path(&next)))
}

fn render(visit: &Visit, status: StatusCode, next: String, errors: Errors) -> Result<HttpResponse, Error> {
    let shell = visit.page(visit.say("password-proof-heading"), Section::None, &[]);
    let email = visit.account()?.email.clone();
    page::render(status, &PasswordProofPage { shell, email, next, errors })
}
