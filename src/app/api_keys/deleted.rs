//! What is known about a deleted key.

use serde::Deserialize as _;

use crate::{
    app::{Context, Error, ended_tokens},
    domain::{
        Actor, ApiKeyEvent, ApiKeyId, Permission, Timestamp,
        audit::{ApiKeyFacts, Event},
    },
    store::{self, Conn, ended_token_uses::KnownUse},
};

/// What may happen to a key after it was deleted: somebody presents its token.
const AFTERWARDS: &str = "api_key.ended_token_used";

/// How a key ended that this actor could see.
#[derive(Debug)]
pub struct DeletedApiKey {
    pub name: String,
    pub at: Timestamp,
    pub by: DeletedBy,
    /// Who presented its tokens since then, latest first.
    pub uses: Vec<KnownUse>,
}

/// Who deleted it.
#[derive(Debug)]
pub enum DeletedBy {
    Actor,
    Person(String),
    /// Purged, because it was never confirmed.
    System,
}

/// None if the key exists, never existed, or was not visible to this actor.
pub fn find(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<Option<DeletedApiKey>, Error> {
    let organization_id = &actor.person.organization_id;
    let last = store::audit_events::find_last_of_subject(conn, organization_id, id.as_str(), Some(AFTERWARDS))?;
    let Some(last) = last else { return Ok(None) };
    let Some(Event::ApiKey(ApiKeyEvent::Deleted | ApiKeyEvent::Purged)) = last.event else { return Ok(None) };
    let Ok(facts) = ApiKeyFacts::deserialize(last.details) else { return Ok(None) };
    let was_own = facts.owner_id == actor.person.id;
    let may_know = actor.may(Permission::SeeAllApiKeys, &context.policy)
        || (was_own && actor.may(Permission::SeeOwnApiKeys, &context.policy));
    if !may_know {
        return Ok(None);
    }
    let by = match last.actor_id {
        None => DeletedBy::System,
        Some(id) if id == actor.person.id => DeletedBy::Actor,
        Some(id) => {
            let person = store::owners::list_by_id(conn, organization_id, &[&id])?.pop();
            DeletedBy::Person(person.map_or_else(|| id.to_string(), |person| person.name))
        }
    };
    let uses = ended_tokens::list(conn, context, organization_id, id)?;
    Ok(Some(DeletedApiKey { name: facts.name, at: last.at, by, uses }))
}
