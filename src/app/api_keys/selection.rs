//! Keys that somebody has chosen, one or many, to do something to all of them or to none.

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

/// The most keys that one act changes, whether they were picked or match.
pub const LIMIT: usize = 10_000;
/// Keys that one act ends without asking for the password, as long as others stay.
pub const ENDED_WITHOUT_PROOF: usize = 20;
/// Other keys that are read to find one that stays. If the system made all of these, the act counts as ending the rest.
const OTHERS_READ: i64 = 100;
/// Selections that are kept for one person: a few windows, and the way back in each.
const KEPT: i64 = 20;
/// The places that a question tells of.
const CALLERS: i64 = 5;

/// Which keys.
#[derive(Clone, Debug)]
pub enum Selection {
    One(ApiKeyId),
    /// Of a view, so that keys that it does not show are none of them.
    These {
        view: View,
        ids: Vec<ApiKeyId>,
    },
    /// The same, as they were put down by [`save`].
    Saved {
        view: View,
        id: SelectionId,
    },
    /// All that a list shows, on whichever page of it. It is found again under the locks, and must be as many keys as the
    /// actor agreed to.
    Matching {
        query: Box<ListQuery>,
        agreed: i64,
    },
}

/// Chosen keys, and what one should know before something is done to them.
#[derive(Debug)]
pub struct SelectionPreview {
    /// Those that the act applies to, by name.
    pub api_keys: Vec<ApiKey>,
    /// Those that it leaves as they are.
    pub untouched: Vec<ApiKey>,
    /// Those of the first that are made anew when they are deleted; for a revocation, how many stay for that reason.
    pub system_keys: usize,
    /// Who owns those that are not the actor's.
    pub owners: Vec<Owner>,
    /// How many of those that it applies to were used in the last 24 hours.
    pub used_in_last_24_hours: usize,
    /// From where those were used last.
    pub callers: Vec<RecordedCaller>,
}

/// The keys of a selection while nobody else can change them.
#[derive(Debug)]
pub struct LockedSelection {
    /// With the role that they have now.
    pub actor: Actor,
    pub api_keys: Vec<ApiKey>,
}

/// What an act does to which keys.
#[derive(Debug)]
pub(super) struct Split {
    pub api_keys: Vec<ApiKey>,
    pub untouched: Vec<ApiKey>,
    /// As in [`SelectionPreview`].
    pub system_keys: usize,
}

/// The actor agreed to another number of keys than there are now. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountChanged {
    pub count: i64,
}

/// Puts down which keys somebody picked, so that an address can name them however many they are. Whether there are such
/// keys is found out by who asks about them.
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

/// To be asked in a transaction that writes: a look at one key of somebody else is written down.
pub fn preview(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    selection: &Selection,
    act: ApiKeyAction,
) -> Result<SelectionPreview, Error> {
    let chosen = list(conn, context, actor, selection)?;
    // Of one key it tells from where it is used. Of several it tells that of all together.
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

/// Until the lock is had, keys may go, or to somebody else, and the actor may lose their role: all is read again.
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
        // As many, but others.
        (Selection::Matching { .. }, _) => Err(Failure::Refused(CountChanged { count })),
    }
}

/// Those that the act applies to, and the others. Keys that the system makes for everybody are not revoked: on its own
/// that is [`Error::SystemApiKey`], among others it stays as it is.
pub(super) fn split(
    conn: &mut Conn,
    context: &Context,
    selection: &Selection,
    api_keys: Vec<ApiKey>,
    act: ApiKeyAction,
) -> Result<Split, Error> {
    let of_system = match act {
        ApiKeyAction::Revoke | ApiKeyAction::Delete => system::list_among(conn, &context.policy, &api_keys)?,
        ApiKeyAction::Disable | ApiKeyAction::Enable => BTreeSet::new(),
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

/// Refuses to end many keys, or the last ones, for an actor who typed their password too long ago. Every act on a
/// selection asks here, with the keys that it would end. Disabling and enabling never need the password: they can be
/// undone, and disabling must be quick when a key has leaked. One key that was named on its own page does not either.
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

/// Whether the view has no other key, or no other that still works or could work. A key that the system would make
/// again counts as no other.
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

/// The chosen keys, by name, if this actor may manage every one of them.
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
