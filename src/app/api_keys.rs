//! The life of API keys: listing, creating, confirming, deleting.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use time::Duration;

use super::{Context, Error, Fault};
use crate::{
    domain::{
        Action, Actor, ApiKey, ApiKeyId, ApiKeyName, Description, ExpirationDate, Permission, Policy, Sha256Digest,
        Status, Timestamp, Token, TokenDigestKey, UserId,
        api_key::listing::{Order, Page, Position},
        policy::CONFIRMATION_WINDOW,
        usage::DayOfUse,
    },
    store::{self, Conn},
};

/// Keys on one page of the list.
pub const PAGE_SIZE: usize = 50;
/// The most keys that one request may name.
pub const SELECTION_LIMIT: usize = 1_000;
/// How long a used create form is remembered: longer than any session that could send it again.
const FORM_MEMORY: Duration = Duration::days(8);
/// How near its end a key is said to expire soon.
pub const EXPIRES_SOON: Duration = Duration::days(30);

#[derive(Debug)]
pub struct Listing {
    pub page: Page,
    /// All keys, whatever their status.
    pub total: i64,
    /// Those that count towards the limit.
    pub live: i64,
    /// How those of the page that were presented today were used.
    pub today: BTreeMap<ApiKeyId, DayOfUse>,
}

/// What the create form is filled with.
#[derive(Debug)]
pub struct Draft {
    pub name: ApiKeyName,
    pub expiration: ExpirationDate,
    /// The limit, when the actor has reached it.
    pub limit_reached: Option<i64>,
}

/// What was typed into the create form.
#[derive(Clone, Copy, Debug)]
pub struct CreateForm<'a> {
    pub name: &'a str,
    pub description: &'a str,
    /// `YYYY-MM-DD`
    pub expires_on: &'a str,
    /// Random, and one for each form that is shown.
    pub form_token: &'a str,
}

/// A key as it was just made, with the token that is shown this once.
#[derive(Debug)]
pub struct Created {
    pub api_key: ApiKey,
    pub token: Token,
}

#[derive(Debug)]
pub struct Overview {
    pub total: i64,
    pub active: i64,
    pub pending: i64,
    /// Those that expire soon, soonest first.
    pub expiring: Vec<ApiKey>,
    /// Those used last, the latest first.
    pub recent: Vec<ApiKey>,
}

/// What deleting several keys would hit.
#[derive(Debug)]
pub struct Impact {
    pub count: i64,
    pub used_in_last_24_hours: i64,
}

pub fn list(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    order: Order,
    position: &Position,
) -> Result<Listing, Error> {
    authorize(actor, Permission::SeeOwnApiKeys, &context.policy)?;
    let page = store::api_keys::page_of_owner(conn, &actor.user_id, order, position, PAGE_SIZE)?;
    let ids: Vec<_> = page.api_keys.iter().map(|key| &key.id).collect();
    Ok(Listing {
        today: store::usage::list_of_day(conn, &ids, context.now.start_of_day())?,
        page,
        total: store::api_keys::count_of_owner(conn, &actor.user_id)?,
        live: store::api_keys::count_live_of_owner(conn, &actor.user_id, context.now)?,
    })
}

