//! Permissions of a key that no request asks for: finding them, and taking them from the key.

use std::collections::BTreeMap;

use time::Duration;

use super::{edit, get_owner, permissions::HeldPermissions, selection::get_manageable};
use crate::{
    app::{Context, Error, Failure},
    domain::{
        Actor, ApiKey, ApiKeyEvent, ApiKeyId, ApiPermission, ChosenPermissions, KeyPermissions, PermissionSet, Status,
        Timestamp,
    },
    store::{self, Conn, owners::Owner},
};

/// How long nobody must have asked for a permission, in days. Permissions and keys that are not as old are left out.
pub const QUIET_DAYS: i64 = 30;

/// A permission of the organization's API that a key has, and nobody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedPermission {
    pub permission: ApiPermission,
    /// The day on which somebody last asked for it.
    pub used_on: Option<Timestamp>,
}

/// What a key has of the permissions of the organization's API, by use.
#[derive(Clone, Debug, Default)]
pub struct PermissionUse {
    pub used: Vec<ApiPermission>,
    /// Empty if nobody asks for permissions at all: then nothing is known about their use.
    pub unused: Vec<UnusedPermission>,
    /// The permissions in Latchkey that somebody asked for.
    latchkey: PermissionSet,
}

/// A key that can be narrowed.
#[derive(Debug)]
pub struct Narrowable {
    pub api_key: ApiKey,
    pub owner: Owner,
    pub permission_use: PermissionUse,
}

/// Why a key was not narrowed.
#[derive(Debug)]
pub enum NotNarrowed {
    /// Other permissions are unused than the person has seen.
    Changed,
}

impl PermissionUse {
    /// `held` is what the key has now, and `known` are all permissions of the API.
    pub(super) fn of_key(
        conn: &mut Conn,
        now: Timestamp,
        api_key: &ApiKey,
        held: &HeldPermissions,
        known: &[ApiPermission],
    ) -> Result<Self, Error> {
        let quiet_since = now.minus(Duration::days(QUIET_DAYS)).start_of_day();
        if known.is_empty() || api_key.created_at > quiet_since {
            return Ok(Self::default());
        }
        let days = store::exercised_permissions::list(conn, &api_key.id)?;
        let is_used = |name: &str| days.get(name).is_some_and(|day| *day >= quiet_since);
        if !days.keys().any(|name| is_used(name)) {
            return Ok(Self::default());
        }
        let of_key = known.iter().filter(|known| held.api.grant(&known.name));
        let (used, unused): (Vec<_>, Vec<_>) =
            of_key.cloned().partition(|known| known.created_at > quiet_since || is_used(known.name.as_str()));
        Ok(Self {
            used,
            unused: unused.into_iter().map(|permission| UnusedPermission::new(permission, &days)).collect(),
            latchkey: held.latchkey.iter().filter(|permission| is_used(permission.as_str())).collect(),
        })
    }

    /// What the key has afterwards. A key that has inherited everything keeps of Latchkey's permissions only what is
    /// used.
    pub fn narrowed(&self, present: &KeyPermissions) -> ChosenPermissions {
        ChosenPermissions {
            latchkey: match present {
                KeyPermissions::Inherited => self.latchkey,
                KeyPermissions::Only(chosen) => chosen.latchkey,
            },
            api: self.used.iter().map(|permission| permission.name.clone().into()).collect(),
        }
    }
}

impl UnusedPermission {
    fn new(permission: ApiPermission, days: &BTreeMap<String, Timestamp>) -> Self {
        Self { used_on: days.get(permission.name.as_str()).copied(), permission }
    }
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

/// Takes the unused permissions from the key, if they are still `seen`. Returns the key.
pub fn narrow(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &ApiKeyId,
    seen: &[String],
) -> Result<ApiKey, Failure<NotNarrowed>> {
    let (actor, present) = edit::lock(conn, context, actor, id)?;
    let Narrowable { api_key: present, permission_use, .. } = narrowable(conn, context, present)?;
    let unused = permission_use.unused.iter().map(|unused| unused.permission.name.as_str());
    if unused.ne(seen.iter().map(String::as_str)) {
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
    let permission_use = if works {
        let held = HeldPermissions::of_owner(conn, context, &api_key.organization_id, &owner)?;
        PermissionUse::of_key(conn, context.now, &api_key, &held.of_key(&api_key.permissions), &known)?
    } else {
        PermissionUse::default()
    };
    Ok(Narrowable { api_key, owner, permission_use })
}
