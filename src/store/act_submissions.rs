//! Submitted forms of actions, and their outcomes.

use std::ops::RangeInclusive;

use diesel::prelude::*;

use super::{Conn, Error, schema::act_submissions};
use crate::domain::{Sha256Digest, Timestamp, UserId};

/// Whether this form is new. If another transaction is carrying it out, waits for its end, so call this before every
/// lock.
pub fn claim(conn: &mut Conn, user_id: &UserId, form: &Sha256Digest, now: Timestamp) -> Result<bool, Error> {
    let row = (
        act_submissions::user_id.eq(user_id.as_str()),
        act_submissions::form_digest.eq(form.as_str()),
        act_submissions::outcome.eq(""),
        act_submissions::submitted_at.eq(now.unix_micros()),
    );
    let claim = diesel::insert_into(act_submissions::table).values(row);
    let claimed = match conn {
        Conn::Sqlite(sqlite) => claim.on_conflict_do_nothing().execute(sqlite)?,
        Conn::Postgres(postgres) => claim.on_conflict_do_nothing().execute(postgres)?,
    };
    Ok(claimed == 1)
}

pub fn update_outcome(conn: &mut Conn, user_id: &UserId, form: &Sha256Digest, outcome: &str) -> Result<(), Error> {
    diesel::update(act_submissions::table.find((user_id.as_str(), form.as_str())))
        .set(act_submissions::outcome.eq(outcome))
        .execute(conn)?;
    Ok(())
}

pub fn find_outcome(conn: &mut Conn, user_id: &UserId, form: &Sha256Digest) -> Result<String, Error> {
    let submission = act_submissions::table.find((user_id.as_str(), form.as_str()));
    Ok(submission.select(act_submissions::outcome).get_result(conn)?)
}

pub fn delete_outside(conn: &mut Conn, kept: &RangeInclusive<Timestamp>) -> Result<usize, Error> {
    let (oldest, latest) = (kept.start().unix_micros(), kept.end().unix_micros());
    let is_outside = act_submissions::submitted_at.lt(oldest).or(act_submissions::submitted_at.gt(latest));
    Ok(diesel::delete(act_submissions::table.filter(is_outside)).execute(conn)?)
}
