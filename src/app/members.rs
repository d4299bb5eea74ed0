//! The members of an organization: listing, changing roles, disabling, enabling and removing them.
//!
//! A member who loses power or the account also loses their sessions, and verification learns of it in the same
//! transaction.

use std::collections::HashSet;

use super::{
    Context, Error, Failure, Fault, Field, actors, api_keys,
    audit_log::{self, AuditPage},
    invitations,
};
use crate::{
    domain::{
        Actor, ApiGrants, ApiKey, ApiKeyEvent, Member, Permission, Role, UserEvent, UserId,
        audit::Difference,
        member::{MemberChange, MemberRefusal},
    },
    store::{self, Conn},
};

/// Members per page of the list.
pub const PAGE_SIZE: usize = 50;

#[derive(Debug)]
pub struct MembersListing {
    pub members: Vec<ListedMember>,
    /// How many members the search found, on all pages.
    pub found: usize,
    /// From 1.
    pub page: usize,
    pub pages: usize,
    /// The number of Owners who can sign in.
    pub active_owners: i64,
    pub invitations: Vec<invitations::ListedInvitation>,
}

#[derive(Debug)]
pub struct ListedMember {
    pub member: Member,
    /// Keys that are neither expired nor revoked.
    pub live_api_keys: i64,
}

/// A member on their own page.
#[derive(Debug)]
pub struct MemberDetails {
    pub listed: ListedMember,
    /// The number of Owners who can sign in.
    pub active_owners: i64,
    /// The latest events about the member. None if the actor may not see them.
    pub events: Option<AuditPage>,
}

/// What removing a member affects.
#[derive(Debug)]
pub struct RemovalPlan {
    pub member: Member,
    /// Keys that are neither expired nor revoked.
    pub live: i64,
    /// How many of them are not confirmed. They are revoked in any case.
    pub unconfirmed: i64,
    /// How many of them are system keys. They are revoked in any case.
    pub made_by_system: i64,
    pub used_in_last_24_hours: i64,
    /// Possible new owners of the keys, by name.
    pub heirs: Vec<Member>,
}

/// What happens to the keys of a removed member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysGo {
    Revoked,
    To(UserId),
}

#[derive(Debug)]
pub struct Removed {
    pub member: Member,
    pub revoked: i64,
    pub handed_over: i64,
    pub heir: Option<Member>,
}

/// Searched and sorted here, not in the database, because only Unicode case folding suits every script. An organization
/// has hundreds of people, not millions.
pub fn list(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &str,
    page: usize,
) -> Result<MembersListing, Error> {
    if !actor.may(Permission::SeeMembers, &context.policy) {
        return Err(Error::Forbidden);
    }
    let mut members = store::members::list(conn, &actor.person.organization_id)?;
    members.retain(|member| member.matches(query));
    members.sort_by_cached_key(Member::listing_key);
    let found = members.len();
    let pages = found.div_ceil(PAGE_SIZE).max(1);
    let page = page.clamp(1, pages);
    let shown: Vec<Member> = members.into_iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).collect();
    let ids: Vec<&UserId> = shown.iter().map(|member| &member.id).collect();
    let keys = store::members::count_live_api_keys(conn, &ids, context.now)?;
    let listed = |member: Member| ListedMember { live_api_keys: keys.get(&member.id).copied().unwrap_or(0), member };
    Ok(MembersListing {
        members: shown.into_iter().map(listed).collect(),
        found,
        page,
        pages,
        active_owners: store::members::count_active_owners(conn, &actor.person.organization_id)?,
        invitations: invitations::list(conn, context, actor, query)?,
    })
}

pub fn find_details(conn: &mut Conn, context: &Context, actor: &Actor, id: &UserId) -> Result<MemberDetails, Error> {
    if !actor.may(Permission::SeeMembers, &context.policy) {
        return Err(Error::Forbidden);
    }
    let organization_id = &actor.person.organization_id;
    let member = store::members::find(conn, organization_id, id)?.ok_or(Error::NotFound)?;
    let keys = store::members::count_live_api_keys(conn, &[id], context.now)?;
    Ok(MemberDetails {
        listed: ListedMember { member, live_api_keys: keys.get(id).copied().unwrap_or(0) },
        active_owners: store::members::count_active_owners(conn, organization_id)?,
        events: audit_log::find_latest(conn, context, actor, &id.into())?,
    })
}

