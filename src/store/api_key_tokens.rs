//! The tokens of API keys. Encrypted tokens are in [`sealed_tokens`](super::sealed_tokens).

use std::collections::BTreeMap;

use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Text},
};

use super::{Conn, Error, schema::api_key_tokens, usage::CLOCK_TOLERANCE};
use crate::domain::{ApiKeyId, ApiKeyToken, ApiKeyTokenId, OrganizationId, Timestamp, TokenDigest};

#[derive(Queryable)]
struct TokenRow {
    id: String,
    api_key_id: String,
    organization_id: String,
    lookup: String,
    hint: String,
    created_at: i64,
    confirmed_at: Option<i64>,
    ends_at: Option<i64>,
    last_used_at: Option<i64>,
}

/// [`Error::Duplicate`] if the lookup is taken, or the key has another confirmed token without an end. Call
/// [`update_current_token`](super::api_keys::update_current_token) afterwards.
pub fn insert(conn: &mut Conn, token: &ApiKeyToken, digest: &TokenDigest) -> Result<(), Error> {
    diesel::insert_into(api_key_tokens::table)
        .values((
            api_key_tokens::id.eq(token.id.as_str()),
            api_key_tokens::api_key_id.eq(token.api_key_id.as_str()),
            api_key_tokens::organization_id.eq(token.organization_id.as_str()),
            api_key_tokens::lookup.eq(&token.lookup),
            api_key_tokens::hint.eq(&token.hint),
            api_key_tokens::digest.eq(digest.to_stored()),
            api_key_tokens::digest_version.eq(digest.version()),
            api_key_tokens::created_at.eq(token.created_at.unix_micros()),
            api_key_tokens::confirmed_at.eq(token.confirmed_at.map(Timestamp::unix_micros)),
            api_key_tokens::ends_at.eq(token.ends_at.map(Timestamp::unix_micros)),
            api_key_tokens::last_used_at.eq(token.last_used_at.map(Timestamp::unix_micros)),
        ))
        .execute(conn)?;
    Ok(())
}

/// All tokens of this key, oldest first.
pub fn list(conn: &mut Conn, id: &ApiKeyId) -> Result<Vec<ApiKeyToken>, Error> {
    let rows: Vec<TokenRow> = api_key_tokens::table
        .filter(api_key_tokens::api_key_id.eq(id.as_str()))
        .order((api_key_tokens::created_at, api_key_tokens::id))
        .select((
            api_key_tokens::id,
            api_key_tokens::api_key_id,
            api_key_tokens::organization_id,
            api_key_tokens::lookup,
            api_key_tokens::hint,
            api_key_tokens::created_at,
            api_key_tokens::confirmed_at,
            api_key_tokens::ends_at,
            api_key_tokens::last_used_at,
        ))
        .load(conn)?;
    rows.into_iter().map(ApiKeyToken::try_from).collect()
}

/// Confirms the token of a key that is not confirmed yet.
pub(super) fn update_confirmed(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<(), Error> {
    let pending = api_key_tokens::confirmed_at.is_null().and(api_key_tokens::ends_at.is_null());
    diesel::update(api_key_tokens::table.filter(api_key_tokens::api_key_id.eq(id.as_str())).filter(pending))
        .set(api_key_tokens::confirmed_at.eq(now.unix_micros()))
        .execute(conn)?;
    Ok(())
}

/// From this instant on, the token no longer verifies.
pub fn update_end(conn: &mut Conn, id: &ApiKeyTokenId, ends_at: Timestamp) -> Result<(), Error> {
    diesel::update(api_key_tokens::table.find(id.as_str()))
        .set(api_key_tokens::ends_at.eq(ends_at.unix_micros()))
        .execute(conn)?;
    Ok(())
}

/// Stores last uses, unless a later one is known. The keys must be locked.
pub fn update_last_uses(conn: &mut Conn, uses: &BTreeMap<&ApiKeyTokenId, Timestamp>) -> Result<(), Error> {
    match conn {
        Conn::Sqlite(sqlite) => {
            for (id, at) in uses {
                let last = api_key_tokens::last_used_at;
                let is_wrong = last.gt(at.plus(CLOCK_TOLERANCE).unix_micros());
                let is_later = last.is_null().or(last.lt(at.unix_micros())).or(is_wrong);
                diesel::update(api_key_tokens::table.find(id.as_str()).filter(is_later))
                    .set(last.eq(at.unix_micros()))
                    .execute(sqlite)?;
            }
        }
        Conn::Postgres(postgres) => {
            diesel::sql_query(
                "UPDATE api_key_tokens SET last_used_at = new.at FROM unnest($1, $2) AS new (id, at) \
                 WHERE api_key_tokens.id = new.id AND (api_key_tokens.last_used_at IS NULL \
                 OR api_key_tokens.last_used_at < new.at OR api_key_tokens.last_used_at > new.at + $3)",
            )
            .bind::<Array<Text>, _>(uses.keys().map(|id| id.as_str()).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(uses.values().map(|at| at.unix_micros()).collect::<Vec<_>>())
            .bind::<BigInt, _>(Timestamp::from_unix_micros(0).plus(CLOCK_TOLERANCE).unix_micros())
            .execute(postgres)?;
        }
    }
    Ok(())
}

impl TryFrom<TokenRow> for ApiKeyToken {
    type Error = Error;

    fn try_from(row: TokenRow) -> Result<Self, Error> {
        Ok(Self {
            id: ApiKeyTokenId::parse(&row.id).map_err(|_| Error::Corrupt("api_key_tokens.id"))?,
            api_key_id: ApiKeyId::parse(&row.api_key_id).map_err(|_| Error::Corrupt("api_key_tokens.api_key_id"))?,
            organization_id: OrganizationId::parse(&row.organization_id)
                .map_err(|_| Error::Corrupt("api_key_tokens.organization_id"))?,
            lookup: row.lookup,
            hint: row.hint,
            created_at: Timestamp::from_unix_micros(row.created_at),
            confirmed_at: row.confirmed_at.map(Timestamp::from_unix_micros),
            ends_at: row.ends_at.map(Timestamp::from_unix_micros),
            last_used_at: row.last_used_at.map(Timestamp::from_unix_micros),
        })
    }
}
