//! What the link for a new password opens. Looking at it uses nothing up.

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
        visit::Visit,
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

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    let LinkQuery { token } = visit.query()?;
    let account = account_of(&visit, &token).await?;
    render(&visit, StatusCode::OK, &account, token, Errors::default())
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let NewPasswordForm { token, password } = visit.form()?;
    let account = account_of(&visit, &token).await?;
    let (context, network) = (visit.context(), visit.network.clone());
    visit.state.write(move |conn| app::throttle::take_new_password(conn, &context, &network)).await?;
    let turn = visit.password_turn(true).await?;
    let owner = account.clone();
    let password = match turn.run(move |_| Ok(parse_password(&password, &owner))).await? {
        Ok(password) => password,
        Err(fault) => {
            return render(
                &visit,
                StatusCode::UNPROCESSABLE_ENTITY,
                &account,
                token,
                Errors::new(visit.words(), &[fault]),
            );
        }
    };
    let mut rng = (visit.state.rng)();
    let hash = turn.run(move |hasher| hasher.hash(&password, &mut rng)).await?;
    drop(turn);
    let (mut context, token) = (visit.context(), LinkToken::presented(&token));
    // Whoever has the mailbox may sign in from here, however many others guess at the same time.
    let attempt = SignIn::new(&account.email, &visit.network, None);
    let mail = visit.state.write(move |conn| {
        attempt.succeed(conn, context.now)?;
        app::password_resets::use_up(conn, &mut context, &token, &hash)
    });
    let mail = mail.await?;
    visit.state.mailer.send(mail, visit.words().language());
    tracing::info!(event = "authn_password_change", "a password was set with a link");
    Ok(visit.redirect("/sign-in?password_set=1"))
}

async fn account_of(visit: &Visit, token: &str) -> Result<Account, Error> {
    let (context, token) = (visit.context(), LinkToken::presented(token));
    Ok(visit.state.read(move |conn| app::password_resets::get(conn, &context, &token)).await?)
}

fn render(
    visit: &Visit,
    status: StatusCode,
    account: &Account,
    token: String,
    errors: Errors,
) -> Result<HttpResponse, Error> {
    let shell = visit.page(visit.say("new-password-heading"), Section::None, &[]);
    answer::render(status, &NewPasswordPage { shell, email: account.email.clone(), token, errors })
}
