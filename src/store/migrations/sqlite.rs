//! Rebuilding tables on SQLite. Dropping a table that others refer to would delete their rows, unless foreign keys are
//! off (`sqlite.org/lang_altertable.html`, "Making Other Kinds Of Table Schema Changes").

use diesel::{
    QueryableByName, RunQueryDsl as _, SqliteConnection,
    connection::SimpleConnection as _,
    dsl::sql,
    sql_types::{BigInt, Text},
};

use crate::store::{Conn, Error};

/// Runs `work` with a SQLite PRAGMA set to this value, and restores the earlier value, even after an error. `work`
/// begins the transaction, because SQLite ignores `PRAGMA foreign_keys` inside of one.
pub(super) fn with_pragma<T>(
    conn: &mut Conn,
    name: &str,
    value: i64,
    work: impl FnOnce(&mut Conn) -> Result<T, Error>,
) -> Result<T, Error> {
    let earlier = read(conn, name)?;
    set(conn, name, value)?;
    let outcome = work(conn);
    let restored = set(conn, name, earlier);
    // The first error is the one to report.
    let value = outcome?;
    restored.map(|()| value)
}

/// Sets the PRAGMA, and checks that SQLite did not ignore it.
fn set(conn: &mut Conn, name: &str, value: i64) -> Result<(), Error> {
    conn.batch_execute(&format!("PRAGMA {name} = {value}"))?;
    if read(conn, name)? == value {
        Ok(())
    } else {
        Err(Error::Migration(format!("SQLite did not set {name} to {value}")))
    }
}

fn read(conn: &mut Conn, name: &str) -> Result<i64, Error> {
    Ok(sql::<BigInt>(&format!("PRAGMA {name}")).get_result(conn)?)
}

#[derive(QueryableByName)]
struct Violation {
    #[diesel(sql_type = Text)]
    child: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = BigInt)]
    row_count: i64,
}

/// An error if a row refers to a missing one. Reads every row that refers to another.
pub(super) fn refuse_violations(conn: &mut SqliteConnection) -> Result<(), Error> {
    let query = "SELECT \"table\" AS child, parent, count(*) AS row_count FROM pragma_foreign_key_check \
                 GROUP BY child, parent ORDER BY child, parent";
    let violations: Vec<Violation> = diesel::sql_query(query).load(conn)?;
    if violations.is_empty() {
        return Ok(());
    }
    let found: Vec<String> = violations
        .into_iter()
        .map(|it| format!("{} ({}) refers to a missing row of {}", it.child, it.row_count, it.parent))
        .collect();
    Err(Error::Migration(format!(
        "no migration was applied, because rows refer to rows that do not exist: {}. Run `latchkey doctor` to check the \
         database as it is",
        found.join(", ")
    )))
}
