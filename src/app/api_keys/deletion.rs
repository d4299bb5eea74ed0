//! Deleting one key, selected keys or all keys.

use std::collections::BTreeSet;

use super::{
    View, a_day_before, authorize, record_change_of,
    selection::{self, CountChanged, LockedSelection, Selection, manage},
    system,
};
use crate::{
    app::{Context, Error, Failure, actors},
    domain::{Actor, ApiKey, ApiKeyAction, ApiKeyEvent, TokenKeys, UserId, api_key::listing::Whose},
    store::{self, Conn},
};

/// What deleting all keys of a view affects.
#[derive(Debug)]
pub struct AllDeletionImpact {
    pub count: i64,
    pub used_in_last_24_hours: i64,
    /// The number of owners.
    pub people: usize,
    /// Whether some of them are system keys, which are created again.
    pub has_system_keys: bool,
}

/// The result of deleting a selection.
#[derive(Debug)]
pub struct Deleted {
    /// The keys before their deletion.
    pub api_keys: Vec<ApiKey>,
    /// How many system keys were created in place of deleted ones.
    pub made_anew: usize,
}

/// Deletes all of them or none.
pub fn delete(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    token_keys: &TokenKeys,
    selection: &Selection,
) -> Result<Deleted, Failure<CountChanged>> {
    let LockedSelection { actor, api_keys } = selection::lock(conn, context, actor, selection)?;
    selection::require_proof(conn, context, &actor, selection, ApiKeyAction::Delete, &api_keys)?;
    let owner_ids = owners_of_system_keys(conn, &api_keys)?;
    record_change_of(conn, &api_keys, context.now)?;
    for api_key in &api_keys {
        if !store::api_keys::delete(conn, &api_key.id, context.now)? {
            return Err(Error::SelectionNotFound { missing: 1, selected: api_keys.len() }.into());
        }
        context.record(conn, &actor, api_key, &ApiKeyEvent::Deleted)?;
    }
    let made_anew = system::make_anew(conn, context, token_keys, &owner_ids)?;
    Ok(Deleted { api_keys, made_anew })
}

pub fn impact_of_deleting_all(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    view: View,
) -> Result<AllDeletionImpact, Error> {
    authorize(actor, manage(view), &context.policy)?;
    require_proof(context)?;
    let whose = view.whose(actor);
    Ok(AllDeletionImpact {
        count: store::api_keys::count(conn, &whose)?,
        used_in_last_24_hours: store::api_keys::count_used_since(conn, &whose, a_day_before(context.now))?,
        people: list_owners(conn, actor, view)?.len(),
        has_system_keys: context.policy.system_default_key && has_system_keys(conn, actor, view)?,
    })
}

/// Deletes all keys of the view, if their number is the one that the actor confirmed. Returns how many were deleted,
/// and how many system keys were created in their place.
pub fn delete_all(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    token_keys: &TokenKeys,
    view: View,
    agreed_count: i64,
) -> Result<(i64, usize), Failure<CountChanged>> {
    authorize(actor, manage(view), &context.policy)?;
    require_proof(context)?;
    let owner_ids = list_owners(conn, actor, view)?;
    for owner_id in &owner_ids {
        store::users::lock_api_keys(conn, owner_id)?;
    }
    let actor = &actors::current(conn, context, actor)?;
    authorize(actor, manage(view), &context.policy)?;
    // Only keys of locked owners. A person who creates their first key right now does so after this.
    let mut with_system_key = BTreeSet::new();
    for owner_id in &owner_ids {
        if store::system_api_keys::find(conn, owner_id)?.is_some() {
            with_system_key.insert(owner_id.clone());
        }
    }
    let everybody: Vec<_> = owner_ids.into_iter().map(Whose::Person).collect();
    let mut count = 0;
    for whose in &everybody {
        count += store::api_keys::count(conn, whose)?;
    }
    if count != agreed_count {
        return Err(Failure::Refused(CountChanged { count }));
    }
    store::verification::record_change(conn, None, context.now)?;
    for whose in &everybody {
        for api_key in store::api_keys::delete_all(conn, whose, context.now)? {
            context.record(conn, actor, &api_key, &ApiKeyEvent::Deleted)?;
        }
    }
    let made_anew = system::make_anew(conn, context, token_keys, &with_system_key)?;
    Ok((count, made_anew))
}

/// Deleting all keys requires the password, even for a single key.
fn require_proof(context: &Context) -> Result<(), Error> {
    if context.has_password_proof { Ok(()) } else { Err(Error::PasswordProofRequired) }
}

fn owners_of_system_keys(conn: &mut Conn, api_keys: &[ApiKey]) -> Result<BTreeSet<UserId>, Error> {
    let ids: Vec<_> = api_keys.iter().map(|key| &key.id).collect();
    let made_by_system = store::system_api_keys::list_among(conn, &ids)?;
    Ok(api_keys.iter().filter(|key| made_by_system.contains(&key.id)).map(|key| key.owner_id.clone()).collect())
}

fn has_system_keys(conn: &mut Conn, actor: &Actor, view: View) -> Result<bool, Error> {
    for owner_id in list_owners(conn, actor, view)? {
        if store::system_api_keys::find(conn, &owner_id)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The owners of the view's keys, in the order in which to lock them.
fn list_owners(conn: &mut Conn, actor: &Actor, view: View) -> Result<Vec<UserId>, Error> {
    match view {
        View::Mine => Ok(vec![actor.person.id.clone()]),
        View::Organization => {
            let owners = store::owners::list(conn, &actor.person.organization_id)?;
            Ok(owners.into_iter().map(|owner| owner.id).collect())
        }
    }
}
