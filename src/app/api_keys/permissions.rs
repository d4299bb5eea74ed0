//! Which permissions people have, and which of these they may give to a key.

use super::get_owner;
use crate::{
    app::{Context, Error, Fault, Field},
    domain::{
        Actor, ApiGrant, ApiGrants, ApiKey, ApiPermission, ChosenPermissions, KeyPermissions, OrganizationId,
        PermissionSet, Person, Role, UserId, Via, api_key::KeyPermissionsError,
    },
    store::{self, Conn, owners::Owner},
};

/// What a person or a key has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldPermissions {
    pub latchkey: PermissionSet,
    /// Of the organization's API.
    pub api: ApiGrants,
}

/// What an actor may give to a key.
#[derive(Clone, Debug, Default)]
pub struct AssignablePermissions {
    /// All permissions of the organization's API, by name.
    pub known: Vec<ApiPermission>,
    /// The owner of the key.
    of_owner: HeldPermissions,
    of_actor: HeldPermissions,
    /// The permissions that the key already has, even if the actor or the owner has lost them. They may stay.
    present: HeldPermissions,
}

impl HeldPermissions {
    pub(super) fn of_actor(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Self, Error> {
        let Person { id, organization_id, role } = &actor.person;
        let api = api_grants(conn, organization_id, id, *role)?;
        let api = match &actor.via {
            Via::Session | Via::CommandLine => api,
            Via::ApiKey { permissions, .. } => permissions.api_within(&api),
        };
        Ok(Self { latchkey: actor.permissions(&context.policy), api })
    }

    pub(super) fn of_owner(
        conn: &mut Conn,
        context: &Context,
        organization_id: &OrganizationId,
        owner: &Owner,
    ) -> Result<Self, Error> {
        let api = api_grants(conn, organization_id, &owner.id, owner.role)?;
        Ok(Self { latchkey: owner.role.permissions(&context.policy), api })
    }

    /// The part of this that a key of this person has.
    #[must_use]
    pub fn of_key(&self, permissions: &KeyPermissions) -> Self {
        Self { latchkey: permissions.within(self.latchkey), api: permissions.api_within(&self.api) }
    }

    pub fn is_within(&self, others: &Self) -> bool {
        self.latchkey.is_within(others.latchkey) && self.api.iter().all(|grant| others.api.cover(grant))
    }

    /// What was selected for a key, even if its owner has less.
    fn selected(&self, permissions: &KeyPermissions) -> Self {
        match permissions {
            KeyPermissions::Inherited => self.clone(),
            KeyPermissions::Only(ChosenPermissions { latchkey, api }) => Self { latchkey: *latchkey, api: api.clone() },
        }
    }

    fn union(&self, others: &Self) -> Self {
        Self { latchkey: self.latchkey.union(others.latchkey), api: self.api.union(&others.api) }
    }
}

impl AssignablePermissions {
    /// For a new key of the actor.
    pub(super) fn to_new_key(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Self, Error> {
        let Person { id, organization_id, role } = &actor.person;
        let api = api_grants(conn, organization_id, id, *role)?;
        Ok(Self {
            known: store::api_permissions::list(conn, organization_id)?,
            of_owner: HeldPermissions { latchkey: role.permissions(&context.policy), api },
            of_actor: HeldPermissions::of_actor(conn, context, actor)?,
            present: HeldPermissions::default(),
        })
    }

    pub(super) fn to_key(conn: &mut Conn, context: &Context, actor: &Actor, api_key: &ApiKey) -> Result<Self, Error> {
        let (owner, organization_id) = (get_owner(conn, api_key)?, &api_key.organization_id);
        let of_owner = HeldPermissions::of_owner(conn, context, organization_id, &owner)?;
        Ok(Self {
            known: store::api_permissions::list(conn, organization_id)?,
            present: of_owner.selected(&api_key.permissions),
            of_actor: HeldPermissions::of_actor(conn, context, actor)?,
            of_owner,
        })
    }

    /// Latchkey's permissions that the actor may give.
    pub fn latchkey(&self) -> PermissionSet {
        self.of_actor.latchkey.union(self.present.latchkey)
    }

    /// Whether the actor may give this grant of the organization's API.
    pub fn include(&self, grant: &ApiGrant) -> bool {
        self.check_grant(grant).is_ok()
    }

    pub(super) fn check(&self, wanted: KeyPermissions) -> Field<KeyPermissions> {
        let not_held = Err(Fault::Permissions(KeyPermissionsError::NotHeld));
        let given = self.of_actor.union(&self.present);
        match &wanted {
            KeyPermissions::Inherited if !self.of_owner.is_within(&given) => return not_held,
            KeyPermissions::Inherited => {}
            KeyPermissions::Only(chosen) => {
                if !chosen.latchkey.is_within(given.latchkey) {
                    return not_held;
                }
                chosen.api.iter().try_for_each(|grant| self.check_grant(grant)).map_err(Fault::Permissions)?;
            }
        }
        Ok(wanted)
    }

    fn check_grant(&self, grant: &ApiGrant) -> Result<(), KeyPermissionsError> {
        if self.present.api.cover(grant) {
            return Ok(());
        }
        let is_known = |grant: &ApiGrant| self.known.binary_search_by(|known| known.name.as_str().cmp(grant.as_str()));
        if !grant.is_wildcard() && is_known(grant).is_err() {
            Err(KeyPermissionsError::Unknown)
        } else if !self.of_actor.api.cover(grant) {
            Err(KeyPermissionsError::NotHeld)
        } else if !self.of_owner.api.cover(grant) {
            Err(KeyPermissionsError::NotHeldByOwner)
        } else {
            Ok(())
        }
    }
}

/// What a person is granted by their role, and beside it.
fn api_grants(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    user_id: &UserId,
    role: Role,
) -> Result<ApiGrants, Error> {
    let of_roles = store::api_permissions::role_grants(conn, organization_id)?;
    Ok(of_roles[role as usize].union(&store::api_permissions::member_grants(conn, user_id)?))
}
