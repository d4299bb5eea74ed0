//! Exports of a list: everything that the pages display about its keys, and no secret.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    list_query::ListQuery,
    listing::{authorized_filter, list_chunk},
};
use crate::{
    app::{
        Context, Error, actors,
        export::{Cell, ExportChunk, ExportedList},
        limits, subjects,
    },
    domain::{Actor, ApiKey, Description, OrganizationEvent, Timestamp, api_key::attributes::ExternalId},
    store::{self, Conn},
};

/// One key, with the names that the list displays.
#[derive(Debug)]
pub struct Exported {
    pub api_key: ApiKey,
    pub owner: String,
    pub rotation_due_at: Option<Timestamp>,
    pub project: Option<String>,
}

/// In the order of the list. The names are the same in every language.
const COLUMNS: [&str; 21] = [
    "id",
    "name",
    "description",
    "key_id",
    "last4",
    "scope",
    "project",
    "owner",
    "status",
    "created_at",
    "expires_at",
    "rotation_due_at",
    "last_used_at",
    "last_used_address",
    "revoked_at",
    "revocation_reason",
    "environment",
    "external_id",
    "metadata",
    "own_rate_limit",
    "own_quota",
];

impl ExportedList for ListQuery {
    type Cursor = ApiKey;

    const NAME: &'static str = "api-keys";
    const COLUMNS: &'static [&'static str] = &COLUMNS;

    fn begin(&self, conn: &mut Conn, context: &mut Context, actor: &Actor, format: &str) -> Result<(), Error> {
        begin(conn, context, actor, self, format)
    }

    fn read_chunk(
        &self,
        conn: &mut Conn,
        context: &Context,
        actor: &Actor,
        after: Option<&ApiKey>,
    ) -> Result<ExportChunk<ApiKey>, Error> {
        let keys = chunk(conn, context, actor, self, after)?;
        let rows = keys.iter().map(|key| cells(key, context.now).into()).collect();
        Ok(ExportChunk { rows, last: keys.into_iter().last().map(|key| key.api_key) })
    }
}

/// Records the export before its first part is sent.
pub fn begin(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    query: &ListQuery,
    format: &str,
) -> Result<(), Error> {
    // The key may have been verified from the cache. The owner's current state counts.
    let actor = &actors::current(conn, context, actor)?;
    authorized_filter(conn, context, actor, query)?;
    limits::take_export(conn, context, actor)?;
    let fields = query.fields().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let event = OrganizationEvent::ApiKeysExported { format: format.to_owned(), query: fields };
    let subject = subjects::find_organization(conn, &actor.person.organization_id)?;
    context.record(conn, actor, &subject, &event)
}

/// The keys after `after`, as [`list_chunk`] finds them.
pub fn chunk(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &ListQuery,
    after: Option<&ApiKey>,
) -> Result<Vec<Exported>, Error> {
    // An export may take long: an actor who loses the permission in the meantime gets no further part.
    let actor = &actors::current(conn, context, actor)?;
    let api_keys = list_chunk(conn, context, actor, query, after)?;
    let ids: BTreeSet<_> = api_keys.iter().map(|key| &key.owner_id).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let owners = store::owners::list_by_id(conn, &actor.person.organization_id, &ids)?;
    let owners: BTreeMap<_, _> = owners.into_iter().map(|owner| (owner.id, owner.name)).collect();
    let projects = store::projects::list(conn, &actor.person.organization_id)?;
    let projects: BTreeMap<_, _> =
        projects.into_iter().map(|project| (project.id, project.name.as_str().to_owned())).collect();
    let exported = |api_key: ApiKey| Exported {
        owner: owners.get(&api_key.owner_id).cloned().unwrap_or_default(),
        rotation_due_at: api_key.rotation_due_at(context.policy.rotate_every_days, context.now),
        project: api_key.project_id.as_ref().and_then(|id| projects.get(id).cloned()),
        api_key,
    };
    Ok(api_keys.into_iter().map(exported).collect())
}

/// In the order of [`COLUMNS`]. Times in the format of RFC 3339.
fn cells(Exported { api_key, owner, rotation_due_at, project }: &Exported, now: Timestamp) -> [Cell; COLUMNS.len()] {
    let text = |text: &str| Cell::Text(text.to_owned());
    let time = |at: Option<Timestamp>| Cell::from(at.map(|at| at.to_string()));
    let (last, attributes) = (api_key.last_use.as_ref(), &api_key.attributes);
    [
        text(api_key.id.as_str()),
        text(api_key.name.as_str()),
        text(api_key.description.as_str()),
        Cell::Text(api_key.key_id()),
        text(&api_key.hint),
        text(api_key.scope.as_str()),
        project.clone().into(),
        text(owner),
        text(api_key.status(now).as_str()),
        time(Some(api_key.created_at)),
        time(api_key.expires_at),
        time(*rotation_due_at),
        time(last.map(|last| last.at)),
        last.and_then(|last| last.address).map(|address| address.to_string()).into(),
        time(api_key.revoked_at),
        api_key.revocation_reason.as_ref().map(Description::as_str).into(),
        Cell::Text(attributes.environment.to_string()),
        attributes.external_id.as_ref().map(ExternalId::as_str).into(),
        attributes.metadata.as_ref().map_or(Cell::Nothing, |metadata| Cell::Json(metadata.as_str().to_owned())),
        attributes.limits.rate.text().into(),
        attributes.limits.quota.text().into(),
    ]
}
