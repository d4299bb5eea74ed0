//! Reminders that were already sent.

use diesel::prelude::*;

use super::{
    Conn, Error,
    schema::api_key_reminders,
    sql::{Sql, list_keys_and_owners},
};
use crate::domain::{ApiKeyId, OrganizationId, Timestamp, UserId};

/// Active keys that end after `from` and until `until`, and whose active owner was not yet reminded that many `days`
/// before: soonest first, at most `limit`.
pub fn list_due(
    conn: &mut Conn,
    of: &OrganizationId,
    (from, until): (Timestamp, Timestamp),
    days: i64,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let due = Sql::new(
        "SELECT k.id, k.owner_id FROM api_keys k JOIN users u ON u.id = k.owner_id \
         WHERE u.disabled_at IS NULL AND u.removed_at IS NULL AND k.noted_status < 3 AND k.organization_id = ?",
    )
    .with(of.as_str())
    .then(" AND k.expires_at > ? AND k.expires_at <= ? AND k.revoked_at IS NULL AND k.confirmed_at IS NOT NULL")
    .with(from.unix_micros())
    .with(until.unix_micros())
    .then(" AND (k.disabled_at IS NULL OR k.disabled_until <= ?)")
    .with(now.unix_micros())
    .then(
        " AND NOT EXISTS (SELECT 1 FROM api_key_reminders r \
         WHERE r.api_key_id = k.id AND r.expires_at = k.expires_at AND r.days = ?)",
    )
    .with(days)
    .then(" ORDER BY k.expires_at, k.id LIMIT ?")
    .with(limit);
    list_keys_and_owners(conn, due)
}

pub fn insert(conn: &mut Conn, id: &ApiKeyId, expires_at: Timestamp, days: i64, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(api_key_reminders::table)
        .values((
            api_key_reminders::api_key_id.eq(id.as_str()),
            api_key_reminders::expires_at.eq(expires_at.unix_micros()),
            api_key_reminders::days.eq(days),
            api_key_reminders::reminded_at.eq(now.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}
