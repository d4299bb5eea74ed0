//! Policies: planning and making a change. A change never ends a key at once or without notice.

pub mod disuse;
pub mod file;

use std::{collections::BTreeSet, net::IpAddr};

use super::{Context, Error, actors, subjects};
use crate::{
    domain::{
        Actor, ApiKeyEvent, ApiKeyId, ExpirationDate, OrganizationEvent, OrganizationId, Permission, Policy, Scope,
        Timestamp, TokenLabel, UserId,
        api_key::{attributes::Environment, listing::Whose},
        audit::Difference,
        policy::{NOTICE, PolicyImpact},
    },
    store::{
        self, Conn,
        policies::{
            StoredPolicy,
            impact::{self as touched, Excess},
        },
    },
};

/// The most keys that one change shortens.
pub const SHORTENING_LIMIT: usize = 10_000;

/// What happens to keys that end later than the new policy allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    #[default]
    Leave,
    /// They end as the new policy allows, but not before the notice period is over.
    Shorten,
}

/// A proposed policy.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The result of [`Policy::check`].
    pub policy: Policy,
    /// [`StoredPolicy::edits`] when the form was displayed. None without a form.
    pub edits: Option<i64>,
    pub long_lived: Existing,
    pub endless: Existing,
    /// [`PolicyImpact::agreement`] of what the person confirmed. None asks first if there is any impact.
    pub agreed: Option<Agreed>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreed {
    To(String),
    /// Confirms any impact.
    ToAll,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The policy is already in force.
    Unchanged,
    /// It has an impact that nobody confirmed. Nothing was changed.
    Asks(Plan),
    Changed {
        plan: Plan,
        /// The number of keys that end earlier now.
        shortened: usize,
    },
    /// Somebody has changed the policy since the form was displayed. Nothing was changed. Holds the current policy.
    Conflict(Box<StoredPolicy>),
    /// It would remove an environment that keys still have. Nothing was changed.
    EnvironmentInUse { environment: Environment, count: i64 },
    /// It would shorten more than [`SHORTENING_LIMIT`] keys. Nothing was changed.
    TooManyToShorten(Plan),
}

/// A change before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub before: StoredPolicy,
    pub after: Policy,
    pub impact: PolicyImpact,
    /// From when on unused keys are revoked.
    pub unused_revoked_from: Option<Timestamp>,
    /// The last day of the notice period; a shortened key works at least until then.
    pub notice_until: ExpirationDate,
}

