//! Exports of the audit log: everything that the page displays about its events.

use serde_json::Value;

use super::{AuditQuery, authorize, names::EventNames, organization_filter};
use crate::{
    app::{
        Context, Error, actors,
        export::{Cell, ExportChunk, ExportedList},
        limits, subjects,
    },
    domain::{Actor, AuditEventId, Initiator, OrganizationEvent, Permission, audit::SubjectKind},
    store::{self, Conn, audit_events::PastEvent},
};

/// Events per chunk.
const CHUNK_SIZE: usize = 1_000;

const COLUMNS: [&str; 14] = [
    "id",
    "at",
    "action",
    "initiator",
    "actor_id",
    "actor_name",
    "api_key_id",
    "api_key_name",
    "subject_kind",
    "subject_id",
    "subject_name",
    "address",
    "request_id",
    "details",
];

impl ExportedList for AuditQuery {
    type Cursor = AuditEventId;

    const NAME: &'static str = "audit-log";
    const COLUMNS: &'static [&'static str] = &COLUMNS;

    fn begin(&self, conn: &mut Conn, context: &mut Context, actor: &Actor, format: &str) -> Result<(), Error> {
        let actor = &actors::current(conn, context, actor)?;
        authorize(actor, context, Permission::ExportAuditLog)?;
        organization_filter(conn, context, actor, self)?;
        limits::take_export(conn, context, actor)?;
        let query = self.fields().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let event = OrganizationEvent::AuditLogExported { format: format.to_owned(), query };
        let subject = subjects::find_organization(conn, &actor.person.organization_id)?;
        context.record(conn, actor, &subject, &event)
    }

    fn read_chunk(
        &self,
        conn: &mut Conn,
        context: &Context,
        actor: &Actor,
        after: Option<&AuditEventId>,
    ) -> Result<ExportChunk<AuditEventId>, Error> {
        // An export may take long: an actor who loses the permission in the meantime gets no further part.
        let actor = &actors::current(conn, context, actor)?;
        authorize(actor, context, Permission::ExportAuditLog)?;
        let filter = organization_filter(conn, context, actor, self)?;
        let events = store::audit_events::list_chunk(conn, &filter, after, CHUNK_SIZE)?;
        let names = EventNames::of(conn, &actor.person.organization_id, &events, None)?;
        let rows = events.iter().map(|event| cells(event, &names).into()).collect();
        Ok(ExportChunk { rows, last: events.into_iter().last().map(|event| event.id) })
    }
}

/// In the order of [`COLUMNS`]. Times in the format of RFC 3339.
fn cells(event: &PastEvent, names: &EventNames) -> [Cell; COLUMNS.len()] {
    let credential = event.initiator.as_ref().and_then(Initiator::credential_id);
    let text = |text: &str| Cell::Text(text.to_owned());
    [
        text(event.id.as_str()),
        Cell::Text(event.at.to_string()),
        text(&event.action),
        event.initiator.as_ref().map(|initiator| initiator.initiator_kind().name()).into(),
        event.actor_id.as_ref().map(ToString::to_string).into(),
        event.actor_id.as_ref().and_then(|id| names.people.get(id)).map(|person| person.name.as_str()).into(),
        credential.map(ToString::to_string).into(),
        credential.and_then(|id| names.api_keys.get(id)).map(|key| key.name.as_str()).into(),
        event.subject_kind.map(SubjectKind::as_str).into(),
        text(&event.subject_id),
        event.subject_name.clone().into(),
        event.address.clone().into(),
        event.request_id.clone().into(),
        Cell::Json(Value::Object(event.details.clone()).to_string()),
    ]
}
