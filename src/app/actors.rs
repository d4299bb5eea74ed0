//! Reads the acting person from the database, for decisions in a transaction.

use super::{Context, Error};
use crate::{
    domain::{Actor, ApiKey, Status, UserId, Via},
    store::{self, Conn, users::Account},
};

/// The current account. None if it is removed or disabled.
pub fn find_active(conn: &mut Conn, user_id: &UserId) -> Result<Option<Account>, Error> {
    Ok(store::users::find_account(conn, user_id)?.filter(|account| account.disabled_at.is_none()))
}

/// The actor with their current role, for a decision in the transaction of a change. [`Error::Forbidden`] if the person
/// or the key has ended in the meantime.
pub(super) fn current(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Actor, Error> {
    let person = find_active(conn, &actor.person.id)?.ok_or(Error::Forbidden)?.person;
    let via = match &actor.via {
        via @ (Via::Session | Via::CommandLine) => via.clone(),
        Via::ApiKey { id, .. } => {
            let api_key = store::api_keys::find(conn, id)?;
            let is_good = |key: &ApiKey| key.owner_id == person.id && key.status(context.now) == Status::Active;
            let api_key = api_key.filter(is_good).ok_or(Error::Forbidden)?;
            Via::ApiKey { id: api_key.id, permissions: api_key.permissions }
        }
    };
    Ok(Actor { person, via })
}
