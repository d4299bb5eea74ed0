//! The list of API keys: your own, or those of the whole organization, with the available actions.

pub mod actions;
pub mod all_deletion;
mod attributes;
pub mod bulk_deletion;
pub mod bulk_disablement;
pub mod bulk_enablement;
pub mod bulk_revocation;
pub mod bulk_rotation_mark;
pub mod confirmation;
pub mod deletion;
pub mod details;
pub mod disablement;
pub mod edit;
pub mod enablement;
pub mod ended_tokens;
pub mod export;
pub(in crate::web) mod fields;
mod filters;
mod impact;
mod in_place;
mod limit_fields;
mod limit_gauges;
pub mod limit_reset;
pub mod name;
pub mod narrowing;
pub mod new;
pub mod owners;
mod permission_fields;
pub mod query;
mod reveal;
pub mod revocation;
mod rights;
pub mod rotation;
mod row_buttons;
mod rows;
pub mod search;
mod selection_form;
pub mod selections;
mod status_change;
pub mod token;
mod token_panel;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;
use serde::Deserialize;

use self::{
    filters::{Filters, SortLinks},
    new::FirstKeyForm,
    owners::OwnerFilter,
    query::{MATCHING, PageQuery, address, last_page, page_address},
    rows::{Row, RowTemplate, Table},
};
use crate::{
    app::{
        self,
        api_keys::{
            View,
            list_query::{ListQuery, parse_view},
            listing::Listing,
            selection::LIMIT,
        },
    },
    domain::{
        ApiKeyId, Permission,
        api_key::listing::{Cursor, Position},
    },
    web::{
        answer, csrf,
        error::Error,
        flash::Flash,
        labels,
        page::{Crumb, Section, Shell},
        request_context::RequestContext,
        return_path::own_path,
        settings::{HOME, SETTINGS},
    },
};

