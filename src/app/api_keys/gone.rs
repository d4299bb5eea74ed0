//! What became of a key that is no longer there.

use serde_json::Value;

use crate::{
    app::{Context, Error},
    domain::{Action, Actor, ApiKeyId, Permission, Timestamp},
    store::{self, Conn},
};

/// How a key ended that this actor could see.
#[derive(Debug)]
pub struct Gone {
    pub name: String,
    pub at: Timestamp,
    pub by: By,
}

/// Who removed it.
#[derive(Debug)]
pub enum By {
    Actor,
    Person(String),
    /// It was never confirmed.
    System,
}

/// None for a key that is there, that this actor could not see, or that never was.
pub fn find(conn: &mut Conn, context: &Context, actor: &Actor, id: &ApiKeyId) -> Result<Option<Gone>, Error> {
    let last = store::audit_events::find_last_of_subject(conn, &actor.person.organization_id, id.as_str())?;
    let Some((event, details)) = last else { return Ok(None) };
    let is_end = [Action::ApiKeyDeleted, Action::ApiKeyPurged].iter().any(|end| event.action == end.as_str());
    let details: Value = serde_json::from_str(&details).unwrap_or_default();
    let was_own = details["owner_id"] == actor.person.id.as_str();
    let may_know = actor.may(Permission::SeeAllApiKeys, &context.policy)
        || (was_own && actor.may(Permission::SeeOwnApiKeys, &context.policy));
    let (true, true, Some(name)) = (is_end, may_know, details["name"].as_str()) else { return Ok(None) };
    let by = match event.actor_id {
        None => By::System,
        Some(id) if id == actor.person.id => By::Actor,
        Some(id) => {
            let person = store::owners::list_by_id(conn, &actor.person.organization_id, &[&id])?.pop();
            By::Person(person.map_or_else(|| id.to_string(), |person| person.name))
        }
    };
    Ok(Some(Gone { name: name.to_owned(), at: event.at, by }))
}
