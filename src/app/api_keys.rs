//! The life of API keys: listing, creating, confirming, deleting.

pub mod deletion;
pub mod details;
pub mod edit;
pub mod export;
mod form;
pub mod search;
pub mod selection;
pub mod switch;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use time::Duration;

use super::{Context, Error, Fault, members, projects};
use crate::{
    domain::{
        Action, Actor, ApiKey, ApiKeyId, ApiKeyName, Description, ExpirationDate, KeyPermissions, Permission, Policy,
        Project, ProjectId, Restrictions, Scope, Sha256Digest, Status, Timestamp, Token, TokenDigestKey, UserId,
        api_key::{
            listing::{Count, Cursor, Days, Filter, InProject, Order, Page, Position, Whose},
            restrictions::Texts,
            search::Search,
        },
        policy::CONFIRMATION_WINDOW,
        usage::DayOfUse,
    },
    store::{self, Conn, owners::Owner},
};

/// Keys on one page of the list.
pub const PAGE_SIZE: usize = 50;
/// How long a used create form is remembered: longer than any session that could send it again.
const FORM_MEMORY: Duration = Duration::days(8);
/// Keys that are read at once where all of a list are wanted.
pub const CHUNK_SIZE: usize = 1_000;
/// People that one can choose between.
const OWNERS_OFFERED: usize = 100;
/// How near its end a key is said to expire soon.
pub const EXPIRES_SOON: Duration = Duration::days(30);

/// Whose keys one looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Mine,
    Organization,
}

/// What one wants to see of a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub view: View,
    /// Keys of this person only. For the view of the organization.
    pub owner_id: Option<UserId>,
    pub project: Option<InProject>,
    pub scope: Option<Scope>,
    pub status: Option<Status>,
    pub expires_within: Option<Days>,
    pub unused_for: Option<Days>,
    pub search: Option<Search>,
    pub order: Order,
    pub position: Position,
}

#[derive(Debug)]
pub struct Listing {
    pub page: Page,
    /// All keys of the view, whatever their status.
    pub total: Count,
    /// Those of them that pass the filters.
    pub found: Count,
    /// The actor's own that count towards the limit.
    pub live: i64,
    /// In the view of the organization, how many people have keys.
    pub people: Count,
    /// Those to choose between: everybody who has keys, unless they are too many, and whoever is chosen.
    pub owners: Vec<Owner>,
    /// Who owns the keys of the page.
    pub owners_of_page: Vec<Owner>,
    /// Those of the organization, archived ones too, by name.
    pub projects: Vec<Project>,
    /// How those of the page that were presented today were used.
    pub today: BTreeMap<ApiKeyId, DayOfUse>,
}

/// What the create form is filled with.
#[derive(Debug)]
pub struct Draft {
    pub name: ApiKeyName,
    pub expiration: ExpirationDate,
    /// Those that the key may be put into.
    pub projects: Vec<Project>,
    /// The limit, when the actor has reached it.
    pub limit_reached: Option<i64>,
}

/// What was typed into the create form.
#[derive(Clone, Copy, Debug, Default)]
pub struct CreateForm<'a> {
    pub name: &'a str,
    pub description: &'a str,
    /// `YYYY-MM-DD`
    pub expires_on: &'a str,
    /// An id; empty for none.
    pub project: &'a str,
    /// Empty for the usual one, which is Server.
    pub scope: &'a str,
    /// One on a line, as the other two lists.
    pub trusted_domains: &'a str,
    pub app_identifiers: &'a str,
    pub allowed_networks: &'a str,
    /// As [`KeyPermissions::parse`] reads them.
    pub permissions: &'a [String],
    /// Random, and one for each form that is shown.
    pub form_token: &'a str,
}

/// A key as it was just made, with the token that is shown this once.
#[derive(Debug)]
pub struct Created {
    pub api_key: ApiKey,
    pub token: Token,
}

#[derive(Debug)]
pub struct Overview {
    pub total: i64,
    pub active: i64,
    pub pending: i64,
    /// Those that expire soon, soonest first.
    pub expiring: Vec<ApiKey>,
    /// Those used last, the latest first.
    pub recent: Vec<ApiKey>,
}

impl Query {
    /// Which keys it is about. `whose` is what the view shows.
    pub fn filter(&self, whose: Whose) -> Filter {
        Filter {
            whose: self.owner_id.clone().map_or(whose, Whose::Person),
            project: self.project.clone(),
            scope: self.scope,
            status: self.status,
            expires_within: self.expires_within,
            unused_for: self.unused_for,
            search: self.search.clone(),
        }
    }

    /// Whether it asks for some keys of the view only.
    pub fn is_filtered(&self) -> bool {
        *self != self.unfiltered()
    }

    /// The same view in the same order, with all its keys.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { view: self.view, order: self.order, position: self.position.clone(), ..Self::default() }
    }
}

