//! Selected keys, one or many. An action applies to all of them or to none.

use std::collections::BTreeSet;

use super::{View, a_day_before, authorize, get_visible, list_query::ListQuery, listing::list_ids, system};
use crate::{
    app::{Context, Error, Failure, actors},
    domain::{
        Actor, ApiKey, ApiKeyAction, ApiKeyEvent, ApiKeyId, Permission, SelectionId, api_key::listing::Whose,
        usage::RecordedCaller,
    },
    store::{self, Conn, owners::Owner},
};

/// The most keys that one action changes.
pub const LIMIT: usize = 10_000;
/// How many keys one action ends without the password, as long as others remain.
pub const ENDED_WITHOUT_PROOF: usize = 20;
/// How many other keys are read to find one that remains. If all of these are system keys, the action counts as ending
/// the rest.
const OTHERS_READ: i64 = 100;
/// How many selections are kept per person: enough for a few windows and their history.
const KEPT: i64 = 20;
/// How many callers a preview names.
const CALLERS: i64 = 5;

/// The selected keys.
#[derive(Clone, Debug)]
pub enum Selection {
    One(ApiKeyId),
    /// Keys of a view. Keys outside the view are never included.
    These {
        view: View,
        ids: Vec<ApiKeyId>,
    },
    /// Keys that [`save`] stored.
    Saved {
        view: View,
        id: SelectionId,
    },
    /// All keys that match a list's filters, on every page. They are found again under the locks, and their number must
    /// be the confirmed one.
    Matching {
        query: Box<ListQuery>,
        agreed: i64,
    },
}

/// The selected keys, and what the actor needs to know before the action.
#[derive(Debug)]
pub struct SelectionPreview {
    /// The keys that the action applies to, by name.
    pub api_keys: Vec<ApiKey>,
    /// The keys that it leaves unchanged.
    pub untouched: Vec<ApiKey>,
    /// For a deletion, how many of the keys are created again. For a revocation, how many are not revoked for that
    /// reason.
    pub system_keys: usize,
    /// The owners of keys that are not the actor's.
    pub owners: Vec<Owner>,
    /// How many of the affected keys were used in the last 24 hours.
    pub used_in_last_24_hours: usize,
    /// The last callers of the affected keys.
    pub callers: Vec<RecordedCaller>,
}

/// The keys of a selection, locked against changes by others.
#[derive(Debug)]
pub struct LockedSelection {
    /// The actor with their current role.
    pub actor: Actor,
    pub api_keys: Vec<ApiKey>,
}

/// The selected keys, divided by whether the action applies to them.
#[derive(Debug)]
pub(super) struct Split {
    pub api_keys: Vec<ApiKey>,
    pub untouched: Vec<ApiKey>,
    /// As in [`SelectionPreview`].
    pub system_keys: usize,
}

/// The actor confirmed another number of keys than there are now. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountChanged {
    pub count: i64,
}

/// Stores a selection so that a URL can refer to it, however many keys it has. Does not check that the keys exist;
/// later use does.
pub fn save(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    view: View,
    ids: &[ApiKeyId],
) -> Result<SelectionId, Error> {
    authorize(actor, manage(view), &context.policy)?;
    let id = SelectionId::generate(context.now, &mut context.rng);
    store::selections::insert(conn, &id, &actor.person.id, ids, context.now)?;
    store::selections::delete_all_but_latest(conn, &actor.person.id, KEPT)?;
    Ok(id)
}

/// Must run in a writing transaction: a view of one key of another person is recorded.
pub fn preview(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    selection: &Selection,
    act: ApiKeyAction,
) -> Result<SelectionPreview, Error> {
    let chosen = list(conn, context, actor, selection)?;
    // The preview of a single key reveals where it is used. That of several keys reveals it only for all together.
    if let [only] = chosen.as_slice()
        && !actor.owns(only)
    {
        context.record(conn, actor, only, &ApiKeyEvent::Viewed)?;
    }
    let others: BTreeSet<_> = chosen.iter().filter(|key| !actor.owns(key)).map(|key| &key.owner_id).collect();
    let others: Vec<_> = others.into_iter().collect();
    let owners = store::owners::list_by_id(conn, &actor.person.organization_id, &others)?;
    let Split { api_keys, untouched, system_keys } = split(conn, context, selection, chosen, act)?;
    require_proof(conn, context, actor, selection, act, &api_keys)?;
    let ids: Vec<_> = api_keys.iter().map(|key| &key.id).collect();
    let callers = store::usage::list_callers(conn, &ids, CALLERS)?;
    let used_in_last_24_hours = api_keys.iter().filter(|key| key.was_used_since(a_day_before(context.now))).count();
    Ok(SelectionPreview { api_keys, untouched, system_keys, owners, used_in_last_24_hours, callers })
}

/// Reads everything again under the lock: keys may have been deleted or handed over, and the actor may have another
/// role.
pub(super) fn lock(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    selection: &Selection,
) -> Result<LockedSelection, Failure<CountChanged>> {
    let before = list(conn, context, actor, selection)?;
    let owner_ids: BTreeSet<_> = before.into_iter().map(|key| key.owner_id).collect();
    for owner_id in &owner_ids {
        store::users::lock_api_keys(conn, owner_id)?;
    }
    let actor = actors::current(conn, context, actor)?;
    let api_keys = list(conn, context, &actor, selection)?;
    let count = i64::try_from(api_keys.len()).unwrap_or(i64::MAX);
    match (selection, api_keys.iter().filter(|key| !owner_ids.contains(&key.owner_id)).count()) {
        (Selection::Matching { agreed, .. }, _) if *agreed != count => Err(Failure::Refused(CountChanged { count })),
        (_, 0) => Ok(LockedSelection { actor, api_keys }),
        (Selection::One(_), _) => Err(Error::NotFound.into()),
        (Selection::These { .. } | Selection::Saved { .. }, missing) => {
            Err(Error::SelectionNotFound { missing, selected: api_keys.len() }.into())
        }
        // The same number, but other keys.
        (Selection::Matching { .. }, _) => Err(Failure::Refused(CountChanged { count })),
    }
}

