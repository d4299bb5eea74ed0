//! Another email address to sign in with. Asks for the password, since it is the way to a new one.

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
        passwords::check_password,
        visit::Visit,
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

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    render(&visit, StatusCode::OK, String::new(), Errors::default())
}

pub async fn update(visit: Visit) -> Result<HttpResponse, Error> {
    let EmailForm { email, current_password } = visit.form()?;
    let parsed = EmailAddress::parse(&email);
    let mut errors = Errors::new(visit.words(), parsed.as_ref().err().map(|_| Fault::EmailAddress).as_slice());
    // Whether an address is taken is told to nobody who does not know the password.
    let matched = check_password(&visit, current_password).await?;
    if matched.is_none() {
        errors.push("current_password", visit.say("password-wrong"));
    }
    let (Ok(parsed), Some(matched)) = (parsed, matched) else {
        return render(&visit, StatusCode::UNPROCESSABLE_ENTITY, email, errors);
    };
    let (mut context, account) = (visit.context(), visit.account()?.as_ref().clone());
    let (counted, user_id) = (visit.context(), account.person.id.clone());
    visit.state.write(move |conn| app::throttle::take_email_change(conn, &counted, &user_id)).await?;
    let changed =
        visit.state.write(move |conn| app::own_account::change_email(conn, &mut context, &account, &matched, &parsed));
    match changed.await {
        Ok(Some(mail)) => {
            visit.state.mailer.send(mail, visit.words().language());
            tracing::info!(event = "user_updated", "an email address was changed");
            visit.set_flash(Flash::EmailChanged { email: email.trim().to_owned() })?;
        }
        Ok(None) => {}
        Err(Failure::Refused(EmailNotChanged::Taken)) => {
            let errors = Errors::new(visit.words(), &[Fault::EmailAddressTaken]);
            return render(&visit, StatusCode::UNPROCESSABLE_ENTITY, email, errors);
        }
        Err(Failure::Refused(EmailNotChanged::PasswordChanged)) => {
            errors.push("current_password", visit.say("password-wrong"));
            return render(&visit, StatusCode::UNPROCESSABLE_ENTITY, email, errors);
        }
        Err(Failure::Error(error)) => return Err(error.into()),
    }
    Ok(visit.redirect(super::PATH))
}

fn render(visit: &Visit, status: StatusCode, email: String, errors: Errors) -> Result<HttpResponse, Error> {
    let shell = visit.page(visit.say("email-heading"), Section::Account, super::INNER_CRUMBS);
    let (present, sends_mail) = (visit.account()?.email.clone(), visit.state.mailer.is_configured());
    answer::render(status, &EmailPage { shell, present, email, sends_mail, errors })
}
