//! Deleting keys: one, some, all.

use super::{
    View, a_day_before, audit, authorize, note_change_of,
    selection::{self, Locked, Selection, manage},
};
use crate::{
    app::{Context, Error, members},
    domain::{Action, Actor, ApiKey, UserId, api_key::listing::Whose},
    store::{self, Conn},
};

/// What deleting all keys of a view would hit.
#[derive(Debug)]
pub struct Impact {
    pub count: i64,
    pub used_in_last_24_hours: i64,
    /// How many people have these keys.
    pub people: usize,
}

/// All of them or none. Gives the keys as they were.
pub fn delete(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    selection: &Selection,
) -> Result<Vec<ApiKey>, Error> {
    let Locked { actor, api_keys } = selection::lock(conn, context, actor, selection)?;
    note_change_of(conn, &api_keys, context.now)?;
    for api_key in &api_keys {
        if !store::api_keys::delete(conn, &api_key.id)? {
            return Err(Error::SelectionNotFound { missing: 1, selected: api_keys.len() });
        }
        audit(conn, context, Some(&actor), Action::ApiKeyDeleted, api_key)?;
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
