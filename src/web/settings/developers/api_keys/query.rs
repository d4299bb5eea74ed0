//! The address of the list: which keys, in which order, from where on.

use serde::Deserialize;

use super::PATH;
use crate::{
    app::api_keys::{View, listing::Query},
    domain::{
        ProjectId, Scope, Status, UserId,
        api_key::{
            listing::{Cursor, Days, InProject, Order, Position},
            search::Search,
        },
    },
    web::error::Error,
};

/// How an address says "in no project".
pub const NO_PROJECT: &str = "none";
/// How an address says that all keys of the list are chosen.
pub const MATCHING: &str = "matching";
/// How an address asks for the last page.
const LAST: &str = "last";

/// The fields of an address, or of a form that carries a filter with it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    pub view: Option<String>,
    pub owner: Option<String>,
    /// The name or address of somebody, as it was typed.
    pub owned_by: Option<String>,
    pub project: Option<String>,
    pub q: Option<String>,
    pub status: Option<String>,
    pub scope: Option<String>,
    pub expires_within: Option<String>,
    pub unused_for: Option<String>,
    pub sort: Option<String>,
    pub after: Option<String>,
    pub before: Option<String>,
    pub position: Option<String>,
    /// [`MATCHING`] when all keys of the list are chosen.
    pub select: Option<String>,
}

/// A list as a whole, for files: one that names a place in it, or somebody by a name that must be looked up first, would
/// get more than was asked for.
pub fn parse_whole(query: &ListQuery) -> Result<Query, Error> {
    let beside = [&query.owned_by, &query.after, &query.before, &query.position, &query.select];
    if beside.iter().any(|field| field.is_some()) { Err(Error::Malformed) } else { parse(query) }
}

pub fn parse(query: &ListQuery) -> Result<Query, Error> {
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

pub fn parse_view(view: Option<&str>) -> Result<View, Error> {
    match view {
        None => Ok(View::Mine),
        Some("organization") => Ok(View::Organization),
        Some(_) => Err(Error::Malformed),
    }
}

/// What an address says beside the order and the place: the view, and what is filtered.
pub fn filter_fields(query: &Query) -> Vec<(&'static str, String)> {
    let days = |days: Option<Days>| days.map(|days| days.get().to_string());
    let fields = [
        ("view", (query.view == View::Organization).then(|| "organization".to_owned())),
        ("owner", query.owner_id.as_ref().map(ToString::to_string)),
        ("project", query.project.as_ref().map(|project| value_of(project).to_owned())),
        ("q", query.search.as_ref().map(|search| search.as_str().to_owned())),
        ("status", query.status.map(|status| status.as_str().to_owned())),
        ("scope", query.scope.map(|scope| scope.as_str().to_owned())),
        ("expires_within", days(query.expires_within)),
        ("unused_for", days(query.unused_for)),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The list with the same view and filters, in this order; `place` says which page of it.
pub fn address(query: &Query, order: Order, place: Option<(&str, &str)>) -> String {
    address_of(PATH, query, [("sort", order.as_text().as_str())].into_iter().chain(place))
}

pub fn last_page(query: &Query) -> String {
    address(query, query.order, Some(("position", LAST)))
}

/// Another page about the same keys.
pub fn address_of<'a>(path: &str, query: &Query, more: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(filter_fields(query)).extend_pairs(more);
    let pairs = pairs.finish();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{pairs}") }
}

pub fn value_of(project: &InProject) -> &str {
    match project {
        InProject::None => NO_PROJECT,
        InProject::This(id) => id.as_str(),
    }
}
