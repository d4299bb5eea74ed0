//! Encrypted tokens of keys whose owners may see them again: two columns of the table of tokens.

use std::collections::HashSet;

use diesel::{dsl::count_star, prelude::*};

use super::{
    Conn, Error,
    schema::{api_key_tokens, api_keys},
};
use crate::domain::{ApiKeyId, ApiKeyTokenId, OrganizationId, SealedToken, Timestamp};

/// A stored token and its key.
#[derive(Clone, Debug)]
pub struct Kept {
    pub token_id: ApiKeyTokenId,
    pub api_key_id: ApiKeyId,
    pub organization_id: OrganizationId,
    pub sealed: SealedToken,
}

/// Stores the token with this lookup.
pub fn insert(conn: &mut Conn, lookup: &str, sealed: &SealedToken) -> Result<(), Error> {
    diesel::update(api_key_tokens::table.filter(api_key_tokens::lookup.eq(lookup)))
        .set((api_key_tokens::sealed_version.eq(Some(sealed.version())), api_key_tokens::sealed.eq(Some(sealed.hex()))))
        .execute(conn)?;
    Ok(())
}

/// The current token of this key.
pub fn find(conn: &mut Conn, id: &ApiKeyId) -> Result<Option<SealedToken>, Error> {
    let row: Option<(Option<i32>, Option<String>)> = api_key_tokens::table
        .inner_join(api_keys::table.on(api_keys::lookup.eq(api_key_tokens::lookup)))
        .filter(api_keys::id.eq(id.as_str()))
        .select((api_key_tokens::sealed_version, api_key_tokens::sealed))
        .get_result(conn)
        .optional()?;
    match row {
        Some((Some(version), Some(hex))) => sealed(version, &hex).map(Some),
        _ => Ok(None),
    }
}

/// The keys among these whose current token is stored.
pub fn list_kept(conn: &mut Conn, ids: &[&ApiKeyId]) -> Result<HashSet<String>, Error> {
    let kept: Vec<String> = api_key_tokens::table
        .inner_join(api_keys::table.on(api_keys::lookup.eq(api_key_tokens::lookup)))
        .filter(api_keys::id.eq_any(ids.iter().map(|id| id.as_str())))
        .filter(api_key_tokens::sealed.is_not_null())
        .select(api_keys::id)
        .load(conn)?;
    Ok(kept.into_iter().collect())
}

/// Erases the stored tokens that have ended. Returns their number.
pub fn delete_ended(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    let ended = api_key_tokens::ends_at.le(now.unix_micros()).and(api_key_tokens::sealed_version.is_not_null());
    let erased = (api_key_tokens::sealed_version.eq(None::<i32>), api_key_tokens::sealed.eq(None::<String>));
    Ok(diesel::update(api_key_tokens::table.filter(ended)).set(erased).execute(conn)?)
}

