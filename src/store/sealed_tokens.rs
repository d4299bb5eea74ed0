//! Tokens, encrypted, of keys whose owners may see them again.

use std::collections::HashSet;

use diesel::{dsl::count_star, prelude::*};

use super::{
    Conn, Error,
    schema::{sealed_tokens, system_api_keys},
};
use crate::domain::{ApiKey, ApiKeyId, OrganizationId, SealedToken};

/// A token that is kept, and of which key.
#[derive(Clone, Debug)]
pub struct Kept {
    pub api_key_id: ApiKeyId,
    pub organization_id: OrganizationId,
    pub sealed: SealedToken,
}

pub fn insert(conn: &mut Conn, api_key: &ApiKey, sealed: &SealedToken) -> Result<(), Error> {
    diesel::insert_into(sealed_tokens::table)
        .values((
            sealed_tokens::api_key_id.eq(api_key.id.as_str()),
            sealed_tokens::organization_id.eq(api_key.organization_id.as_str()),
            sealed_tokens::master_key_version.eq(sealed.version()),
            sealed_tokens::sealed.eq(sealed.hex()),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: &ApiKeyId) -> Result<Option<SealedToken>, Error> {
    let row: Option<(i32, String)> = sealed_tokens::table
        .find(id.as_str())
        .select((sealed_tokens::master_key_version, sealed_tokens::sealed))
        .get_result(conn)
        .optional()?;
    row.map(|(version, hex)| sealed(version, &hex)).transpose()
}

/// Those of these keys whose token is kept.
pub fn list_kept(conn: &mut Conn, ids: &[&ApiKeyId]) -> Result<HashSet<String>, Error> {
    let kept: Vec<String> = sealed_tokens::table
        .filter(sealed_tokens::api_key_id.eq_any(ids.iter().map(|id| id.as_str())))
        .select(sealed_tokens::api_key_id)
        .load(conn)?;
    Ok(kept.into_iter().collect())
}

/// Whether the system made this key, whose token its owner can always see.
pub fn is_of_system(conn: &mut Conn, id: &ApiKeyId) -> Result<bool, Error> {
    let made: i64 =
        system_api_keys::table.filter(system_api_keys::api_key_id.eq(id.as_str())).count().get_result(conn)?;
    Ok(made > 0)
}

/// Nobody will see it again. Does nothing where none is kept.
pub fn delete(conn: &mut Conn, id: &ApiKeyId) -> Result<(), Error> {
    diesel::delete(sealed_tokens::table.find(id.as_str())).execute(conn)?;
    Ok(())
}

/// Some of those that one of these master keys opens, in the order of their keys, for the transaction to seal them anew. Those
/// that somebody else is changing are left out: waiting for them could end in a deadlock.
pub fn lock_sealed_by(conn: &mut Conn, versions: &[i32], after: &str, limit: i64) -> Result<Vec<Kept>, Error> {
    let query = sealed_tokens::table
        .filter(sealed_tokens::master_key_version.eq_any(versions).and(sealed_tokens::api_key_id.gt(after)))
        .order(sealed_tokens::api_key_id)
        .limit(limit)
        .select(COLUMNS);
    let rows: Vec<Row> = match conn {
        Conn::Sqlite(sqlite) => query.load(sqlite)?,
        Conn::Postgres(postgres) => query.for_update().skip_locked().load(postgres)?,
    };
    rows.into_iter().map(kept).collect()
}

/// A few that this master key opens, to see whether it does.
pub fn sample(conn: &mut Conn, version: i32, limit: i64) -> Result<Vec<Kept>, Error> {
    let rows: Vec<Row> = sealed_tokens::table
        .filter(sealed_tokens::master_key_version.eq(version))
        .order((sealed_tokens::master_key_version.desc(), sealed_tokens::api_key_id.desc()))
        .limit(limit)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(kept).collect()
}

/// Seals it anew, if it is still as it was.
pub fn update(conn: &mut Conn, before: &Kept, sealed: &SealedToken) -> Result<(), Error> {
    let unchanged = sealed_tokens::table
        .find(before.api_key_id.as_str())
        .filter(sealed_tokens::master_key_version.eq(before.sealed.version()));
    diesel::update(unchanged)
        .set((sealed_tokens::master_key_version.eq(sealed.version()), sealed_tokens::sealed.eq(sealed.hex())))
        .execute(conn)?;
    Ok(())
}

/// How many tokens each master key opens.
pub fn count_by_version(conn: &mut Conn) -> Result<Vec<(i32, i64)>, Error> {
    Ok(sealed_tokens::table
        .group_by(sealed_tokens::master_key_version)
        .select((sealed_tokens::master_key_version, count_star()))
        .order(sealed_tokens::master_key_version)
        .load(conn)?)
}

type Row = (String, String, i32, String);
type Columns = (
    sealed_tokens::api_key_id,
    sealed_tokens::organization_id,
    sealed_tokens::master_key_version,
    sealed_tokens::sealed,
);

const COLUMNS: Columns = (
    sealed_tokens::api_key_id,
    sealed_tokens::organization_id,
    sealed_tokens::master_key_version,
    sealed_tokens::sealed,
);

fn kept((id, organization_id, version, hex): Row) -> Result<Kept, Error> {
    Ok(Kept {
        api_key_id: ApiKeyId::parse(&id).map_err(|_| Error::Corrupt("sealed_tokens.api_key_id"))?,
        organization_id: OrganizationId::parse(&organization_id)
            .map_err(|_| Error::Corrupt("sealed_tokens.organization_id"))?,
        sealed: sealed(version, &hex)?,
    })
}

fn sealed(version: i32, hex: &str) -> Result<SealedToken, Error> {
    SealedToken::from_stored(version, hex).ok_or(Error::Corrupt("sealed_tokens.sealed"))
}