/// Divides keys by whether the action applies to them. System keys are not revoked: a single one gives
/// [`Error::SystemApiKey`], among others they stay unchanged.
pub(super) fn split(
    conn: &mut Conn,
    context: &Context,
    selection: &Selection,
    api_keys: Vec<ApiKey>,
    act: ApiKeyAction,
) -> Result<Split, Error> {
    let of_system = match act {
        ApiKeyAction::Revoke | ApiKeyAction::Delete => system::list_among(conn, &context.policy, &api_keys)?,
        ApiKeyAction::Disable | ApiKeyAction::Enable | ApiKeyAction::Rotate | ApiKeyAction::MarkForRotation => {
            BTreeSet::new()
        }
    };
    if act == ApiKeyAction::Revoke && matches!(selection, Selection::One(_)) && !of_system.is_empty() {
        return Err(Error::SystemApiKey);
    }
    let applies = |key: &ApiKey| act.applies_to(key.status(context.now));
    let system_keys = api_keys.iter().filter(|key| applies(key) && of_system.contains(&key.id)).count();
    let (api_keys, untouched) = api_keys
        .into_iter()
        .partition(|key| applies(key) && !(act == ApiKeyAction::Revoke && of_system.contains(&key.id)));
    Ok(Split { api_keys, untouched, system_keys })
}

/// Refuses to end many keys, or the last ones, unless the actor typed their password recently. Every action on a
/// selection calls this with the keys that it would end. Disabling and enabling never need the password: they can be
/// undone, and a leaked key must be disabled quickly. Ending one key on its own page does not need it either.
pub(super) fn require_proof(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    selection: &Selection,
    act: ApiKeyAction,
    ended: &[ApiKey],
) -> Result<(), Error> {
    if context.has_password_proof || !act.is_final() || ended.is_empty() {
        return Ok(());
    }
    let needs_proof = match selection {
        Selection::One(_) => false,
        Selection::Matching { .. } => true,
        Selection::These { view, .. } | Selection::Saved { view, .. } => {
            ended.len() > ENDED_WITHOUT_PROOF || is_rest(conn, context, &view.whose(actor), ended)?
        }
    };
    if needs_proof { Err(Error::PasswordProofRequired) } else { Ok(()) }
}

/// Whether the view has no other key, or no other key that works or could work. System keys do not count as others,
/// because they would be created again.
fn is_rest(conn: &mut Conn, context: &Context, whose: &Whose, ended: &[ApiKey]) -> Result<bool, Error> {
    let ids: Vec<_> = ended.iter().map(|key| &key.id).collect();
    let ends_live_keys = ended.iter().any(|key| key.status(context.now).is_live());
    let live_at = ends_live_keys.then_some(context.now);
    let others = store::api_keys::list_others(conn, whose, &ids, live_at, OTHERS_READ)?;
    let others: Vec<_> = others.iter().collect();
    Ok(others.is_empty()
        || context.policy.system_default_key
            && store::system_api_keys::list_among(conn, &others)?.len() == others.len())
}

/// The selected keys, by name, if this actor may manage every one of them.
fn list(conn: &mut Conn, context: &Context, actor: &Actor, selection: &Selection) -> Result<Vec<ApiKey>, Error> {
    match selection {
        Selection::One(id) => Ok(vec![get_manageable(conn, context, actor, id)?]),
        Selection::These { view, ids } => {
            authorize(actor, manage(*view), &context.policy)?;
            list_picked(conn, actor, *view, ids)
        }
        Selection::Saved { view, id } => {
            authorize(actor, manage(*view), &context.policy)?;
            let ids = store::selections::find(conn, &actor.person.id, id)?.ok_or(Error::NotFound)?;
            list_picked(conn, actor, *view, &ids)
        }
        Selection::Matching { query, .. } => {
            authorize(actor, manage(query.view), &context.policy)?;
            let ids = list_ids(conn, context, actor, query, LIMIT + 1)?;
            if ids.len() > LIMIT {
                return Err(Error::TooManyMatch { limit: LIMIT });
            }
            Ok(store::api_keys::list(conn, &query.view.whose(actor), &ids)?)
        }
    }
}

fn list_picked(conn: &mut Conn, actor: &Actor, view: View, ids: &[ApiKeyId]) -> Result<Vec<ApiKey>, Error> {
    let ids: BTreeSet<_> = ids.iter().cloned().collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let api_keys = store::api_keys::list(conn, &view.whose(actor), &ids)?;
    match ids.len() - api_keys.len() {
        0 => Ok(api_keys),
        missing => Err(Error::SelectionNotFound { missing, selected: ids.len() }),
    }
}

/// The key, if this actor may change it.
pub(super) fn get_manageable(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    id: &ApiKeyId,
) -> Result<ApiKey, Error> {
    let api_key = get_visible(conn, context, actor, id)?;
    if actor.may_manage(&api_key, &context.policy) { Ok(api_key) } else { Err(Error::Forbidden) }
}

pub(super) fn manage(view: View) -> Permission {
    match view {
        View::Mine => Permission::ManageOwnApiKeys,
        View::Organization => Permission::ManageAllApiKeys,
    }
}