/// Erases this stored token. Does nothing if it is not stored.
pub fn delete_of_token(conn: &mut Conn, id: &ApiKeyTokenId) -> Result<(), Error> {
    diesel::update(api_key_tokens::table.find(id.as_str()))
        .set((api_key_tokens::sealed_version.eq(None::<i32>), api_key_tokens::sealed.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

/// Erases all stored tokens of this key. Does nothing if there are none.
pub fn delete(conn: &mut Conn, id: &ApiKeyId) -> Result<(), Error> {
    delete_all(conn, std::slice::from_ref(id))
}

/// Erases all stored tokens of these keys.
pub(super) fn delete_all(conn: &mut Conn, ids: &[ApiKeyId]) -> Result<(), Error> {
    let these = api_key_tokens::api_key_id.eq_any(ids.iter().map(ApiKeyId::as_str));
    diesel::update(api_key_tokens::table.filter(these).filter(api_key_tokens::sealed.is_not_null()))
        .set((api_key_tokens::sealed_version.eq(None::<i32>), api_key_tokens::sealed.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

/// Locks some tokens of these master keys, in the order of their ids, for resealing. Skips tokens that another
/// transaction is changing, because waiting for them could deadlock.
pub fn lock_sealed_by(conn: &mut Conn, versions: &[i32], after: &str, limit: i64) -> Result<Vec<Kept>, Error> {
    let query = api_key_tokens::table
        .filter(api_key_tokens::sealed_version.eq_any(versions).and(api_key_tokens::id.gt(after)))
        .order(api_key_tokens::id)
        .limit(limit)
        .select(COLUMNS);
    let rows: Vec<Row> = match conn {
        Conn::Sqlite(sqlite) => query.load(sqlite)?,
        Conn::Postgres(postgres) => query.for_update().skip_locked().load(postgres)?,
    };
    rows.into_iter().map(kept).collect()
}

/// A few tokens that this master key must open, for a diagnosis.
pub fn sample(conn: &mut Conn, version: i32, limit: i64) -> Result<Vec<Kept>, Error> {
    let rows: Vec<Row> = api_key_tokens::table
        .filter(api_key_tokens::sealed_version.eq(version))
        .order((api_key_tokens::sealed_version.desc(), api_key_tokens::id.desc()))
        .limit(limit)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(kept).collect()
}

/// Replaces the sealed token, if it is unchanged.
pub fn update(conn: &mut Conn, before: &Kept, sealed: &SealedToken) -> Result<(), Error> {
    let unchanged = api_key_tokens::table
        .find(before.token_id.as_str())
        .filter(api_key_tokens::sealed_version.eq(before.sealed.version()));
    diesel::update(unchanged)
        .set((api_key_tokens::sealed_version.eq(Some(sealed.version())), api_key_tokens::sealed.eq(Some(sealed.hex()))))
        .execute(conn)?;
    Ok(())
}

/// The number of sealed tokens by master key.
pub fn count_by_version(conn: &mut Conn) -> Result<Vec<(i32, i64)>, Error> {
    let counts: Vec<(Option<i32>, i64)> = api_key_tokens::table
        .filter(api_key_tokens::sealed_version.is_not_null())
        .group_by(api_key_tokens::sealed_version)
        .select((api_key_tokens::sealed_version, count_star()))
        .order(api_key_tokens::sealed_version)
        .load(conn)?;
    Ok(counts.into_iter().filter_map(|(version, count)| Some((version?, count))).collect())
}

type Row = (String, String, String, Option<i32>, Option<String>);
type Columns = (
    api_key_tokens::id,
    api_key_tokens::api_key_id,
    api_key_tokens::organization_id,
    api_key_tokens::sealed_version,
    api_key_tokens::sealed,
);

const COLUMNS: Columns = (
    api_key_tokens::id,
    api_key_tokens::api_key_id,
    api_key_tokens::organization_id,
    api_key_tokens::sealed_version,
    api_key_tokens::sealed,
);

fn kept((token_id, api_key_id, organization_id, version, hex): Row) -> Result<Kept, Error> {
    let (Some(version), Some(hex)) = (version, hex) else { return Err(Error::Corrupt("api_key_tokens.sealed")) };
    Ok(Kept {
        token_id: ApiKeyTokenId::parse(&token_id).map_err(|_| Error::Corrupt("api_key_tokens.id"))?,
        api_key_id: ApiKeyId::parse(&api_key_id).map_err(|_| Error::Corrupt("api_key_tokens.api_key_id"))?,
        organization_id: OrganizationId::parse(&organization_id)
            .map_err(|_| Error::Corrupt("api_key_tokens.organization_id"))?,
        sealed: sealed(version, &hex)?,
    })
}

fn sealed(version: i32, hex: &str) -> Result<SealedToken, Error> {
    SealedToken::from_stored(version, hex).ok_or(Error::Corrupt("api_key_tokens.sealed"))
}
