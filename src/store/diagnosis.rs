//! What tells whether the database is as this program needs it, without changing it.

use diesel::{dsl::max, prelude::*, sql_types::BigInt};

use super::{
    Conn, Error, migrations,
    schema::{audit_events, verification_changes},
};
use crate::domain::Timestamp;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// How far the tables are from what this program expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tables {
    /// Steps that the next start takes.
    pub pending: usize,
    /// Steps that only a later version of this program knows.
    pub unknown: usize,
}

pub fn tables(conn: &mut Conn) -> Result<Tables, Error> {
    let done: Vec<String> = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn)?;
    let known = migrations::versions(conn);
    Ok(Tables {
        pending: known.iter().filter(|version| !done.contains(version)).count(),
        unknown: done.iter().filter(|version| !known.contains(version)).count(),
    })
}

/// What time it is for the database. None where that is this machine's.
pub fn clock(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        micros: i64,
    }
    match conn {
        Conn::Sqlite(_) => Ok(None),
        Conn::Postgres(postgres) => {
            let query = diesel::sql_query("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros");
            let row: Row = query.get_result(postgres)?;
            Ok(Some(Timestamp::from_unix_micros(row.micros)))
        }
    }
}

/// When something was last done.
pub fn latest_instant(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    let event: Option<i64> = audit_events::table
        .order(audit_events::id.desc())
        .limit(1)
        .select(audit_events::at)
        .get_result(conn)
        .optional()?;
    let change: Option<i64> =
        verification_changes::table.select(max(verification_changes::changed_at)).get_result(conn)?;
    Ok(event.max(change).map(Timestamp::from_unix_micros))
}