impl View {
    pub fn whose(self, actor: &Actor) -> Whose {
        match self {
            Self::Mine => Whose::Person(actor.user_id.clone()),
            Self::Organization => Whose::Organization(actor.organization_id.clone()),
        }
    }
}

/// [`Error::NotFound`] when the organization has no such owner or project.
pub fn list(conn: &mut Conn, context: &Context, actor: &Actor, query: &Query) -> Result<Listing, Error> {
    let now = context.now;
    let filter = authorized_filter(conn, context, actor, query)?;
    let (owners, people) = list_owners(conn, actor, query)?;
    let page = store::api_keys::page(conn, &filter, query.order, &query.position, PAGE_SIZE, now)?;
    let ids: Vec<_> = page.api_keys.iter().map(|key| &key.id).collect();
    let everything = Filter::from(query.view.whose(actor));
    let total = store::api_keys::count_up_to(conn, &everything, now)?;
    Ok(Listing {
        today: store::usage::list_of_day(conn, &ids, now.start_of_day())?,
        found: if filter == everything { total } else { store::api_keys::count_up_to(conn, &filter, now)? },
        total,
        live: store::api_keys::count_live_of_owner(conn, &actor.user_id, now)?,
        people,
        owners_of_page: owners_of(conn, actor, query.view, &page)?,
        owners,
        projects: store::projects::list(conn, &actor.organization_id)?,
        page,
    })
}

/// What the actor may ask for. [`Error::NotFound`] when the organization has no such owner or project.
fn authorized_filter(conn: &mut Conn, context: &Context, actor: &Actor, query: &Query) -> Result<Filter, Error> {
    authorize(actor, see(query.view), &context.policy)?;
    if let Some(InProject::This(id)) = &query.project
        && store::projects::find(conn, &actor.organization_id, id)?.is_none()
    {
        return Err(Error::NotFound);
    }
    if let Some(id) = &query.owner_id
        && (query.view == View::Mine || store::owners::list_by_id(conn, &actor.organization_id, &[id])?.is_empty())
    {
        return Err(Error::NotFound);
    }
    Ok(query.filter(query.view.whose(actor)))
}

/// The ids of the first `limit` keys of a list, in its order.
pub fn list_ids(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &Query,
    limit: usize,
) -> Result<Vec<ApiKeyId>, Error> {
    let filter = authorized_filter(conn, context, actor, query)?;
    Ok(store::api_keys::list_ids(conn, &filter, query.order, limit, context.now)?)
}

/// The keys of a list that follow `after`, or the first ones: at most [`CHUNK_SIZE`], none when there are no more. Whoever
/// wants all of them asks again with the place of the last one, with another connection if need be.
pub fn list_chunk(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &Query,
    after: Option<&ApiKey>,
) -> Result<Vec<ApiKey>, Error> {
    let filter = authorized_filter(conn, context, actor, query)?;
    let position =
        after.map_or(Position::First, |key| Position::After(Cursor::of(key, query.order.column, context.now)));
    Ok(store::api_keys::page(conn, &filter, query.order, &position, CHUNK_SIZE, context.now)?.api_keys)
}

