//! What the servers have claimed of the limits of keys. See `domain::key_limits`.

use std::collections::HashMap;

use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
    upsert::excluded,
};

use super::{
    Conn, Error,
    schema::{key_limit_servers, key_limits},
    sql::Sql,
};
use crate::domain::{
    ApiKeyId, Timestamp,
    key_limits::{LimitClaim, LimitWindow, ServerLease, StoredUses},
};

/// A claim as it is stored.
#[derive(Clone, Debug)]
pub struct StoredClaim {
    pub api_key_id: ApiKeyId,
    pub window: LimitWindow,
    pub window_start: Timestamp,
    pub server_id: String,
    pub claim: LimitClaim,
    pub stored_at: Timestamp,
    /// When the row has no effect any longer, if its server has stopped.
    pub ends_at: Timestamp,
}

#[derive(QueryableByName)]
struct ClaimRow {
    #[diesel(sql_type = Text)]
    api_key_id: String,
    #[diesel(sql_type = Text)]
    limit_window: String,
    #[diesel(sql_type = BigInt)]
    window_start: i64,
    #[diesel(sql_type = Text)]
    server_id: String,
    #[diesel(sql_type = BigInt)]
    claimed: i64,
    #[diesel(sql_type = BigInt)]
    wanted: i64,
    #[diesel(sql_type = BigInt)]
    demand: i64,
    #[diesel(sql_type = Text)]
    uses: String,
    #[diesel(sql_type = BigInt)]
    is_closed: i64,
    #[diesel(sql_type = BigInt)]
    stored_at: i64,
    #[diesel(sql_type = BigInt)]
    ends_at: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    expires_at: Option<i64>,
}

#[derive(QueryableByName)]
struct ResetsRow {
    #[diesel(sql_type = Text)]
    api_key_id: String,
    #[diesel(sql_type = BigInt)]
    resets: i64,
}

#[derive(QueryableByName)]
struct ServerRow {
    #[diesel(sql_type = BigInt)]
    servers: i64,
}

/// Locks the limits of these keys until the end of the transaction. Returns how often each was reset. The ids must be
/// in order, so that two servers never wait for each other.
pub fn lock(conn: &mut Conn, ids: &[&ApiKeyId]) -> Result<HashMap<ApiKeyId, i64>, Error> {
    let rows = Sql::joined(ids.iter().map(|id| Sql::new("(?, 0)").with(id.as_str())), ", ");
    Sql::new("INSERT INTO key_limits (api_key_id, resets) VALUES ")
        .then_sql(rows)
        .then(" ON CONFLICT (api_key_id) DO NOTHING")
        .execute_on(conn)?;
    let lock = if matches!(conn, Conn::Postgres(_)) { " FOR UPDATE" } else { "" };
    let rows: Vec<ResetsRow> = Sql::new("SELECT api_key_id, resets FROM key_limits WHERE api_key_id IN ")
        .then_sql(list_of(ids))
        .then(" ORDER BY api_key_id")
        .then(lock)
        .load(conn)?;
    rows.into_iter().map(|row| Ok((key_id(&row.api_key_id)?, row.resets))).collect()
}

/// The claims of these keys. `lost_after` says when a server without notice counts as lost.
pub fn list(
    conn: &mut Conn,
    ids: &[&ApiKeyId],
    lease_of: impl Fn(bool, Timestamp, Option<Timestamp>) -> ServerLease,
) -> Result<Vec<StoredClaim>, Error> {
    let rows: Vec<ClaimRow> = Sql::new(
        "SELECT c.api_key_id, c.limit_window, c.window_start, c.server_id, c.claimed, c.wanted, c.demand, c.uses, \
         c.is_closed, c.stored_at, c.ends_at, s.expires_at FROM key_limit_claims c \
         LEFT JOIN key_limit_servers s ON s.server_id = c.server_id WHERE c.api_key_id IN ",
    )
    .then_sql(list_of(ids))
    .load(conn)?;
    let time = Timestamp::from_unix_micros;
    rows.into_iter()
        .map(|row| {
            let corrupt = || Error::Corrupt("key_limit_claims");
            let count = |number: i64| u64::try_from(number).map_err(|_| corrupt());
            let claim = LimitClaim {
                claimed: count(row.claimed)?,
                wanted: count(row.wanted)?,
                demand: count(row.demand)?,
                uses: StoredUses::parse(&row.uses).ok_or_else(corrupt)?,
                lease: lease_of(row.is_closed != 0, time(row.stored_at), row.expires_at.map(time)),
            };
            Ok(StoredClaim {
                api_key_id: key_id(&row.api_key_id)?,
                window: LimitWindow::parse(&row.limit_window).ok_or_else(corrupt)?,
                window_start: time(row.window_start),
                server_id: row.server_id,
                claim,
                stored_at: time(row.stored_at),
                ends_at: time(row.ends_at),
            })
        })
        .collect()
}

