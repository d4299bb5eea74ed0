//! Who is granted which API permissions: the roles, and single people beside their roles.

use super::{GrantImpact, RoleGrants, authorize, difference, impact::Holders, lock, replace_of_role};
use crate::{
    app::{Context, Error},
    domain::{
        Actor, ApiGrant, ApiGrants, ApiPermission, ApiPermissionName, Member, Role, Sha256Digest, UserEvent, UserId,
    },
    store::{self, Conn},
};

/// The permissions, and what each role is granted.
#[derive(Debug)]
pub struct RoleMatrix {
    /// By name.
    pub permissions: Vec<ApiPermission>,
    pub grants: RoleGrants,
}

/// What one person is granted.
#[derive(Debug)]
pub struct MemberGrants {
    pub member: Member,
    /// By name.
    pub permissions: Vec<ApiPermission>,
    /// Of the person's role.
    pub of_role: ApiGrants,
    /// Beside the role.
    pub own: ApiGrants,
}

/// What grants are to be replaced by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantsProposal<G> {
    pub grants: G,
    /// The version of the grants when the form was displayed.
    pub seen: String,
    /// The [`GrantLoss::agreement`] that the person confirmed. None asks first if anybody loses anything.
    pub agreed: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum GrantsOutcome {
    /// They are granted already.
    Unchanged,
    /// People or keys lose something, and nobody confirmed that. Nothing was changed.
    Asks(Vec<GrantLoss>),
    Changed,
    /// Somebody has changed the grants since the form was displayed, or removed a permission. Nothing was changed.
    Conflict,
}

/// What a role or a person loses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantLoss {
    /// None for a single person.
    pub role: Option<Role>,
    pub lost: Vec<ApiPermissionName>,
    pub impact: GrantImpact,
}

impl GrantLoss {
    /// Identifies what a person confirms.
    pub fn agreement(losses: &[Self]) -> String {
        let describe = |loss: &Self| {
            let lost = loss.lost.iter().map(ApiPermissionName::as_str).collect::<Vec<_>>();
            format!("{:?} {} {:?}", loss.role, lost.join(" "), loss.impact)
        };
        digest(&losses.iter().map(describe).collect::<Vec<_>>().join("\n"))
    }
}

impl RoleMatrix {
    /// Differs when the grants differ.
    pub fn version(&self) -> String {
        version_of(&self.grants)
    }
}

impl MemberGrants {
    /// Differs when the person's own grants differ.
    pub fn version(&self) -> String {
        digest(&self.own.to_string())
    }
}

