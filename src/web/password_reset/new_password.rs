//! The page of a link for a new password. Opening it does not use up the link.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use crate::{
    app::{self, own_account::parse_password, throttle::SignIn},
    domain::LinkToken,
    store::users::Account,
    web::{
        answer,
        error::Error,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "password_reset/new_password.html")]
struct NewPasswordPage {
    shell: Shell,
    email: String,
    token: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LinkQuery {
    token: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NewPasswordForm {
    token: String,
    password: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let LinkQuery { token } = request.query()?;
    let account = account_of(&request, &token).await?;
    render(&request, StatusCode::OK, &account, token, Errors::default())
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let NewPasswordForm { token, password } = request.form()?;
    let account = account_of(&request, &token).await?;
    let (context, network) = (request.context(), request.network.clone());
    request.state.write(move |conn| app::throttle::take_new_password(conn, &context, &network)).await?;
    let turn = request.password_turn(true).await?;
    let owner = account.clone();
    let password = match turn.run(move |_| Ok(parse_password(&password, &owner))).await? {
        Ok(password) => password,
        Err(fault) => {
            return render(
                &request,
                StatusCode::UNPROCESSABLE_ENTITY,
                &account,
                token,
                Errors::new(request.words(), &[fault]),
            );
        }
    };
    let mut rng = (request.state.rng)();
    let hash = turn.run(move |hasher| hasher.hash(&password, &mut rng)).await?;
    drop(turn);
    let (mut context, token) = (request.context(), LinkToken::presented(&token));
    // The owner of the mailbox may sign in from here, however many others guess at the same time.
    let attempt = SignIn::new(&account.email, &request.network, None);
    let mail = request.state.write(move |conn| {
        attempt.succeed(conn, context.now)?;
        app::password_resets::use_up(conn, &mut context, &token, &hash)
    });
    let mail = mail.await?;
    request.state.mailer.send(mail, request.words().language());
    tracing::info!(event = "authn_password_change", "a password was set with a link");
    Ok(request.redirect("/sign-in?password_set=1"))
}

async fn account_of(request: &RequestContext, token: &str) -> Result<Account, Error> {
    let (context, token) = (request.context(), LinkToken::presented(token));
    Ok(request.state.read(move |conn| app::password_resets::get(conn, &context, &token)).await?)
}

fn render(
    request: &RequestContext,
    status: StatusCode,
    account: &Account,
    token: String,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let shell = request.page(request.say("new-password-heading"), Section::None, &[]);
    answer::render(status, &NewPasswordPage { shell, email: account.email.clone(), token, errors })
}
