//! Deleting keys: one, some, all.

use std::collections::BTreeSet;

use super::{View, a_day_before, audit, authorize, get_visible};
use crate::{
    app::{Context, Error, members},
    domain::{Action, Actor, ApiKey, ApiKeyId, Permission, UserId, api_key::listing::Whose},
    store::{self, Conn, owners::Owner},
};

/// The most keys that one request may name.
pub const SELECTION_LIMIT: usize = 1_000;

/// Keys that may be deleted, and what one should know before.
#[derive(Debug)]
pub struct Question {
    pub api_keys: Vec<ApiKey>,
    /// Who owns those that are not the actor's.
    pub owners: Vec<Owner>,
}

/// What deleting all keys of a view would hit.
#[derive(Debug)]
pub struct Impact {
    pub count: i64,
    pub used_in_last_24_hours: i64,
    /// How many people have these keys.
    pub people: usize,
}

pub fn ask(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<Question, Error> {
    let api_key = get_manageable(conn, context, actor, id)?;
    question(conn, actor, vec![api_key])
}

/// About the selected keys, by name.
pub fn ask_selected(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    view: View,
    selection: &[ApiKeyId],
) -> Result<Question, Error> {
    let api_keys = list_manageable(conn, context, actor, view, selection)?;
    question(conn, actor, api_keys)
}

/// Gives the key as it was.
pub fn delete(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let owner_id = get_manageable(conn, context, actor, id)?.owner_id;
    store::users::lock_api_keys(conn, &owner_id)?;
    // Until the lock was had the key may have gone, or to somebody else, and the actor may have lost their role.
    let actor = &members::current(conn, actor)?;
    let api_key = get_manageable(conn, context, actor, id)?;
    if api_key.owner_id != owner_id || !store::api_keys::delete(conn, id)? {
        return Err(Error::NotFound);
    }
    store::verification::note_change(conn, Some(&api_key.lookup), context.now)?;
    audit(conn, context, Some(actor), Action::ApiKeyDeleted, &api_key)?;
    Ok(api_key)
}

/// All of them or none. Gives the keys as they were.
pub fn delete_selected(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    view: View,
    selection: &[ApiKeyId],
) -> Result<Vec<ApiKey>, Error> {
    let api_keys = list_manageable(conn, context, actor, view, selection)?;
    let owner_ids: BTreeSet<_> = api_keys.into_iter().map(|key| key.owner_id).collect();
    for owner_id in &owner_ids {
        store::users::lock_api_keys(conn, owner_id)?;
    }
    let actor = &members::current(conn, actor)?;
    let api_keys = list_manageable(conn, context, actor, view, selection)?;
    let missing = api_keys.iter().filter(|key| !owner_ids.contains(&key.owner_id)).count();
    if missing > 0 {
        return Err(Error::SelectionNotFound { missing, selected: api_keys.len() });
    }
    store::verification::note_change(conn, None, context.now)?;
    for api_key in &api_keys {
        if !store::api_keys::delete(conn, &api_key.id)? {
            return Err(Error::SelectionNotFound { missing: 1, selected: api_keys.len() });
        }
        audit(conn, context, Some(actor), Action::ApiKeyDeleted, api_key)?;
    }
    Ok(api_keys)
}

pub fn impact_of_deleting_all(conn: &mut Conn, context: &Context, actor: &Actor, view: View) -> Result<Impact, Error> {
    authorize(actor, manage(view), &context.policy)?;
    let whose = view.whose(actor);
    Ok(Impact {
        count: store::api_keys::count(conn, &whose)?,
        used_in_last_24_hours: store::api_keys::count_used_since(conn, &whose, a_day_before(context.now))?,
        people: list_owners(conn, actor, view)?.len(),
    })
}

/// Deletes all keys of the view, provided that they are as many as the actor agreed to. Gives how many.
pub fn delete_all(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    view: View,
    agreed_count: i64,
) -> Result<i64, Error> {
    authorize(actor, manage(view), &context.policy)?;
    let owner_ids = list_owners(conn, actor, view)?;
    for owner_id in &owner_ids {
        store::users::lock_api_keys(conn, owner_id)?;
    }
    let actor = &members::current(conn, actor)?;
    authorize(actor, manage(view), &context.policy)?;
    // Only the keys of who is locked: who makes their first key right now makes it after this.
    let everybody: Vec<_> = owner_ids.into_iter().map(Whose::Person).collect();
    let mut count = 0;
    for whose in &everybody {
        count += store::api_keys::count(conn, whose)?;
    }
    if count != agreed_count {
        return Err(Error::CountChanged { count });
    }
    store::verification::note_change(conn, None, context.now)?;
    for whose in &everybody {
        for api_key in store::api_keys::delete_all(conn, whose)? {
            audit(conn, context, Some(actor), Action::ApiKeyDeleted, &api_key)?;
        }
    }
    Ok(count)
}

fn manage(view: View) -> Permission {
    match view {
        View::Mine => Permission::ManageOwnApiKeys,
        View::Organization => Permission::ManageAllApiKeys,
    }
}

/// Whose keys the view shows, in the order in which they are to be locked.
fn list_owners(conn: &mut Conn, actor: &Actor, view: View) -> Result<Vec<UserId>, Error> {
    match view {
        View::Mine => Ok(vec![actor.user_id.clone()]),
        View::Organization => {
            let owners = store::owners::list(conn, &actor.organization_id)?;
            Ok(owners.into_iter().map(|owner| owner.id).collect())
        }
    }
}

/// The key, if this actor may delete it.
fn get_manageable(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let api_key = get_visible(conn, context, actor, id)?;
    if actor.may_manage(&api_key, &context.policy) { Ok(api_key) } else { Err(Error::Forbidden) }
}

/// The selected keys, by name, if this actor may delete every one of them.
fn list_manageable(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    view: View,
    selection: &[ApiKeyId],
) -> Result<Vec<ApiKey>, Error> {
    authorize(actor, manage(view), &context.policy)?;
    let mut selection = selection.to_vec();
    selection.sort();
    selection.dedup();
    let selected = selection.len();
    let api_keys = store::api_keys::list(conn, &view.whose(actor), &selection)?;
    match selected - api_keys.len() {
        0 => Ok(api_keys),
        missing => Err(Error::SelectionNotFound { missing, selected }),
    }
}

fn question(conn: &mut Conn, actor: &Actor, api_keys: Vec<ApiKey>) -> Result<Question, Error> {
    let others: BTreeSet<_> = api_keys.iter().filter(|key| !actor.owns(key)).map(|key| &key.owner_id).collect();
    let others: Vec<_> = others.into_iter().collect();
    let owners = store::owners::list_by_id(conn, &actor.organization_id, &others)?;
    Ok(Question { api_keys, owners })
}
