//! The actor filter: a field for a name or address, with suggestions.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::PATH;
use crate::{
    app::{
        api_keys::owners::Meant,
        audit_log::{actors, query::AuditQuery},
    },
    catalogue::Words,
    domain::UserId,
    store::owners::Owner,
    web::{
        answer, error::Error, page::Errors, request_context::RequestContext,
        settings::developers::api_keys::owners::label,
    },
};

/// The name of the field, to which error messages link.
pub const FIELD: &str = "acted_by";

/// The query of the page, with its actor.
pub struct ActorFilter {
    pub query: AuditQuery,
    pub unclear: Option<UnclearActor>,
    /// The text identifies one person, so the address must name them by id.
    pub is_found: bool,
}

/// A text that does not identify one person.
pub struct UnclearActor {
    pub typed: String,
    /// The people who match.
    people: Vec<Owner>,
}

#[derive(Template)]
#[template(path = "settings/developers/api_keys/owners.html")]
struct ActorSuggestions {
    words: Words,
    people: Vec<Owner>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TypedActor {
    acted_by: String,
}

/// Suggestions for the page's script, while a person types.
pub async fn list(request: RequestContext) -> Result<HttpResponse, Error> {
    let TypedActor { acted_by } = request.query()?;
    if !request.wants_fragment {
        return Ok(request.redirect(&AuditQuery::default().address(PATH, [(FIELD, acted_by.as_str())])));
    }
    let people = request.read(move |conn, context, actor| actors::suggest(conn, context, actor, &acted_by)).await?;
    answer::ok(&ActorSuggestions { words: request.words(), people })
}

/// Text in the field takes precedence over the id that the form carries.
pub async fn resolve(request: &RequestContext, query: AuditQuery, typed: Option<String>) -> Result<ActorFilter, Error> {
    let Some(typed) = typed.map(|typed| typed.trim().to_owned()) else {
        return Ok(ActorFilter { query, unclear: None, is_found: false });
    };
    let before = query.criteria.actor_id.clone();
    let mut query = AuditQuery { position: query.position.clone(), ..query.without("actor") };
    if typed.is_empty() {
        return Ok(ActorFilter { query, unclear: None, is_found: false });
    }
    let text = typed.clone();
    let find = move |conn: &mut _, context: &_, actor: &_| actors::find(conn, context, actor, before.as_ref(), &text);
    let people = match request.read(find).await? {
        Meant::One(id) => {
            query.criteria.actor_id = Some(id);
            return Ok(ActorFilter { query, unclear: None, is_found: true });
        }
        Meant::Several(people) => people,
        Meant::Nobody => Vec::new(),
    };
    Ok(ActorFilter { query, unclear: Some(UnclearActor { typed, people }), is_found: false })
}

impl UnclearActor {
    pub fn errors(&self, words: Words) -> Errors {
        let mut errors = Errors::default();
        errors
            .push(FIELD, words.say(if self.people.is_empty() { "audit-actor-unknown" } else { "list-owner-unclear" }));
        errors
    }

    /// The people who match: the address of their events, and their name.
    pub fn choices(&self, words: Words, query: &AuditQuery) -> Vec<(String, String)> {
        self.people.iter().map(|person| (address_of_actor(query, &person.id), label(words, person))).collect()
    }
}

/// The same list with the events of this person.
fn address_of_actor(query: &AuditQuery, id: &UserId) -> String {
    let mut query = query.without("actor");
    query.criteria.actor_id = Some(id.clone());
    query.address(PATH, [])
}
