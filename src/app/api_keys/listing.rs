//! Reads many keys: a page of a list, and a whole list in chunks.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{View, authorize, get_visible, list_query::ListQuery, owners, system};
use crate::{
    app::{Context, Error},
    domain::{
        Actor, ApiKey, ApiKeyId, Permission, Policy, Project,
        api_key::listing::{Count, Cursor, Filter, InProject, Page, Position},
        policy::RowButton,
        usage::DayOfUse,
    },
    store::{self, Conn, owners::Owner},
};

/// Keys per page of the list.
pub const PAGE_SIZE: usize = 50;
/// Keys per chunk, when a whole list is read.
pub const CHUNK_SIZE: usize = 1_000;

#[derive(Debug)]
pub struct Listing {
    pub page: Page,
    /// All keys of the view, whatever their status.
    pub total: Count,
    /// Keys of the view that pass the filters.
    pub found: Count,
    /// The actor's own keys that count towards the limit.
    pub live: i64,
    /// In the organization's view: the owners of the page's keys, and the filter's owner.
    pub owners: Vec<Owner>,
    /// All projects of the organization by name, including archived ones.
    pub projects: Vec<Project>,
    /// The keys of the page whose tokens are stored, if the policy has a row button for that.
    pub kept: HashSet<String>,
    /// System keys of the page.
    pub made_by_system: BTreeSet<ApiKeyId>,
    /// Whether keys of the organization can be due for rotation.
    pub has_rotation_dates: bool,
    /// Whether the organization has an API with permissions of its own.
    pub has_api_permissions: bool,
    /// Today's use of the page's keys.
    pub today: BTreeMap<ApiKeyId, DayOfUse>,
}

/// [`Error::NotFound`] if the organization has no such owner or project.
pub fn list(conn: &mut Conn, context: &Context, actor: &Actor, query: &ListQuery) -> Result<Listing, Error> {
    let now = context.now;
    let filter = authorized_filter(conn, context, actor, query)?;
    let (page, found) = store::api_keys::page_and_count(conn, &filter, query.order, &query.position, PAGE_SIZE, now)?;
    let everything = Filter::from(query.view.whose(actor));
    let total = if filter == everything { found } else { store::api_keys::count_up_to(conn, &everything, now)? };
    describe(conn, context, actor, query, page, (found, total))
}

/// One key, as the list displays it. [`Error::NotFound`] if the actor may not see it.
pub fn find_one(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    view: View,
    id: &ApiKeyId,
) -> Result<Listing, Error> {
    authorize(actor, see(view), &context.policy)?;
    let api_key = get_visible(conn, context, actor, id)?;
    let page = Page { api_keys: vec![api_key], has_previous: false, has_next: false };
    let query = ListQuery { view, ..ListQuery::default() };
    describe(conn, context, actor, &query, page, (Count::Exactly(1), Count::Exactly(1)))
}

/// A page of keys with what the list displays beside it.
fn describe(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &ListQuery,
    page: Page,
    (found, total): (Count, Count),
) -> Result<Listing, Error> {
    let now = context.now;
    let ids: Vec<_> = page.api_keys.iter().map(|key| &key.id).collect();
    Ok(Listing {
        today: store::usage::list_of_day(conn, &ids, now.start_of_day())?,
        found,
        total,
        live: system::count_beside(conn, &context.policy, &actor.person.id, now)?,
        kept: if has_token_button(&context.policy) {
            store::sealed_tokens::list_kept(conn, &ids)?
        } else {
            HashSet::new()
        },
        made_by_system: store::system_api_keys::list_among(conn, &ids)?,
        has_rotation_dates: context.policy.rotate_every_days.is_some()
            || store::api_keys::has_rotation_dates(conn, &actor.person.organization_id)?,
        has_api_permissions: store::api_permissions::exist(conn, &actor.person.organization_id)?,
        owners: owners_of(conn, context, actor, query, &page)?,
        projects: store::projects::list(conn, &actor.person.organization_id)?,
        page,
    })
}

/// The filter, if the actor may use it. [`Error::NotFound`] if the organization has no such owner or project.
pub(super) fn authorized_filter(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &ListQuery,
) -> Result<Filter, Error> {
    authorize(actor, see(query.view), &context.policy)?;
    if let Some(InProject::This(id)) = &query.criteria.project
        && store::projects::find(conn, &actor.person.organization_id, id)?.is_none()
    {
        return Err(Error::NotFound);
    }
    if let Some(id) = &query.owner_id
        && (query.view == View::Mine
            || store::owners::list_by_id(conn, &actor.person.organization_id, &[id])?.is_empty())
    {
        return Err(Error::NotFound);
    }
    Ok(query.filter(query.view.whose(actor), &context.policy))
}

/// The ids of the first `limit` keys of a list, in its order.
pub fn list_ids(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &ListQuery,
    limit: usize,
) -> Result<Vec<ApiKeyId>, Error> {
    let filter = authorized_filter(conn, context, actor, query)?;
    Ok(store::api_keys::list_ids(conn, &filter, query.order, limit, context.now)?)
}

/// The next keys of a list after `after`, or the first ones: at most [`CHUNK_SIZE`], none at the end. To read a whole
/// list, continue with the cursor of the last key, even on another connection.
pub fn list_chunk(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &ListQuery,
    after: Option<&ApiKey>,
) -> Result<Vec<ApiKey>, Error> {
    let filter = authorized_filter(conn, context, actor, query)?;
    let position =
        after.map_or(Position::First, |key| Position::After(Cursor::of(key, query.order.column, context.now)));
    Ok(store::api_keys::page(conn, &filter, query.order, &position, CHUNK_SIZE, context.now)?.api_keys)
}

/// The first `limit` keys of a list, in its order.
pub fn list_first(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &ListQuery,
    limit: usize,
) -> Result<Vec<ApiKey>, Error> {
    let filter = authorized_filter(conn, context, actor, query)?;
    Ok(store::api_keys::page(conn, &filter, query.order, &Position::First, limit, context.now)?.api_keys)
}

fn has_token_button(policy: &Policy) -> bool {
    policy.row_buttons.iter().any(|button| matches!(button, RowButton::Show | RowButton::Copy))
}

pub fn see(view: View) -> Permission {
    match view {
        View::Mine => Permission::SeeOwnApiKeys,
        View::Organization => Permission::SeeAllApiKeys,
    }
}

fn owners_of(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &ListQuery,
    page: &Page,
) -> Result<Vec<Owner>, Error> {
    if query.view == View::Mine {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<_> = page.api_keys.iter().map(|key| &key.owner_id).chain(&query.owner_id).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let owners = store::owners::list_by_id(conn, &actor.person.organization_id, &ids)?;
    Ok(owners.into_iter().map(|owner| owners::as_seen(context, actor, owner)).collect())
}

impl Listing {
    /// The same listing without keys.
    #[must_use]
    pub fn emptied(self) -> Self {
        let page = Page { api_keys: Vec::new(), has_previous: false, has_next: false };
        Self { page, found: Count::default(), ..self }
    }
}
