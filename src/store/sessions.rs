//! Sessions, by the digest of their cookie.

use diesel::prelude::*;

use super::{Conn, Error, schema::sessions};
use crate::domain::{Sha256Digest, Timestamp, UserId};

#[derive(Clone, Debug)]
pub struct Session {
    pub state: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
}

/// Where a session began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionOrigin {
    pub address: Option<String>,
    /// The browser's user agent.
    pub agent: Option<String>,
}

/// A session, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOfUser {
    pub id_digest: Sha256Digest,
    pub origin: SessionOrigin,
    pub created_at: Timestamp,
    /// Not always exact, because it is stored only from time to time.
    pub last_seen_at: Timestamp,
}

pub fn find(conn: &mut Conn, id: &Sha256Digest) -> Result<Option<Session>, Error> {
    let row: Option<(String, i64, i64)> = sessions::table
        .find(id.as_str())
        .select((sessions::state, sessions::created_at, sessions::last_seen_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(state, created_at, last_seen_at)| Session {
        state,
        created_at: Timestamp::from_unix_micros(created_at),
        last_seen_at: Timestamp::from_unix_micros(last_seen_at),
    }))
}

pub fn insert(
    conn: &mut Conn,
    id: &Sha256Digest,
    user_id: Option<&str>,
    state: &str,
    origin: &SessionOrigin,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id_digest.eq(id.as_str()),
            sessions::user_id.eq(user_id),
            sessions::state.eq(state),
            sessions::created_at.eq(now.unix_micros()),
            sessions::last_seen_at.eq(now.unix_micros()),
            sessions::address.eq(&origin.address),
            sessions::agent.eq(&origin.agent),
        ))
        .execute(conn)?;
    Ok(())
}

/// Does nothing if the session has ended in the meantime: it must not be revived.
pub fn update_state(conn: &mut Conn, id: &Sha256Digest, state: &str) -> Result<(), Error> {
    diesel::update(sessions::table.find(id.as_str())).set(sessions::state.eq(state)).execute(conn)?;
    Ok(())
}

pub fn update_last_seen(conn: &mut Conn, id: &Sha256Digest, now: Timestamp) -> Result<(), Error> {
    diesel::update(sessions::table.find(id.as_str()))
        .set(sessions::last_seen_at.eq(now.unix_micros()))
        .execute(conn)?;
    Ok(())
}

/// Returns whether the session existed.
pub fn delete(conn: &mut Conn, id: &Sha256Digest) -> Result<bool, Error> {
    Ok(diesel::delete(sessions::table.find(id.as_str())).execute(conn)? > 0)
}

/// Sessions used after `idle` and begun after `oldest`, last used first.
pub fn list_of_user(
    conn: &mut Conn,
    user_id: &UserId,
    idle: Timestamp,
    oldest: Timestamp,
) -> Result<Vec<SessionOfUser>, Error> {
    type Row = (String, Option<String>, Option<String>, i64, i64);
    let rows: Vec<Row> = sessions::table
        .filter(sessions::user_id.eq(user_id.as_str()))
        .filter(sessions::last_seen_at.gt(idle.unix_micros()))
        .filter(sessions::created_at.gt(oldest.unix_micros()))
        .order((sessions::last_seen_at.desc(), sessions::created_at.desc(), sessions::id_digest))
        .select((sessions::id_digest, sessions::address, sessions::agent, sessions::created_at, sessions::last_seen_at))
        .load(conn)?;
    let row = |(id, address, agent, created_at, last_seen_at): Row| SessionOfUser {
        id_digest: Sha256Digest::from_stored(&id),
        origin: SessionOrigin { address, agent },
        created_at: Timestamp::from_unix_micros(created_at),
        last_seen_at: Timestamp::from_unix_micros(last_seen_at),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Ends all sessions of the person, or all but one, and returns how many.
pub fn delete_of_user(conn: &mut Conn, user_id: &UserId, kept: Option<&Sha256Digest>) -> Result<usize, Error> {
    // No digest is empty.
    let kept = kept.map_or("", Sha256Digest::as_str);
    let others = sessions::table.filter(sessions::user_id.eq(user_id.as_str())).filter(sessions::id_digest.ne(kept));
    Ok(diesel::delete(others).execute(conn)?)
}

/// Sessions not used since `idle`, and those begun before `oldest`.
pub fn delete_stale(conn: &mut Conn, idle: Timestamp, oldest: Timestamp) -> Result<usize, Error> {
    let stale = sessions::last_seen_at.lt(idle.unix_micros()).or(sessions::created_at.lt(oldest.unix_micros()));
    Ok(diesel::delete(sessions::table.filter(stale)).execute(conn)?)
}
