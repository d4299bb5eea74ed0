//! Checks, without changing it, whether the database is usable.

use diesel::{
    connection::SimpleConnection as _,
    dsl::max,
    prelude::*,
    result::Error as DieselError,
    sql_types::{BigInt, Text},
};

use super::{
    Conn, Error, installation, migrations,
    schema::{audit_events, verification_changes},
};
use crate::domain::Timestamp;

/// How many migrations the next start applies. None if there are no tables yet. [`Error::Newer`] if a later version of
/// this program has migrated it.
pub fn pending_steps(conn: &mut Conn) -> Result<Option<usize>, Error> {
    migrations::refuse_newer(conn)?;
    let Some(done) = migrations::taken(conn)? else { return Ok(None) };
    Ok(Some(migrations::versions(conn).iter().filter(|version| !done.contains(version)).count()))
}

/// Whether the tables exist and can be changed.
pub fn takes_changes(conn: &mut Conn) -> Result<bool, Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        is_read_only: bool,
    }
    installation::exists(conn)?;
    match conn {
        Conn::Sqlite(_) => Ok(true),
        Conn::Postgres(postgres) => {
            let query = "SELECT current_setting('transaction_read_only')::boolean AS is_read_only";
            let row: Row = diesel::sql_query(query).get_result(postgres)?;
            Ok(!row.is_read_only)
        }
    }
}

/// The result of [`integrity`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integrity {
    pub faults: Vec<String>,
    /// What could not be checked, and how to do it.
    pub unchecked: Option<String>,
}

#[derive(QueryableByName)]
struct ProgramLine {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Further faults would not add anything.
const FAULT_LIMIT: usize = 10;

/// Checks the consistency of all stored data. Reads all of it.
pub fn integrity(conn: &mut Conn) -> Result<Integrity, Error> {
    match conn {
        Conn::Sqlite(sqlite) => {
            let query = format!("SELECT integrity_check AS line FROM pragma_integrity_check LIMIT {FAULT_LIMIT}");
            let lines: Vec<ProgramLine> = diesel::sql_query(query).load(sqlite)?;
            let mut faults: Vec<String> = lines.into_iter().map(|it| it.line).filter(|line| line != "ok").collect();
            let query = format!(
                "SELECT 'a row of ' || \"table\" || ' refers to one of ' || parent || ' that is not there' AS line \
                 FROM pragma_foreign_key_check LIMIT {FAULT_LIMIT}"
            );
            let orphans: Vec<ProgramLine> = diesel::sql_query(query).load(sqlite)?;
            faults.extend(orphans.into_iter().map(|it| it.line));
            Ok(Integrity { faults, unchecked: None })
        }
        Conn::Postgres(postgres) => postgres_integrity(postgres),
    }
}

/// Uses the extension amcheck if it is available; every table is read in any case. Each check is a nested transaction.
/// So the next one runs even if it failed, and no setting is left in a pooler's session.
fn postgres_integrity(conn: &mut PgConnection) -> Result<Integrity, Error> {
    conn.transaction(|conn| {
        let mut found = Integrity::default();
        // Without a time limit.
        conn.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")?;
        let check = |conn: &mut PgConnection, query: String| {
            conn.transaction(|conn| diesel::sql_query(query).execute(conn)).err()
        };
        for table in relations(conn, 'r')? {
            // As text, so that values stored outside of their rows are read, too.
            let failed = check(conn, format!("SELECT count(t::text) FROM {table} t"));
            found.faults.extend(failed.map(|error| format!("{table}: {error}")));
        }
        for index in relations(conn, 'i')? {
            // Also checks that every row is in the index.
            match check(conn, format!("SELECT bt_index_check('{index}'::regclass, true)")) {
                Some(DieselError::DatabaseError(_, info)) if cannot_check(info.message()) => {
                    found.unchecked = Some(format!(
                        "its tables can be read, but its indexes were not checked: ask an administrator to run CREATE \
                         EXTENSION amcheck and to grant execute on bt_index_check ({})",
                        info.message()
                    ));
                    break;
                }
                failed => found.faults.extend(failed.map(|error| format!("{index}: {error}"))),
            }
        }
        found.faults.truncate(FAULT_LIMIT);
        Ok(found)
    })
}

fn relations(conn: &mut PgConnection, kind: char) -> Result<Vec<String>, Error> {
    let query = format!(
        "SELECT c.oid::regclass::text AS line FROM pg_class c \
         WHERE c.relkind = '{kind}' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1"
    );
    let lines: Vec<ProgramLine> = diesel::sql_query(query).load(conn)?;
    Ok(lines.into_iter().map(|it| it.line).collect())
}

fn cannot_check(message: &str) -> bool {
    message.contains("bt_index_check") && !message.contains("corrupt")
}

/// The time of the database server. None if that is this machine.
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

/// The time of the last activity.
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
