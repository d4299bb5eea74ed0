//! Used create forms, so that none creates two keys or two invitations.

use std::ops::RangeInclusive;

use diesel::prelude::*;

use super::{Conn, Error, schema::form_submissions};
use crate::domain::{ApiKeyId, InvitationId, Sha256Digest, Timestamp, UserId};

/// The key that this form created.
pub fn find(conn: &mut Conn, user_id: &UserId, form_token: &Sha256Digest) -> Result<Option<ApiKeyId>, Error> {
    let id: Option<String> = form_submissions::table
        .find((user_id.as_str(), form_token.as_str()))
        .select(form_submissions::api_key_id)
        .first(conn)
        .optional()?;
    id.map(|id| ApiKeyId::parse(&id).map_err(|_| Error::Corrupt("form_submissions.api_key_id"))).transpose()
}

/// The invitation that this form created.
pub fn find_invitation(
    conn: &mut Conn,
    user_id: &UserId,
    form_token: &Sha256Digest,
) -> Result<Option<InvitationId>, Error> {
    let id: Option<String> = form_submissions::table
        .find((user_id.as_str(), form_token.as_str()))
        .select(form_submissions::api_key_id)
        .first(conn)
        .optional()?;
    id.map(|id| InvitationId::parse(&id).map_err(|_| Error::Corrupt("form_submissions.api_key_id"))).transpose()
}

/// `made_id` is the id of the key or the invitation. Forms of the two kinds never have the same digest.
pub fn insert(
    conn: &mut Conn,
    user_id: &UserId,
    form_token: &Sha256Digest,
    made_id: &str,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(form_submissions::table)
        .values((
            form_submissions::user_id.eq(user_id.as_str()),
            form_submissions::form_token_digest.eq(form_token.as_str()),
            form_submissions::api_key_id.eq(made_id),
            form_submissions::submitted_at.eq(now.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn delete_outside(conn: &mut Conn, kept: &RangeInclusive<Timestamp>) -> Result<usize, Error> {
    let (oldest, latest) = (kept.start().unix_micros(), kept.end().unix_micros());
    let is_outside = form_submissions::submitted_at.lt(oldest).or(form_submissions::submitted_at.gt(latest));
    Ok(diesel::delete(form_submissions::table.filter(is_outside)).execute(conn)?)
}
