//! Reads the events of a chain, and its recorded end, as they are. Somebody may have changed them.

use diesel::prelude::*;

use crate::{
    domain::audit::chain::{ChainEnd, ChainHash, FoundEvent, StoredEvent},
    store::{
        Conn, Error,
        schema::{audit_chains, audit_events, organizations},
    },
};

#[derive(Queryable)]
pub(super) struct ChainEventRow {
    id: String,
    organization_id: String,
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

pub(super) type EventColumns = (
    audit_events::id,
    audit_events::organization_id,
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

pub(super) const EVENT_COLUMNS: EventColumns = (
    audit_events::id,
    audit_events::organization_id,
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

impl From<ChainEventRow> for StoredEvent {
    fn from(row: ChainEventRow) -> Self {
        Self {
            action: row.action,
            actor_id: row.actor_id,
            actor_kind: row.actor_kind,
            address: row.address,
            at: row.at,
            credential_id: row.credential_id,
            details: row.details,
            id: row.id,
            organization_id: row.organization_id,
            request_id: row.request_id,
            subject_id: row.subject_id,
            subject_kind: row.subject_kind,
            subject_name: row.subject_name,
        }
    }
}

/// A place in the order of [`list_after`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    pub number: i64,
    pub id: &'a str,
}

/// Events of the organization in the order of their numbers, after this place. Those with the same number, which
/// somebody must have inserted, are in the order of their ids.
pub fn list_after(
    conn: &mut Conn,
    organization_id: &str,
    after: Option<Place<'_>>,
    limit: i64,
) -> Result<Vec<FoundEvent>, Error> {
    let Place { number, id } = after.unwrap_or(Place { number: i64::MIN, id: "" });
    let rows: Vec<(ChainEventRow, Option<i64>, Option<String>)> = audit_events::table
        .filter(audit_events::organization_id.eq(organization_id))
        .filter(audit_events::number.ge(number))
        .filter(audit_events::number.gt(number).or(audit_events::id.gt(id)))
        .order((audit_events::number, audit_events::id))
        .limit(limit)
        .select((EVENT_COLUMNS, audit_events::number, audit_events::hash))
        .load(conn)?;
    let found = |(event, number, hash): (ChainEventRow, _, _)| FoundEvent { event: event.into(), number, hash };
    Ok(rows.into_iter().map(found).collect())
}

/// Events that have no number, in the order of their ids, after this id.
pub fn list_without_number(
    conn: &mut Conn,
    organization_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<FoundEvent>, Error> {
    let rows: Vec<(ChainEventRow, Option<String>)> = audit_events::table
        .filter(audit_events::organization_id.eq(organization_id))
        .filter(audit_events::number.is_null())
        .filter(audit_events::id.gt(after))
        .order(audit_events::id)
        .limit(limit)
        .select((EVENT_COLUMNS, audit_events::hash))
        .load(conn)?;
    let found = |(event, hash): (ChainEventRow, _)| FoundEvent { event: event.into(), number: None, hash };
    Ok(rows.into_iter().map(found).collect())
}

/// The recorded end of a chain. None if it is missing or cannot be read.
pub fn find_end(conn: &mut Conn, organization_id: &str) -> Result<Option<ChainEnd>, Error> {
    let row: Option<(i64, String)> = audit_chains::table
        .find(organization_id)
        .select((audit_chains::last_number, audit_chains::last_hash))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(number, hash)| Some(ChainEnd { number, hash: ChainHash::parse(&hash)? })))
}

/// The number of the first event since `at`. None without such an event.
pub fn first_number_since(conn: &mut Conn, organization_id: &str, at: i64) -> Result<Option<i64>, Error> {
    Ok(audit_events::table
        .filter(audit_events::organization_id.eq(organization_id))
        .filter(audit_events::at.ge(at))
        .select(diesel::dsl::min(audit_events::number))
        .first(conn)?)
}

/// The ids of all organizations, of all chains, and of all events.
pub fn list_organizations(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let mut ids: Vec<String> = organizations::table.select(organizations::id).load(conn)?;
    let chains: Vec<String> = audit_chains::table.select(audit_chains::organization_id).load(conn)?;
    ids.extend(chains);
    let mut last = String::new();
    // From one to the next by the index, however many events each has.
    while let Some(id) = audit_events::table
        .filter(audit_events::organization_id.gt(&last))
        .order(audit_events::organization_id)
        .select(audit_events::organization_id)
        .first::<String>(conn)
        .optional()?
    {
        ids.push(id.clone());
        last = id;
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
