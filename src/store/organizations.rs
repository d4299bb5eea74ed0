//! Organizations.

use diesel::prelude::*;

use super::{Conn, Error, schema::organizations};
use crate::domain::{OrganizationId, OrganizationName, Timestamp};

pub fn insert(conn: &mut Conn, id: &OrganizationId, name: &OrganizationName, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(organizations::table)
        .values((
            organizations::id.eq(id.as_str()),
            organizations::name.eq(name.as_str()),
            organizations::created_at.eq(now.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find_name(conn: &mut Conn, id: &OrganizationId) -> Result<Option<String>, Error> {
    Ok(organizations::table.find(id.as_str()).select(organizations::name).get_result(conn).optional()?)
}

pub fn exists(conn: &mut Conn, id: &OrganizationId) -> Result<bool, Error> {
    let found = organizations::table.filter(organizations::id.eq(id.as_str())).select(organizations::id);
    Ok(found.get_result::<String>(conn).optional()?.is_some())
}

pub fn get_created_at(conn: &mut Conn, id: &OrganizationId) -> Result<Timestamp, Error> {
    let created_at = organizations::table.find(id.as_str()).select(organizations::created_at).get_result(conn)?;
    Ok(Timestamp::from_unix_micros(created_at))
}

/// All of them, oldest first.
pub fn list(conn: &mut Conn) -> Result<Vec<(OrganizationId, String)>, Error> {
    let rows: Vec<(String, String)> = organizations::table
        .select((organizations::id, organizations::name))
        .order((organizations::created_at, organizations::id))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, name)| Ok((OrganizationId::parse(&id).map_err(|_| Error::Corrupt("organizations.id"))?, name)))
        .collect()
}
