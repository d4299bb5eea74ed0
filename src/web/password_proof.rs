//! Asks for the password again before an action that cannot be undone or that gives power away.

use actix_web::{HttpResponse, http::StatusCode, web::Bytes};
use askama::Template;
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    answer,
    error::Error,
    page::{Errors, Section, Shell},
    password_check::check_password,
    request_context::RequestContext,
    return_path::own_path,
};
use crate::{app, http::form};

#[derive(Template)]
#[template(path = "password_proof.html")]
struct PasswordProofPage {
    shell: Shell,
    email: String,
    next: String,
    reason: &'static str,
    errors: Errors,
}

/// The page that interrupts a form. It sends the same form again with the password, so that nothing must be typed
/// twice.
#[derive(Template)]
#[template(path = "password_proof_of_form.html")]
struct ProofOfFormPage {
    shell: Shell,
    email: String,
    /// The target of the form.
    action: String,
    reason: &'static str,
    fields: Vec<(String, String)>,
    errors: Errors,
}

/// The field that adds the password to any form.
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

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let ProofQuery { next } = request.query()?;
    render(&request, StatusCode::OK, next, Errors::default())
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let ProofForm { password, next } = request.form()?;
    if !prove(&request, password).await? {
        return render(&request, StatusCode::UNPROCESSABLE_ENTITY, next, wrong_password(&request, "password"));
    }
    Ok(request.redirect(own_path(&next)))
}

/// Answers a request that requires the password. A page is opened again after the password; a form with content asks
/// for it at once.
pub fn require(request: &RequestContext) -> HttpResponse {
    let holds_something = fields_of(&request.body).any(|(name, _)| !FIELDS_OF_EVERY_FORM.contains(&name.as_str()));
    if !holds_something {
        return request.redirect_through("/password-proof", &request.location());
    }
    render_with_form(request, StatusCode::FORBIDDEN, Errors::default())
        .unwrap_or_else(|_| request.redirect_through("/password-proof", &request.location()))
}

/// Checks the password that a form may carry, and removes it from the form. Returns an answer if it is wrong.
pub async fn take_from_form(request: &mut RequestContext) -> Result<Option<HttpResponse>, Error> {
    let Some(password) = form::field(&request.body, PASSWORD_FIELD) else { return Ok(None) };
    let mut rest = form_urlencoded::Serializer::new(String::new());
    rest.extend_pairs(fields_of(&request.body));
    request.body = Bytes::from(rest.finish());
    if prove(request, password).await? {
        return Ok(None);
    }
    render_with_form(request, StatusCode::UNPROCESSABLE_ENTITY, wrong_password(request, PASSWORD_FIELD)).map(Some)
}

async fn prove(request: &RequestContext, password: String) -> Result<bool, Error> {
    if check_password(request, password).await?.is_none() {
        return Ok(false);
    }
    let account = request.account()?.as_ref().clone();
    let mut context = request.context();
    let recorded = request.state.write(move |conn| app::own_account::record_proof(conn, &mut context, &account));
    recorded.await?;
    // A new cookie after the proof: one that was stolen before stops working.
    request.session.renew();
    request.record_password_proof()?;
    tracing::info!(event = "authn_login_success", "the password was confirmed");
    Ok(true)
}

fn wrong_password(request: &RequestContext, field: &'static str) -> Errors {
    let mut errors = Errors::default();
    errors.push(field, request.say("password-wrong"));
    errors
}

/// All fields of a form except the password.
fn fields_of(body: &[u8]) -> impl Iterator<Item = (String, String)> {
    let fields = form_urlencoded::parse(body).filter(|(name, _)| name != PASSWORD_FIELD);
    fields.map(|(name, value)| (name.into_owned(), value.into_owned()))
}

fn render_with_form(request: &RequestContext, status: StatusCode, errors: Errors) -> Result<HttpResponse, Error> {
    let page = ProofOfFormPage {
        shell: request.dialog(request.say("password-proof-heading"), Section::None, &[]),
        email: request.account()?.email.clone(),
        action: request.location(),
        reason: reason(&request.path),
        fields: fields_of(&request.body).filter(|(name, _)| name != "csrf").collect(),
        errors,
    };
    let mut response = answer::render(status, &page)?;
    if request.wants_fragment {
        answer::show_as_dialog(&mut response);
    }
    Ok(response)
}

fn render(request: &RequestContext, status: StatusCode, next: String, errors: Errors) -> Result<HttpResponse, Error> {
    let shell = request.page(request.say("password-proof-heading"), Section::None, &[]);
    let email = request.account()?.email.clone();
    let reason = reason(&next);
    answer::render(status, &PasswordProofPage { shell, email, next, reason, errors })
}

/// The message id for why the action at this path requires the password.
fn reason(path: &str) -> &'static str {
    let path = path.split('?').next().unwrap_or_default();
    match path.strip_prefix("/settings/").unwrap_or_default() {
        "policy" => "password-proof-for-policy",
        rest if rest.starts_with("developers/permissions") || rest.ends_with("/api-permissions") => {
            "password-proof-for-api-permissions"
        }
        rest if rest.starts_with("members/") => "password-proof-for-members",
        rest if rest.starts_with("developers/") && rest.ends_with("/token") => "password-proof-for-token",
        rest if rest.starts_with("developers/") => "password-proof-for-api-keys",
        _ => "password-proof-for-sensitive",
    }
}
