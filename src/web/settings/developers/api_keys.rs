//! The API keys page: one's keys as a table, with what one may do to them.

pub mod all_deletion;
pub mod bulk_deletion;
pub mod confirmation;
pub mod deletion;
pub mod new;

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use crate::{
    app::{self, api_keys::Listing},
    domain::{
        ApiKey, ApiKeyId, Permission,
        api_key::listing::{Column as ListColumn, Cursor, Order, Position},
    },
    web::{
        error::Error,
        flash::Flash,
        page::{self, ApiKeyRow, Crumb, Section, Shell},
        settings::{HOME, SETTINGS},
        visit::Visit,
        words,
    },
};

pub const PATH: &str = "/settings/developers/api-keys";
const API_KEYS: Crumb = Crumb { label: "API keys", href: PATH };

#[derive(Template)]
#[template(path = "settings/developers/api_keys/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<ApiKeyRow>,
    total: i64,
    used: i64,
    limit: i64,
    may_create: bool,
    may_manage: bool,
    at_limit: bool,
    columns: Columns,
    previous: Option<String>,
    next: Option<String>,
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
    sort: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

pub async fn list(visit: Visit) -> Result<HttpResponse, Error> {
    let (order, position) = parse(&visit.query()?)?;
    let is_first = position == Position::First;
    let (context, actor) = (visit.context(), visit.actor()?);
    let (now, policy) = (context.now, context.policy.clone());
    let may = |permission| actor.may(permission, &policy);
    let (may_create, may_manage) = (may(Permission::CreateApiKeys), may(Permission::ManageOwnApiKeys));
    let Listing { page, total, live, today } =
        visit.state.read(move |conn| app::api_keys::list(conn, &context, &actor, order, &position)).await?;

    if page.api_keys.is_empty() && !is_first {
        // The keys of this page are gone: those that are left are on the first one.
        return Ok(visit.redirect(&format!("{PATH}?sort={}", order.as_text())));
    }

    let flash = visit.take_flash();
    let new_api_key = flash.as_ref().and_then(Flash::new_api_key);
    let row = |key: &ApiKey| {
        let row = ApiKeyRow::new(key, now);
        let today = today.get(&key.id).copied().and_then(words::today);
        ApiKeyRow { is_new: new_api_key == Some(row.id.as_str()), today, ..row }
    };
    let turn = |key, direction| {
        let cursor = Cursor::of(key, order.column).encode();
        format!("{PATH}?sort={}&{direction}={cursor}", order.as_text())
    };
    let keys = &page.api_keys;
    let shell = visit.page("API keys", Section::ApiKeys, &[HOME, SETTINGS]);
    page::ok(&ListPage {
        shell: Shell { message: flash.as_ref().map(Flash::message), ..shell },
        rows: keys.iter().map(row).collect(),
        total,
        used: live,
        limit: policy.max_keys_per_user,
        may_create,
        may_manage,
        at_limit: live >= policy.max_keys_per_user,
        columns: Columns::sorted_by(order),
        previous: keys.first().filter(|_| page.has_previous).map(|key| turn(key, "before")),
        next: keys.last().filter(|_| page.has_next).map(|key| turn(key, "after")),
    })
}

fn parse(query: &ListQuery) -> Result<(Order, Position), Error> {
    let order = query.sort.as_deref().map(Order::parse).transpose().map_err(|_| Error::Malformed)?.unwrap_or_default();
    let cursor = |text: &str| Cursor::parse(text, order.column).map_err(|_| Error::Malformed);
    let position = match (&query.after, &query.before) {
        (None, None) => Position::First,
        (Some(after), None) => Position::After(cursor(after)?),
        (None, Some(before)) => Position::Before(cursor(before)?),
        (Some(_), Some(_)) => return Err(Error::Malformed),
    };
    Ok((order, position))
}

/// Where the list, newest first, begins with this key.
pub fn list_from(api_key: &ApiKey) -> String {
    format!("{PATH}?after={}#{}", Cursor::just_before(api_key).encode(), api_key.id)
}

/// The id in a path. One that is none belongs to no key.
fn parse_id(id: &str) -> Result<ApiKeyId, Error> {
    ApiKeyId::parse(id).map_err(|_| Error::NotFound)
}

impl Columns {
    fn sorted_by(order: Order) -> Self {
        let column = |column| {
            let is_sorted = order.column == column;
            // The first click on a time shows the newest, on a name the beginning of the alphabet.
            let descending = if is_sorted { !order.descending } else { column == ListColumn::Created };
            let href = format!("{PATH}?sort={}", Order { column, descending }.as_text());
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
