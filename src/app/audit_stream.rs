//! The audit stream: the events of each organization in order, for other programs. Each is handed out at least once.
//!
//! One server streams at a time. It has a lease, which it extends with each step. If it dies, another takes over when
//! the lease expires, and begins behind the last stored position. So events may come twice, but none is left out.

use std::collections::BTreeMap;

use time::Duration;

use super::Error;
use crate::{
    domain::{
        OrganizationId, Timestamp,
        audit::{
            chain::FoundEvent,
            ecs::{self, StreamedEvent},
        },
    },
    store::{
        self, Conn,
        audit_chain::reading::{Place, list_after},
        audit_stream::{Lease, WaitingChain},
    },
};

/// How long another server waits for one that died.
pub const LEASE: Duration = Duration::seconds(30);
/// Organizations of one batch.
const CHAINS: i64 = 100;
/// Events of one organization in a batch, so that each gets its turn.
const EVENTS_OF_CHAIN: i64 = 500;
/// Bytes after which a batch is full.
const BATCH_SIZE: usize = 1024 * 1024;

/// The number of the last event that was written, by organization.
pub type Positions = BTreeMap<String, i64>;

/// Takes the lease for this server, or extends it.
pub fn take_lease(conn: &mut Conn, holder: &str, now: Timestamp) -> Result<Lease, Error> {
    Ok(store::audit_stream::take_lease(conn, holder, now, now.plus(LEASE))?)
}

pub fn release_lease(conn: &mut Conn, holder: &str) -> Result<(), Error> {
    Ok(store::audit_stream::release_lease(conn, holder)?)
}

/// The number of the last event of this organization that was streamed, or 0.
pub fn last_streamed(conn: &mut Conn, organization_id: &OrganizationId) -> Result<i64, Error> {
    Ok(store::audit_stream::find_position(conn, organization_id.as_str())?.unwrap_or_default())
}

/// Whether any event waits to be streamed.
pub fn has_waiting(conn: &mut Conn) -> Result<bool, Error> {
    Ok(!store::audit_stream::list_waiting(conn, 1)?.is_empty())
}

/// The next lines of the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    pub lines: Vec<u8>,
    /// To be stored when the lines are written.
    pub positions: Positions,
}

/// Returns the next events after the stored positions, and after those in `written`.
pub fn next_batch(conn: &mut Conn, written: &Positions) -> Result<Batch, Error> {
    let mut batch = Batch::default();
    for chain in store::audit_stream::list_waiting(conn, CHAINS)? {
        let from = written.get(&chain.organization_id).copied().unwrap_or_default().max(chain.streamed);
        let after = Place { number: from + 1, id: "" };
        let events = list_after(conn, &chain.organization_id, Some(after), EVENTS_OF_CHAIN)?;
        for found in &events {
            add_line(&mut batch.lines, &chain, found);
        }
        // Without events, those up to the end are archived.
        let last = events.last().and_then(|found| found.number).unwrap_or(chain.last.max(from));
        batch.positions.insert(chain.organization_id, last);
        if batch.lines.len() >= BATCH_SIZE {
            break;
        }
    }
    Ok(batch)
}

fn add_line(lines: &mut Vec<u8>, chain: &WaitingChain, found: &FoundEvent) {
    let streamed = StreamedEvent {
        event: &found.event,
        number: found.number.unwrap_or_default(),
        hash: found.hash.as_deref(),
        organization_name: &chain.organization_name,
    };
    lines.extend_from_slice(ecs::document(&streamed).to_string().as_bytes());
    lines.push(b'\n');
}

/// Stores positions of lines that were written. False if another server has the lease.
pub fn advance(conn: &mut Conn, holder: &str, now: Timestamp, positions: &Positions) -> Result<bool, Error> {
    if !store::audit_stream::extend_lease(conn, holder, now.plus(LEASE))? {
        return Ok(false);
    }
    for (organization_id, number) in positions {
        store::audit_stream::update_position(conn, organization_id, *number)?;
    }
    Ok(true)
}
