//! The person who acts, read from the database when it counts.

use super::Error;
use crate::{
    domain::{Actor, UserId},
    store::{self, Conn, users::Account},
};

/// The account as it is now. None when it is gone or disabled.
pub fn find_active(conn: &mut Conn, user_id: &UserId) -> Result<Option<Account>, Error> {
    Ok(store::users::find_account(conn, user_id)?.filter(|account| account.disabled_at.is_none()))
}

/// The actor with the role that they have now, for a decision in the transaction of a change.
pub(super) fn current(conn: &mut Conn, actor: &Actor) -> Result<Actor, Error> {
    Ok(find_active(conn, &actor.user_id)?.ok_or(Error::Forbidden)?.actor)
}
