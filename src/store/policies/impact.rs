//! The keys and people that a policy change affects: counting, finding and changing them.

use std::net::IpAddr;

use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Text},
};

use super::super::{
    Conn, Error,
    api_keys::NEVER,
    schema::api_keys,
    sealed_tokens,
    sql::{Sql, list_keys_and_owners},
};
use crate::domain::{
    ApiKeyId, OrganizationId, Role, Scope, Timestamp, UserId,
    api_key::{attributes::Environment, rotation_schedule::in_use_before},
};

/// A key ends at midnight, so many days after the day on which it was created.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Keys that end later than a policy allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// Keys that end more days than this after their creation.
    LongerThan(i64),
    /// Keys that never end.
    Endless,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct AddressCount {
    #[diesel(sql_type = Text)]
    address: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

pub fn count_excess(conn: &mut Conn, of: &OrganizationId, excess: Excess, now: Timestamp) -> Result<i64, Error> {
    count(conn, live(of, now).then_sql(exceeds(excess)))
}

/// At most `limit` keys of this kind that end after `instant`, with their owners.
pub fn list_excess(
    conn: &mut Conn,
    of: &OrganizationId,
    excess: Excess,
    instant: Timestamp,
    limit: usize,
    now: Timestamp,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let after = Sql::new(" AND k.expires_at > ?").with(instant.unix_micros());
    list(conn, live(of, now).then_sql(exceeds(excess)).then_sql(after), limit)
}

pub fn update_expiry(conn: &mut Conn, id: &ApiKeyId, end: Timestamp) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set((api_keys::expires_at.eq(end.unix_micros()), api_keys::edits.eq(api_keys::edits + 1)))
        .execute(conn)?;
    Ok(())
}

pub fn count_of_scope(conn: &mut Conn, of: &OrganizationId, scope: Scope, now: Timestamp) -> Result<i64, Error> {
    count(conn, live(of, now).then_sql(Sql::new(" AND k.scope = ?").with(scope.as_str())))
}

/// The number of active keys that are unused since an instant, and were created, confirmed and enabled before it. If
/// system keys are `spared`, they do not count.
pub fn count_unused(
    conn: &mut Conn,
    of: &OrganizationId,
    since: Timestamp,
    spared: bool,
    now: Timestamp,
) -> Result<i64, Error> {
    count(conn, live(of, now).then_sql(unused(since, spared)))
}

/// At most `limit` of these keys, with their owners.
pub fn list_unused(
    conn: &mut Conn,
    of: &OrganizationId,
    since: Timestamp,
    spared: bool,
    limit: usize,
    now: Timestamp,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    list(conn, live(of, now).then_sql(unused(since, spared)), limit)
}

/// The number of active and disabled keys that are overdue under this interval of a policy.
pub fn count_overdue(
    conn: &mut Conn,
    of: &OrganizationId,
    policy_days: Option<i64>,
    now: Timestamp,
) -> Result<i64, Error> {
    let own = Sql::new("k.rotation_due_at <= ?").with(now.unix_micros());
    let of_policy = policy_days.map(|days| {
        Sql::new("COALESCE(k.rotated_at, k.confirmed_at) < ?").with(in_use_before(now, days).unix_micros())
    });
    let overdue = Sql::joined([own].into_iter().chain(of_policy), " OR ").in_parentheses();
    count(conn, live(of, now).then(" AND k.confirmed_at IS NOT NULL AND ").then_sql(overdue))
}

/// The number of people with more live keys than `limit`. System keys do not count.
pub fn count_people_with_more(conn: &mut Conn, of: &OrganizationId, limit: i64, now: Timestamp) -> Result<i64, Error> {
    let owners = Sql::new("SELECT COUNT(*) AS number FROM (SELECT k.owner_id FROM api_keys k WHERE ")
        .then_sql(live(of, now))
        .then(NOT_OF_SYSTEM)
        .then(" GROUP BY k.owner_id HAVING COUNT(*) > ?) AS owners")
        .with(limit);
    number(conn, owners)
}

