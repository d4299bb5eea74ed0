//! Token buckets for rate limits, by a text that names the subject and the limit.

use diesel::{prelude::*, upsert::excluded};

use super::{Conn, Error, schema::rate_limits};
use crate::domain::Timestamp;

/// A full bucket.
const ALL_FREE: i64 = 0;

pub fn find(conn: &mut Conn, subject: &str) -> Result<Timestamp, Error> {
    let free_at: Option<i64> =
        rate_limits::table.find(subject).select(rate_limits::free_at).get_result(conn).optional()?;
    Ok(Timestamp::from_unix_micros(free_at.unwrap_or(ALL_FREE)))
}

/// Also blocks others who need this bucket, until the transaction ends.
pub fn lock(conn: &mut Conn, subject: &str) -> Result<Timestamp, Error> {
    macro_rules! upsert {
        ($conn:expr) => {
            diesel::insert_into(rate_limits::table)
                .values((rate_limits::subject.eq(subject), rate_limits::free_at.eq(ALL_FREE)))
                .on_conflict(rate_limits::subject)
                .do_update()
                // Sets the existing value: PostgreSQL then locks the row.
                .set(rate_limits::subject.eq(excluded(rate_limits::subject)))
                .returning(rate_limits::free_at)
                .get_result::<i64>($conn)?
        };
    }
    let free_at = match conn {
        Conn::Postgres(postgres) => upsert!(postgres),
        Conn::Sqlite(sqlite) => upsert!(sqlite),
    };
    Ok(Timestamp::from_unix_micros(free_at))
}

pub fn update(conn: &mut Conn, subject: &str, free_at: Timestamp) -> Result<(), Error> {
    diesel::update(rate_limits::table.find(subject))
        .set(rate_limits::free_at.eq(free_at.unix_micros()))
        .execute(conn)?;
    Ok(())
}

/// Inserts or updates it.
pub fn set(conn: &mut Conn, subject: &str, free_at: Timestamp) -> Result<(), Error> {
    lock(conn, subject)?;
    update(conn, subject, free_at)
}

pub fn delete(conn: &mut Conn, subject: &str) -> Result<(), Error> {
    diesel::delete(rate_limits::table.find(subject)).execute(conn)?;
    Ok(())
}

/// Deletes full buckets, which mean the same as missing ones.
pub fn delete_free(conn: &mut Conn, now: Timestamp) -> Result<usize, Error> {
    let free = rate_limits::table.filter(rate_limits::free_at.lt(now.unix_micros()));
    Ok(diesel::delete(free).execute(conn)?)
}
