//! Asking somebody who is signed in for their password once more.

use super::{error::Error, visit::Visit};
use crate::{app, store::users::Credentials};

/// What to say beside the field when it is not.
pub const WRONG: &str = "That is not your password";

/// What the password was compared with, if it is that of the person who is signed in. Every page that asks for the
/// present password asks here.
pub async fn check_password(visit: &Visit, password: String) -> Result<Option<Credentials>, Error> {
    let email = visit.account()?.email.clone();
    let credentials = visit.state.read(move |conn| app::accounts::find_credentials(conn, &email)).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let is_right = visit.state.with_hasher(move |hasher| hasher.verify(&password, hash.as_deref())).await?;
    let is_right = is_right.ok_or(Error::Busy)?;
    let matched = credentials.filter(|_| is_right);
    if matched.is_none() {
        tracing::warn!(event = "authn_login_fail", "the password of somebody who is signed in was refused");
    }
    Ok(matched)
}
