//! The owner filter: a field for a name or address, with suggestions.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::query::{PageQuery, address};
use crate::{
    app::api_keys::{
        View,
        list_query::ListQuery,
        owners::{self, Meant},
    },
    catalogue::Words,
    domain::{UserId, api_key::listing::Position},
    store::owners::Owner,
    web::{answer, error::Error, page::Errors, request_context::RequestContext},
};

/// The name of the field, to which error messages link.
pub const FIELD: &str = "owned_by";

/// The query of the list, with its owner.
pub struct OwnerFilter {
    pub query: ListQuery,
    pub unclear: Option<Unclear>,
    /// The text identifies one person, so the address must name them by id.
    pub is_found: bool,
}

/// A text that does not identify one person.
pub struct Unclear {
    pub typed: String,
    /// The people who match.
    pub people: Vec<Owner>,
}

#[derive(Template)]
#[template(path = "settings/developers/api_keys/owners.html")]
struct Suggestions {
    words: Words,
    people: Vec<Owner>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TypedOwner {
    owned_by: String,
}

/// Suggestions for the page's script, while a person types.
pub async fn list(request: RequestContext) -> Result<HttpResponse, Error> {
    let TypedOwner { owned_by } = request.query()?;
    if !request.wants_fragment {
        let query = ListQuery { view: View::Organization, ..ListQuery::default() };
        let list = address(&query, query.order, Some((FIELD, &owned_by)));
        return Ok(request.redirect(&list));
    }
    let people = request.read(move |conn, context, actor| owners::suggest(conn, context, actor, &owned_by)).await?;
    answer::ok(&Suggestions { words: request.words(), people })
}

/// Text in the field takes precedence over the id that the form carries.
pub async fn resolve(request: &RequestContext, asked: PageQuery) -> Result<OwnerFilter, Error> {
    let query = asked.list;
    let Some(typed) = asked.owned_by.as_deref().map(str::trim) else {
        return Ok(OwnerFilter { query, unclear: None, is_found: false });
    };
    let before: Option<UserId> = query.owner_id.clone();
    let query = ListQuery { owner_id: None, ..query };
    if typed.is_empty() {
        return Ok(OwnerFilter { query, unclear: None, is_found: false });
    }
    if query.view == View::Mine {
        return Err(Error::NotFound);
    }
    let text = typed.to_owned();
    let find = move |conn: &mut _, context: &_, actor: &_| owners::find(conn, context, actor, before.as_ref(), &text);
    let people = match request.read(find).await? {
        Meant::One(id) => {
            let query = ListQuery { owner_id: Some(id), position: Position::First, ..query };
            return Ok(OwnerFilter { query, unclear: None, is_found: true });
        }
        Meant::Several(people) => people,
        Meant::Nobody => Vec::new(),
    };
    Ok(OwnerFilter { query, unclear: Some(Unclear { typed: typed.to_owned(), people }), is_found: false })
}

/// "Ada Lovelace (ada@acme.example)", "Max Member (removed)"
pub fn label(words: Words, owner: &Owner) -> String {
    if owner.is_removed {
        words.say("api-keys-owner-removed").with("name", owner.name.as_str()).into()
    } else {
        owner.label()
    }
}

impl Unclear {
    pub fn errors(&self, words: Words) -> Errors {
        let mut errors = Errors::default();
        errors.push(FIELD, words.say(if self.people.is_empty() { "list-owner-unknown" } else { "list-owner-unclear" }));
        errors
    }

    /// The people who match: the address of their keys, and their name.
    pub fn choices(&self, words: Words, query: &ListQuery) -> Vec<(String, String)> {
        let choice = |owner: &Owner| {
            let query = ListQuery { owner_id: Some(owner.id.clone()), position: Position::First, ..query.clone() };
            (address(&query, query.order, None), label(words, owner))
        };
        self.people.iter().map(choice).collect()
    }
}
