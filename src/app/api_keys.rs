//! Use cases for API keys, and what they share.

pub mod attributes;
pub mod confirmation;
pub mod creation;
pub mod deleted;
pub mod deletion;
pub mod details;
pub mod edit;
pub mod export;
pub mod form;
pub mod limit_reset;
pub mod list_query;
pub mod listing;
pub mod narrowing;
pub mod owners;
pub mod pauses;
pub mod permission_use;
pub mod permissions;
pub mod rotation;
pub mod rotation_mark;
pub mod search;
pub mod selection;
pub mod status_change;
pub mod system;
pub mod token;
pub mod unused_permissions;

use time::Duration;

use self::selection::get_manageable;
use super::{Context, Error, actors};
use crate::{
    domain::{Actor, ApiKey, ApiKeyId, Permission, Policy, Timestamp, api_key::listing::Whose},
    store::{self, Conn, owners::Owner},
};

/// Whose keys are displayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Mine,
    Organization,
}

impl View {
    /// The view of an address that names none. People who cannot have keys see the organization's, if they may.
    pub fn default_of(actor: &Actor, policy: &Policy) -> Self {
        let may = |permission| actor.may(permission, policy);
        let may_have_keys = may(Permission::CreateApiKeys) || policy.system_default_key;
        if may(Permission::SeeAllApiKeys) && !may_have_keys { Self::Organization } else { Self::Mine }
    }

    pub fn whose(self, actor: &Actor) -> Whose {
        match self {
            Self::Mine => Whose::Person(actor.person.id.clone()),
            Self::Organization => Whose::Organization(actor.person.organization_id.clone()),
        }
    }
}

/// The key, if it is the actor's own and they may change it.
pub fn get_own(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let api_key = get_visible(conn, context, actor, id)?;
    let may_change = actor.owns(&api_key) && actor.may_manage(&api_key, &context.policy);
    if may_change { Ok(api_key) } else { Err(Error::Forbidden) }
}

/// The key and the actor, read again under the lock of the owner's keys.
fn lock_manageable(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<(Actor, ApiKey), Error> {
    let owner_id = get_manageable(conn, context, actor, id)?.owner_id;
    store::users::lock_api_keys(conn, &owner_id)?;
    let actor = actors::current(conn, context, actor)?;
    let api_key = get_manageable(conn, context, &actor, id)?;
    // The key was handed over to a person whose keys are not locked.
    if api_key.owner_id == owner_id { Ok((actor, api_key)) } else { Err(Error::NotFound) }
}

fn get_owner(conn: &mut Conn, api_key: &ApiKey) -> Result<Owner, Error> {
    let owner = store::owners::list_by_id(conn, &api_key.organization_id, &[&api_key.owner_id])?.pop();
    owner.ok_or(Error::Store(store::Error::Corrupt("api_keys.owner_id")))
}

/// The key, if this actor may see it.
fn get_visible(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let api_key = store::api_keys::find(conn, id)?;
    api_key.filter(|key| actor.may_see(key, &context.policy)).ok_or(Error::NotFound)
}

pub fn a_day_before(now: Timestamp) -> Timestamp {
    now.minus(Duration::DAY)
}

fn authorize(actor: &Actor, permission: Permission, policy: &Policy) -> Result<(), Error> {
    if actor.may(permission, policy) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Tells verification that these keys change.
fn record_change_of(conn: &mut Conn, api_keys: &[ApiKey], now: Timestamp) -> Result<(), Error> {
    let id = match api_keys {
        [only] => Some(&only.id),
        _ => None,
    };
    Ok(store::verification::record_change(conn, id, now)?)
}