pub const PATH: &str = "/settings/developers/api-keys";
/// The page in the view of the viewer's own keys, whatever the default is.
const MINE_PATH: &str = "/settings/developers/api-keys?view=mine";
/// The page in the view of the organization.
const ORGANIZATION_PATH: &str = "/settings/developers/api-keys?view=organization";
const ORGANIZATION_QUERY: &str = "?view=organization";
const EXPORT_CSV: &str = "/settings/developers/api-keys/export.csv";
const EXPORT_JSON: &str = "/settings/developers/api-keys/export.json";
const API_KEYS: Crumb = Crumb { label: "api-keys", href: PATH };
#[derive(Template)]
#[template(path = "settings/developers/api_keys/list.html")]
struct ApiKeysPage {
    shell: Shell,
    rows: Vec<Row>,
    table: Table,
    /// Whether the viewer may see more than their own keys.
    may_switch: bool,
    /// The address of the viewer's own keys.
    mine: &'static str,
    filters: Filters,
    total: i64,
    total_text: String,
    used: i64,
    limit: i64,
    may_create: bool,
    /// For the switches in the rows.
    form_token: String,
    /// The form token of the button that creates a key with one click, if there is one.
    one_click: Option<String>,
    first_key: FirstKeyForm,
    at_limit: bool,
    columns: SortLinks,
    /// The page to which actions on a row return.
    here: String,
    pages: Pages,
    choice: SelectionBar,
    matching_limit: usize,
    /// The list as a file: name of the format, and address.
    exports: [(&'static str, String); 2],
}

impl ApiKeysPage {
    fn row<'a>(&'a self, row: &'a Row) -> RowTemplate<'a> {
        RowTemplate::new(&self.shell, &self.table, row)
    }

    /// Whether a row can display or copy its token.
    fn has_token_buttons(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.acts).any(|act| act.form == row_buttons::TOKEN)
    }
}

/// The bar below the table, with the selected keys.
struct SelectionBar {
    /// The hidden fields of its form if all keys that match are selected.
    fields: Vec<(&'static str, String)>,
    /// The link between selecting all and none, if there is more than one page.
    other: Option<String>,
    /// How many match, in words. None if they are too many for one action.
    matching: Option<String>,
    /// The key of the script's stored selection. Another list has another one.
    memory: String,
}

/// Links to the other pages, where they exist.
struct Pages {
    first: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    last: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ViewQuery {
    view: Option<String>,
    next: String,
}

pub async fn list(request: RequestContext) -> Result<HttpResponse, Error> {
    // A misspelt filter would show all keys, and everything shown can be selected at once.
    let mut asked = PageQuery::parse(request.query_fields())?;
    let default = View::default_of(&request.actor()?, &request.policy());
    if request.query::<ViewQuery>()?.view.is_none() {
        asked.list.view = default;
    }
    let selects_all = asked.selects_all;
    let OwnerFilter { query, unclear, is_found } = owners::resolve(&request, asked).await?;
    if is_found {
        // The script of the filters follows, too, and only changes the list.
        let location = (header::LOCATION, address(&query, query.order, None));
        return Ok(HttpResponse::SeeOther().insert_header(location).finish());
    }
    let (now, policy, actor) = (request.now(), request.policy(), request.actor()?);
    let may = |permission| actor.may(permission, &policy);
    let (may_create, may_see_all) = (may(Permission::CreateApiKeys), may(Permission::SeeAllApiKeys));
    let may_manage = rows::may_manage(&request, query.view)?;
    let selects_all = selects_all && may_manage;
    let wanted = query.clone();
    let listing =
        request.read(move |conn, context, actor| app::api_keys::listing::list(conn, context, actor, &wanted)).await?;
    let listing = if unclear.is_some() { listing.emptied() } else { listing };

    let keys = &listing.page.api_keys;
    if keys.is_empty() && !matches!(query.position, Position::First | Position::Last) {
        // The keys of this page were deleted; the remaining ones are on the first page.
        return Ok(request.redirect(&address(&query, query.order, None)));
    }

    let flash = request.take_flash();
    let new_api_key = flash.as_ref().and_then(Flash::new_api_key);
    let rows = rows::build(&request, &listing, query.view, new_api_key)?;
    let turn = |key, direction| {
        let cursor = Cursor::of(key, query.order.column, now).encode();
        address(&query, query.order, Some((direction, &cursor)))
    };
    let choice = SelectionBar::new(&request, &query, &listing, selects_all)?;
    let shell = request.page(request.say("api-keys"), Section::ApiKeys, &[HOME, SETTINGS]);
    let status = if unclear.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    answer::render(
        status,
        &ApiKeysPage {
            shell: Shell { message: flash.as_ref().map(|flash| flash.message(request.words())), ..shell },
            rows,
            table: rows::table_of(&request, &listing, query.view, selects_all)?,
            may_switch: may_see_all,
            mine: if default == View::Mine { PATH } else { MINE_PATH },
            filters: Filters::new(request.words(), &policy, &query, &listing, unclear.as_ref()),
            total: listing.total.at_least(),
            total_text: labels::counted_keys(request.words(), listing.total),
            used: listing.live,
            limit: policy.max_keys_per_user,
            may_create,
            form_token: request.form_token(),
            one_click: policy.one_click_creation.then(|| csrf::seed(&mut (request.state.rng)())),
            first_key: FirstKeyForm::new(&request),
            at_limit: listing.live >= policy.max_keys_per_user,
            columns: SortLinks::sorted_by(&query),
            choice,
            matching_limit: LIMIT,
            exports: [("csv", EXPORT_CSV), ("json", EXPORT_JSON)]
                .map(|(name, path)| (name, query.address(path, [("sort", query.order.as_text().as_str())]))),
            // Not the requested address, which may contain a token.
            here: page_address(&query),
            pages: Pages {
                first: listing.page.has_previous.then(|| address(&query, query.order, None)),
                previous: keys.first().filter(|_| listing.page.has_previous).map(|key| turn(key, "before")),
                next: keys.last().filter(|_| listing.page.has_next).map(|key| turn(key, "after")),
                last: listing.page.has_next.then(|| last_page(&query)),
            },
        },
    )
}

impl SelectionBar {
    fn new(request: &RequestContext, query: &ListQuery, listing: &Listing, selects_all: bool) -> Result<Self, Error> {
        let (words, user_id) = (request.words(), request.actor()?.person.id);
        let limit = i64::try_from(LIMIT).unwrap_or(i64::MAX);
        let is_all = !listing.page.has_previous && !listing.page.has_next;
        let other = match selects_all {
            false if is_all => None,
            false => Some(address(query, query.order, Some(("select", MATCHING)))),
            true => Some(address(query, query.order, None)),
        };
        let count = ("matching", listing.found.at_least().to_string());
        Ok(Self {
            fields: query.filter_fields().into_iter().chain([count]).collect(),
            other,
            matching: (listing.found.at_least() <= limit).then(|| labels::counted(words, listing.found)),
            memory: query.address(user_id.as_str(), []),
        })
    }
}

/// The view in the address, and the address of its list.
fn view_of(request: &RequestContext) -> Result<(View, &'static str), Error> {
    let view = parse_view(request.query::<ViewQuery>()?.view.as_deref())?;
    Ok((view, if view == View::Organization { ORGANIZATION_PATH } else { PATH }))
}

/// Where to return after an action: the filtered and sorted list, or the page of a key. `next` comes from the form;
/// otherwise the query or the browser's referrer counts.
fn way_back(request: &RequestContext, next: &str) -> Result<String, Error> {
    let (_, list) = view_of(request)?;
    let asked = request.query::<ViewQuery>()?.next;
    let came_from = request.came_from.as_deref().unwrap_or_default();
    let path = own_path([next, &asked, came_from].into_iter().find(|place| !place.is_empty()).unwrap_or_default());
    let place = path.split(['?', '#']).next().unwrap_or_default();
    let is_details =
        place.strip_prefix(PATH).and_then(|rest| rest.strip_prefix('/')).is_some_and(|id| parse_id(id).is_ok());
    Ok(if place == PATH || is_details { path.to_owned() } else { list.to_owned() })
}

/// The id in a path. A malformed one belongs to no key.
fn parse_id(id: &str) -> Result<ApiKeyId, Error> {
    ApiKeyId::parse(id).map_err(|_| Error::NotFound)
}
