//! Requests a link for a new password by email. The answer and its timing are the same whether or not the account
//! exists.

pub mod new_password;

use std::net::IpAddr;

use actix_web::{HttpResponse, http::StatusCode, rt, web};
use askama::Template;
use serde::Deserialize;

use super::{
    answer,
    error::Error,
    page::{Errors, Section, Shell},
    request_context::RequestContext,
};
use crate::{
    app::{
        self, Context, Fault,
        mail::{EmailMessage, Mail},
        password_resets::LIFETIME_BY_MAIL,
    },
    domain::{EmailAddress, Language},
    state::{State, security_log::SecurityEvent},
    store::users::Account,
};

#[derive(Template)]
#[template(path = "password_reset.html")]
struct PasswordResetPage {
    shell: Shell,
    state: Progress,
    email: String,
    errors: Errors,
}

enum Progress {
    /// No email can be sent.
    WithoutMail,
    Asking,
    Requested,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RequestQuery {
    requested: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RequestForm {
    email: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let RequestQuery { requested } = request.query()?;
    let progress = match requested {
        _ if !request.state.mailer.is_configured() => Progress::WithoutMail,
        Some(_) => Progress::Requested,
        None => Progress::Asking,
    };
    render(&request, StatusCode::OK, progress, String::new(), Errors::default())
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let RequestForm { email } = request.form()?;
    if !request.state.mailer.is_configured() {
        return Ok(request.redirect("/password-reset"));
    }
    let Ok(address) = EmailAddress::parse(&email) else {
        let errors = Errors::new(request.words(), &[Fault::EmailAddress]);
        return render(&request, StatusCode::UNPROCESSABLE_ENTITY, Progress::Asking, email, errors);
    };
    let (context, network) = (request.context(), request.network.clone());
    request.state.write(move |conn| app::throttle::take_form_of_stranger(conn, &context, &network)).await?;
    let (state, context, asked_in) = (request.state.clone(), request.context(), request.words().language());
    let client = request.client;
    rt::spawn(async move {
        match send_link(state, context, address, asked_in, client).await {
            Ok(()) => {}
            Err(app::Error::RateLimited { .. }) => {
                tracing::info!("too many links for a new password were requested: no link was created");
            }
            Err(error) => tracing::error!(%error, "a link for a new password could not be created"),
        }
    });
    Ok(request.redirect("/password-reset?requested=1"))
}

/// Runs after the answer, so that its timing reveals nothing.
async fn send_link(
    state: web::Data<State>,
    mut context: Context,
    email: EmailAddress,
    asked_in: Language,
    client: Option<IpAddr>,
) -> Result<(), app::Error> {
    let made = state
        .write(move |conn| {
            app::throttle::take_reset(conn, &context, email.as_str())?;
            app::password_resets::create(conn, &mut context, email.as_str(), LIFETIME_BY_MAIL)
        })
        .await?;
    let known = made.as_ref().map(|made| made.account.email.as_str());
    state.security_log.count(SecurityEvent::PasswordResetRequested, client, known);
    if let Some(made) = made {
        let link = made.address(&state.site.base_url);
        let message = EmailMessage::PasswordReset { link, expires_at: made.expires_at };
        let Account { email, language, person, .. } = made.account;
        let organization_id = person.organization_id;
        state.mailer.send(Mail { organization_id, to: email, language, message }, asked_in);
    }
    Ok(())
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    progress: Progress,
    email: String,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let title = match progress {
        Progress::Requested => "password-reset-requested-heading",
        Progress::Asking | Progress::WithoutMail => "password-reset-heading",
    };
    let shell = request.page(request.say(title), Section::None, &[]);
    answer::render(status, &PasswordResetPage { shell, state: progress, email, errors })
}
