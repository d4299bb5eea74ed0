//! Taking the permissions from a key that no request asks for.

use super::{edit, get_owner, permission_use::PermissionUse, permissions::HeldPermissions, selection::get_manageable};
use crate::{
    app::{Context, Error, Failure},
    domain::{Actor, ApiKey, ApiKeyEvent, ApiKeyId, KeyPermissions, PermissionSet, Status},
    store::{self, Conn, owners::Owner},
};

/// A key that can be narrowed.
#[derive(Debug)]
pub struct Narrowable {
    pub api_key: ApiKey,
    pub owner: Owner,
    pub permission_use: PermissionUse,
    /// Permissions in Latchkey that the key would lose, too.
    pub latchkey_lost: PermissionSet,
}

/// Why a key was not narrowed.
#[derive(Debug)]
pub enum NotNarrowed {
    /// Other permissions would go than the person has seen.
    Changed,
}

/// The key, if this actor may change it.
pub fn find_narrowable(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
) -> Result<Narrowable, Error> {
    let api_key = get_manageable(conn, context, actor, id)?;
    if !actor.owns(&api_key) {
        context.record(conn, actor, &api_key, &ApiKeyEvent::Viewed)?;
    }
    narrowable(conn, context, api_key)
}

/// Takes the unused permissions from the key, if what goes is still `seen`. Returns the key.
pub fn narrow(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
    seen: &[String],
) -> Result<ApiKey, Failure<NotNarrowed>> {
    let (actor, present) = edit::lock(conn, context, actor, id)?;
    let Narrowable { api_key: present, permission_use, latchkey_lost, .. } = narrowable(conn, context, present)?;
    let unused = permission_use.unused.iter().map(|unused| unused.permission.name.to_string());
    let latchkey = latchkey_lost.iter().map(|permission| permission.as_str().to_owned());
    if unused.chain(latchkey).ne(seen.iter().cloned()) {
        return Err(Failure::Refused(NotNarrowed::Changed));
    }
    if permission_use.unused.is_empty() {
        return Ok(present);
    }
    let permissions = KeyPermissions::Only(permission_use.narrowed(&present.permissions));
    let narrowed = ApiKey { permissions, ..present.clone() };
    let written = edit::write(conn, context, &actor, &present, narrowed, ApiKeyEvent::Edited);
    written.map_err(|failure| failure.map(|_| NotNarrowed::Changed))
}

fn narrowable(conn: &mut Conn, context: &Context, api_key: ApiKey) -> Result<Narrowable, Error> {
    let owner = get_owner(conn, &api_key)?;
    let known = store::api_permissions::list(conn, &api_key.organization_id)?;
    let works = api_key.status(context.now) == Status::Active && owner.is_active;
    let held = if works {
        HeldPermissions::of_owner(conn, context, &api_key.organization_id, &owner)?.of_key(&api_key.permissions)
    } else {
        HeldPermissions::default()
    };
    let permission_use = PermissionUse::of_key(conn, context.now, &api_key, &held, &known)?;
    let latchkey_lost = if permission_use.unused.is_empty() {
        PermissionSet::default()
    } else {
        let kept = permission_use.narrowed(&api_key.permissions).latchkey;
        held.latchkey.iter().filter(|permission| !kept.contains(*permission)).collect()
    };
    Ok(Narrowable { api_key, owner, permission_use, latchkey_lost })
}
