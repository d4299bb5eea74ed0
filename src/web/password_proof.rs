//! The password once more, before an act that cannot be undone or that gives power away.

use actix_web::{HttpResponse, http::StatusCode, web::Bytes};
use askama::Template;
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    answer,
    error::Error,
    next::own_path,
    page::{Errors, Section, Shell},
    passwords::check_password,
    visit::Visit,
};
use crate::http::form;

#[derive(Template)]
#[template(path = "password_proof.html")]
struct PasswordProofPage {
    shell: Shell,
    email: String,
    next: String,
    errors: Errors,
}

/// The question in the middle of an act: its form is sent again with the password, so that nothing must be typed again.
#[derive(Template)]
#[template(path = "password_proof_of_form.html")]
struct ProofOfFormPage {
    shell: Shell,
    email: String,
    /// Where the form goes.
    action: String,
    fields: Vec<(String, String)>,
    errors: Errors,
}

/// The field of any form that carries the password along.
const PASSWORD_FIELD: &str = "proof_password";
/// Fields that nobody has typed or selected.
const FIELDS_OF_EVERY_FORM: [&str; 3] = ["csrf", "form_token", "next"];

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
    if !prove(&visit, password).await? {
        return render(&visit, StatusCode::UNPROCESSABLE_ENTITY, next, wrong_password(&visit, "password"));
    }
    Ok(visit.redirect(own_path(&next)))
}

/// Answers a request for which the password was typed too long ago. A page is shown after the password was typed; a form
/// that holds something is asked for the password at once.
pub fn require(visit: &Visit) -> HttpResponse {
    let holds_something = fields_of(&visit.body).any(|(name, _)| !FIELDS_OF_EVERY_FORM.contains(&name.as_str()));
    if !holds_something {
        return visit.redirect_through("/password-proof", &visit.location());
    }
    render_with_form(visit, StatusCode::FORBIDDEN, Errors::default())
        .unwrap_or_else(|_| visit.redirect_through("/password-proof", &visit.location()))
}

/// Checks the password that a form carries, if it carries one, and takes it out of the form. Gives the answer when the
/// password is wrong.
pub async fn take_from_form(visit: &mut Visit) -> Result<Option<HttpResponse>, Error> {
    let Some(password) = form::field(&visit.body, PASSWORD_FIELD) else { return Ok(None) };
    let mut rest = form_urlencoded::Serializer::new(String::new());
    rest.extend_pairs(fields_of(&visit.body));
    visit.body = Bytes::from(rest.finish());
    if prove(visit, password).await? {
        return Ok(None);
    }
    render_with_form(visit, StatusCode::UNPROCESSABLE_ENTITY, wrong_password(visit, PASSWORD_FIELD)).map(Some)
}

async fn prove(visit: &Visit, password: String) -> Result<bool, Error> {
    if check_password(visit, password).await?.is_none() {
        return Ok(false);
    }
    // After a proof the browser gets a new cookie: one that was stolen before stops working.
    visit.session.renew();
    visit.note_proof()?;
    tracing::info!(event = "authn_login_success", "the password was confirmed");
    Ok(true)
}

fn wrong_password(visit: &Visit, field: &'static str) -> Errors {
    let mut errors = Errors::default();
    errors.push(field, visit.say("password-wrong"));
    errors
}

/// All fields of a form but the password.
fn fields_of(body: &[u8]) -> impl Iterator<Item = (String, String)> {
    let fields = form_urlencoded::parse(body).filter(|(name, _)| name != PASSWORD_FIELD);
    fields.map(|(name, value)| (name.into_owned(), value.into_owned()))
}

fn render_with_form(visit: &Visit, status: StatusCode, errors: Errors) -> Result<HttpResponse, Error> {
    let page = ProofOfFormPage {
        shell: visit.dialog(visit.say("password-proof-heading"), Section::None, &[]),
        email: visit.account()?.email.clone(),
        action: visit.location(),
        fields: fields_of(&visit.body).filter(|(name, _)| name != "csrf").collect(),
        errors,
    };
    let mut response = answer::render(status, &page)?;
    if visit.wants_fragment {
        answer::show_as_dialog(&mut response);
    }
    Ok(response)
}

fn render(visit: &Visit, status: StatusCode, next: String, errors: Errors) -> Result<HttpResponse, Error> {
    let shell = visit.page(visit.say("password-proof-heading"), Section::None, &[]);
    let email = visit.account()?.email.clone();
    answer::render(status, &PasswordProofPage { shell, email, next, errors })
}