pub fn count_people_in(conn: &mut Conn, of: &OrganizationId, roles: &[Role]) -> Result<i64, Error> {
    let roles = roles.iter().map(|role| Sql::new("?").with(role.as_str()));
    let people = Sql::new("SELECT COUNT(*) AS number FROM users WHERE removed_at IS NULL AND organization_id = ?")
        .with(of.as_str())
        .then(" AND role IN (")
        .then_sql(Sql::joined(roles, ", "))
        .then(")");
    number(conn, people)
}

/// The number of people who can sign in and have no system key.
pub fn count_people_without_system_key(conn: &mut Conn, of: &OrganizationId) -> Result<i64, Error> {
    let people = Sql::new("SELECT COUNT(*) AS number FROM users u WHERE u.organization_id = ?").with(of.as_str());
    let without = " AND u.removed_at IS NULL AND u.disabled_at IS NULL \
                   AND NOT EXISTS (SELECT 1 FROM system_api_keys s WHERE s.owner_id = u.id)";
    number(conn, people.then(without))
}

/// The number of live system keys.
pub fn count_system_keys(conn: &mut Conn, of: &OrganizationId, now: Timestamp) -> Result<i64, Error> {
    count(conn, live(of, now).then(" AND EXISTS (SELECT 1 FROM system_api_keys s WHERE s.api_key_id = k.id)"))
}

/// The number of keys of an environment, whatever their status.
pub fn count_of_environment(conn: &mut Conn, of: &OrganizationId, environment: &Environment) -> Result<i64, Error> {
    if environment.is_default() {
        let others =
            "NOT EXISTS (SELECT 1 FROM api_key_attributes a WHERE a.api_key_id = k.id AND a.environment IS NOT NULL)";
        return count(conn, Sql::new("k.organization_id = ?").with(of.as_str()).then(" AND ").then(others));
    }
    let rows =
        Sql::new("SELECT COUNT(*) AS number FROM api_key_attributes WHERE organization_id = ?").with(of.as_str());
    number(conn, rows.then(" AND environment = ?").with(environment.as_str()))
}

/// The number of live keys for each address that they were last used from.
pub fn count_by_last_address(
    conn: &mut Conn,
    of: &OrganizationId,
    now: Timestamp,
) -> Result<Vec<(IpAddr, i64)>, Error> {
    let rows: Vec<AddressCount> =
        Sql::new("SELECT k.last_used_address AS address, COUNT(*) AS number FROM api_keys k WHERE ")
            .then_sql(live(of, now))
            .then(" AND k.last_used_address IS NOT NULL GROUP BY k.last_used_address")
            .load(conn)?;
    Ok(rows.into_iter().filter_map(|row| Some((row.address.parse().ok()?, row.number))).collect())
}

/// The number of live server keys that were last used by a browser, as far as its name tells.
pub fn count_used_by_browsers(conn: &mut Conn, of: &OrganizationId, now: Timestamp) -> Result<i64, Error> {
    let browsers = Sql::new(" AND k.scope = ?").with(Scope::Server.as_str());
    count(conn, live(of, now).then_sql(browsers).then(" AND k.last_used_agent LIKE 'Mozilla/%'"))
}

/// The number of live keys that have the rate limit of the policy, or its quota, where these are asked about.
pub fn count_limited_by_policy(
    conn: &mut Conn,
    of: &OrganizationId,
    (rate, quota): (bool, bool),
    now: Timestamp,
) -> Result<i64, Error> {
    let own = [(rate, "a.rate_limit IS NOT NULL"), (quota, "a.quota IS NOT NULL")];
    let own: Vec<_> = own.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, own)| Sql::new(own)).collect();
    if own.is_empty() {
        return Ok(0);
    }
    let without = Sql::new(" AND NOT EXISTS (SELECT 1 FROM api_key_attributes a WHERE a.api_key_id = k.id AND ");
    count(conn, live(of, now).then_sql(without.then_sql(Sql::joined(own, " AND "))).then(")"))
}

