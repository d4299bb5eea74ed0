//! Links for a new password: at most one per person, by the digest of its token.

use diesel::prelude::*;

use super::{Conn, Error, schema::password_resets};
use crate::domain::{Sha256Digest, Timestamp, UserId};

/// The link replaces an earlier one. The person's row must be locked, so that of two concurrent links one remains.
pub fn replace(
    conn: &mut Conn,
    user_id: &UserId,
    token_digest: &Sha256Digest,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    delete(conn, user_id)?;
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::user_id.eq(user_id.as_str()),
            password_resets::token_digest.eq(token_digest.as_str()),
            password_resets::created_at.eq(now.unix_micros()),
            password_resets::expires_at.eq(expires_at.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The owner of the link, unless it has expired.
pub fn find(conn: &mut Conn, token_digest: &Sha256Digest, now: Timestamp) -> Result<Option<UserId>, Error> {
    let link: Option<(String, i64, i64)> = password_resets::table
        .filter(password_resets::token_digest.eq(token_digest.as_str()))
        .select((password_resets::user_id, password_resets::created_at, password_resets::expires_at))
        .first(conn)
        .optional()?;
    let is_valid = |from, until| now.is_within(Timestamp::from_unix_micros(from), Timestamp::from_unix_micros(until));
    let id = link.filter(|(_, from, until)| is_valid(*from, *until)).map(|(id, ..)| id);
    id.map(|id| UserId::parse(&id).map_err(|_| Error::Corrupt("password_resets.user_id"))).transpose()
}

/// Of several concurrent uses of a link, one succeeds. The others get [`Error::NotFound`], as for an expired link.
pub fn take(conn: &mut Conn, user_id: &UserId, token_digest: &Sha256Digest, now: Timestamp) -> Result<(), Error> {
    let link = password_resets::table
        .find(user_id.as_str())
        .filter(password_resets::token_digest.eq(token_digest.as_str()))
        .filter(password_resets::expires_at.gt(now.unix_micros()));
    if diesel::delete(link).execute(conn)? == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Deletes the person's link, if there is one.
pub fn delete(conn: &mut Conn, user_id: &UserId) -> Result<(), Error> {
    diesel::delete(password_resets::table.find(user_id.as_str())).execute(conn)?;
    Ok(())
}

pub fn delete_expired(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    let expired = password_resets::expires_at.le(now.unix_micros());
    Ok(diesel::delete(password_resets::table.filter(expired)).execute(conn)?)
}
