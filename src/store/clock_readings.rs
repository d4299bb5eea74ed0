//! The last clock reading of a server that trusted its clock.

use diesel::{prelude::*, upsert::excluded};

use super::{
    Conn, Error,
    schema::{audit_events, clock_readings},
};
use crate::domain::Timestamp;

const ONLY_ROW: i64 = 1;

/// None if there is no reading yet.
pub fn find(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    let read_at: Option<i64> =
        clock_readings::table.find(ONLY_ROW).select(clock_readings::read_at).first(conn).optional()?;
    Ok(read_at.map(Timestamp::from_unix_micros))
}

/// The time of the last event, for databases that have no reading yet.
pub fn find_last_event(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    let at: Option<i64> =
        audit_events::table.order(audit_events::id.desc()).select(audit_events::at).first(conn).optional()?;
    Ok(at.map(Timestamp::from_unix_micros))
}

pub fn replace(conn: &mut Conn, now: Timestamp) -> Result<(), Error> {
    macro_rules! upsert {
        ($conn:expr) => {
            diesel::insert_into(clock_readings::table)
                .values((clock_readings::id.eq(ONLY_ROW), clock_readings::read_at.eq(now.unix_micros())))
                .on_conflict(clock_readings::id)
                .do_update()
                .set(clock_readings::read_at.eq(excluded(clock_readings::read_at)))
                .execute($conn)?
        };
    }
    match conn {
        Conn::Postgres(postgres) => upsert!(postgres),
        Conn::Sqlite(sqlite) => upsert!(sqlite),
    };
    Ok(())
}
