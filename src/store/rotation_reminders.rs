//! Reminders of rotations that were already sent, and the keys that are due for one.

use diesel::prelude::*;

use super::{
    Conn, Error,
    schema::rotation_reminders,
    sql::{Sql, list_keys_and_owners},
};
use crate::domain::{
    ApiKeyId, OrganizationId, Timestamp, UserId,
    api_key::{rotation_schedule::in_use_before, tokens::IN_USE},
    audit::ReminderAbout,
};

/// The name of what the reminder is about.
fn name_of(about: ReminderAbout) -> &'static str {
    match about {
        ReminderAbout::Expiry => "expiry",
        ReminderAbout::Rotation => "rotation",
        ReminderAbout::Overlap => "overlap",
    }
}

/// In microseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;
const IN_USE_SINCE: &str = "COALESCE(k.rotated_at, k.confirmed_at)";

/// Active keys whose own due date lies after `from` and up to `until`, and whose active owner was not yet reminded that
/// many `days` before: soonest first, at most `limit`.
pub fn list_due(
    conn: &mut Conn,
    of: &OrganizationId,
    (from, until): (Timestamp, Timestamp),
    days: i64,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let due = active(of, now)
        .then(" AND k.rotation_due_at IS NOT NULL AND k.rotation_due_at > ? AND k.rotation_due_at <= ?")
        .with(from.unix_micros())
        .with(until.unix_micros())
        .then(" AND k.rotation_due_at < k.expires_at")
        .then_sql(not_reminded(&Sql::new("k.rotation_due_at"), days))
        .then(" ORDER BY k.rotation_due_at, k.id LIMIT ?")
        .with(limit);
    list_keys_and_owners(conn, due)
}

/// The same for keys that are due under the policy's interval before any date of their own. Without `from`, however long
/// they have been due.
pub fn list_due_by_policy(
    conn: &mut Conn,
    of: &OrganizationId,
    policy_days: i64,
    (from, until): (Option<Timestamp>, Timestamp),
    days: i64,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let due_at = Sql::new(format!("(({IN_USE_SINCE} / {DAY} + ?) * {DAY})")).with(policy_days + 1);
    let mut due = active(of, now).then(&format!(" AND {IN_USE_SINCE} < ?"));
    due = due.with(in_use_before(until, policy_days).unix_micros());
    if let Some(from) = from {
        due = due.then(&format!(" AND {IN_USE_SINCE} >= ?")).with(in_use_before(from, policy_days).unix_micros());
    }
    let due = due
        .then(" AND k.expires_at > ")
        .then_sql(due_at.clone())
        .then(" AND (k.rotation_due_at IS NULL OR k.rotation_due_at > ")
        .then_sql(due_at.clone())
        .then(")")
        .then_sql(not_reminded(&due_at, days))
        .then(&format!(" ORDER BY {IN_USE_SINCE}, k.id LIMIT ?"))
        .with(limit);
    list_keys_and_owners(conn, due)
}

/// Active keys whose former token ends soon and is still used, by
/// [`crate::domain::api_key::tokens::Overlap::ends_in_use`], and whose active owner got no email about it: soonest
/// first, at most `limit`.
pub fn list_ending_overlaps(
    conn: &mut Conn,
    of: &OrganizationId,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let ending = active(of, now)
        .then(" AND EXISTS (SELECT 1 FROM api_key_tokens t JOIN api_key_tokens c ON c.api_key_id = t.api_key_id")
        .then(" WHERE t.api_key_id = k.id AND c.confirmed_at IS NOT NULL AND c.ends_at IS NULL")
        .then(" AND t.ends_at IS NOT NULL AND (t.ends_at - ?) * 10 < t.ends_at - c.confirmed_at")
        .with(now.unix_micros())
        .then(" AND t.ends_at > ? AND t.last_used_at >= ?")
        .with(now.unix_micros())
        .with(now.minus(IN_USE).unix_micros())
        .then(" AND NOT EXISTS (SELECT 1 FROM rotation_reminders r WHERE r.api_key_id = k.id")
        .then(" AND r.about = 'overlap' AND r.due_at = t.ends_at))")
        // Found by the index of tokens with an end.
        .then(" AND k.id IN (SELECT e.api_key_id FROM api_key_tokens e WHERE e.ends_at IS NOT NULL AND e.ends_at > ?)")
        .with(now.unix_micros())
        .then(" ORDER BY k.id LIMIT ?")
        .with(limit);
    list_keys_and_owners(conn, ending)
}

pub fn insert(
    conn: &mut Conn,
    id: &ApiKeyId,
    about: ReminderAbout,
    due_at: Timestamp,
    days: i64,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(rotation_reminders::table)
        .values((
            rotation_reminders::api_key_id.eq(id.as_str()),
            rotation_reminders::about.eq(name_of(about)),
            rotation_reminders::due_at.eq(due_at.unix_micros()),
            rotation_reminders::days.eq(days),
            rotation_reminders::reminded_at.eq(now.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether this reminder was sent already.
pub fn exists(
    conn: &mut Conn,
    id: &ApiKeyId,
    about: ReminderAbout,
    due_at: Timestamp,
    days: i64,
) -> Result<bool, Error> {
    let found = rotation_reminders::table
        .find((id.as_str(), name_of(about), due_at.unix_micros(), days))
        .select(rotation_reminders::days)
        .get_result::<i64>(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Active keys of active owners.
fn active(of: &OrganizationId, now: Timestamp) -> Sql {
    Sql::new(
        "SELECT k.id, k.owner_id FROM api_keys k JOIN users u ON u.id = k.owner_id \
         WHERE u.disabled_at IS NULL AND u.removed_at IS NULL AND k.noted_status < 3 AND k.organization_id = ?",
    )
    .with(of.as_str())
    .then(" AND k.expires_at > ? AND k.revoked_at IS NULL AND k.confirmed_at IS NOT NULL")
    .with(now.unix_micros())
    .then(" AND (k.disabled_at IS NULL OR k.disabled_until <= ?)")
    .with(now.unix_micros())
}

fn not_reminded(due_at: &Sql, days: i64) -> Sql {
    Sql::new(" AND NOT EXISTS (SELECT 1 FROM rotation_reminders r WHERE r.api_key_id = k.id")
        .then(" AND r.about = 'rotation' AND r.due_at = ")
        .then_sql(due_at.clone())
        .then(" AND r.days = ?)")
        .with(days)
}
