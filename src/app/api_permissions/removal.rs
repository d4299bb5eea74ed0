//! Removing an API permission. It is taken from the roles, people and keys that have it by its name.

use std::collections::HashMap;

use super::{GrantImpact, authorize, impact::Holders, lock};
use crate::{
    app::{Context, Error, Failure, Fault, policies},
    domain::{
        Actor, ApiGrant, ApiPermission, ApiPermissionEvent, ApiPermissionName, ApiPermissionSet, Member, Role, UserId,
        audit::ApiPermissionSubject,
    },
    store::{self, Conn},
};

/// What removing a permission affects.
#[derive(Debug)]
pub struct ApiPermissionRemoval {
    pub permission: ApiPermission,
    /// Roles that are granted it by its name.
    pub roles: Vec<Role>,
    /// Roles that have it only by a wildcard.
    pub wildcard_roles: Vec<Role>,
    /// How many people have it now, in whatever way.
    pub people: usize,
    /// People who are granted it beside their role, by its name.
    pub members: Vec<Member>,
    /// Keys that have it by its name.
    pub named: GrantImpact,
    /// Keys that have it by a wildcard.
    pub by_wildcard: GrantImpact,
    /// Keys that have it because their owner does.
    pub inherited: GrantImpact,
}

/// Why a permission was not removed.
#[derive(Debug)]
pub enum NotRemoved {
    /// Nobody confirmed what it affects.
    NotConfirmed(Fault),
    /// The person confirmed something else than what it affects now.
    Changed,
}

impl ApiPermissionRemoval {
    /// Whether nobody would notice.
    pub fn is_nothing(&self) -> bool {
        self.roles.is_empty() && self.members.is_empty() && self.api_keys() == 0
    }

    pub fn api_keys(&self) -> i64 {
        self.named.api_keys + self.by_wildcard.api_keys + self.inherited.api_keys
    }

    pub fn used_recently(&self) -> i64 {
        self.named.used_recently + self.by_wildcard.used_recently + self.inherited.used_recently
    }

    /// Identifies what a person confirms.
    pub fn agreement(&self) -> String {
        let roles = |roles: &[Role]| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",");
        let keys = [self.named, self.by_wildcard, self.inherited].map(|keys| keys.api_keys.to_string()).join(",");
        let [all, own] = [self.people, self.members.len()];
        format!("{};{};{all};{own};{keys}", roles(&self.roles), roles(&self.wildcard_roles))
    }
}

pub fn plan(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    name: &ApiPermissionName,
) -> Result<ApiPermissionRemoval, Error> {
    authorize(context, actor)?;
    let of = &actor.person.organization_id;
    let permission = store::api_permissions::find(conn, of, name)?.ok_or(Error::NotFound)?;
    let holders = Holders::load(conn, context, of)?;
    let grant = ApiGrant::from(name.clone());
    let has = |role: &Role| holders.of_role(*role).contains(&grant);
    let has_by_wildcard = |role: &Role| !has(role) && holders.of_role(*role).grant(name);
    let has_own = |member: &&Member| holders.own(member).contains(&grant);
    let holds = |member: &&Member| holders.of_role(member.role).grant(name) || holders.own(member).grant(name);
    let mut plan = ApiPermissionRemoval {
        permission,
        roles: Role::ALL.into_iter().filter(has).collect(),
        wildcard_roles: Role::ALL.into_iter().filter(has_by_wildcard).collect(),
        people: holders.people.iter().filter(holds).count(),
        members: holders.people.iter().filter(has_own).cloned().collect(),
        named: GrantImpact::default(),
        by_wildcard: GrantImpact::default(),
        inherited: GrantImpact::default(),
    };
    count_keys(&holders, &mut plan);
    Ok(plan)
}

/// `agreed` is the [`ApiPermissionRemoval::agreement`] that the person saw, if they confirmed it. Returns how many keys
/// had it by its name.
pub fn remove(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    name: &ApiPermissionName,
    agreed: Option<&str>,
) -> Result<usize, Failure<NotRemoved>> {
    let actor = &lock(conn, context, actor)?;
    let of = &actor.person.organization_id;
    // Nobody can create or change a key in the meantime.
    for person in policies::list_people(conn, of)? {
        store::users::lock_api_keys(conn, &person)?;
    }
    let plan = plan(conn, context, actor, name)?;
    match agreed {
        None if !plan.is_nothing() => {
            return Err(Failure::Refused(NotRemoved::NotConfirmed(Fault::RemovalNotConfirmed)));
        }
        Some(agreed) if agreed != plan.agreement() => return Err(Failure::Refused(NotRemoved::Changed)),
        _ => {}
    }
    store::verification::record_change(conn, None, context.now)?;
    store::api_permissions::delete(conn, of, name)?;
    store::api_permissions::delete_grants_of(conn, of, name)?;
    store::exercised_permissions::delete_of_permission(conn, of, name)?;
    // The confirmed number. Ended keys lose it, too, but that changes nothing.
    let api_keys = usize::try_from(plan.named.api_keys).unwrap_or_default();
    store::api_permissions::api_keys::deselect(conn, of, name)?;
    let event = ApiPermissionEvent::Removed {
        description: plan.permission.description.as_str().to_owned(),
        roles: plan.roles,
        members: plan.members.into_iter().map(|member| member.id).collect(),
        api_keys,
    };
    let subject = ApiPermissionSubject { organization_id: of.clone(), name: name.clone() };
    context.record(conn, actor, &subject, &event)?;
    Ok(api_keys)
}

/// Keys that have the permission by its name count even if their owner does not hold it now, or has left. Such keys lose
/// it, too: with a new permission of that name, a new owner of the key would have it back.
fn count_keys(holders: &Holders, plan: &mut ApiPermissionRemoval) {
    let name = &plan.permission.name;
    let grant = ApiGrant::from(name.clone());
    let Some(position) = holders.catalogue.position(name.as_str()) else { return };
    let held: HashMap<&UserId, ApiPermissionSet> = holders
        .people
        .iter()
        .map(|person| (&person.id, holders.held(holders.of_role(person.role), &holders.own(person))))
        .collect();
    for (owner_id, alike) in &holders.api_keys {
        let is_held = held.get(owner_id).is_some_and(|held| held.contains(position));
        for keys in alike {
            match &keys.selected {
                Some(selected) if selected.contains(&grant) => plan.named.add(keys),
                Some(selected) if selected.grant(name) && is_held => plan.by_wildcard.add(keys),
                None if is_held => plan.inherited.add(keys),
                _ => {}
            }
        }
    }
}
