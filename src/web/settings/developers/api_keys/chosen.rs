//! Which keys of the list were chosen, as its form says: by their ids, or all that match.

use actix_web::HttpResponse;
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    ViewQuery,
    query::{self, ListQuery, filter_fields},
    view_of,
};
use crate::{
    app::api_keys::{
        listing::Query,
        selection::{self, Question, Selection},
    },
    domain::{ApiKey, ApiKeyId, SelectionId, Timestamp},
    web::{
        error::Error,
        flash::Flash,
        page::{ApiKeyRow, OwnerName},
        visit::Visit,
    },
};

/// Keys that a question names at most.
const NAMED: usize = 1_000;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    id: Vec<String>,
    /// What [`super::selections`] made of those.
    selection: Option<String>,
    /// How many keys one was told that match. With it the other fields say which.
    matching: Option<String>,
    owner: Option<String>,
    project: Option<String>,
    q: Option<String>,
    status: Option<String>,
    scope: Option<String>,
    expires_within: Option<String>,
    unused_for: Option<String>,
}

impl Chosen {
    /// Whether it says in one way which keys are chosen. Of two, one would be passed over.
    fn is_clear(&self) -> bool {
        let ways = [!self.id.is_empty(), self.selection.is_some(), self.matching.is_some()];
        let filter =
            [&self.owner, &self.project, &self.q, &self.status, &self.scope, &self.expires_within, &self.unused_for];
        let filters = filter.iter().any(|field| field.is_some());
        ways.iter().filter(|way| **way).count() < 2 && (self.matching.is_some() || !filters)
    }
}

/// The keys that an address names. None when nothing is chosen.
pub fn asked(visit: &Visit) -> Result<Option<Selection>, Error> {
    let (chosen, _) = visit.queries::<Chosen, ViewQuery>()?;
    parse(visit, chosen)
}

/// The keys that a form names, and the rest of the form.
pub fn sent<T: DeserializeOwned>(visit: &Visit) -> Result<(Option<Selection>, T), Error> {
    visit.query_strictly::<ViewQuery>()?;
    let (chosen, rest) = visit.forms()?;
    Ok((parse(visit, chosen)?, rest))
}

/// What is no id belongs to no key, and rejects all of it.
fn parse(visit: &Visit, chosen: Chosen) -> Result<Option<Selection>, Error> {
    if !chosen.is_clear() {
        return Err(Error::Malformed);
    }
    let (view, _) = view_of(visit)?;
    if let Some(count) = &chosen.matching {
        let agreed = count.parse().map_err(|_| Error::Malformed)?;
        let Chosen { owner, project, q, status, scope, expires_within, unused_for, .. } = chosen;
        let fields = ListQuery { owner, project, q, status, scope, expires_within, unused_for, ..ListQuery::default() };
        return Ok(Some(Selection::Matching { query: Box::new(Query { view, ..query::parse(&fields)? }), agreed }));
    }
    if let Some(id) = &chosen.selection {
        return Ok(Some(Selection::Kept { view, id: SelectionId::parse(id).map_err(|_| Error::NotFound)? }));
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

pub fn nothing(visit: &Visit, list: &str) -> Result<HttpResponse, Error> {
    visit.set_flash(Flash::NoApiKeySelected)?;
    Ok(visit.redirect(list))
}

/// The same as the form of a question repeats it, which tells how many keys it is about.
pub fn fields(selection: &Selection, question: &Question) -> Vec<(&'static str, String)> {
    match selection {
        Selection::One(_) => Vec::new(),
        Selection::Kept { id, .. } => vec![("selection", id.to_string())],
        Selection::These { ids, .. } => ids.iter().map(|id| ("id", id.to_string())).collect(),
        Selection::Matching { query, .. } => {
            let count = question.api_keys.len() + question.untouched.len();
            let filter = filter_fields(query).into_iter().filter(|(name, _)| *name != "view");
            filter.chain([("matching", count.to_string())]).collect()
        }
    }
}

/// The keys that a question names. Of more it tells how many.
pub fn rows(visit: &Visit, question: &Question, now: Timestamp) -> Vec<ApiKeyRow> {
    let row = |key: &ApiKey| {
        let owner = question.owners.iter().find(|owner| owner.id == key.owner_id);
        ApiKeyRow {
            owner: owner.map(OwnerName::from),
            ..ApiKeyRow::new(visit.words(), key, now, visit.policy().soon())
        }
    };
    question.api_keys.iter().take(NAMED).map(row).collect()
}
