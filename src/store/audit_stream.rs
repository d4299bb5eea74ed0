//! The audit stream: which server writes it, and how far it has come.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
    upsert::excluded,
};

use super::{
    Conn, Error,
    schema::{audit_stream_leases, audit_stream_positions},
    sql::Sql,
};
use crate::domain::Timestamp;

const ONLY_ROW: i64 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// This server had it before, and nobody in between.
    Kept,
    /// Nobody had it, or it had expired.
    TakenOver,
    OfAnother,
}

/// Takes the lease, or extends it.
pub fn take_lease(conn: &mut Conn, holder: &str, now: Timestamp, until: Timestamp) -> Result<Lease, Error> {
    if extend_lease(conn, holder, until)? {
        return Ok(Lease::Kept);
    }
    let row = (audit_stream_leases::holder.eq(holder), audit_stream_leases::expires_at.eq(until.unix_micros()));
    let expired = audit_stream_leases::table.filter(audit_stream_leases::expires_at.le(now.unix_micros()));
    if diesel::update(expired).set(row).execute(conn)? == 1 {
        return Ok(Lease::TakenOver);
    }
    macro_rules! insert {
        ($conn:expr) => {
            diesel::insert_into(audit_stream_leases::table)
                .values((audit_stream_leases::id.eq(ONLY_ROW), row.0, row.1))
                .on_conflict_do_nothing()
                .execute($conn)?
        };
    }
    let inserted = match conn {
        Conn::Postgres(postgres) => insert!(postgres),
        Conn::Sqlite(sqlite) => insert!(sqlite),
    };
    Ok(if inserted == 1 { Lease::TakenOver } else { Lease::OfAnother })
}

/// Whether this server has the lease, until its transaction ends or longer.
pub fn extend_lease(conn: &mut Conn, holder: &str, until: Timestamp) -> Result<bool, Error> {
    let own = audit_stream_leases::table.filter(audit_stream_leases::holder.eq(holder));
    let extended = diesel::update(own).set(audit_stream_leases::expires_at.eq(until.unix_micros())).execute(conn)?;
    Ok(extended == 1)
}

/// Another server may write from now on.
pub fn release_lease(conn: &mut Conn, holder: &str) -> Result<(), Error> {
    diesel::delete(audit_stream_leases::table.filter(audit_stream_leases::holder.eq(holder))).execute(conn)?;
    Ok(())
}

/// An organization with events that were not streamed.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct WaitingChain {
    #[diesel(sql_type = Text)]
    pub organization_id: String,
    #[diesel(sql_type = Text)]
    pub organization_name: String,
    /// The last event that was streamed, or 0.
    #[diesel(sql_type = BigInt)]
    pub streamed: i64,
    /// The last event of the chain.
    #[diesel(sql_type = BigInt)]
    pub last: i64,
}

pub fn list_waiting(conn: &mut Conn, limit: i64) -> Result<Vec<WaitingChain>, Error> {
    Sql::new(
        "SELECT c.organization_id, o.name AS organization_name, COALESCE(p.number, 0) AS streamed, \
         c.last_number AS last FROM audit_chains c JOIN organizations o ON o.id = c.organization_id \
         LEFT JOIN audit_stream_positions p ON p.organization_id = c.organization_id \
         WHERE c.last_number > COALESCE(p.number, 0) ORDER BY c.organization_id LIMIT ?",
    )
    .with(limit)
    .cached_if(true)
    .load(conn)
}

/// The last event of this organization that was streamed. None if none was.
pub fn find_position(conn: &mut Conn, organization_id: &str) -> Result<Option<i64>, Error> {
    let position = audit_stream_positions::table.find(organization_id).select(audit_stream_positions::number);
    Ok(position.first(conn).optional()?)
}

/// Stores that the events of this organization up to `number` were streamed.
pub fn update_position(conn: &mut Conn, organization_id: &str, number: i64) -> Result<(), Error> {
    macro_rules! upsert {
        ($conn:expr) => {
            diesel::insert_into(audit_stream_positions::table)
                .values((
                    audit_stream_positions::organization_id.eq(organization_id),
                    audit_stream_positions::number.eq(number),
                ))
                .on_conflict(audit_stream_positions::organization_id)
                .do_update()
                .set(audit_stream_positions::number.eq(excluded(audit_stream_positions::number)))
                .execute($conn)?
        };
    }
    match conn {
        Conn::Postgres(postgres) => upsert!(postgres),
        Conn::Sqlite(sqlite) => upsert!(sqlite),
    };
    Ok(())
}
