//! The API keys page: one's keys, or those of the whole organization, as a table, with what one may do to them.

mod acts;
pub mod all_deletion;
pub mod bulk_deletion;
pub mod bulk_disablement;
pub mod bulk_enablement;
pub mod bulk_revocation;
mod chosen;
pub mod confirmation;
pub mod deletion;
pub mod details;
pub mod disablement;
pub mod edit;
pub mod enablement;
mod fields;
mod impact;
pub mod name;
pub mod new;
pub mod revocation;

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use crate::{
    app::{
        self,
        api_keys::{Listing, Query, View},
    },
    catalogue::Words,
    domain::{
        ApiKey, ApiKeyId, Permission, ProjectId, Scope, Status, UserId,
        api_key::{
            listing::{Column as ListColumn, Cursor, Days, InProject, Order, Position},
            search::Search,
        },
        text,
    },
    store::owners::Owner,
    web::{
        error::Error,
        flash::Flash,
        next::own_path,
        page::{self, ApiKeyRow, Crumb, OwnerName, Section, Shell},
        settings::{HOME, SETTINGS},
        visit::Visit,
        words,
    },
};

pub const PATH: &str = "/settings/developers/api-keys";
/// The page in the view of the organization.
const ORGANIZATION_PATH: &str = "/settings/developers/api-keys?view=organization";
const API_KEYS: Crumb = Crumb { label: "api-keys", href: PATH };
/// How an address says "in no project".
const NO_PROJECT: &str = "none";
/// How an address asks for the last page.
const LAST: &str = "last";

#[derive(Template)]
#[template(path = "settings/developers/api_keys/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<ApiKeyRow>,
    views: Views,
    filters: Filters,
    total: i64,
    total_text: String,
    people: String,
    used: i64,
    limit: i64,
    may_create: bool,
    at_limit: bool,
    has_projects: bool,
    columns: Columns,
    previous: Option<String>,
    next: Option<String>,
}

struct Views {
    of_organization: bool,
    /// There is more than one's own keys to see.
    may_switch: bool,
    /// One may delete all that the view shows.
    may_manage: bool,
}

impl Views {
    /// What acts carry with them to come back to this view.
    fn query(&self) -> &'static str {
        if self.of_organization { "?view=organization" } else { "" }
    }
}

struct Filters {
    owners: Vec<Choice>,
    projects: Vec<Choice>,
    /// What is hidden in the form, so that it stays.
    sort: String,
    /// How many keys pass, in words, when something is filtered.
    found: Option<String>,
    /// The view without filters.
    clear: String,
}

struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// The columns that can be sorted.
struct Columns {
    name: Column,
    created: Column,
    expires: Column,
}

