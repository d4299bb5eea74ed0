//! What stands for events that were moved to a file.

use diesel::prelude::*;

use crate::{
    domain::audit::chain::{ChainEnd, statement::Archive},
    store::{Conn, Error, schema::audit_archives, sql::Sql},
};

/// An archive as it is read back, which somebody may have changed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct FoundArchive {
    pub first_number: i64,
    pub last_number: i64,
    pub statement: String,
}

/// The archives of an organization, oldest first.
pub fn list(conn: &mut Conn, organization_id: &str) -> Result<Vec<FoundArchive>, Error> {
    Ok(audit_archives::table
        .filter(audit_archives::organization_id.eq(organization_id))
        .order((audit_archives::first_number, audit_archives::last_number))
        .select((audit_archives::first_number, audit_archives::last_number, audit_archives::statement))
        .load(conn)?)
}

/// The statements of all organizations.
pub fn list_statements(conn: &mut Conn) -> Result<Vec<String>, Error> {
    Ok(audit_archives::table.select(audit_archives::statement).load(conn)?)
}

/// From then on the database allows to delete these events. [`Error::Duplicate`] if somebody else was faster.
pub fn insert(conn: &mut Conn, archive: &Archive, statement: &str) -> Result<(), Error> {
    diesel::insert_into(audit_archives::table)
        .values((
            audit_archives::organization_id.eq(archive.organization_id.as_str()),
            audit_archives::first_number.eq(archive.before.number + 1),
            audit_archives::last_number.eq(archive.end.number),
            audit_archives::statement.eq(statement),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes events up to this number, which must be archived, the first ones first. Returns how many.
pub fn delete_events(conn: &mut Conn, organization_id: &str, up_to: i64, limit: i64) -> Result<usize, Error> {
    let delete = Sql::new("DELETE FROM audit_events WHERE id IN (SELECT id FROM audit_events")
        .then(" WHERE organization_id = ? AND number <= ?")
        .with(organization_id)
        .with(up_to)
        .then(&format!(" ORDER BY number LIMIT {limit})"));
    Ok(match conn {
        Conn::Sqlite(sqlite) => delete.execute(sqlite)?,
        Conn::Postgres(postgres) => delete.execute(postgres)?,
    })
}

/// Where the newest archive ends.
pub(super) fn last_end(conn: &mut Conn, organization_id: &str) -> Result<Option<ChainEnd>, Error> {
    let last = list(conn, organization_id)?.pop();
    Ok(last.and_then(|last| Archive::read(&last.statement).ok()).map(|signed| signed.statement.end))
}
