//! A new password for who has forgotten theirs: a link that works once, by mail or from the command line.

use time::Duration;
use url::Url;

use super::{
    By, Context, Error, accounts, actors,
    mail::Mail,
    own_account::{self, password_changed},
    subjects,
};
use crate::{
    domain::{LinkToken, Timestamp, UserEvent},
    store::{self, Conn, users::Account},
};

/// How long a link works that went through a mailbox.
pub const LIFETIME_BY_MAIL: Duration = Duration::hours(1);
/// How long a link works that was handed over by who runs the server.
pub const LIFETIME_BY_COMMAND: Duration = Duration::hours(24);

/// A link that was just made. The token is told nowhere else.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub token: LinkToken,
    pub expires_at: Timestamp,
    pub account: Account,
}

impl NewLink {
    /// What to open in a browser.
    pub fn address(&self, base_url: &Url) -> String {
        let mut address = base_url.clone();
        address.set_path("/password-reset/new-password");
        address.query_pairs_mut().append_pair("token", self.token.expose());
        address.into()
    }
}

/// None when there is no such account, or it may not be used. The link replaces one that was made before.
pub fn create(
    conn: &mut Conn,
    context: &mut Context,
    email: &str,
    lifetime: Duration,
) -> Result<Option<NewLink>, Error> {
    let Some(known) = accounts::find_credentials(conn, email)? else { return Ok(None) };
    // First of all: it is the lock of the person's row.
    store::users::lock_api_keys(conn, &known.user_id)?;
    let Some(account) = actors::find_active(conn, &known.user_id)? else { return Ok(None) };
    let (token, expires_at) = (LinkToken::generate(&mut context.rng), context.now.plus(lifetime));
    store::password_resets::replace(conn, &known.user_id, &token.digest(), context.now, expires_at)?;
    let subject = subjects::find_user(conn, &known.organization_id, &known.user_id)?;
    context.record(conn, By::Nobody, &subject, &UserEvent::PasswordResetRequested { expires_at })?;
    Ok(Some(NewLink { token, expires_at, account }))
}

/// Whose password the link sets, if it still works. Asking uses nothing up: mail servers open links too.
pub fn get(conn: &mut Conn, context: &Context, token: &LinkToken) -> Result<Account, Error> {
    let user_id = store::password_resets::find(conn, &token.digest(), context.now)?;
    let account = user_id.map(|user_id| actors::find_active(conn, &user_id)).transpose()?.flatten();
    account.ok_or(Error::PasswordResetEnded)
}

/// Uses the link up and ends every session of the person. Gives the mail that tells them.
pub fn use_up(conn: &mut Conn, context: &mut Context, token: &LinkToken, new_hash: &str) -> Result<Mail, Error> {
    let account = get(conn, context, token)?;
    let user_id = &account.person.id;
    let ended = |error| match error {
        store::Error::NotFound => Error::PasswordResetEnded,
        other => other.into(),
    };
    // The person's row first, as everywhere.
    store::users::reset_password(conn, user_id, new_hash).map_err(ended)?;
    // Whoever has the link has the mailbox, or got it from whoever runs the server.
    store::users::update_email_proven(conn, user_id, context.now)?;
    store::password_resets::take(conn, user_id, &token.digest(), context.now).map_err(ended)?;
    let sessions_ended = store::sessions::delete_of_user(conn, user_id, None)?;
    own_account::record(conn, context, &account, &UserEvent::PasswordReset { sessions_ended })?;
    Ok(password_changed(context, &account))
}

/// Removes the links that have expired.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<usize, Error> {
    Ok(store::password_resets::delete_expired(conn, context.now)?)
}
