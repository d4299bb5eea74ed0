//! Selected keys of people who have not confirmed yet.

use std::ops::RangeInclusive;

use diesel::prelude::*;

use super::{Conn, Error, schema::selections};
use crate::domain::{ApiKeyId, SelectionId, Timestamp, UserId};

pub fn insert(
    conn: &mut Conn,
    id: &SelectionId,
    user_id: &UserId,
    api_key_ids: &[ApiKeyId],
    now: Timestamp,
) -> Result<(), Error> {
    let api_key_ids: Vec<_> = api_key_ids.iter().map(ApiKeyId::as_str).collect();
    diesel::insert_into(selections::table)
        .values((
            selections::id.eq(id.as_str()),
            selections::user_id.eq(user_id.as_str()),
            selections::api_key_ids.eq(api_key_ids.join(" ")),
            selections::made_at.eq(now.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// None if this person made no such selection, or it was deleted.
pub fn find(conn: &mut Conn, user_id: &UserId, id: &SelectionId) -> Result<Option<Vec<ApiKeyId>>, Error> {
    let own = selections::table.find(id.as_str()).filter(selections::user_id.eq(user_id.as_str()));
    let api_key_ids: Option<String> = own.select(selections::api_key_ids).get_result(conn).optional()?;
    let parse = |id: &str| ApiKeyId::parse(id).map_err(|_| Error::Corrupt("selections.api_key_ids"));
    api_key_ids.map(|ids| ids.split_whitespace().map(parse).collect()).transpose()
}

/// Deletes all selections of this person except the `kept` latest ones.
pub fn delete_all_but_latest(conn: &mut Conn, user_id: &UserId, kept: i64) -> Result<usize, Error> {
    let latest: Vec<String> = selections::table
        .filter(selections::user_id.eq(user_id.as_str()))
        .order((selections::made_at.desc(), selections::id.desc()))
        .limit(kept)
        .select(selections::id)
        .load(conn)?;
    let others = selections::user_id.eq(user_id.as_str()).and(selections::id.ne_all(latest));
    Ok(diesel::delete(selections::table.filter(others)).execute(conn)?)
}

pub fn delete_outside(conn: &mut Conn, kept: &RangeInclusive<Timestamp>) -> Result<usize, Error> {
    let (oldest, latest) = (kept.start().unix_micros(), kept.end().unix_micros());
    let is_outside = selections::made_at.lt(oldest).or(selections::made_at.gt(latest));
    Ok(diesel::delete(selections::table.filter(is_outside)).execute(conn)?)
}