pub fn get(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<StoredPolicy, Error> {
    authorize(actor, &context.policy)?;
    Ok(store::policies::get(conn, &actor.person.organization_id)?)
}

pub fn change(conn: &mut Conn, context: &mut Context, actor: &Actor, proposal: &Proposal) -> Result<Outcome, Error> {
    authorize(actor, &context.policy)?;
    store::users::lock_members(conn, &actor.person.organization_id)?;
    let actor = actors::current(conn, context, actor)?;
    authorize(&actor, &context.policy)?;
    change_locked(conn, context, &actor.person.organization_id, Some(&actor), proposal)
}

/// For the operator of the server.
pub fn change_by_command(
    conn: &mut Conn,
    context: &mut Context,
    organization_id: &OrganizationId,
    proposal: &Proposal,
) -> Result<Outcome, Error> {
    store::users::lock_members(conn, organization_id)?;
    change_locked(conn, context, organization_id, None, proposal)
}

/// Computes what the change affects.
pub fn plan(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    before: StoredPolicy,
    after: &Policy,
    now: Timestamp,
) -> Result<Plan, Error> {
    let impact = measure(conn, organization_id, &before.policy, after, now)?;
    let unused_revoked_from = after.unused_revoked_from(&before.policy, before.unused_revoked_from, now);
    let notice_until = ExpirationDate::last_day_before(now.plus(NOTICE));
    Ok(Plan { before, after: after.clone(), impact, unused_revoked_from, notice_until })
}

fn authorize(actor: &Actor, policy: &Policy) -> Result<(), Error> {
    if actor.may(Permission::ManagePolicy, policy) { Ok(()) } else { Err(Error::Forbidden) }
}

fn change_locked(
    conn: &mut Conn,
    context: &mut Context,
    of: &OrganizationId,
    actor: Option<&Actor>,
    proposal: &Proposal,
) -> Result<Outcome, Error> {
    let (after, now) = (&proposal.policy, context.now);
    let before = store::policies::get(conn, of)?;
    if before.policy == *after {
        return Ok(Outcome::Unchanged);
    }
    if proposal.edits.is_some_and(|edits| edits != before.edits) {
        return Ok(Outcome::Conflict(Box::new(before)));
    }
    if is_about_keys(&before.policy, proposal) {
        // Nobody can create or change a key in the meantime.
        for person in list_people(conn, of)? {
            store::users::lock_api_keys(conn, &person)?;
        }
    }
    for environment in after.environments_lost(&before.policy) {
        let count = touched::count_of_environment(conn, of, &environment)?;
        if count > 0 {
            return Ok(Outcome::EnvironmentInUse { environment, count });
        }
    }
    let plan = plan(conn, of, before, after, now)?;
    let is_agreed = match &proposal.agreed {
        None => plan.impact.is_nothing(),
        Some(Agreed::To(agreement)) => *agreement == plan.impact.agreement(),
        Some(Agreed::ToAll) => true,
    };
    if !is_agreed {
        return Ok(Outcome::Asks(plan));
    }
    let late = list_late(conn, of, &plan, proposal, now)?;
    if late.len() > SHORTENING_LIMIT {
        return Ok(Outcome::TooManyToShorten(plan));
    }
    store::verification::record_change(conn, None, now)?;
    if !store::policies::replace(conn, of, after, plan.unused_revoked_from, plan.before.edits, now)? {
        return Ok(Outcome::Conflict(Box::new(store::policies::get(conn, of)?)));
    }
    if after.keeps_fewer_tokens(&plan.before.policy) {
        let ids: Vec<_> = list_tokens_lost(conn, of, after)?.into_iter().map(|(id, _)| id).collect();
        touched::erase_tokens(conn, &ids)?;
    }
    if after.spares_fewer(&plan.before.policy) {
        // They become ordinary keys. If the policy wants system keys again, new ones are created.
        store::system_api_keys::delete_of_organization(conn, of)?;
    }
    let shortened = shorten(conn, context, actor, of, after, &late)?;
    audit(conn, context, actor, of, &plan, shortened)?;
    Ok(Outcome::Changed { plan, shortened })
}

fn is_about_keys(before: &Policy, proposal: &Proposal) -> bool {
    let shortens = proposal.long_lived == Existing::Shorten || proposal.endless == Existing::Shorten;
    let loses_environment = !proposal.policy.environments_lost(before).is_empty();
    shortens || loses_environment || proposal.policy.keeps_fewer_tokens(before)
}

/// What tokens of the organization began with under earlier policies. No secret: everybody sees the present ones.
pub fn former_token_labels(conn: &mut Conn, of: &OrganizationId) -> Result<Vec<TokenLabel>, Error> {
    Ok(store::former_token_labels::list(conn, of)?)
}

/// Everybody who has keys or could create one now, in the order in which to lock them.
pub(super) fn list_people(conn: &mut Conn, of: &OrganizationId) -> Result<BTreeSet<UserId>, Error> {
    let members = store::members::list(conn, of)?.into_iter().map(|member| member.id);
    let owners = store::owners::list(conn, of)?.into_iter().map(|owner| owner.id);
    Ok(members.chain(owners).collect())
}

fn measure(
    conn: &mut Conn,
    of: &OrganizationId,
    before: &Policy,
    after: &Policy,
    now: Timestamp,
) -> Result<PolicyImpact, Error> {
    let mut impact = PolicyImpact::default();
    if after.max_lifetime_days < before.max_lifetime_days {
        impact.long_lived = touched::count_excess(conn, of, Excess::LongerThan(after.max_lifetime_days), now)?;
    }
    if before.allow_no_expiry && !after.allow_no_expiry {
        impact.endless = touched::count_excess(conn, of, Excess::Endless, now)?;
    }
    if after.keeps_fewer_tokens(before) {
        impact.tokens_erased = number(list_tokens_lost(conn, of, after)?.len());
    }
    if after.max_keys_per_user < before.max_keys_per_user {
        impact.people_over_limit = touched::count_people_with_more(conn, of, after.max_keys_per_user, now)?;
    }
    let roles = after.roles_losing_keys(before);
    if !roles.is_empty() {
        impact.people_losing_keys = touched::count_people_in(conn, of, &roles)?;
    }
    for scope in after.scopes_lost(before) {
        let count = touched::count_of_scope(conn, of, scope, now)?;
        if count > 0 {
            impact.out_of_scope.push((scope, count));
        }
    }
    if let Some(days) = after.revoke_unused_after_days
        && (before.revoke_unused_after_days.is_none_or(|earlier| days < earlier) || after.spares_fewer(before))
    {
        impact.unused = touched::count_unused(conn, of, disuse::since(days, now), after.system_default_key, now)?;
    }
    if after.rotates_more_often(before) {
        let present = touched::count_overdue(conn, of, before.rotate_every_days, now)?;
        impact.overdue = touched::count_overdue(conn, of, after.rotate_every_days, now)? - present;
    }
    if after.narrows_networks(before) {
        let networks = after.allowed_networks();
        let is_outside =
            |address| !networks.admits(Some(address), |network, address: &IpAddr| network.contains(*address));
        let used = touched::count_by_last_address(conn, of, now)?;
        impact.outside_networks = used.iter().filter(|(address, _)| is_outside(address)).map(|(_, count)| count).sum();
    }
    if after.refuse_browsers_with_server_keys && !before.refuse_browsers_with_server_keys {
        impact.used_by_browsers = touched::count_used_by_browsers(conn, of, now)?;
    }
    impact.limited = touched::count_limited_by_policy(conn, of, after.tightens_limits(before), now)?;
    match (before.system_default_key, after.system_default_key) {
        (false, true) => impact.people_getting_system_key = touched::count_people_without_system_key(conn, of)?,
        (true, false) => impact.system_keys_left = touched::count_system_keys(conn, of, now)?,
        _ => {}
    }
    Ok(impact)
}

/// Keys whose stored tokens the new policy does not keep.
fn list_tokens_lost(conn: &mut Conn, of: &OrganizationId, after: &Policy) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| !after.keeps_token_of(*scope)).collect();
    if scopes.is_empty() {
        return Ok(Vec::new());
    }
    Ok(touched::list_with_token(conn, of, &scopes, after.system_default_key)?)
}