pub fn matrix(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<RoleMatrix, Error> {
    authorize(context, actor)?;
    let of = &actor.person.organization_id;
    let permissions = store::api_permissions::list(conn, of)?;
    Ok(RoleMatrix { permissions, grants: store::api_permissions::role_grants(conn, of)? })
}

/// Replaces what all roles are granted.
pub fn change_of_roles(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    proposal: &GrantsProposal<RoleGrants>,
) -> Result<GrantsOutcome, Error> {
    let actor = &lock(conn, context, actor)?;
    let holders = Holders::load(conn, context, &actor.person.organization_id)?;
    if holders.role_grants == proposal.grants {
        return Ok(GrantsOutcome::Unchanged);
    }
    let is_stale = version_of(&holders.role_grants) != proposal.seen;
    let known = Role::ALL.map(|role| is_known(&holders, &proposal.grants[role as usize], holders.of_role(role)));
    if is_stale || known.contains(&false) {
        return Ok(GrantsOutcome::Conflict);
    }
    let losses: Vec<_> = Role::ALL
        .into_iter()
        .filter_map(|role| loss_of_role(&holders, role, &proposal.grants[role as usize]))
        .collect();
    if !is_agreed(&losses, proposal.agreed.as_ref()) {
        return Ok(GrantsOutcome::Asks(losses));
    }
    store::verification::record_change(conn, None, context.now)?;
    for role in Role::ALL {
        let (before, after) = (holders.of_role(role), &proposal.grants[role as usize]);
        replace_of_role(conn, context, actor, role, before, after)?;
    }
    Ok(GrantsOutcome::Changed)
}

pub fn of_member(conn: &mut Conn, context: &Context, actor: &Actor, id: &UserId) -> Result<MemberGrants, Error> {
    let member = get_grantable(conn, context, actor, id)?;
    let of = &actor.person.organization_id;
    let of_role = std::mem::take(&mut store::api_permissions::role_grants(conn, of)?[member.role as usize]);
    let permissions = store::api_permissions::list(conn, of)?;
    Ok(MemberGrants { permissions, of_role, own: store::api_permissions::member_grants(conn, id)?, member })
}

/// Replaces what a person is granted beside their role. Returns the person, too.
pub fn change_of_member(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    id: &UserId,
    proposal: &GrantsProposal<ApiGrants>,
) -> Result<(Member, GrantsOutcome), Error> {
    let actor = &lock(conn, context, actor)?;
    let member = get_grantable(conn, context, actor, id)?;
    let of = &actor.person.organization_id;
    let holders = Holders::load(conn, context, of)?;
    let (before, after) = (holders.own(&member), &proposal.grants);
    if before == *after {
        return Ok((member, GrantsOutcome::Unchanged));
    }
    if digest(&before.to_string()) != proposal.seen || !is_known(&holders, after, &before) {
        return Ok((member, GrantsOutcome::Conflict));
    }
    let losses: Vec<_> = loss_of_person(&holders, &member, &before, after).into_iter().collect();
    if !is_agreed(&losses, proposal.agreed.as_ref()) {
        return Ok((member, GrantsOutcome::Asks(losses)));
    }
    store::verification::record_change(conn, None, context.now)?;
    store::api_permissions::replace_member_grants(conn, of, id, after)?;
    context.record(conn, actor, &member, &UserEvent::ApiGrantsChanged(difference(&before, after)))?;
    Ok((member, GrantsOutcome::Changed))
}

/// The member, if this actor may change their grants: only an Owner those of an Owner.
fn get_grantable(conn: &mut Conn, context: &Context, actor: &Actor, id: &UserId) -> Result<Member, Error> {
    authorize(context, actor)?;
    let member = store::members::find(conn, &actor.person.organization_id, id)?.ok_or(Error::NotFound)?;
    if actor.may_manage_members_of(member.role, &context.policy) { Ok(member) } else { Err(Error::Forbidden) }
}

/// Whether every new grant is about permissions that exist. Wildcards may stay when the last of their permissions has
/// been removed.
fn is_known(holders: &Holders, after: &ApiGrants, before: &ApiGrants) -> bool {
    let exists = |grant: &ApiGrant| holders.catalogue.names().iter().any(|name| grant.grants(name));
    after.iter().all(|grant| before.contains(grant) || exists(grant))
}

fn is_agreed(losses: &[GrantLoss], agreed: Option<&String>) -> bool {
    losses.is_empty() || agreed.is_some_and(|agreed| *agreed == GrantLoss::agreement(losses))
}

/// None if nobody with the role loses anything.
fn loss_of_role(holders: &Holders, role: Role, after: &ApiGrants) -> Option<GrantLoss> {
    let (before, nothing) = (holders.of_role(role), ApiGrants::default());
    let lost = holders.lost(&holders.held(before, &nothing), &holders.held(after, &nothing));
    if lost.is_empty() {
        return None;
    }
    let mut impact = GrantImpact::default();
    for person in holders.people.iter().filter(|person| person.role == role) {
        let own = holders.own(person);
        let of_person = holders.losses_of(person, &holders.held(before, &own), &holders.held(after, &own));
        impact.people += of_person.people;
        impact.api_keys += of_person.api_keys;
        impact.used_recently += of_person.used_recently;
    }
    (!impact.is_nothing()).then_some(GrantLoss { role: Some(role), lost, impact })
}

/// None if no key of the person loses anything.
fn loss_of_person(holders: &Holders, person: &Member, before: &ApiGrants, after: &ApiGrants) -> Option<GrantLoss> {
    let of_role = holders.of_role(person.role);
    let (before, after) = (holders.held(of_role, before), holders.held(of_role, after));
    let impact = holders.losses_of(person, &before, &after);
    (impact.api_keys > 0).then(|| GrantLoss { role: None, lost: holders.lost(&before, &after), impact })
}

fn version_of(grants: &RoleGrants) -> String {
    digest(&grants.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn digest(text: &str) -> String {
    Sha256Digest::compute(text).as_str().to_owned()
}
