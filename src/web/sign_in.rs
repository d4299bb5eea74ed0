//! Signing in with email address and password.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;
use serde::Deserialize;
use time::Duration;

use super::{
    answer,
    error::Error,
    gate, known_device, labels,
    page::{Section, Shell},
    request_context::RequestContext,
    return_path::own_path,
};
use crate::{
    app::{self, throttle::SignIn},
    config::Registration,
    domain::{EmailAddress, audit::PasswordPrompt},
    state::security_log::SecurityEvent,
    store::users::Credentials,
};

/// With a longer wait, the page explains how to get in sooner.
const LONG_WAIT: Duration = Duration::seconds(30);

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    email: String,
    next: String,
    error: Option<String>,
    notice: Option<String>,
    offers_reset: bool,
    /// Whether anybody may register.
    may_register: bool,
}

impl SignInPage {
    fn empty(request: &RequestContext, next: String) -> Self {
        Self {
            shell: request.page(request.say("sign-in-heading"), Section::None, &[]),
            email: String::new(),
            next,
            error: None,
            notice: None,
            offers_reset: request.state.mailer.is_configured(),
            may_register: request.state.registration == Registration::Open,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SignInQuery {
    next: String,
    signed_out: Option<String>,
    password_set: Option<String>,
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

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let SignInQuery { next, signed_out, registered, password_set } = request.query()?;
    // A person may have accepted an invitation while signed in to another account: they must sign in with the new one.
    if request.account.is_some() && registered.is_none() {
        return Ok(request.redirect(own_path(&next)));
    }
    if request.state.read(app::accounts::is_registration_open).await? {
        return Ok(request.redirect("/registration"));
    }
    let notice = match (registered, password_set, signed_out, next.as_str()) {
        (Some(_), ..) => Some("sign-in-registered"),
        (_, Some(_), ..) => Some("sign-in-password-set"),
        (_, _, Some(_), _) => Some("sign-in-signed-out"),
        (.., "" | "/") => None,
        _ => Some("sign-in-to-go-on"),
    };
    let notice = notice.map(|id| request.say(id).into());
    answer::ok(&SignInPage { notice, ..SignInPage::empty(&request, next) })
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let SignInForm { email, password, next } = request.form()?;
    let device = known_device::find(&request, &email);
    let is_new_device = device.is_none();
    let (attempt, now) = (SignIn::new(&email, &request.network, device), request.state.clock.now());
    let tried = try_password(&request, &attempt, &email, password).await?;
    let credentials = match tried {
        Tried::Throttled(wait) => return throttled(&request, wait, email, next),
        Tried::Refused => {
            // The same message for an unknown address, a wrong password and a disabled account.
            let error = request.say("sign-in-refused").into();
            return render_refusal(&request, StatusCode::UNPROCESSABLE_ENTITY, email, next, error);
        }
        Tried::Matched(credentials) => credentials,
    };
    let mut context = request.context();
    let Credentials { user_id, organization_id, password_hash, .. } = credentials;
    let (who, earlier, token_keys) =
        (user_id.clone(), request.open_session(), request.state.current_token_keys().await?);
    request
        .state
        .write(move |conn| {
            attempt.succeed(conn, now)?;
            let earlier = earlier.as_ref();
            app::accounts::start_session_after(
                conn,
                &mut context,
                &who,
                &organization_id,
                earlier,
                is_new_device,
                &token_keys,
            )
        })
        .await?;
    gate::sign_in(&request, &user_id, &password_hash)?;
    tracing::info!(event = "authn_login_success", "signed in");
    let mut response = request.redirect(own_path(&next));
    known_device::remember(&request, &email, &mut response);
    Ok(response)
}

fn render_refusal(
    request: &RequestContext,
    status: StatusCode,
    email: String,
    next: String,
    error: String,
) -> Result<HttpResponse, Error> {
    answer::render(status, &SignInPage { email, error: Some(error), ..SignInPage::empty(request, next) })
}

fn throttled(request: &RequestContext, wait: Duration, email: String, next: String) -> Result<HttpResponse, Error> {
    request.count_security_event(SecurityEvent::SignInThrottled);
    let wait_for = labels::try_again_after(request.words(), wait);
    let mut error: String = request.say("sign-in-throttled").with("wait", wait_for).into();
    if wait >= LONG_WAIT {
        let is_mailed = request.state.mailer.is_configured();
        let id = if is_mailed { "sign-in-throttled-long-mailed" } else { "sign-in-throttled-long" };
        error = format!("{error} {}", request.say(id));
    }
    let mut response = render_refusal(request, StatusCode::TOO_MANY_REQUESTS, email, next, error)?;
    response.headers_mut().insert(header::RETRY_AFTER, labels::seconds(wait).into());
    Ok(response)
}

enum Tried {
    /// Nothing was compared: there were too many attempts.
    Throttled(Duration),
    Refused,
    Matched(Credentials),
}

/// Compares the password, if an attempt is allowed and its turn has come. Takes equally long for unknown and known
/// addresses.
async fn try_password(
    request: &RequestContext,
    attempt: &SignIn,
    email: &str,
    password: String,
) -> Result<Tried, Error> {
    let now = request.state.clock.now();
    let checked = attempt.clone();
    // Without a turn and without a write, because most guesses end here.
    let (wait, is_known) = request.state.read(move |conn| checked.wait(conn, now)).await?;
    if let Some(wait) = wait {
        return Ok(Tried::Throttled(wait));
    }
    let turn = match request.password_turn(is_known).await {
        Err(Error::RateLimited { wait }) => return Ok(Tried::Throttled(wait)),
        turn => turn?,
    };
    let taken = attempt.clone();
    // After the wait for the turn: an attempt without a turn costs the account nothing.
    if let Some(wait) = request.state.write(move |conn| taken.take(conn, now)).await? {
        return Ok(Tried::Throttled(wait));
    }
    let (email, address) = (email.to_owned(), EmailAddress::parse(email).ok());
    let credentials = request.state.read(move |conn| app::accounts::find_credentials(conn, &email)).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let matches = turn.run(move |hasher| hasher.verify(&password, hash.as_deref())).await?;
    if !matches || credentials.as_ref().is_none_or(|credentials| credentials.disabled_at.is_some()) {
        // Only the address of an existing account, because people also type passwords into this field.
        let known = address.as_ref().filter(|_| credentials.is_some()).map(EmailAddress::as_str);
        request.state.security_log.count(SecurityEvent::SignInFailed, request.client, known);
        if let Some(credentials) = &credentials {
            request.count_wrong_password(PasswordPrompt::SignIn, credentials);
        }
    }
    let active = credentials.filter(|credentials| matches && credentials.disabled_at.is_none());
    Ok(active.map_or(Tried::Refused, Tried::Matched))
}