/// Inserts or replaces them.
pub fn put(conn: &mut Conn, claims: &[StoredClaim]) -> Result<(), Error> {
    if claims.is_empty() {
        return Ok(());
    }
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let rows = claims.iter().map(|stored| {
        let claim = &stored.claim;
        Sql::new("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .with(stored.api_key_id.as_str())
            .with(stored.window.as_str())
            .with(stored.window_start.unix_micros())
            .with(stored.server_id.as_str())
            .with(number(claim.claimed))
            .with(number(claim.wanted))
            .with(number(claim.demand))
            .with(claim.uses.to_string())
            .with(i64::from(claim.lease == ServerLease::Closed))
            .with(stored.stored_at.unix_micros())
            .with(stored.ends_at.unix_micros())
    });
    Sql::new(
        "INSERT INTO key_limit_claims (api_key_id, limit_window, window_start, server_id, claimed, wanted, demand, \
         uses, is_closed, stored_at, ends_at) VALUES ",
    )
    .then_sql(Sql::joined(rows, ", "))
    .then(
        " ON CONFLICT (api_key_id, limit_window, window_start, server_id) DO UPDATE SET claimed = excluded.claimed, \
         wanted = excluded.wanted, demand = excluded.demand, uses = excluded.uses, is_closed = excluded.is_closed, \
         stored_at = excluded.stored_at, ends_at = excluded.ends_at",
    )
    .execute_on(conn)?;
    Ok(())
}

/// Records until when this server uses its claims.
pub fn put_server(conn: &mut Conn, server_id: &str, until: Timestamp) -> Result<(), Error> {
    macro_rules! upsert {
        ($conn:expr) => {
            diesel::insert_into(key_limit_servers::table)
                .values((
                    key_limit_servers::server_id.eq(server_id),
                    key_limit_servers::expires_at.eq(until.unix_micros()),
                ))
                .on_conflict(key_limit_servers::server_id)
                .do_update()
                .set(key_limit_servers::expires_at.eq(excluded(key_limit_servers::expires_at)))
                .execute($conn)?
        };
    }
    match conn {
        Conn::Postgres(postgres) => upsert!(postgres),
        Conn::Sqlite(sqlite) => upsert!(sqlite),
    };
    Ok(())
}

pub fn delete_server(conn: &mut Conn, server_id: &str) -> Result<(), Error> {
    diesel::delete(key_limit_servers::table.find(server_id)).execute(conn)?;
    Ok(())
}

/// Whether any other server uses claims after this instant.
pub fn has_other_server(conn: &mut Conn, server_id: &str, after: Timestamp) -> Result<bool, Error> {
    let rows: Vec<ServerRow> =
        Sql::new("SELECT count(*) AS servers FROM key_limit_servers WHERE server_id <> ? AND expires_at > ?")
            .with(server_id)
            .with(after.unix_micros())
            .cached_if(true)
            .load(conn)?;
    Ok(rows.first().is_some_and(|row| row.servers > 0))
}

/// How often a key was reset.
pub fn count_resets(conn: &mut Conn, id: &ApiKeyId) -> Result<i64, Error> {
    let row = key_limits::table.find(id.as_str()).select(key_limits::resets);
    Ok(row.first(conn).optional()?.unwrap_or_default())
}

/// Forgets the uses of a key: those of servers that stopped before `stopped` now, the others with their next sync.
pub fn reset(conn: &mut Conn, id: &ApiKeyId, stopped: Timestamp) -> Result<(), Error> {
    lock(conn, &[id])?;
    let row = key_limits::table.find(id.as_str());
    diesel::update(row).set(key_limits::resets.eq(key_limits::resets + 1)).execute(conn)?;
    Sql::new("DELETE FROM key_limit_claims WHERE api_key_id = ? AND (is_closed = 1 OR ")
        .with(id.as_str())
        .then_sql(of_stopped_server(stopped))
        .then(")")
        .execute_on(conn)?;
    Ok(())
}

fn of_stopped_server(stopped: Timestamp) -> Sql {
    Sql::new("server_id NOT IN (SELECT server_id FROM key_limit_servers WHERE expires_at >= ?)")
        .with(stopped.unix_micros())
}

/// Deletes what has no effect: claims of servers that stopped before `stopped`, and of deleted keys.
pub fn delete_ended(conn: &mut Conn, now: Timestamp, stopped: Timestamp) -> Result<(), Error> {
    Sql::new("DELETE FROM key_limit_claims WHERE ends_at < ? AND (is_closed = 1 OR ")
        .with(now.unix_micros())
        .then_sql(of_stopped_server(stopped))
        .then(")")
        .execute_on(conn)?;
    Sql::new(
        "DELETE FROM key_limit_servers WHERE expires_at < ? AND server_id NOT IN \
         (SELECT server_id FROM key_limit_claims)",
    )
    .with(stopped.unix_micros())
    .execute_on(conn)?;
    Sql::new("DELETE FROM key_limit_claims WHERE api_key_id NOT IN (SELECT id FROM api_keys)").execute_on(conn)?;
    Sql::new("DELETE FROM key_limits WHERE api_key_id NOT IN (SELECT id FROM api_keys)").execute_on(conn)?;
    Ok(())
}

fn list_of(ids: &[&ApiKeyId]) -> Sql {
    Sql::joined(ids.iter().map(|id| Sql::new("?").with(id.as_str())), ", ").in_parentheses()
}

fn key_id(text: &str) -> Result<ApiKeyId, Error> {
    ApiKeyId::parse(text).map_err(|_| Error::Corrupt("key_limits.api_key_id"))
}
