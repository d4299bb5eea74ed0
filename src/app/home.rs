//! The home page: what needs attention, and figures of your own keys or of the organization's.
//!
//! It reads no more than lists do, so nothing is recorded as a view of somebody's key.

use std::collections::{BTreeMap, BTreeSet};

use time::Duration;

use super::{
    Context, Error,
    api_keys::{View, list_query::ListQuery, listing::see, owners, system},
    ended_tokens::{self, KeyStillInUse},
};
use crate::{
    domain::{
        Actor, ApiKey, Permission, RotationState, Status, Timestamp,
        api_key::listing::{Column, Count, Criteria, Days, Filter, Order, Position, Whose},
        verification::Code,
    },
    store::{self, Conn, owners::Owner},
};

/// How many days of use are displayed, including today.
pub const DAYS_OF_USE: i64 = 30;
/// Keys in each short list.
const LISTED: usize = 5;
/// Keys that are named with the time they expire.
const NAMED: usize = 3;
/// The first steps are displayed up to so many keys.
const FEW: usize = 10;
/// How long they are displayed after somebody has taken the first two.
const NEW_FOR: Duration = Duration::days(14);

#[derive(Debug)]
pub struct Overview {
    pub view: View,
    /// Whether the actor may see more than their own keys.
    pub may_switch: bool,
    pub total: Count,
    pub active: Count,
    pub checks: Vec<KeysToCheck>,
    /// Keys that somebody still uses with a token that has ended, the latest use first.
    pub still_in_use: Vec<KeyStillInUse>,
    /// Keys that expire soon, soonest first.
    pub expiring: Vec<ApiKey>,
    /// Invitations that are still open. For people who manage members.
    pub invitations: usize,
    /// The actor's own keys and their limit, if it is almost reached.
    pub limit: Option<LimitUse>,
    /// Counts by day and answer, oldest first. Days without any are missing.
    pub days: Vec<(Timestamp, Code, i64)>,
    /// The keys that were used most in these days, with the number of uses.
    pub busiest: Vec<(ApiKey, i64)>,
    /// Newest first.
    pub newest: Vec<ApiKey>,
    /// In the organization's view: the owners of all these keys.
    pub owners: Vec<Owner>,
    /// For people who may create keys, if the organization is new or has used none.
    pub first_steps: Option<FirstSteps>,
}