/// The member, if this actor may make the change.
pub fn get_changeable(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    id: &UserId,
    change: MemberChange,
) -> Result<Member, Error> {
    let member = store::members::find(conn, &actor.person.organization_id, id)?.ok_or(Error::NotFound)?;
    let active_owners = store::members::count_active_owners(conn, &actor.person.organization_id)?;
    match actor.may_change(&member, change, active_owners, &context.policy) {
        Ok(()) => Ok(member),
        Err(MemberRefusal::Role) => Err(Error::Forbidden),
        Err(MemberRefusal::Own) => Err(Error::OwnAccount),
        Err(MemberRefusal::LastOwner) => Err(Error::LastOwner),
    }
}

/// Returns the member before the change. They must sign in again. Assigning their current role changes nothing.
pub fn change_role(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &UserId,
    role: &Field<Role>,
) -> Result<(Member, Role), Failure<Fault>> {
    store::users::lock_members(conn, &actor.person.organization_id)?;
    let actor = &actors::current(conn, context, actor)?;
    let role = role.clone().map_err(Failure::Refused)?;
    let member = get_changeable(conn, context, actor, id, MemberChange::Role(role))?;
    if member.role != role {
        store::users::lock_api_keys(conn, id)?;
        store::verification::record_change(conn, None, context.now)?;
        store::members::update_role(conn, id, role)?;
        store::sessions::delete_of_user(conn, id, None)?;
        let event = UserEvent::RoleChanged { before: member.role, after: role };
        context.record(conn, actor, &member, &event)?;
    }
    Ok((member, role))
}

/// Ends all sessions, and keeps the person and their keys out until they are enabled. Disabling twice changes nothing.
pub fn disable(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &UserId) -> Result<Member, Error> {
    store::users::lock_members(conn, &actor.person.organization_id)?;
    let actor = &actors::current(conn, context, actor)?;
    let member = get_changeable(conn, context, actor, id, MemberChange::Disable)?;
    if member.is_active() {
        store::users::lock_api_keys(conn, id)?;
        store::verification::record_change(conn, None, context.now)?;
        store::members::update_disabled(conn, id, context.now)?;
        store::sessions::delete_of_user(conn, id, None)?;
        store::password_resets::delete(conn, id)?;
        context.record(conn, actor, &member, &UserEvent::Disabled)?;
    }
    Ok(member)
}

/// The person can sign in again, and their keys work again. Enabling twice changes nothing.
pub fn enable(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &UserId) -> Result<Member, Error> {
    store::users::lock_members(conn, &actor.person.organization_id)?;
    let actor = &actors::current(conn, context, actor)?;
    let member = get_changeable(conn, context, actor, id, MemberChange::Enable)?;
    if !member.is_active() {
        store::users::lock_api_keys(conn, id)?;
        store::verification::record_change(conn, None, context.now)?;
        store::members::update_enabled(conn, id, context.now)?;
        context.record(conn, actor, &member, &UserEvent::Enabled)?;
    }
    Ok(member)
}

pub fn plan_removal(conn: &mut Conn, context: &Context, actor: &Actor, id: &UserId) -> Result<RemovalPlan, Error> {
    let member = get_changeable(conn, context, actor, id, MemberChange::Remove)?;
    let keys = store::api_keys::list_live_of_owner(conn, id, context.now)?;
    let count = |test: &dyn Fn(&&ApiKey) -> bool| i64::try_from(keys.iter().filter(test).count()).unwrap_or(i64::MAX);
    let made_by_system = api_keys::system::list_among(conn, &context.policy, &keys)?;
    let mut heirs = store::members::list(conn, &actor.person.organization_id)?;
    heirs.retain(|heir| may_inherit(heir, actor, id, context));
    heirs.sort_by_cached_key(Member::listing_key);
    Ok(RemovalPlan {
        member,
        live: count(&|_| true),
        unconfirmed: count(&|key| key.confirmed_at.is_none()),
        made_by_system: count(&|key| made_by_system.contains(&key.id)),
        used_in_last_24_hours: count(&|key| key.was_used_since(api_keys::a_day_before(context.now))),
        heirs,
    })
}