struct Column {
    href: String,
    aria_sort: Option<&'static str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    view: Option<String>,
    owner: Option<String>,
    project: Option<String>,
    q: Option<String>,
    status: Option<String>,
    scope: Option<String>,
    expires_within: Option<String>,
    unused_for: Option<String>,
    sort: Option<String>,
    after: Option<String>,
    before: Option<String>,
    position: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ViewQuery {
    view: Option<String>,
}

pub async fn list(visit: Visit) -> Result<HttpResponse, Error> {
    let query = parse(&visit.query()?)?;
    let (context, actor) = (visit.context(), visit.actor()?);
    let (now, policy) = (context.now, context.policy.clone());
    let may = |permission| actor.may(permission, &policy);
    let (may_create, may_see_all) = (may(Permission::CreateApiKeys), may(Permission::SeeAllApiKeys));
    let of_organization = query.view == View::Organization;
    let may_manage = may(if of_organization { Permission::ManageAllApiKeys } else { Permission::ManageOwnApiKeys });
    let asked = query.clone();
    let listing = visit.state.read(move |conn| app::api_keys::list(conn, &context, &actor, &asked)).await?;

    let keys = &listing.page.api_keys;
    if keys.is_empty() && !matches!(query.position, Position::First | Position::Last) {
        // The keys of this page are gone: those that are left are on the first one.
        return Ok(visit.redirect(&address(&query, query.order, None)));
    }

    let flash = visit.take_flash();
    let new_api_key = flash.as_ref().and_then(Flash::new_api_key);
    let owners: BTreeMap<_, _> = listing.owners_of_page.iter().map(|owner| (&owner.id, owner)).collect();
    let projects: BTreeMap<_, _> = listing.projects.iter().map(|project| (&project.id, project)).collect();
    let row = |key: &ApiKey| {
        let row = ApiKeyRow::new(visit.words(), key, now);
        ApiKeyRow {
            is_new: new_api_key == Some(row.id.as_str()),
            today: listing.today.get(&key.id).copied().and_then(|day| words::today(visit.words(), day)),
            owner: owners.get(&key.owner_id).map(|owner| OwnerName::from(*owner)),
            project: key.project_id.as_ref().and_then(|id| Some(projects.get(id)?.name.as_str().to_owned())),
            ..row
        }
    };
    let turn = |key, direction| {
        let cursor = Cursor::of(key, query.order.column, now).encode();
        address(&query, query.order, Some((direction, &cursor)))
    };
    let shell = visit.page(visit.say("api-keys"), Section::ApiKeys, &[HOME, SETTINGS]);
    page::ok(&ListPage {
        shell: Shell { message: flash.as_ref().map(|flash| flash.message(visit.words())), ..shell },
        rows: keys.iter().map(row).collect(),
        views: Views { of_organization, may_switch: may_see_all, may_manage },
        filters: Filters::new(visit.words(), &query, &listing),
        total: listing.total.at_least(),
        total_text: words::counted_keys(visit.words(), listing.total),
        people: words::counted_people(visit.words(), listing.people),
        used: listing.live,
        limit: policy.max_keys_per_user,
        may_create,
        at_limit: listing.live >= policy.max_keys_per_user,
        has_projects: !listing.projects.is_empty(),
        columns: Columns::sorted_by(&query),
        previous: keys.first().filter(|_| listing.page.has_previous).map(|key| turn(key, "before")),
        next: keys.last().filter(|_| listing.page.has_next).map(|key| turn(key, "after")),
    })
}

fn parse(query: &ListQuery) -> Result<Query, Error> {
    let order = query.sort.as_deref().map(Order::parse).transpose().map_err(|_| Error::Malformed)?.unwrap_or_default();
    let cursor = |text: &str| Cursor::parse(text, order.column).map_err(|_| Error::Malformed);
    let position = match (&query.after, &query.before, query.position.as_deref()) {
        (None, None, None) => Position::First,
        (Some(after), None, None) => Position::After(cursor(after)?),
        (None, Some(before), None) => Position::Before(cursor(before)?),
        (None, None, Some(LAST)) => Position::Last,
        _ => return Err(Error::Malformed),
    };
    // A form that filters nothing sends its fields empty.
    let [owner, project, status, scope, expires_within, unused_for] =
        [&query.owner, &query.project, &query.status, &query.scope, &query.expires_within, &query.unused_for]
            .map(|field| field.as_deref().filter(|text| !text.is_empty()));
    let days = |text: Option<&str>| text.map(Days::parse).transpose().map_err(|_| Error::Malformed);
    Ok(Query {
        view: parse_view(query.view.as_deref())?,
        owner_id: owner.map(UserId::parse).transpose().map_err(|_| Error::NotFound)?,
        project: match project {
            None => None,
            Some(NO_PROJECT) => Some(InProject::None),
            Some(id) => Some(InProject::This(ProjectId::parse(id).map_err(|_| Error::NotFound)?)),
        },
        status: status.map(|text| Status::parse(text).ok_or(Error::Malformed)).transpose()?,
        scope: scope.map(|text| Scope::parse(text).ok_or(Error::Malformed)).transpose()?,
        expires_within: days(expires_within)?,
        unused_for: days(unused_for)?,
        search: query.q.as_deref().and_then(Search::parse),
        order,
        position,
    })
}

fn parse_view(view: Option<&str>) -> Result<View, Error> {
    match view {
        None => Ok(View::Mine),
        Some("organization") => Ok(View::Organization),
        Some(_) => Err(Error::Malformed),
    }
}

/// The view that an act was begun in, as its address says; and where it ends.
fn view_of(visit: &Visit) -> Result<(View, &'static str), Error> {
    let view = parse_view(visit.query::<ViewQuery>()?.view.as_deref())?;
    Ok((view, if view == View::Organization { ORGANIZATION_PATH } else { PATH }))
}

/// Where one was before the act: the list as it was filtered and sorted, or the page of a key. `next` is what the form
/// says; else the browser tells from where it came.
fn way_back(visit: &Visit, next: &str) -> Result<String, Error> {
    let (_, list) = view_of(visit)?;
    let came_from = if next.is_empty() { visit.came_from.as_deref().unwrap_or_default() } else { next };
    let path = own_path(came_from);
    let place = path.split(['?', '#']).next().unwrap_or_default();
    let is_details =
        place.strip_prefix(PATH).and_then(|rest| rest.strip_prefix('/')).is_some_and(|id| parse_id(id).is_ok());
    Ok(if place == PATH || is_details { path.to_owned() } else { list.to_owned() })
}

/// The list with the same view and filters.
fn address(query: &Query, order: Order, cursor: Option<(&str, &str)>) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    if query.view == View::Organization {
        pairs.append_pair("view", "organization");
    }
    if let Some(owner_id) = &query.owner_id {
        pairs.append_pair("owner", owner_id.as_str());
    }
    if let Some(project) = &query.project {
        pairs.append_pair("project", value_of(project));
    }
    let days = |days: Option<Days>| days.map(|days| days.get().to_string());
    for (name, value) in [
        ("q", query.search.as_ref().map(|search| search.as_str().to_owned())),
        ("status", query.status.map(|status| status.as_str().to_owned())),
        ("scope", query.scope.map(|scope| scope.as_str().to_owned())),
        ("expires_within", days(query.expires_within)),
        ("unused_for", days(query.unused_for)),
    ] {
        if let Some(value) = value {
            pairs.append_pair(name, &value);
        }
    }
    pairs.append_pair("sort", &order.as_text());
    if let Some((direction, cursor)) = cursor {
        pairs.append_pair(direction, cursor);
    }
    format!("{PATH}?{}", pairs.finish())
}

