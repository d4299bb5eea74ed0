//! Changing the email address for sign-in. Requires the password, because links for a new password go to this address.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use crate::{
    app::{self, Failure, Fault, own_account::EmailNotChanged},
    domain::EmailAddress,
    web::{
        answer,
        error::Error,
        flash::Flash,
        page::{Errors, Section, Shell},
        password_check::check_password,
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/account/email.html")]
struct EmailPage {
    shell: Shell,
    present: String,
    email: String,
    sends_mail: bool,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EmailForm {
    email: String,
    current_password: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    render(&request, StatusCode::OK, String::new(), Errors::default())
}

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let EmailForm { email, current_password } = request.form()?;
    let parsed = EmailAddress::parse(&email);
    let mut errors = Errors::new(request.words(), parsed.as_ref().err().map(|_| Fault::EmailAddress).as_slice());
    // Without the password, the answer must not reveal whether an address is taken.
    let matched = check_password(&request, current_password).await?;
    if matched.is_none() {
        errors.push("current_password", request.say("password-wrong"));
    }
    let (Ok(parsed), Some(matched)) = (parsed, matched) else {
        return render(&request, StatusCode::UNPROCESSABLE_ENTITY, email, errors);
    };
    let (mut context, account) = (request.context(), request.account()?.as_ref().clone());
    let (counted, user_id) = (request.context(), account.person.id.clone());
    request.state.write(move |conn| app::throttle::take_email_change(conn, &counted, &user_id)).await?;
    let changed = request
        .state
        .write(move |conn| app::own_account::change_email(conn, &mut context, &account, &matched, &parsed));
    match changed.await {
        Ok(Some(mail)) => {
            request.state.mailer.send(mail, request.words().language());
            tracing::info!(event = "user_updated", "an email address was changed");
            request.set_flash(Flash::EmailChanged { email: email.trim().to_owned() })?;
        }
        Ok(None) => {}
        Err(Failure::Refused(EmailNotChanged::Taken)) => {
            let errors = Errors::new(request.words(), &[Fault::EmailAddressTaken]);
            return render(&request, StatusCode::UNPROCESSABLE_ENTITY, email, errors);
        }
        Err(Failure::Refused(EmailNotChanged::PasswordChanged)) => {
            errors.push("current_password", request.say("password-wrong"));
            return render(&request, StatusCode::UNPROCESSABLE_ENTITY, email, errors);
        }
        Err(Failure::Error(error)) => return Err(error.into()),
    }
    Ok(request.redirect(super::PATH))
}

fn render(request: &RequestContext, status: StatusCode, email: String, errors: Errors) -> Result<HttpResponse, Error> {
    let shell = request.page(request.say("email-heading"), Section::Account, super::INNER_CRUMBS);
    let (present, sends_mail) = (request.account()?.email.clone(), request.state.mailer.is_configured());
    answer::render(status, &EmailPage { shell, present, email, sends_mail, errors })
}
