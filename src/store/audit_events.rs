//! Reads the audit log. [`super::audit_chain`] writes it: rows are inserted, never changed.

mod listing;

use diesel::prelude::*;
use serde_json::{Map, Value};

pub use listing::{EventPage, list_chunk, list_names, list_page};

use super::{Conn, Error, schema::audit_events};
use crate::domain::{
    ApiKeyId, AuditEventId, Initiator, OrganizationId, Timestamp, UserId,
    audit::{Event, SubjectKind},
};

/// An event as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastEvent {
    pub id: AuditEventId,
    pub at: Timestamp,
    /// None for one of a later version.
    pub initiator: Option<Initiator>,
    /// None if the server acted by itself.
    pub actor_id: Option<UserId>,
    /// The event's name.
    pub action: String,
    /// None for a kind of a later version.
    pub subject_kind: Option<SubjectKind>,
    pub subject_id: String,
    /// The name that the subject had then.
    pub subject_name: Option<String>,
    pub details: Map<String, Value>,
    /// None for an event of a later version.
    pub event: Option<Event>,
    pub address: Option<String>,
    pub request_id: Option<String>,
}

#[derive(Queryable, QueryableByName)]
#[diesel(table_name = audit_events)]
struct AuditEventRow {
    id: String,
    at: i64,
    actor_kind: String,
    actor_id: Option<String>,
    credential_id: Option<String>,
    action: String,
    subject_kind: String,
    subject_id: String,
    subject_name: Option<String>,
    details: String,
    address: Option<String>,
    request_id: Option<String>,
}

type Columns = (
    audit_events::id,
    audit_events::at,
    audit_events::actor_kind,
    audit_events::actor_id,
    audit_events::credential_id,
    audit_events::action,
    audit_events::subject_kind,
    audit_events::subject_id,
    audit_events::subject_name,
    audit_events::details,
    audit_events::address,
    audit_events::request_id,
);

fn columns() -> Columns {
    use audit_events::{
        action, actor_id, actor_kind, address, at, credential_id, details, id, request_id, subject_id, subject_kind,
        subject_name,
    };
    (
        id,
        at,
        actor_kind,
        actor_id,
        credential_id,
        action,
        subject_kind,
        subject_id,
        subject_name,
        details,
        address,
        request_id,
    )
}

/// The latest events of `subject_id`, latest first.
pub fn list_latest_of_subject(conn: &mut Conn, subject_id: &str, limit: i64) -> Result<Vec<PastEvent>, Error> {
    let rows: Vec<AuditEventRow> = audit_events::table
        .filter(audit_events::subject_id.eq(subject_id))
        .order(audit_events::id.desc())
        .limit(limit)
        .select(columns())
        .load(conn)?;
    rows.into_iter().map(PastEvent::try_from).collect()
}

/// The latest event of `subject_id` in this organization, whatever its action, or but for those with this one.
pub fn find_last_of_subject(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    subject_id: &str,
    beside: Option<&str>,
) -> Result<Option<PastEvent>, Error> {
    let row: Option<AuditEventRow> = audit_events::table
        .filter(audit_events::subject_id.eq(subject_id))
        .filter(audit_events::organization_id.eq(organization_id.as_str()))
        .filter(audit_events::action.ne(beside.unwrap_or_default()))
        .order(audit_events::id.desc())
        .limit(1)
        .select(columns())
        .get_result(conn)
        .optional()?;
    row.map(PastEvent::try_from).transpose()
}

impl TryFrom<AuditEventRow> for PastEvent {
    type Error = Error;

    fn try_from(row: AuditEventRow) -> Result<Self, Error> {
        let actor_id = row.actor_id.map(|id| UserId::parse(&id)).transpose();
        let actor_id = actor_id.map_err(|_| Error::Corrupt("audit_events.actor_id"))?;
        let credential_id = row.credential_id.map(|id| ApiKeyId::parse(&id)).transpose();
        let credential_id = credential_id.map_err(|_| Error::Corrupt("audit_events.credential_id"))?;
        let details: Map<_, _> =
            serde_json::from_str(&row.details).map_err(|_| Error::Corrupt("audit_events.details"))?;
        let subject_kind = SubjectKind::parse(&row.subject_kind);
        Ok(Self {
            id: AuditEventId::parse(&row.id).map_err(|_| Error::Corrupt("audit_events.id"))?,
            at: Timestamp::from_unix_micros(row.at),
            initiator: Initiator::parse(&row.actor_kind, actor_id.clone(), credential_id),
            actor_id,
            event: subject_kind.and_then(|kind| Event::parse(kind, &row.action, details.clone())),
            action: row.action,
            subject_kind,
            subject_id: row.subject_id,
            subject_name: row.subject_name,
            details,
            address: row.address,
            request_id: row.request_id,
        })
    }
}
