//! Whether anybody has registered yet.

use diesel::prelude::*;

use super::{Conn, Error, schema::installation};
use crate::domain::{OrganizationId, Timestamp};

pub fn exists(conn: &mut Conn) -> Result<bool, Error> {
    Ok(installation::table.select(installation::id).first::<i64>(conn).optional()?.is_some())
}

/// Whether this is the first organization of the server.
pub fn is_of(conn: &mut Conn, organization_id: &OrganizationId) -> Result<bool, Error> {
    let of = installation::table.filter(installation::organization_id.eq(organization_id.as_str()));
    Ok(of.select(installation::id).get_result::<i64>(conn).optional()?.is_some())
}

/// [`Error::Duplicate`] if somebody else was faster.
pub fn insert(conn: &mut Conn, organization_id: &OrganizationId, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(installation::table)
        .values((
            installation::id.eq(1),
            installation::organization_id.eq(organization_id.as_str()),
            installation::set_up_at.eq(now.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}
