//! Noting what has come about by itself: keys that have expired, and pauses that are over.

use diesel::prelude::*;

use crate::{
    domain::{ApiKeyId, OrganizationId, Timestamp, UserId},
    store::{Conn, Error, schema::api_keys},
};

/// Notes which keys have expired, so that lists find them by it. Gives how many: fewer than `limit` when that was all.
/// A key that somebody is changing right now is left to the next time: waiting for it could end in a deadlock.
pub fn note_expiries(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    now: Timestamp,
    limit: i64,
) -> Result<usize, Error> {
    let expired = api_keys::table
        .filter(api_keys::organization_id.eq(organization_id.as_str()))
        .filter(api_keys::noted_status.lt(3).and(api_keys::expires_at.le(now.unix_micros())))
        .order(api_keys::id)
        .limit(limit)
        .select(api_keys::id);
    let expired: Vec<String> = match conn {
        Conn::Sqlite(sqlite) => expired.load(sqlite)?,
        Conn::Postgres(postgres) => expired.for_update().skip_locked().load(postgres)?,
    };
    diesel::update(api_keys::table.filter(api_keys::id.eq_any(&expired)))
        .set(api_keys::noted_expiry.eq(api_keys::expires_at.nullable()))
        .execute(conn)?;
    Ok(expired.len())
}

/// Keys that were disabled until a time that has passed, with whose they are: at most `limit`, by that time. Keys that
/// ended before it are not among them, since they were never enabled again.
pub fn list_ended_pauses(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let rows: Vec<(String, String)> = api_keys::table
        .filter(api_keys::organization_id.eq(organization_id.as_str()))
        .filter(api_keys::disabled_until.le(now.unix_micros()).and(api_keys::disabled_at.is_not_null()))
        .filter(api_keys::revoked_at.is_null().and(api_keys::disabled_until.lt(api_keys::expires_at.nullable())))
        .order(api_keys::disabled_until)
        .limit(limit)
        .select((api_keys::id, api_keys::owner_id))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, owner_id)| {
            let id = ApiKeyId::parse(&id).map_err(|_| Error::Corrupt("api_keys.id"))?;
            Ok((id, UserId::parse(&owner_id).map_err(|_| Error::Corrupt("api_keys.owner_id"))?))
        })
        .collect()
}

/// The pause of this key is over: it is as if somebody had enabled it, but for the count of edits, since whoever has it
/// open in a form has nothing new to see. Whether that was not noted yet.
pub fn note_ended_pause(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<bool, Error> {
    let is_over = api_keys::disabled_at.is_not_null().and(api_keys::disabled_until.le(now.unix_micros()));
    let noted = diesel::update(api_keys::table.find(id.as_str()).filter(is_over))
        .set((api_keys::disabled_at.eq(None::<i64>), api_keys::disabled_until.eq(None::<i64>)))
        .execute(conn)?;
    Ok(noted == 1)
}