pub fn overview(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Overview, Error> {
    authorize(actor, Permission::SeeOwnApiKeys, &context.policy)?;
    let (owner, now) = (&actor.user_id, context.now);
    Ok(Overview {
        total: store::api_keys::count(conn, &Whose::Person(owner.clone()))?,
        active: store::api_keys::count_active_of_owner(conn, owner, now)?,
        pending: store::api_keys::count_pending_of_owner(conn, owner, now)?,
        expiring: store::api_keys::list_expiring(conn, owner, now, now.plus(EXPIRES_SOON), 5)?,
        recent: store::api_keys::list_recently_used(conn, owner, 5)?,
    })
}

pub fn draft(conn: &mut Conn, context: &Context, actor: &Actor) -> Result<Draft, Error> {
    authorize(actor, Permission::CreateApiKeys, &context.policy)?;
    let taken = store::api_keys::list_names(conn, &actor.user_id, "api key")?;
    let live = store::api_keys::count_live_of_owner(conn, &actor.user_id, context.now)?;
    let limit = context.policy.max_keys_per_user;
    Ok(Draft {
        name: ApiKeyName::free_default(&taken),
        expiration: context.policy.default_expiration(context.now),
        projects: projects::list_open(conn, context, actor)?,
        limit_reached: (live >= limit).then_some(limit),
    })
}

pub fn create(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    digest_key: &TokenDigestKey,
    form: &CreateForm<'_>,
) -> Result<Created, Error> {
    authorize(actor, Permission::CreateApiKeys, &context.policy)?;
    store::users::lock_api_keys(conn, &actor.user_id)?;
    // Whoever was removed, disabled or demoted a moment ago leaves no new key behind.
    let actor = &members::current(conn, actor)?;
    authorize(actor, Permission::CreateApiKeys, &context.policy)?;

    // First of all, since after a double submit the name is taken too, and that would be the wrong reason.
    let form_token = Sha256Digest::of(form.form_token);
    if let Some(earlier) = store::form_submissions::find(conn, &actor.user_id, &form_token)? {
        return Err(Error::FormUsed(store::api_keys::find(conn, &earlier)?.map(Box::new)));
    }

    let Parsed { name, description, expiration, project_id, scope, restrictions, permissions } =
        parse_create_form(conn, context, actor, form)?;
    let limit = context.policy.max_keys_per_user;
    if store::api_keys::count_live_of_owner(conn, &actor.user_id, context.now)? >= limit {
        return Err(Error::ApiKeyLimitReached { limit });
    }

    let token = Token::generate(&mut context.rng);
    let id = ApiKeyId::generate(context.now, &mut context.rng);
    let api_key = ApiKey {
        project_id,
        scope,
        restrictions,
        permissions,
        description,
        expires_at: Some(expiration.expires_at()),
        ..ApiKey::pending(id, actor, name, &token, context.now)
    };
    store::api_keys::insert(conn, &api_key, &digest_key.digest(&token))?;
    store::form_submissions::insert(conn, &actor.user_id, &form_token, api_key.id.as_str(), context.now)?;
    let mut details = describe(&api_key, context.now);
    for (field, value) in form::describe(&api_key) {
        details[field] = value;
    }
    audit_with(conn, context, Some(actor), Action::ApiKeyCreated, &api_key, details)?;
    Ok(Created { api_key, token })
}

/// The owner has copied the token: the key becomes active. Confirming twice changes nothing.
pub fn confirm(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    store::users::lock_api_keys(conn, &actor.user_id)?;
    let api_key = get_own(conn, context, actor, id)?;
    match api_key.status(context.now) {
        Status::Pending => {
            store::api_keys::update_confirmed(conn, id, context.now)?;
            store::verification::note_change(conn, Some(&api_key.lookup), context.now)?;
            audit(conn, context, Some(actor), Action::ApiKeyConfirmed, &api_key)?;
            Ok(api_key)
        }
        Status::Active | Status::Disabled => Ok(api_key),
        Status::Expired | Status::Revoked => Err(Error::ApiKeyEnded),
    }
}

/// The key, if it is the actor's own and the actor may change it.
pub fn get_own(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let api_key = get_visible(conn, context, actor, id)?;
    let may_change = actor.owns(&api_key) && actor.may_manage(&api_key, &context.policy);
    if may_change { Ok(api_key) } else { Err(Error::Forbidden) }
}

/// The key, if this actor may know of it.
fn get_visible(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let api_key = store::api_keys::find(conn, id)?;
    api_key.filter(|key| actor.may_see(key, &context.policy)).ok_or(Error::NotFound)
}

fn see(view: View) -> Permission {
    match view {
        View::Mine => Permission::SeeOwnApiKeys,
        View::Organization => Permission::SeeAllApiKeys,
    }
}

/// Whom one can choose between in the view of the organization, and how many people have keys.
fn list_owners(conn: &mut Conn, actor: &Actor, query: &Query) -> Result<(Vec<Owner>, Count), Error> {
    if query.view == View::Mine {
        return Ok((Vec::new(), Count::default()));
    }
    let limit = i64::try_from(OWNERS_OFFERED).unwrap_or(i64::MAX);
    let mut owners = store::owners::list_some(conn, &actor.organization_id, limit + 1)?;
    let people = Count::up_to(i64::try_from(owners.len()).unwrap_or(i64::MAX), limit);
    owners.truncate(OWNERS_OFFERED);
    if let Some(id) = &query.owner_id
        && !owners.iter().any(|owner| owner.id == *id)
    {
        // One who has no keys may be asked for all the same: their last key may have gone a moment ago.
        owners.extend(store::owners::list_by_id(conn, &actor.organization_id, &[id])?);
    }
    Ok((owners, people))
}

fn owners_of(conn: &mut Conn, actor: &Actor, view: View, page: &Page) -> Result<Vec<Owner>, Error> {
    if view == View::Mine {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<_> = page.api_keys.iter().map(|key| &key.owner_id).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    Ok(store::owners::list_by_id(conn, &actor.organization_id, &ids)?)
}

/// Removes the keys whose token nobody has confirmed in time, and forgets old forms. Gives how many keys.
pub fn purge(conn: &mut Conn, context: &mut Context) -> Result<usize, Error> {
    store::form_submissions::delete_older_than(conn, context.now.minus(FORM_MEMORY))?;
    let window_began = context.now.minus(CONFIRMATION_WINDOW);
    for owner_id in store::api_keys::list_owners_of_unconfirmed(conn, window_began)? {
        store::users::lock_api_keys(conn, &owner_id)?;
    }
    let purged = store::api_keys::delete_unconfirmed(conn, window_began)?;
    if !purged.is_empty() {
        store::verification::note_change(conn, None, context.now)?;
    }
    for api_key in &purged {
        audit(conn, context, None, Action::ApiKeyPurged, api_key)?;
    }
    Ok(purged.len())
}

pub fn a_day_before(now: Timestamp) -> Timestamp {
    now.minus(Duration::DAY)
}

fn authorize(actor: &Actor, permission: Permission, policy: &Policy) -> Result<(), Error> {
    if actor.may(permission, policy) { Ok(()) } else { Err(Error::Forbidden) }
}

/// What a create form says, once it is found to be in order.
struct Parsed {
    name: ApiKeyName,
    description: Description,
    expiration: ExpirationDate,
    project_id: Option<ProjectId>,
    scope: Scope,
    restrictions: Restrictions,
    permissions: KeyPermissions,
}

fn parse_create_form(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    form: &CreateForm<'_>,
) -> Result<Parsed, Error> {
    let mut faults = Vec::new();
    let name = form::name(conn, &actor.user_id, None, form.name)?.map_err(|fault| faults.push(fault));
    let description = Description::parse(form.description).map_err(|error| faults.push(Fault::Description(error)));
    let expiration = context.policy.parse_expiration(form.expires_on, context.now);
    let expiration = expiration.map_err(|error| faults.push(Fault::ExpirationDate(error)));
    let project_id = match form.project {
        "" => Ok(None),
        id => projects::lock_open(conn, actor, id)?.map(|project| Some(project.id)).ok_or(Fault::Project),
    };
    let project_id = project_id.map_err(|fault| faults.push(fault));
    let scope = match form.scope {
        "" => Ok(Scope::default()),
        name => Scope::parse(name).ok_or_else(|| faults.push(Fault::Scope)),
    };
    let texts = Texts {
        trusted_domains: form.trusted_domains,
        app_identifiers: form.app_identifiers,
        allowed_networks: form.allowed_networks,
    };
    // Which lists belong to a key without a scope nobody can say.
    let restrictions = scope.and_then(|scope| form::restrictions(scope, texts).map_err(|wrong| faults.extend(wrong)));
    let held = actor.role.permissions(&context.policy);
    let permissions = form::permissions(form.permissions, held, held).map_err(|fault| faults.push(fault));
    match (name, description, expiration, project_id, scope, restrictions, permissions) {
        (Ok(name), Ok(description), Ok(expiration), Ok(project_id), Ok(scope), Ok(restrictions), Ok(permissions)) => {
            Ok(Parsed { name, description, expiration, project_id, scope, restrictions, permissions })
        }
        _ => Err(Error::Invalid(faults)),
    }
}

pub(super) fn audit(
    conn: &mut Conn,
    context: &mut Context,
    actor: Option<&Actor>,
    action: Action,
    api_key: &ApiKey,
) -> Result<(), Error> {
    audit_with(conn, context, actor, action, api_key, json!({}))
}

/// With more details than those that every event of a key has.
fn audit_with(
    conn: &mut Conn,
    context: &mut Context,
    actor: Option<&Actor>,
    action: Action,
    api_key: &ApiKey,
    more: Value,
) -> Result<(), Error> {
    let mut details = describe(api_key, context.now);
    if let (Value::Object(details), Value::Object(more)) = (&mut details, more) {
        details.extend(more);
    }
    let actor_id = actor.map(|actor| &actor.user_id);
    let event = context.event(&api_key.organization_id, actor_id, action, api_key.id.as_str(), details);
    Ok(store::audit_events::insert(conn, &event)?)
}

/// Verification must learn of a change of these keys.
fn note_change_of(conn: &mut Conn, api_keys: &[ApiKey], now: Timestamp) -> Result<(), Error> {
    let lookup = match api_keys {
        [only] => Some(only.lookup.as_str()),
        _ => None,
    };
    Ok(store::verification::note_change(conn, lookup, now)?)
}

/// Enough to know the key by when its row is gone.
fn describe(api_key: &ApiKey, now: Timestamp) -> Value {
    json!({
        "name": api_key.name.as_str(),
        "lookup": api_key.lookup,
        "hint": api_key.hint,
        "owner_id": api_key.owner_id.as_str(),
        "scope": api_key.scope.as_str(),
        "project_id": api_key.project_id.as_ref().map(ProjectId::as_str),
        "status": api_key.status(now).as_str(),
        "expires_at": api_key.expires_at.map(|end| end.to_string()),
        "was_confirmed": api_key.status(now) != Status::Pending,
    })
}