/// Keys that may need attention.
#[derive(Debug)]
pub struct KeysToCheck {
    pub reason: CheckReason,
    pub count: Count,
    /// Lists these keys.
    pub query: ListQuery,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckReason {
    ExpiresWithin(i64),
    NotConfirmed,
    /// Active, and not used for so many days.
    UnusedFor(i64),
    RotationOverdue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitUse {
    pub used: i64,
    pub limit: i64,
}

/// What a new organization, or a person without keys, has done already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstSteps {
    pub has_key: bool,
    /// Whether a service has verified a key, with whatever answer.
    pub has_verified: bool,
    /// Whether others are invited or there. None if the actor does not manage members.
    pub has_invited: Option<bool>,
}

/// The keys of a person or an organization.
struct Figures {
    total: Count,
    newest: Vec<ApiKey>,
    days: Vec<(Timestamp, Code, i64)>,
}

/// Without a view: the actor's own keys, or the organization's if the actor cannot have or does not have any.
pub fn overview(conn: &mut Conn, context: &Context, actor: &Actor, view: Option<View>) -> Result<Overview, Error> {
    let may = |permission| actor.may(permission, &context.policy);
    let view = match view {
        Some(view) => view,
        None => default_view(conn, context, actor)?,
    };
    if !may(see(view)) {
        return Err(Error::Forbidden);
    }
    let (whose, now) = (view.whose(actor), context.now);
    let figures = figures(conn, context, actor, view)?;
    let first_steps = first_steps(conn, context, actor, view, &figures)?;
    let Figures { total, mut newest, days } = figures;
    newest.truncate(LISTED);
    let checks = keys_to_check(conn, context, actor, view)?;
    let expiring = match checks.iter().find(|check| matches!(check.reason, CheckReason::ExpiresWithin(_))) {
        Some(check) => list(conn, &check.query.filter(whose.clone(), &context.policy), check.query.order, NAMED, now)?,
        None => Vec::new(),
    };
    let active = Criteria { status: Some(Status::Active), ..Criteria::default() };
    let busiest = if days.is_empty() { Vec::new() } else { busiest(conn, &whose, now)? };
    let owner_id = (view == View::Mine).then_some(&actor.person.id);
    Ok(Overview {
        still_in_use: ended_tokens::list_keys(conn, context, &actor.person.organization_id, owner_id)?,
        view,
        may_switch: may(Permission::SeeAllApiKeys),
        active: store::api_keys::count_up_to(conn, &Filter { criteria: active, ..Filter::from(whose) }, now)?,
        total,
        checks,
        invitations: if may(Permission::ManageMembers) { count_invitations(conn, context, actor)? } else { 0 },
        limit: if may(Permission::CreateApiKeys) { limit_use(conn, context, actor)? } else { None },
        owners: match view {
            View::Mine => Vec::new(),
            View::Organization => {
                let keys = newest.iter().chain(&expiring).chain(busiest.iter().map(|(key, _)| key));
                owners_of(conn, context, actor, keys)?
            }
        },
        expiring,
        days,
        busiest,
        newest,
        first_steps,
    })
}

fn default_view(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<View, Error> {
    let view = View::default_of(actor, &context.policy);
    let has_keys = |conn: &mut Conn, whose| {
        Ok::<_, Error>(!list(conn, &Filter::from(whose), Order::default(), 1, context.now)?.is_empty())
    };
    if view == View::Mine
        && actor.may(Permission::SeeAllApiKeys, &context.policy)
        && !has_keys(conn, View::Mine.whose(actor))?
        && has_keys(conn, View::Organization.whose(actor))?
    {
        return Ok(View::Organization);
    }
    Ok(view)
}

fn figures(conn: &mut Conn, context: &Context, actor: &Actor, view: View) -> Result<Figures, Error> {
    let (whose, now) = (view.whose(actor), context.now);
    let see_usage = match view {
        View::Mine => Permission::SeeOwnUsage,
        View::Organization => Permission::SeeAllUsage,
    };
    let everything = Filter::from(whose);
    Ok(Figures {
        total: store::api_keys::count_up_to(conn, &everything, now)?,
        newest: list(conn, &everything, Order::default(), FEW, now)?,
        days: if actor.may(see_usage, &context.policy) {
            store::usage_summaries::list_days(conn, &everything.whose, first_day(now))?
        } else {
            Vec::new()
        },
    })
}

/// The first of the days that are displayed.
pub fn first_day(now: Timestamp) -> Timestamp {
    now.start_of_day().minus(Duration::days(DAYS_OF_USE - 1))
}

/// The figures are those of the view.
fn first_steps(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    view: View,
    figures: &Figures,
) -> Result<Option<FirstSteps>, Error> {
    let may = |permission| actor.may(permission, &context.policy);
    if !may(Permission::CreateApiKeys) || !figures.are_few() {
        return Ok(None);
    }
    let of_all;
    let figures = if view == View::Mine && may(Permission::SeeAllApiKeys) {
        // A person with a new key knows the way if the organization uses others.
        of_all = self::figures(conn, context, actor, View::Organization)?;
        &of_all
    } else {
        figures
    };
    if !figures.are_few() {
        return Ok(None);
    }
    let has_invited = if may(Permission::ManageMembers) {
        let is_alone = store::members::count(conn, &actor.person.organization_id)? == 1;
        Some(!is_alone || count_invitations(conn, context, actor)? > 0)
    } else {
        None
    };
    let steps = FirstSteps { has_key: !figures.newest.is_empty(), has_verified: figures.are_used(), has_invited };
    let created = store::organizations::get_created_at(conn, &actor.person.organization_id)?;
    let is_young = context.now.is_within(created, created.plus(NEW_FOR));
    Ok((steps.are_open() && (is_young || !steps.has_verified)).then_some(steps))
}

impl Figures {
    fn are_few(&self) -> bool {
        usize::try_from(self.total.at_least()).is_ok_and(|total| total <= FEW)
    }

    fn are_used(&self) -> bool {
        !self.days.is_empty() || self.newest.iter().any(|key| key.last_use.is_some())
    }
}

impl FirstSteps {
    fn are_open(self) -> bool {
        !self.has_key || !self.has_verified || self.has_invited == Some(false)
    }
}

/// Without the checks that find no key.
fn keys_to_check(conn: &mut Conn, context: &Context, actor: &Actor, view: View) -> Result<Vec<KeysToCheck>, Error> {
    let names_view = view == View::Mine && View::default_of(actor, &context.policy) != View::Mine;
    let by = |column| Order { column, descending: false };
    let unused = Days::nearest_to(90);
    let soon = Days::nearest_to(context.policy.soon().whole_days());
    let none = Criteria::default;
    let mut checks = Vec::new();
    for (reason, criteria, order) in [
        (
            CheckReason::ExpiresWithin(soon.get()),
            Criteria { expires_within: Some(soon), ..none() },
            by(Column::Expires),
        ),
        (CheckReason::NotConfirmed, Criteria { status: Some(Status::Pending), ..none() }, Order::default()),
        (
            CheckReason::UnusedFor(unused.get()),
            Criteria { status: Some(Status::Active), unused_for: Some(unused), ..none() },
            by(Column::Used),
        ),
        (CheckReason::RotationOverdue, Criteria { rotation: Some(RotationState::Overdue), ..none() }, Order::default()),
    ] {
        let query = ListQuery { view, names_view, criteria, order, ..ListQuery::default() };
        let count = store::api_keys::count_up_to(conn, &query.filter(view.whose(actor), &context.policy), context.now)?;
        if count.at_least() > 0 {
            checks.push(KeysToCheck { reason, count, query });
        }
    }
    Ok(checks)
}

fn busiest(conn: &mut Conn, whose: &Whose, now: Timestamp) -> Result<Vec<(ApiKey, i64)>, Error> {
    let limit = i64::try_from(LISTED).unwrap_or(i64::MAX);
    let uses = store::usage_summaries::list_busiest(conn, whose, first_day(now), limit)?;
    let ids: Vec<_> = uses.iter().map(|(id, _)| id.clone()).collect();
    let keys = store::api_keys::list(conn, whose, &ids)?;
    let mut keys: BTreeMap<_, _> = keys.into_iter().map(|key| (key.id.clone(), key)).collect();
    Ok(uses.into_iter().filter_map(|(id, count)| Some((keys.remove(&id)?, count))).collect())
}

fn limit_use(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Option<LimitUse>, Error> {
    let limit = context.policy.max_keys_per_user;
    let used = system::count_beside(conn, &context.policy, &actor.person.id, context.now)?;
    Ok((used * 5 >= limit * 4).then_some(LimitUse { used, limit }))
}

fn count_invitations(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<usize, Error> {
    Ok(store::invitations::list_pending(conn, &actor.person.organization_id, context.now)?.len())
}

fn owners_of<'a>(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    keys: impl Iterator<Item = &'a ApiKey>,
) -> Result<Vec<Owner>, Error> {
    let ids: BTreeSet<_> = keys.map(|key| &key.owner_id).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let found = store::owners::list_by_id(conn, &actor.person.organization_id, &ids)?;
    Ok(found.into_iter().map(|owner| owners::as_seen(context, actor, owner)).collect())
}

fn list(conn: &mut Conn, filter: &Filter, order: Order, size: usize, now: Timestamp) -> Result<Vec<ApiKey>, Error> {
    Ok(store::api_keys::page(conn, filter, order, &Position::First, size, now)?.api_keys)
}
