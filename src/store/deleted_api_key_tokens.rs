//! Tokens of deleted keys.

use diesel::prelude::*;

use super::api_key_tokens::label_and_hint;
use super::{
    Conn, Error,
    in_list::{InList, load_on_either},
    schema::deleted_api_key_tokens,
    sql::Sql,
};
use crate::domain::{
    ApiKeyId, ApiKeyTokenId, DeletedApiKeyToken, OrganizationId, Timestamp, TokenDigest, UserId,
    api_key::listing::Whose,
};

#[derive(Queryable)]
struct DeletedTokenRow {
    id: String,
    lookup: String,
    hint: String,
    digest: String,
    digest_version: i32,
    organization_id: String,
    owner_id: String,
    api_key_id: String,
    name: String,
    deleted_at: i64,
}

/// Keeps the confirmed tokens of a key that is about to be deleted.
pub(super) fn insert_of_key(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<(), Error> {
    insert_where(conn, Sql::new("k.id = ?").with(id.as_str()), now)
}

/// The same for many keys.
pub(super) fn insert_of_all(conn: &mut Conn, whose: &Whose, now: Timestamp) -> Result<(), Error> {
    let keys = match whose {
        Whose::Person(id) => Sql::new("k.owner_id = ?").with(id.as_str()),
        Whose::Organization(id) => Sql::new("k.organization_id = ?").with(id.as_str()),
    };
    insert_where(conn, keys, now)
}

fn insert_where(conn: &mut Conn, keys: Sql, now: Timestamp) -> Result<(), Error> {
    let insert = Sql::new(
        "INSERT INTO deleted_api_key_tokens (id, lookup, hint, digest, digest_version, organization_id, owner_id, \
         api_key_id, name, deleted_at) SELECT t.id, t.lookup, t.hint, t.digest, t.digest_version, t.organization_id, \
         k.owner_id, k.id, k.name, CAST(? AS BIGINT) FROM api_keys k JOIN api_key_tokens t ON t.api_key_id = k.id \
         WHERE t.confirmed_at IS NOT NULL AND ",
    );
    insert.with(now.unix_micros()).then_sql(keys).cached_if(true).execute_on(conn)?;
    Ok(())
}

/// Those with these lookups.
pub fn list(conn: &mut Conn, lookups: &[&str]) -> Result<Vec<DeletedApiKeyToken>, Error> {
    let found = deleted_api_key_tokens::table
        .filter(InList::new(deleted_api_key_tokens::lookup, lookups.iter().copied()))
        .select(deleted_api_key_tokens::all_columns);
    let rows: Vec<DeletedTokenRow> = load_on_either!(conn, found);
    rows.into_iter().map(DeletedApiKeyToken::try_from).collect()
}

pub fn find(conn: &mut Conn, id: &ApiKeyTokenId) -> Result<Option<DeletedApiKeyToken>, Error> {
    let row: Option<DeletedTokenRow> = deleted_api_key_tokens::table.find(id.as_str()).get_result(conn).optional()?;
    row.map(DeletedApiKeyToken::try_from).transpose()
}

pub fn delete_before(conn: &mut Conn, instant: Timestamp) -> Result<usize, Error> {
    let old = deleted_api_key_tokens::deleted_at.lt(instant.unix_micros());
    Ok(diesel::delete(deleted_api_key_tokens::table.filter(old)).execute(conn)?)
}

impl TryFrom<DeletedTokenRow> for DeletedApiKeyToken {
    type Error = Error;

    fn try_from(row: DeletedTokenRow) -> Result<Self, Error> {
        Ok(Self {
            id: ApiKeyTokenId::parse(&row.id).map_err(|_| Error::Corrupt("deleted_api_key_tokens.id"))?,
            lookup: row.lookup,
            hint: label_and_hint(&row.hint).1,
            digest: TokenDigest::from_stored(row.digest_version, &row.digest)
                .ok_or(Error::Corrupt("deleted_api_key_tokens.digest"))?,
            organization_id: OrganizationId::parse(&row.organization_id)
                .map_err(|_| Error::Corrupt("deleted_api_key_tokens.organization_id"))?,
            owner_id: UserId::parse(&row.owner_id).map_err(|_| Error::Corrupt("deleted_api_key_tokens.owner_id"))?,
            api_key_id: ApiKeyId::parse(&row.api_key_id)
                .map_err(|_| Error::Corrupt("deleted_api_key_tokens.api_key_id"))?,
            name: row.name,
            deleted_at: Timestamp::from_unix_micros(row.deleted_at),
        })
    }
}
