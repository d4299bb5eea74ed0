//! Reads the audit log. [`super::audit_chain`] writes it: rows are inserted, never changed.

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::{Conn, Error, schema::audit_events};
use crate::domain::{
    OrganizationId, Timestamp, UserId,
    audit::{Event, SubjectKind},
};

/// An event as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastEvent {
    pub at: Timestamp,
    /// None if the server acted by itself.
    pub actor_id: Option<UserId>,
    /// The event's name.
    pub action: String,
    pub details: Map<String, Value>,
    /// None for an event of a later version.
    pub event: Option<Event>,
}

type Row = (i64, Option<String>, String, String, String);
type Columns =
    (audit_events::at, audit_events::actor_id, audit_events::subject_kind, audit_events::action, audit_events::details);

fn columns() -> Columns {
    use audit_events::{action, actor_id, at, details, subject_kind};
    (at, actor_id, subject_kind, action, details)
}

/// The latest events of `subject_id`, latest first.
pub fn list_latest_of_subject(conn: &mut Conn, subject_id: &str, limit: i64) -> Result<Vec<PastEvent>, Error> {
    let rows: Vec<Row> = audit_events::table
        .filter(audit_events::subject_id.eq(subject_id))
        .order(audit_events::id.desc())
        .limit(limit)
        .select(columns())
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// The latest event of `subject_id` in this organization.
pub fn find_last_of_subject(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    subject_id: &str,
) -> Result<Option<PastEvent>, Error> {
    let row: Option<Row> = audit_events::table
        .filter(audit_events::subject_id.eq(subject_id))
        .filter(audit_events::organization_id.eq(organization_id.as_str()))
        .order(audit_events::id.desc())
        .limit(1)
        .select(columns())
        .get_result(conn)
        .optional()?;
    row.map(read).transpose()
}

fn read((at, actor_id, subject_kind, action, details): Row) -> Result<PastEvent, Error> {
    let actor_id = actor_id.map(|id| UserId::parse(&id)).transpose();
    let actor_id = actor_id.map_err(|_| Error::Corrupt("audit_events.actor_id"))?;
    let details: Map<_, _> = serde_json::from_str(&details).map_err(|_| Error::Corrupt("audit_events.details"))?;
    let event = SubjectKind::parse(&subject_kind).and_then(|kind| Event::parse(kind, &action, details.clone()));
    Ok(PastEvent { at: Timestamp::from_unix_micros(at), actor_id, action, details, event })
}
