//! When each chain was last verified, and what came out.

use diesel::prelude::*;

use crate::{
    domain::Timestamp,
    store::{Conn, Error, schema::audit_chains},
};

/// The last verification of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct VerificationRow {
    pub organization_id: String,
    pub verified_at: Option<i64>,
    pub verified_number: Option<i64>,
    pub fault: Option<String>,
}

const COLUMNS: (
    audit_chains::organization_id,
    audit_chains::verified_at,
    audit_chains::verified_number,
    audit_chains::fault,
) = (audit_chains::organization_id, audit_chains::verified_at, audit_chains::verified_number, audit_chains::fault);

pub fn list(conn: &mut Conn) -> Result<Vec<VerificationRow>, Error> {
    Ok(audit_chains::table.order(audit_chains::organization_id).select(COLUMNS).load(conn)?)
}

pub fn find(conn: &mut Conn, organization_id: &str) -> Result<Option<VerificationRow>, Error> {
    Ok(audit_chains::table.find(organization_id).select(COLUMNS).first(conn).optional()?)
}

pub fn update(
    conn: &mut Conn,
    organization_id: &str,
    at: Timestamp,
    number: i64,
    fault: Option<&str>,
) -> Result<(), Error> {
    diesel::update(audit_chains::table.find(organization_id))
        .set((
            audit_chains::verified_at.eq(at.unix_micros()),
            audit_chains::verified_number.eq(number),
            audit_chains::fault.eq(fault),
        ))
        .execute(conn)?;
    Ok(())
}
