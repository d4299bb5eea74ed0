//! The chain of an organization's events: each transaction writes its events at its end, with number and hash.
//!
//! [`append`] keeps an event in memory. Before the commit, [`seal`] locks the end of the chain of each organization
//! concerned, in the order of their ids, and inserts the events behind it. That lock is the last one of a transaction:
//! others of the same organization wait from here to the commit, those of other organizations never.

pub mod archives;
pub mod reading;
pub mod verifications;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    mem,
};

use diesel::prelude::*;
use serde::Serialize;

use self::reading::{ChainEventRow, EVENT_COLUMNS};
use super::{
    Conn, Error,
    in_list::InList,
    schema::{audit_chains, audit_events},
    sql::Sql,
};
use crate::domain::{
    AuditEvent,
    audit::chain::{ChainEnd, ChainHash, ChainedEvent, StoredEvent},
};

/// Events of an earlier version that get their numbers in one transaction.
const BATCH: i64 = 5_000;

thread_local! {
    /// The events of this thread's transaction. None outside of one.
    static PENDING: RefCell<Option<Vec<StoredEvent>>> = const { RefCell::new(None) };
}

/// The events of a transaction that is running. Dropped with it, whatever its outcome.
pub(super) struct PendingEvents(());

impl PendingEvents {
    pub fn begin() -> Self {
        PENDING.set(Some(Vec::new()));
        Self(())
    }
}

impl Drop for PendingEvents {
    fn drop(&mut self) {
        PENDING.set(None);
    }
}

/// Writes the event at the end of this transaction. An error outside of a transaction that writes.
pub fn append(_in_transaction: &mut Conn, event: &AuditEvent) -> Result<(), Error> {
    let event = StoredEvent::of(event).map_err(|_| Error::Corrupt("audit event"))?;
    PENDING.with_borrow_mut(|pending| match pending {
        Some(pending) => {
            pending.push(event);
            Ok(())
        }
        None => Err(Error::Unsuitable("an event was recorded outside of a transaction that writes".to_owned())),
    })
}

/// Inserts the events of the transaction. Nothing follows but the commit.
pub(super) fn seal(conn: &mut Conn) -> Result<(), Error> {
    let events = PENDING.with_borrow_mut(|pending| pending.as_mut().map(mem::take).unwrap_or_default());
    if events.is_empty() {
        return Ok(());
    }
    let mut ends = lock_ends(conn, &events.iter().map(|event| event.organization_id.clone()).collect())?;
    let chained = chain(&mut ends, events)?;
    insert(conn, &chained, &ends).map_err(|error| match error {
        // Nothing that the use case could know of.
        Error::Duplicate => Error::Corrupt("audit_chains"),
        other => other,
    })
}

type ChainEnds = BTreeMap<String, ChainEnd>;

fn chain(ends: &mut ChainEnds, events: Vec<StoredEvent>) -> Result<Vec<ChainedEvent>, Error> {
    let append = |event: StoredEvent| {
        let end = ends.get_mut(&event.organization_id).ok_or(Error::Corrupt("audit_chains"))?;
        Ok(end.append(event))
    };
    events.into_iter().map(append).collect()
}

/// Locks the ends of these chains until the transaction ends.
fn lock_ends(conn: &mut Conn, organizations: &BTreeSet<String>) -> Result<ChainEnds, Error> {
    let mut ends = lock_existing(conn, organizations)?;
    if ends.len() < organizations.len() {
        for id in organizations.iter().filter(|id| !ends.contains_key(*id)) {
            let end = find_end(conn, id)?;
            let row = (
                audit_chains::organization_id.eq(id),
                audit_chains::last_number.eq(end.number),
                audit_chains::last_hash.eq(end.hash.to_string()),
            );
            // Another transaction may be faster. The database then waits for its end.
            macro_rules! insert {
                ($conn:expr) => {
                    diesel::insert_into(audit_chains::table).values(row).on_conflict_do_nothing().execute($conn)?
                };
            }
            match conn {
                Conn::Postgres(postgres) => insert!(postgres),
                Conn::Sqlite(sqlite) => insert!(sqlite),
            };
        }
        ends = lock_existing(conn, organizations)?;
    }
    Ok(ends)
}

