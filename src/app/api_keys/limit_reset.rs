//! Resetting what was used of the limits of a key.

use super::{authorize, edit, get_owner, selection::get_manageable};
use crate::{
    app::{Context, Error, key_limits},
    domain::{Actor, ApiKey, ApiKeyEvent, ApiKeyId, Permission, key_limits::KeyLimits},
    store::{self, Conn, owners::Owner},
};

/// A key whose uses can be reset.
#[derive(Debug)]
pub struct Resettable {
    pub api_key: ApiKey,
    pub owner: Owner,
    pub limits: KeyLimits,
    /// How often it was reset before.
    pub resets: i64,
}

/// Whether this actor may reset the uses of keys.
pub(super) fn may_reset(context: &Context, actor: &Actor, api_key: &ApiKey) -> bool {
    actor.may(Permission::ManageAllApiKeys, &context.policy) && actor.may_manage(api_key, &context.policy)
}

/// The key, if this actor may reset its uses.
pub fn find_resettable(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
) -> Result<Resettable, Error> {
    let api_key = edit::unless_revoked(get_manageable(conn, context, actor, id)?)?;
    authorize(actor, Permission::ManageAllApiKeys, &context.policy)?;
    if !actor.owns(&api_key) {
        context.record(conn, actor, &api_key, &ApiKeyEvent::Viewed)?;
    }
    Ok(Resettable {
        owner: get_owner(conn, &api_key)?,
        limits: api_key.attributes.limits.or(context.policy.key_limits()),
        resets: store::key_limits::count_resets(conn, id)?,
        api_key,
    })
}

/// Resets the uses, unless that was done since the key had been reset `resets` times. None if the key has no limits.
pub fn reset(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
    resets: i64,
) -> Result<Option<ApiKey>, Error> {
    let (actor, api_key) = edit::lock(conn, context, actor, id)?;
    authorize(&actor, Permission::ManageAllApiKeys, &context.policy)?;
    if api_key.attributes.limits.or(context.policy.key_limits()).is_empty() {
        return Ok(None);
    }
    if store::key_limits::count_resets(conn, id)? == resets {
        key_limits::reset(conn, id, context.now)?;
        // So that all servers notice.
        store::verification::record_change(conn, Some(id), context.now)?;
        context.record(conn, &actor, &api_key, &ApiKeyEvent::LimitsReset)?;
    }
    Ok(Some(api_key))
}
