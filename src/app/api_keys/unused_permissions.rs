//! Marks the keys with permissions of the organization's API that nobody asks for, so that lists can be filtered by it.
//! What such a key has, [`PermissionUse`] says. A new key is never marked: the use of its permissions is not known yet.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{permission_use::PermissionUse, permissions::HeldPermissions};
use crate::{
    app::{Context, Error},
    domain::{ApiKey, ApiKeyId, OrganizationId, Timestamp, UserId},
    store::{self, Conn},
};

/// Keys of one transaction, so that others wait for a short time.
const BATCH: usize = 500;

/// Recomputes the marks of some keys, the first ones after `after`. Returns the last of them, if there may be others.
pub fn mark_next(conn: &mut Conn, context: &mut Context, after: Option<&ApiKeyId>) -> Result<Option<ApiKeyId>, Error> {
    let ids = store::unused_permission_marks::list_candidates(conn, after, BATCH)?;
    let mut of_organizations: BTreeMap<OrganizationId, Vec<ApiKey>> = BTreeMap::new();
    for api_key in store::api_keys::lock_free(conn, &ids)? {
        of_organizations.entry(api_key.organization_id.clone()).or_default().push(api_key);
    }
    for (organization_id, api_keys) in of_organizations {
        mark_all(conn, context.now, &organization_id, &api_keys)?;
    }
    Ok(ids.into_iter().nth(BATCH - 1))
}

/// Must be called in the transaction that changes the permissions of the key.
pub(super) fn mark(conn: &mut Conn, now: Timestamp, api_key: &ApiKey) -> Result<(), Error> {
    mark_all(conn, now, &api_key.organization_id, std::slice::from_ref(api_key))
}

fn mark_all(
    conn: &mut Conn,
    now: Timestamp,
    organization_id: &OrganizationId,
    api_keys: &[ApiKey],
) -> Result<(), Error> {
    let known = store::api_permissions::list(conn, organization_id)?;
    let held = held_by_active_owners(conn, organization_id, api_keys)?;
    let days = store::exercised_permissions::list_of_keys(conn, api_keys.iter().map(|api_key| &api_key.id))?;
    // Whatever the status of the key, because lists know that themselves.
    let has_unused = |api_key: &ApiKey| {
        let (Some(of_owner), Some(days)) = (held.get(&api_key.owner_id), days.get(api_key.id.as_str())) else {
            return false;
        };
        let of_key = of_owner.of_key(&api_key.permissions);
        !PermissionUse::by_days(now, api_key, &of_key, &known, days).unused.is_empty()
    };
    let marks: Vec<_> = api_keys.iter().map(|api_key| (api_key, has_unused(api_key))).collect();
    Ok(store::unused_permission_marks::replace(conn, &marks)?)
}

/// What the owners of these keys are granted of the organization's API. Keys of the others do not work.
fn held_by_active_owners(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    api_keys: &[ApiKey],
) -> Result<HashMap<UserId, HeldPermissions>, Error> {
    let ids: BTreeSet<_> = api_keys.iter().map(|api_key| &api_key.owner_id).collect();
    let of_roles = store::api_permissions::role_grants(conn, organization_id)?;
    let mut held = HashMap::new();
    for owner in store::owners::list_by_id(conn, organization_id, &ids.into_iter().collect::<Vec<_>>())? {
        if owner.is_active {
            let beside_role = store::api_permissions::member_grants(conn, &owner.id)?;
            let api = of_roles[owner.role as usize].union(&beside_role);
            held.insert(owner.id, HeldPermissions { api, ..HeldPermissions::default() });
        }
    }
    Ok(held)
}
