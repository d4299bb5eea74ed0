//! Reads which keys are selected from a form or an address: ids, a stored selection, or all that match.

use actix_web::HttpResponse;
use serde::{Deserialize, de::DeserializeOwned};

use super::{ViewQuery, view_of};
use crate::{
    app::api_keys::{
        list_query::ListQuery,
        selection::{self, Selection, SelectionPreview},
    },
    domain::{ApiKey, ApiKeyId, SelectionId, Timestamp},
    http::form::{self, Fields},
    web::{
        error::Error,
        flash::Flash,
        page::{ApiKeyDisplay, OwnerName},
        request_context::RequestContext,
    },
};

/// The most keys that a confirmation lists by name.
const NAMED: usize = 1_000;

/// The fields of a selection. [`ListQuery`] reads the filters beside `matching`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct SelectionFields {
    id: Vec<String>,
    /// The id of a selection that [`super::selections`] stored.
    selection: Option<String>,
    /// The number of matching keys, as displayed.
    matching: Option<String>,
}

/// The names of the fields of a selection.
fn fields_of_selection() -> Vec<&'static str> {
    ["id", "selection", "matching"].into_iter().chain(ListQuery::filter_names()).collect()
}

/// The selection in the address. None if nothing is selected.
pub fn from_query(request: &RequestContext) -> Result<Option<Selection>, Error> {
    request.query_beside::<ViewQuery>(&fields_of_selection())?;
    parse(request, request.query.as_bytes())
}

/// The selection in the form, and the other fields.
pub fn from_form<T: DeserializeOwned>(request: &RequestContext) -> Result<(Option<Selection>, T), Error> {
    request.query_strictly::<ViewQuery>()?;
    let rest = request.form_beside(&fields_of_selection())?;
    Ok((parse(request, &request.body)?, rest))
}

/// Refuses two kinds of selection at once, because one would be ignored. A malformed id belongs to no key.
fn parse(request: &RequestContext, bytes: &[u8]) -> Result<Option<Selection>, Error> {
    let chosen: SelectionFields = form::parse(bytes)?;
    let filters = Fields::parse(bytes).select(|name| ListQuery::filter_names().any(|known| known == name));
    let ways = [!chosen.id.is_empty(), chosen.selection.is_some(), chosen.matching.is_some()];
    if ways.iter().filter(|way| **way).count() > 1 || (chosen.matching.is_none() && !filters.is_empty()) {
        return Err(Error::Malformed);
    }
    let (view, _) = view_of(request)?;
    if let Some(count) = &chosen.matching {
        let agreed = count.parse().map_err(|_| Error::Malformed)?;
        let query = ListQuery { view, ..ListQuery::parse(filters.pairs())? };
        return Ok(Some(Selection::Matching { query: Box::new(query), agreed }));
    }
    if let Some(id) = &chosen.selection {
        return Ok(Some(Selection::Saved { view, id: SelectionId::parse(id).map_err(|_| Error::NotFound)? }));
    }
    let selected = chosen.id.len();
    if selected > selection::LIMIT {
        return Err(Error::TooLarge);
    }
    let ids: Vec<_> = chosen.id.iter().filter_map(|id| ApiKeyId::parse(id).ok()).collect();
    match selected - ids.len() {
        0 => Ok((selected > 0).then_some(Selection::These { view, ids })),
        missing => Err(Error::SelectionNotFound { missing, selected }),
    }
}

pub fn redirect_without_selection(request: &RequestContext, list: &str) -> Result<HttpResponse, Error> {
    request.set_flash(Flash::NoApiKeySelected)?;
    Ok(request.redirect(list))
}

/// The fields that repeat a selection in a confirmation, with the number of its keys.
pub fn fields(selection: &Selection, question: &SelectionPreview) -> Vec<(&'static str, String)> {
    match selection {
        Selection::One(_) => Vec::new(),
        Selection::Saved { id, .. } => vec![("selection", id.to_string())],
        Selection::These { ids, .. } => ids.iter().map(|id| ("id", id.to_string())).collect(),
        Selection::Matching { query, .. } => {
            let count = question.api_keys.len() + question.untouched.len();
            query.filter_fields().into_iter().chain([("matching", count.to_string())]).collect()
        }
    }
}

/// The first keys of a confirmation, for its list of names.
pub fn rows(request: &RequestContext, question: &SelectionPreview, now: Timestamp) -> Vec<ApiKeyDisplay> {
    let row = |key: &ApiKey| {
        let owner = question.owners.iter().find(|owner| owner.id == key.owner_id);
        ApiKeyDisplay {
            owner: owner.map(OwnerName::from),
            ..ApiKeyDisplay::new(request.words(), key, now, request.policy().soon())
        }
    };
    question.api_keys.iter().take(NAMED).map(row).collect()
}