fn lock_existing(conn: &mut Conn, organizations: &BTreeSet<String>) -> Result<ChainEnds, Error> {
    let columns = (audit_chains::organization_id, audit_chains::last_number, audit_chains::last_hash);
    let ids = InList::new(audit_chains::organization_id, organizations.iter().map(String::as_str));
    let rows = audit_chains::table.filter(ids).order(audit_chains::organization_id).select(columns);
    let rows: Vec<(String, i64, String)> = match conn {
        // Has the lock of all tables.
        Conn::Sqlite(sqlite) => rows.load(sqlite)?,
        Conn::Postgres(postgres) => rows.for_update().load(postgres)?,
    };
    rows.into_iter().map(|(id, number, hash)| Ok((id, end(number, &hash)?))).collect()
}

fn end(number: i64, hash: &str) -> Result<ChainEnd, Error> {
    Ok(ChainEnd { number, hash: ChainHash::parse(hash).ok_or(Error::Corrupt("audit_chains.last_hash"))? })
}

/// The end of a chain whose row is missing: of a new organization, or somebody has deleted it.
fn find_end(conn: &mut Conn, organization_id: &str) -> Result<ChainEnd, Error> {
    let last: Option<(Option<i64>, Option<String>)> = audit_events::table
        .filter(audit_events::organization_id.eq(organization_id))
        .filter(audit_events::number.is_not_null())
        .order(audit_events::number.desc())
        .select((audit_events::number, audit_events::hash))
        .first(conn)
        .optional()?;
    match last {
        Some((Some(number), Some(hash))) => end(number, &hash),
        _ => Ok(archives::last_end(conn, organization_id)?.unwrap_or(ChainEnd::START)),
    }
}

/// The new end of an organization's chain, or the place of an event.
#[derive(Serialize)]
struct PlaceRow<'a> {
    id: &'a str,
    number: i64,
    hash: ChainHash,
}

/// On PostgreSQL in one statement, however many there are.
fn insert(conn: &mut Conn, events: &[ChainedEvent], ends: &ChainEnds) -> Result<(), Error> {
    match conn {
        Conn::Postgres(postgres) => {
            Sql::new(INSERT_INTO_POSTGRES)
                .with(json(events)?)
                .with(json(&end_rows(ends))?)
                .cached_if(true)
                .execute(postgres)?;
        }
        Conn::Sqlite(sqlite) => {
            for event in events {
                insert_one(sqlite, event)?;
            }
            update_ends(sqlite, ends)?;
        }
    }
    Ok(())
}

const INSERT_INTO_POSTGRES: &str = "WITH inserted AS (INSERT INTO audit_events (id, organization_id, at, actor_kind, \
    actor_id, credential_id, action, subject_kind, subject_id, subject_name, details, address, request_id, number, hash) \
    SELECT * FROM json_to_recordset(CAST(? AS json)) AS e(id text, organization_id text, at bigint, actor_kind text, \
    actor_id text, credential_id text, action text, subject_kind text, subject_id text, subject_name text, details text, \
    address text, request_id text, number bigint, hash text)) \
    UPDATE audit_chains c SET last_number = e.number, last_hash = e.hash \
    FROM json_to_recordset(CAST(? AS json)) AS e(id text, number bigint, hash text) WHERE c.organization_id = e.id";

fn json(rows: &(impl Serialize + ?Sized)) -> Result<String, Error> {
    serde_json::to_string(rows).map_err(|_| Error::Corrupt("audit event"))
}

fn end_rows(ends: &ChainEnds) -> Vec<PlaceRow<'_>> {
    ends.iter().map(|(id, end)| PlaceRow { id, number: end.number, hash: end.hash }).collect()
}