/// Removes the person for good. Their row stays, for keys and events. Keys that are handed over keep their tokens and
/// get the new owner's permissions.
pub fn remove(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &UserId,
    keys_go: &KeysGo,
) -> Result<Removed, Failure<Fault>> {
    store::users::lock_members(conn, &actor.person.organization_id)?;
    let actor = &actors::current(conn, context, actor)?;
    let member = get_changeable(conn, context, actor, id, MemberChange::Remove)?;
    let heir = match keys_go {
        KeysGo::Revoked => None,
        KeysGo::To(heir) => {
            let heir = store::members::find(conn, &actor.person.organization_id, heir)?;
            let heir = heir.filter(|heir| may_inherit(heir, actor, id, context));
            Some(heir.ok_or(Failure::Refused(Fault::Heir))?)
        }
    };
    let mut owners: Vec<&UserId> = heir.iter().map(|heir| &heir.id).chain([id]).collect();
    owners.sort();
    for owner in owners {
        store::users::lock_api_keys(conn, owner)?;
    }
    store::verification::record_change(conn, None, context.now)?;

    let keys = store::api_keys::list_live_of_owner(conn, id, context.now)?;
    context.policy = store::policies::get(conn, &actor.person.organization_id)?.policy.into();
    let made_by_system = api_keys::system::list_among(conn, &context.policy, &keys)?;
    // Only the person has seen the token of an unconfirmed key, and a system key is theirs alone.
    let (handed, revoked): (Vec<_>, Vec<_>) = keys
        .into_iter()
        .partition(|key| heir.is_some() && key.confirmed_at.is_some() && !made_by_system.contains(&key.id));
    for api_key in &revoked {
        store::api_keys::update_revoked(conn, &api_key.id, context.now, None)?;
        let event = ApiKeyEvent::Revoked { reason: None, unused_for_days: None };
        context.record(conn, actor, api_key, &event)?;
    }
    if let Some(heir) = &heir {
        hand_over(conn, context, actor, &handed, heir)?;
    }
    store::members::remove(conn, id, context.now)?;
    store::api_permissions::replace_member_grants(conn, &member.organization_id, id, &ApiGrants::default())?;
    store::sessions::delete_of_user(conn, id, None)?;
    store::password_resets::delete(conn, id)?;
    let event = UserEvent::Removed {
        role: member.role,
        api_keys_revoked: revoked.len(),
        api_keys_handed_over: handed.len(),
        handed_over_to: heir.as_ref().map(|heir| heir.id.clone()),
    };
    context.record(conn, actor, &member, &event)?;
    let count = |keys: &[ApiKey]| i64::try_from(keys.len()).unwrap_or(i64::MAX);
    Ok(Removed { member, revoked: count(&revoked), handed_over: count(&handed), heir })
}

/// A key that is handed over gets the new owner's permissions: an Administrator must not turn a key into an Owner's.
fn may_inherit(heir: &Member, actor: &Actor, removed: &UserId, context: &Context) -> bool {
    heir.is_active() && heir.id != *removed && actor.may_manage_members_of(heir.role, &context.policy)
}

/// Ignores the new owner's limit of keys. A name that they already use gets a number.
fn hand_over(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    keys: &[ApiKey],
    heir: &Member,
) -> Result<(), Error> {
    let mut taken: HashSet<String> = store::api_keys::list_names(conn, &heir.id, "")?.into_iter().collect();
    for api_key in keys {
        let name = api_key.name.free_beside(&taken);
        taken.insert(name.folded());
        let handed_over = ApiKey { owner_id: heir.id.clone(), name: name.clone(), ..api_key.clone() };
        store::api_keys::update_owner(conn, &handed_over)?;
        store::system_api_keys::delete(conn, &api_key.id)?;
        let difference = Difference::of("owner_id", api_key.owner_id.as_str(), heir.id.as_str());
        let difference = difference.and("name", api_key.name.as_str(), name.as_str());
        context.record(conn, actor, api_key, &ApiKeyEvent::HandedOver(difference))?;
    }
    Ok(())
}
