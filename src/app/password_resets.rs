//! Links for a new password, for people who forgot theirs. They work once, and come by email or from the command line.

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

/// How long a link sent by email works.
pub const LIFETIME_BY_MAIL: Duration = Duration::hours(1);
/// How long a link from the operator works.
pub const LIFETIME_BY_COMMAND: Duration = Duration::hours(24);

/// A new link. The token exists nowhere else.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub token: LinkToken,
    pub expires_at: Timestamp,
    pub account: Account,
}

impl NewLink {
    /// The address to open in a browser.
    pub fn address(&self, base_url: &Url) -> String {
        let mut address = base_url.clone();
        address.set_path("/password-reset/new-password");
        address.query_pairs_mut().append_pair("token", self.token.expose());
        address.into()
    }
}

/// None if there is no such account, or it is disabled. The link replaces an earlier one.
pub fn create(
    conn: &mut Conn,
    context: &mut Context,
    email: &str,
    lifetime: Duration,
) -> Result<Option<NewLink>, Error> {
    let Some(known) = accounts::find_credentials(conn, email)? else { return Ok(None) };
    // First, because it locks the person's row.
    store::users::lock_api_keys(conn, &known.user_id)?;
    let Some(account) = actors::find_active(conn, &known.user_id)? else { return Ok(None) };
    let (token, expires_at) = (LinkToken::generate(&mut context.rng), context.now.plus(lifetime));
    store::password_resets::replace(conn, &known.user_id, &token.digest(), context.now, expires_at)?;
    let subject = subjects::find_user(conn, &known.organization_id, &known.user_id)?;
    context.record(conn, By::Nobody, &subject, &UserEvent::PasswordResetRequested { expires_at })?;
    Ok(Some(NewLink { token, expires_at, account }))
}

/// The account of the link, if it still works. Does not use it up: mail servers open links too.
pub fn get(conn: &mut Conn, context: &Context, token: &LinkToken) -> Result<Account, Error> {
    let user_id = store::password_resets::find(conn, &token.digest(), context.now)?;
    let account = user_id.map(|user_id| actors::find_active(conn, &user_id)).transpose()?.flatten();
    account.ok_or(Error::PasswordResetEnded)
}

/// Uses up the link and ends every session of the person. Returns the email to the person.
pub fn use_up(conn: &mut Conn, context: &mut Context, token: &LinkToken, new_hash: &str) -> Result<Mail, Error> {
    let account = get(conn, context, token)?;
    let user_id = &account.person.id;
    let ended = |error| match error {
        store::Error::NotFound => Error::PasswordResetEnded,
        other => other.into(),
    };
    // The person's row first, as everywhere.
    store::users::reset_password(conn, user_id, new_hash).map_err(ended)?;
    // The link came to the mailbox, or from the server's operator.
    store::users::update_email_proven(conn, user_id, context.now)?;
    store::password_resets::take(conn, user_id, &token.digest(), context.now).map_err(ended)?;
    let sessions_ended = store::sessions::delete_of_user(conn, user_id, None)?;
    own_account::record(conn, context, &account, &UserEvent::PasswordReset { sessions_ended })?;
    Ok(password_changed(context, &account))
}

/// Deletes expired links.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<usize, Error> {
    Ok(store::password_resets::delete_expired(conn, context.now)?)
}
