//! Marks what happens without a request: keys expire, and pauses end.

use diesel::prelude::*;

use crate::{
    domain::{ApiKeyId, OrganizationId, Timestamp, UserId},
    store::{
        Conn, Error,
        schema::api_keys,
        sql::{Sql, list_keys_and_owners},
    },
};

/// Marks keys that have expired, so that lists find them, and returns them: fewer than `limit` if there are no others.
/// Skips keys that somebody is changing, since waiting for them could deadlock.
pub fn mark_expired(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<ApiKeyId>, Error> {
    // Not a bound value: the index is partial.
    let (index, lock) = match conn {
        Conn::Sqlite(_) => (" INDEXED BY api_keys_live_by_expiry", ""),
        Conn::Postgres(_) => ("", " FOR UPDATE SKIP LOCKED"),
    };
    let expired = Sql::new(format!("SELECT k.id, k.owner_id FROM api_keys k{index} WHERE k.noted_status < 3"))
        .then(" AND k.organization_id = ? AND k.expires_at <= ?")
        .with(organization_id.as_str())
        .with(now.unix_micros())
        .then(" ORDER BY k.expires_at, k.created_at, k.id LIMIT ?")
        .with(limit)
        .then(lock);
    let expired: Vec<ApiKeyId> = list_keys_and_owners(conn, expired)?.into_iter().map(|(id, _)| id).collect();
    diesel::update(api_keys::table.filter(api_keys::id.eq_any(expired.iter().map(ApiKeyId::as_str))))
        .set(api_keys::noted_expiry.eq(api_keys::expires_at.nullable()))
        .execute(conn)?;
    Ok(expired)
}

/// Lists at most `limit` keys whose pause has ended, with their owners, by that time. Not keys that expired before it,
/// since they were never enabled again.
pub fn list_ended_pauses(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let ended =
        Sql::new("SELECT k.id, k.owner_id FROM api_keys k WHERE k.organization_id = ? AND k.disabled_until <= ?")
            .with(organization_id.as_str())
            .with(now.unix_micros())
            .then(" AND k.disabled_at IS NOT NULL AND k.revoked_at IS NULL AND k.disabled_until < k.expires_at")
            .then(" ORDER BY k.disabled_until LIMIT ?")
            .with(limit);
    list_keys_and_owners(conn, ended)
}

/// Enables a key whose pause has ended, and returns whether it was still disabled. Does not count as an edit, since an
/// open form would show the same.
pub fn end_pause(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<bool, Error> {
    let is_over = api_keys::disabled_at.is_not_null().and(api_keys::disabled_until.le(now.unix_micros()));
    let ended = diesel::update(api_keys::table.find(id.as_str()).filter(is_over))
        .set((
            api_keys::disabled_at.eq(None::<i64>),
            api_keys::disabled_until.eq(None::<i64>),
            api_keys::enabled_at.eq(api_keys::disabled_until),
        ))
        .execute(conn)?;
    Ok(ended == 1)
}
