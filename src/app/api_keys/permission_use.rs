//! Which permissions of a key requests ask for, and which nobody does.

use std::collections::BTreeMap;

use time::Duration;

use super::permissions::HeldPermissions;
use crate::{
    app::Error,
    domain::{ApiKey, ApiPermission, ChosenPermissions, KeyPermissions, PermissionSet, Timestamp},
    store::{self, Conn},
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

impl PermissionUse {
    /// `held` is what the key has now, and `known` are all permissions of the API.
    pub(super) fn of_key(
        conn: &mut Conn,
        now: Timestamp,
        api_key: &ApiKey,
        held: &HeldPermissions,
        known: &[ApiPermission],
    ) -> Result<Self, Error> {
        if known.is_empty() || api_key.created_at > quiet_since(now) {
            return Ok(Self::default());
        }
        let days = store::exercised_permissions::list(conn, &api_key.id)?;
        Ok(Self::by_days(now, api_key, held, known, &days))
    }

    /// `days` are the last days of use of the permissions that were ever asked for with the key.
    pub(super) fn by_days(
        now: Timestamp,
        api_key: &ApiKey,
        held: &HeldPermissions,
        known: &[ApiPermission],
        days: &BTreeMap<String, Timestamp>,
    ) -> Self {
        let quiet_since = quiet_since(now);
        let is_used = |name: &str| days.get(name).is_some_and(|day| *day >= quiet_since);
        if api_key.created_at > quiet_since || !days.keys().any(|name| is_used(name)) {
            return Self::default();
        }
        let of_key = known.iter().filter(|known| held.api.grant(&known.name));
        let (used, unused): (Vec<_>, Vec<_>) =
            of_key.cloned().partition(|known| known.created_at > quiet_since || is_used(known.name.as_str()));
        Self {
            used,
            unused: unused.into_iter().map(|permission| UnusedPermission::new(permission, days)).collect(),
            latchkey: held.latchkey.iter().filter(|permission| is_used(permission.as_str())).collect(),
        }
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

/// What was last used before this is unused.
fn quiet_since(now: Timestamp) -> Timestamp {
    now.minus(Duration::days(QUIET_DAYS)).start_of_day()
}
