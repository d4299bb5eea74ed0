//! The people and keys that lose something by a change of grants.

use std::collections::BTreeMap;

use time::Duration;

use super::RoleGrants;
use crate::{
    app::{Context, Error},
    domain::{
        ApiGrants, ApiPermissionCatalogue, ApiPermissionName, ApiPermissionSet, Member, OrganizationId, Role, UserId,
    },
    store::{self, Conn, api_permissions::api_keys::AlikeKeys},
};

/// A key that was used within this time counts as used recently.
pub const USED_WITHIN: Duration = Duration::days(30);

/// How many people and keys a change concerns. Keys count if they are neither expired nor revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GrantImpact {
    pub people: i64,
    pub api_keys: i64,
    /// How many of the keys were used within [`USED_WITHIN`].
    pub used_recently: i64,
}

impl GrantImpact {
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    pub(super) fn add(&mut self, keys: &AlikeKeys) {
        self.api_keys += keys.count;
        self.used_recently += keys.used_recently;
    }
}

/// Everybody in an organization with their grants and their keys.
pub(super) struct Holders {
    pub catalogue: ApiPermissionCatalogue,
    pub role_grants: RoleGrants,
    pub member_grants: BTreeMap<UserId, ApiGrants>,
    pub people: Vec<Member>,
    pub api_keys: BTreeMap<UserId, Vec<AlikeKeys>>,
}

impl Holders {
    pub fn load(conn: &mut Conn, context: &Context, of: &OrganizationId) -> Result<Self, Error> {
        let since = context.now.minus(USED_WITHIN);
        let mut api_keys: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for alike in store::api_permissions::api_keys::list_alike(conn, of, since, context.now)? {
            api_keys.entry(alike.owner_id.clone()).or_default().push(alike);
        }
        Ok(Self {
            catalogue: store::api_permissions::catalogue(conn, of)?,
            role_grants: store::api_permissions::role_grants(conn, of)?,
            member_grants: store::api_permissions::list_member_grants(conn, of)?,
            people: store::members::list(conn, of)?,
            api_keys,
        })
    }

    /// What a person holds if these are the grants of their role and their own ones.
    pub fn held(&self, role: &ApiGrants, own: &ApiGrants) -> ApiPermissionSet {
        self.catalogue.expand(&role.union(own))
    }

    pub fn own(&self, person: &Member) -> ApiGrants {
        self.member_grants.get(&person.id).cloned().unwrap_or_default()
    }

    pub fn of_role(&self, role: Role) -> &ApiGrants {
        &self.role_grants[role as usize]
    }

    /// What these keys may do if their owner holds `held`.
    pub fn may(&self, keys: &AlikeKeys, held: &ApiPermissionSet) -> ApiPermissionSet {
        match &keys.selected {
            None => *held,
            Some(selected) => self.catalogue.expand(selected).intersection(held),
        }
    }

    /// The permissions of `before` that are not in `after`.
    pub fn lost(&self, before: &ApiPermissionSet, after: &ApiPermissionSet) -> Vec<ApiPermissionName> {
        let lost = before.iter().filter(|position| !after.contains(*position));
        lost.map(|position| self.catalogue.names()[position].clone()).collect()
    }

    /// The person and their keys, if they lose something.
    pub fn losses_of(&self, person: &Member, before: &ApiPermissionSet, after: &ApiPermissionSet) -> GrantImpact {
        let mut impact = GrantImpact::default();
        let loses = |before: &ApiPermissionSet, after: &ApiPermissionSet| {
            before.iter().any(|position| !after.contains(position))
        };
        if loses(before, after) {
            impact.people = 1;
            for keys in self.api_keys.get(&person.id).into_iter().flatten() {
                if loses(&self.may(keys, before), &self.may(keys, after)) {
                    impact.add(keys);
                }
            }
        }
        impact
    }
}