fn insert_one(conn: &mut SqliteConnection, ChainedEvent { event, number, hash }: &ChainedEvent) -> Result<(), Error> {
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::id.eq(&event.id),
            audit_events::organization_id.eq(&event.organization_id),
            audit_events::at.eq(event.at),
            audit_events::actor_kind.eq(&event.actor_kind),
            audit_events::actor_id.eq(event.actor_id.as_deref()),
            audit_events::credential_id.eq(event.credential_id.as_deref()),
            audit_events::action.eq(&event.action),
            audit_events::subject_kind.eq(&event.subject_kind),
            audit_events::subject_id.eq(&event.subject_id),
            audit_events::subject_name.eq(event.subject_name.as_deref()),
            audit_events::details.eq(&event.details),
            audit_events::address.eq(event.address.as_deref()),
            audit_events::request_id.eq(event.request_id.as_deref()),
            audit_events::number.eq(number),
            audit_events::hash.eq(hash.to_string()),
        ))
        .execute(conn)?;
    Ok(())
}

fn update_ends(conn: &mut SqliteConnection, ends: &ChainEnds) -> Result<(), Error> {
    for (id, end) in ends {
        diesel::update(audit_chains::table.find(id))
            .set((audit_chains::last_number.eq(end.number), audit_chains::last_hash.eq(end.hash.to_string())))
            .execute(conn)?;
    }
    Ok(())
}

/// Whether events of an earlier version have no number yet.
pub(super) fn lacks_numbers(conn: &mut Conn) -> Result<bool, Error> {
    Ok(organization_without_numbers(conn)?.is_some())
}

fn organization_without_numbers(conn: &mut Conn) -> Result<Option<String>, Error> {
    Ok(audit_events::table
        .filter(audit_events::number.is_null())
        .order((audit_events::organization_id, audit_events::id))
        .select(audit_events::organization_id)
        .first(conn)
        .optional()?)
}

/// Puts events of an earlier version at the end of their chain, in the order of their ids. Returns how many: one batch,
/// of one organization.
pub(super) fn number_earlier(conn: &mut Conn) -> Result<usize, Error> {
    let Some(organization_id) = organization_without_numbers(conn)? else { return Ok(0) };
    let mut ends = lock_ends(conn, &BTreeSet::from([organization_id.clone()]))?;
    let events: Vec<ChainEventRow> = audit_events::table
        .filter(audit_events::organization_id.eq(&organization_id))
        .filter(audit_events::number.is_null())
        .order(audit_events::id)
        .limit(BATCH)
        .select(EVENT_COLUMNS)
        .load(conn)?;
    let chained = chain(&mut ends, events.into_iter().map(StoredEvent::from).collect())?;
    match conn {
        Conn::Postgres(postgres) => {
            let places = json(
                &chained
                    .iter()
                    .map(|it| PlaceRow { id: &it.event.id, number: it.number, hash: it.hash })
                    .collect::<Vec<_>>(),
            )?;
            Sql::new(NUMBER_ON_POSTGRES).with(places).with(json(&end_rows(&ends))?).execute(postgres)?;
        }
        Conn::Sqlite(sqlite) => {
            for ChainedEvent { event, number, hash } in &chained {
                diesel::update(audit_events::table.find(&event.id))
                    .set((audit_events::number.eq(number), audit_events::hash.eq(hash.to_string())))
                    .execute(sqlite)?;
            }
            update_ends(sqlite, &ends)?;
        }
    }
    Ok(chained.len())
}

const NUMBER_ON_POSTGRES: &str = "WITH numbered AS (UPDATE audit_events a SET number = e.number, hash = e.hash \
    FROM json_to_recordset(CAST(? AS json)) AS e(id text, number bigint, hash text) WHERE a.id = e.id) \
    UPDATE audit_chains c SET last_number = e.number, last_hash = e.hash \
    FROM json_to_recordset(CAST(? AS json)) AS e(id text, number bigint, hash text) WHERE c.organization_id = e.id";
