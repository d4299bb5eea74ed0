//! All that a list shows, to take away: everything that the pages tell of keys, and no secret.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::listing::{Query, authorized_filter, list_chunk};
use crate::{
    app::{Context, Error, members},
    domain::{Action, Actor, ApiKey},
    store::{self, Conn},
};

/// One key, with the names that its list shows beside it.
#[derive(Debug)]
pub struct Exported {
    pub api_key: ApiKey,
    pub owner: String,
    pub project: Option<String>,
}

/// Writes down who takes what away, before the first of it is given. `details` say what was asked for.
pub fn begin(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    query: &Query,
    details: Map<String, Value>,
) -> Result<(), Error> {
    // A key's answer may come from memory: what counts is the owner as they are now.
    let actor = &members::current(conn, actor)?;
    authorized_filter(conn, context, actor, query)?;
    let subject = actor.organization_id.as_str();
    let event = context.event_by(actor, Action::ApiKeysExported, subject, Value::Object(details));
    Ok(store::audit_events::insert(conn, &event)?)
}

/// The keys that follow `after`, as [`list_chunk`] finds them.
pub fn chunk(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &Query,
    after: Option<&ApiKey>,
) -> Result<Vec<Exported>, Error> {
    // It may take long: whoever loses the right meanwhile gets no more.
    let actor = &members::current(conn, actor)?;
    let api_keys = list_chunk(conn, context, actor, query, after)?;
    let ids: BTreeSet<_> = api_keys.iter().map(|key| &key.owner_id).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let owners = store::owners::list_by_id(conn, &actor.organization_id, &ids)?;
    let owners: BTreeMap<_, _> = owners.into_iter().map(|owner| (owner.id, owner.name)).collect();
    let projects = store::projects::list(conn, &actor.organization_id)?;
    let projects: BTreeMap<_, _> =
        projects.into_iter().map(|project| (project.id, project.name.as_str().to_owned())).collect();
    let exported = |api_key: ApiKey| Exported {
        owner: owners.get(&api_key.owner_id).cloned().unwrap_or_default(),
        project: api_key.project_id.as_ref().and_then(|id| projects.get(id).cloned()),
        api_key,
    };
    Ok(api_keys.into_iter().map(exported).collect())
}