/// Keys of these scopes with stored tokens, and their owners. If system keys are `spared`, they are left out.
pub fn list_with_token(
    conn: &mut Conn,
    of: &OrganizationId,
    scopes: &[Scope],
    spared: bool,
) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let scopes = scopes.iter().map(|scope| Sql::new("?").with(scope.as_str()));
    let kept = Sql::new("k.organization_id = ?")
        .with(of.as_str())
        .then(" AND EXISTS (SELECT 1 FROM api_key_tokens t WHERE t.api_key_id = k.id AND t.sealed IS NOT NULL)")
        .then(" AND k.scope IN (")
        .then_sql(Sql::joined(scopes, ", "))
        .then(")");
    list(conn, kept.then(if spared { NOT_OF_SYSTEM } else { "" }), usize::MAX)
}

/// Locks the keys before their tokens, in the same order as storing uses, because the other order could deadlock.
pub fn erase_tokens(conn: &mut Conn, ids: &[ApiKeyId]) -> Result<(), Error> {
    for part in ids.chunks(1_000) {
        if let Conn::Postgres(postgres) = conn {
            let keys = api_keys::table.filter(api_keys::id.eq_any(part.iter().map(ApiKeyId::as_str)));
            keys.order(api_keys::id).select(api_keys::id).for_update().load::<String>(postgres)?;
        }
        sealed_tokens::delete_all(conn, part)?;
    }
    Ok(())
}

const NOT_OF_SYSTEM: &str = " AND NOT EXISTS (SELECT 1 FROM system_api_keys s WHERE s.api_key_id = k.id)";

/// Keys of an organization that are neither expired nor revoked. Indexes need the condition on `noted_status`.
pub(in crate::store) fn live(of: &OrganizationId, now: Timestamp) -> Sql {
    Sql::new("k.organization_id = ? AND k.noted_status < 3 AND k.revoked_at IS NULL AND k.expires_at > ?")
        .with(of.as_str())
        .with(now.unix_micros())
}

fn exceeds(excess: Excess) -> Sql {
    match excess {
        Excess::LongerThan(days) => Sql::new(" AND k.expires_at > (k.created_at / ? + ?) * ? AND k.expires_at <> ?")
            .with(DAY)
            .with(days + 1)
            .with(DAY)
            .with(NEVER),
        Excess::Endless => Sql::new(" AND k.expires_at = ?").with(NEVER),
    }
}

/// A key that could not be used is not unused: one that was enabled since then, or whose owner was. A pause that ended
/// by itself counts from its end.
fn unused(since: Timestamp, spared: bool) -> Sql {
    let since = since.unix_micros();
    Sql::new(" AND COALESCE(k.last_used_at, k.created_at) <= ? AND k.confirmed_at <= ?")
        .with(since)
        .with(since)
        .then(" AND (k.disabled_at IS NULL OR k.disabled_until <= ?)")
        .with(since)
        .then(" AND COALESCE(k.enabled_at, 0) <= ?")
        .with(since)
        .then(" AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = k.owner_id")
        .then(" AND (u.disabled_at IS NOT NULL OR u.enabled_at > ?))")
        .with(since)
        .then(if spared { NOT_OF_SYSTEM } else { "" })
}

fn count(conn: &mut Conn, condition: Sql) -> Result<i64, Error> {
    number(conn, Sql::new("SELECT COUNT(*) AS number FROM api_keys k WHERE ").then_sql(condition))
}

fn number(conn: &mut Conn, statement: Sql) -> Result<i64, Error> {
    Ok(statement.load::<Number>(conn)?.first().map_or(0, |row| row.number))
}

fn list(conn: &mut Conn, condition: Sql, limit: usize) -> Result<Vec<(ApiKeyId, UserId)>, Error> {
    let owned = Sql::new("SELECT k.id, k.owner_id FROM api_keys k WHERE ")
        .then_sql(condition)
        .then(" ORDER BY k.id LIMIT ?")
        .with(i64::try_from(limit).unwrap_or(i64::MAX));
    list_keys_and_owners(conn, owned)
}