pub fn overview(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Overview, Error> {
    authorize(actor, Permission::SeeOwnApiKeys, &context.policy)?;
    let (owner, now) = (&actor.user_id, context.now);
    Ok(Overview {
        total: store::api_keys::count_of_owner(conn, owner)?,
        active: store::api_keys::count_active_of_owner(conn, owner, now)?,
        pending: store::api_keys::count_pending_of_owner(conn, owner, now)?,
        expiring: store::api_keys::list_expiring(conn, owner, now, now.plus(EXPIRES_SOON), 5)?,
        recent: store::api_keys::list_recently_used(conn, owner, 5)?,
    })
}

pub fn draft(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Draft, Error> {
    authorize(actor, Permission::CreateApiKeys, &context.policy)?;
    let taken = store::api_keys::list_names(conn, &actor.user_id, "api key")?;
    let live = store::api_keys::count_live_of_owner(conn, &actor.user_id, context.now)?;
    let limit = context.policy.max_keys_per_user;
    Ok(Draft {
        name: ApiKeyName::free_default(&taken),
        expiration: context.policy.default_expiration(context.now),
        limit_reached: (live >= limit).then_some(limit),
    })
}

pub fn create(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    digest_key: &TokenDigestKey,
    form: &CreateForm<'_>,
) -> Result<Created, Error> {
    authorize(actor, Permission::CreateApiKeys, &context.policy)?;
    store::users::lock_api_keys(conn, &actor.user_id)?;
    // Whoever was removed or disabled a moment ago leaves no new key behind.
    if super::accounts::find_active(conn, &actor.user_id)?.is_none() {
        return Err(Error::Forbidden);
    }

    // First of all, since after a double submit the name is taken too, and that would be the wrong reason.
    let form_token = Sha256Digest::of(form.form_token);
    if let Some(earlier) = store::form_submissions::find(conn, &actor.user_id, &form_token)? {
        return Err(Error::FormUsed(store::api_keys::find(conn, &earlier)?.map(Box::new)));
    }

    let (name, description, expiration) = parse_create_form(conn, context, actor, form)?;
    let limit = context.policy.max_keys_per_user;
    if store::api_keys::count_live_of_owner(conn, &actor.user_id, context.now)? >= limit {
        return Err(Error::ApiKeyLimitReached { limit });
    }

    let token = Token::generate(&mut context.rng);
    let api_key = ApiKey {
        id: ApiKeyId::generate(context.now, &mut context.rng),
        organization_id: actor.organization_id.clone(),
        owner_id: actor.user_id.clone(),
        name,
        description,
        lookup: token.lookup().to_owned(),
        hint: token.hint().to_owned(),
        created_at: context.now,
        confirmed_at: None,
        disabled_at: None,
        expires_at: Some(expiration.expires_at()),
        revoked_at: None,
        last_use: None,
    };
    store::api_keys::insert(conn, &api_key, &digest_key.digest(&token))?;
    store::form_submissions::insert(conn, &actor.user_id, &form_token, api_key.id.as_str(), context.now)?;
    audit(conn, context, Some(actor), Action::ApiKeyCreated, &api_key)?;
    Ok(Created { api_key, token })
}

/// The owner has copied the token: the key becomes active. Confirming twice changes nothing.
pub fn confirm(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    store::users::lock_api_keys(conn, &actor.user_id)?;
    let api_key = get_manageable(conn, context, actor, id)?;
    match api_key.status(context.now) {
        Status::Pending => {
            store::api_keys::update_confirmed(conn, id, context.now)?;
            store::verification::note_change(conn, Some(&api_key.lookup), context.now)?;
            audit(conn, context, Some(actor), Action::ApiKeyConfirmed, &api_key)?;
            Ok(api_key)
        }
        Status::Active | Status::Disabled => Ok(api_key),
        Status::Expired | Status::Revoked => Err(Error::ApiKeyEnded),
    }
}

/// The key, if this actor may change it.
pub fn get_manageable(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let api_key = store::api_keys::find(conn, id)?.filter(|key| actor.owns(key)).ok_or(Error::NotFound)?;
    if actor.may_manage(&api_key, &context.policy) { Ok(api_key) } else { Err(Error::Forbidden) }
}

/// The selected keys, by name, if this actor may change every one of them.
pub fn list_manageable(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    selection: &[ApiKeyId],
) -> Result<Vec<ApiKey>, Error> {
    authorize(actor, Permission::ManageOwnApiKeys, &context.policy)?;
    let mut selection = selection.to_vec();
    selection.sort();
    selection.dedup();
    let selected = selection.len();
    let api_keys = store::api_keys::list_of_owner(conn, &actor.user_id, &selection)?;
    match selected - api_keys.len() {
        0 => Ok(api_keys),
        missing => Err(Error::SelectionNotFound { missing, selected }),
    }
}

/// Gives the key as it was.
pub fn delete(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    store::users::lock_api_keys(conn, &actor.user_id)?;
    let api_key = get_manageable(conn, context, actor, id)?;
    if !store::api_keys::delete(conn, id)? {
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
    selection: &[ApiKeyId],
) -> Result<Vec<ApiKey>, Error> {
    store::users::lock_api_keys(conn, &actor.user_id)?;
    let api_keys = list_manageable(conn, context, actor, selection)?;
    store::verification::note_change(conn, None, context.now)?;
    for api_key in &api_keys {
        if !store::api_keys::delete(conn, &api_key.id)? {
            return Err(Error::SelectionNotFound { missing: 1, selected: api_keys.len() });
        }
        audit(conn, context, Some(actor), Action::ApiKeyDeleted, api_key)?;
    }
    Ok(api_keys)
}

pub fn impact_of_deleting_all(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Impact, Error> {
    authorize(actor, Permission::ManageOwnApiKeys, &context.policy)?;
    Ok(Impact {
        count: store::api_keys::count_of_owner(conn, &actor.user_id)?,
        used_in_last_24_hours: store::api_keys::count_used_since(conn, &actor.user_id, a_day_before(context.now))?,
    })
}

/// Deletes all keys of the actor, provided that they are as many as the actor agreed to. Gives how many.
pub fn delete_all(conn: &mut Conn, context: &mut Context, actor: &Actor, agreed_count: i64) -> Result<i64, Error> {
    authorize(actor, Permission::ManageOwnApiKeys, &context.policy)?;
    store::users::lock_api_keys(conn, &actor.user_id)?;
    let count = store::api_keys::count_of_owner(conn, &actor.user_id)?;
    if count != agreed_count {
        return Err(Error::CountChanged { count });
    }
    store::verification::note_change(conn, None, context.now)?;
    for api_key in store::api_keys::delete_of_owner(conn, &actor.user_id)? {
        audit(conn, context, Some(actor), Action::ApiKeyDeleted, &api_key)?;
    }
    Ok(count)
}

/// Removes the keys whose token nobody has confirmed in time, and forgets old forms. Gives how many keys.
pub fn purge(conn: &mut Conn, context: &mut Context) -> Result<usize, Error> {
    store::form_submissions::delete_older_than(conn, context.now.minus(FORM_MEMORY))?;
    let window_began = context.now.minus(CONFIRMATION_WINDOW);
    for owner_id in store::api_keys::list_owners_of_unconfirmed(conn, window_began)? {
        store::users::lock_api_keys(conn, &owner_id)?;
    }
    let purged = store::api_keys::delete_unconfirmed(conn, window_began)?;
    if !purged.is_empty() {
        store::verification::note_change(conn, None, context.now)?;
    }
    for api_key in &purged {
        audit(conn, context, None, Action::ApiKeyPurged, api_key)?;
    }
    Ok(purged.len())
}

pub fn a_day_before(now: Timestamp) -> Timestamp {
    now.minus(Duration::DAY)
}

fn authorize(actor: &Actor, permission: Permission, policy: &Policy) -> Result<(), Error> {
    if actor.may(permission, policy) { Ok(()) } else { Err(Error::Forbidden) }
}

fn parse_create_form(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    form: &CreateForm<'_>,
) -> Result<(ApiKeyName, Description, ExpirationDate), Error> {
    let mut faults = Vec::new();
    let name = match ApiKeyName::parse(form.name) {
        Ok(name) if is_name_taken(conn, &actor.user_id, &name)? => Err(Fault::ApiKeyNameTaken),
        Ok(name) => Ok(name),
        Err(error) => Err(Fault::ApiKeyName(error)),
    };
    let name = name.map_err(|fault| faults.push(fault));
    let description = Description::parse(form.description).map_err(|error| faults.push(Fault::Description(error)));
    let expiration = context.policy.parse_expiration(form.expires_on, context.now);
    let expiration = expiration.map_err(|error| faults.push(Fault::ExpirationDate(error)));
    match (name, description, expiration) {
        (Ok(name), Ok(description), Ok(expiration)) => Ok((name, description, expiration)),
        _ => Err(Error::Invalid(faults)),
    }
}

fn is_name_taken(conn: &mut Conn, owner_id: &UserId, name: &ApiKeyName) -> Result<bool, Error> {
    Ok(store::api_keys::has_name(conn, owner_id, name)?)
}

pub(super) fn audit(
    conn: &mut Conn,
    context: &mut Context,
    actor: Option<&Actor>,
    action: Action,
    api_key: &ApiKey,
) -> Result<(), Error> {
    let details = describe(api_key, context.now);
    let actor_id = actor.map(|actor| &actor.user_id);
    let event = context.event(&api_key.organization_id, actor_id, action, api_key.id.as_str(), details);
    Ok(store::audit_events::insert(conn, &event)?)
}

/// Enough to know the key by when its row is gone.
fn describe(api_key: &ApiKey, now: Timestamp) -> Value {
    json!({
        "name": api_key.name.as_str(),
        "lookup": api_key.lookup,
        "hint": api_key.hint,
        "owner_id": api_key.owner_id.as_str(),
        "status": api_key.status(now).as_str(),
        "expires_at": api_key.expires_at.map(|end| end.to_string()),
        "was_confirmed": api_key.status(now) != Status::Pending,
    })
}