fn value_of(project: &InProject) -> &str {
    match project {
        InProject::None => NO_PROJECT,
        InProject::This(id) => id.as_str(),
    }
}

/// Where the list, newest first, begins with this key.
pub fn list_from(api_key: &ApiKey) -> String {
    format!("{PATH}?after={}#{}", Cursor::just_before(api_key).encode(), api_key.id)
}

/// The id in a path. One that is none belongs to no key.
fn parse_id(id: &str) -> Result<ApiKeyId, Error> {
    ApiKeyId::parse(id).map_err(|_| Error::NotFound)
}

impl Filters {
    fn new(words: Words, query: &Query, listing: &Listing) -> Self {
        let mut owners: Vec<&Owner> = listing.owners.iter().collect();
        owners.sort_by_cached_key(|owner| text::fold(&owner.name));
        let owner = |owner: &&Owner| Choice {
            value: owner.id.to_string(),
            label: if owner.is_removed {
                words.say("api-keys-owner-removed").with("name", owner.name.as_str()).into()
            } else {
                owner.name.clone()
            },
            is_chosen: query.owner_id.as_ref() == Some(&owner.id),
        };
        let chosen = query.project.as_ref().map(value_of);
        let choice =
            |value: &str, label: String| Choice { value: value.to_owned(), label, is_chosen: chosen == Some(value) };
        let projects = listing.projects.iter().map(|project| {
            let name = project.name.as_str();
            let label = if project.takes_keys() {
                name.to_owned()
            } else {
                words.say("api-keys-project-archived").with("name", name).into()
            };
            choice(project.id.as_str(), label)
        });
        let no_project = || choice(NO_PROJECT, words.say("api-key-no-project").into());
        let is_filtered = query.is_filtered();
        Self {
            owners: owners.iter().map(owner).collect(),
            // Where there are no projects, there is nothing to choose, unless somebody has chosen it by its address.
            projects: projects.chain((!listing.projects.is_empty() || is_filtered).then(no_project)).collect(),
            sort: query.order.as_text(),
            found: is_filtered
                .then(|| words.say("api-keys-found").with("keys", words::counted_keys(words, listing.found)).into()),
            clear: address(&query.unfiltered(), query.order, None),
        }
    }

    /// Whether there is anything to choose between.
    fn are_of_use(&self) -> bool {
        self.owners.len() > 1 || !self.projects.is_empty()
    }
}

impl Columns {
    fn sorted_by(query: &Query) -> Self {
        let order = query.order;
        let column = |column| {
            let is_sorted = order.column == column;
            // The first click on a time shows the newest, on a name the beginning of the alphabet.
            let descending = if is_sorted { !order.descending } else { column == ListColumn::Created };
            let href = address(query, Order { column, descending }, None);
            let aria_sort = is_sorted.then_some(if order.descending { "descending" } else { "ascending" });
            Column { href, aria_sort }
        };
        Self {
            name: column(ListColumn::Name),
            created: column(ListColumn::Created),
            expires: column(ListColumn::Expires),
        }
    }
}