/// The keys to shorten.
fn list_late(
    conn: &mut Conn,
    of: &OrganizationId,
    plan: &Plan,
    proposal: &Proposal,
    now: Timestamp,
) -> Result<Vec<ApiKeyId>, Error> {
    let days = plan.after.max_lifetime_days;
    let kinds = [
        (proposal.long_lived, plan.impact.long_lived, Excess::LongerThan(days)),
        (proposal.endless, plan.impact.endless, Excess::Endless),
    ];
    let mut late = Vec::new();
    for (existing, count, excess) in kinds {
        if existing == Existing::Shorten && count > 0 {
            let after = plan.notice_until.expires_at();
            let found = touched::list_excess(conn, of, excess, after, SHORTENING_LIMIT + 1, now)?;
            late.extend(found.into_iter().map(|(id, _)| id));
        }
    }
    Ok(late)
}

fn shorten(
    conn: &mut Conn,
    context: &mut Context,
    actor: Option<&Actor>,
    of: &OrganizationId,
    policy: &Policy,
    late: &[ApiKeyId],
) -> Result<usize, Error> {
    let mut shortened = 0;
    for api_key in store::api_keys::list(conn, &Whose::Organization(of.clone()), late)? {
        let Some(end) = policy.shortened(api_key.created_at, api_key.expires_at, context.now) else { continue };
        touched::update_expiry(conn, &api_key.id, end)?;
        let before = api_key.expires_at.map(|end| end.to_string());
        let difference = Difference::of("expires_at", before, end.to_string());
        context.record(conn, actor, &api_key, &ApiKeyEvent::ExpiryShortened(difference))?;
        shortened += 1;
    }
    Ok(shortened)
}

fn audit(
    conn: &mut Conn,
    context: &mut Context,
    actor: Option<&Actor>,
    of: &OrganizationId,
    plan: &Plan,
    shortened: usize,
) -> Result<(), Error> {
    let event = OrganizationEvent::PolicyChanged {
        difference: Difference::between(&plan.before.policy, &plan.after),
        shortened,
        tokens_erased: plan.impact.tokens_erased,
        unused_revoked_from: plan.unused_revoked_from,
    };
    let subject = subjects::find_organization(conn, of)?;
    context.record(conn, actor, &subject, &event)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
