//! Tests of steps that run with foreign keys off.

use diesel::{Connection as _, SqliteConnection, dsl::sql};

use super::*;

const TABLES: Step = Step {
    name: "test/0001_tables",
    sql: "CREATE TABLE migration_releases (step TEXT NOT NULL PRIMARY KEY, release TEXT NOT NULL);
          CREATE TABLE people (id INTEGER PRIMARY KEY, role TEXT CHECK (role IN ('a', 'b')));
          CREATE TABLE keys (owner INTEGER REFERENCES people (id) ON DELETE CASCADE);
          INSERT INTO people VALUES (1, 'a'), (2, 'b');
          INSERT INTO keys VALUES (1), (2), (2);",
    rebuilds_tables: false,
};
const COLUMN: Step =
    Step { name: "test/0002_column", sql: "ALTER TABLE people ADD COLUMN name TEXT;", rebuilds_tables: false };
const REBUILT: Step = Step {
    name: "test/0003_rebuilt",
    sql: "CREATE TABLE people_new (id INTEGER PRIMARY KEY, role TEXT, name TEXT);
          INSERT INTO people_new SELECT id, role, name FROM people;
          DROP TABLE people;
          ALTER TABLE people_new RENAME TO people;",
    rebuilds_tables: true,
};
/// Loses a row that two others refer to.
const LOSSY: Step = Step {
    name: "test/0004_lossy",
    sql: "CREATE TABLE people_new (id INTEGER PRIMARY KEY, role TEXT);
          INSERT INTO people_new SELECT id, role FROM people WHERE id = 1;
          DROP TABLE people;
          ALTER TABLE people_new RENAME TO people;",
    rebuilds_tables: true,
};
const BROKEN: Step = Step { name: "test/0005_broken", sql: "INSERT INTO nowhere VALUES (1);", rebuilds_tables: true };

fn connect(path: &str) -> Conn {
    let mut conn = Conn::Sqlite(SqliteConnection::establish(path).unwrap());
    conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON").unwrap();
    conn
}

fn migrate(conn: &mut Conn, steps: &'static [Step]) -> Result<(), Error> {
    run_steps(conn, Settings::OfSession, steps)
}

fn number(conn: &mut Conn, query: &str) -> i64 {
    sql::<BigInt>(query).get_result(conn).unwrap()
}

/// Tests the effect of foreign keys rather than SQLite's report.
fn enforces_foreign_keys(conn: &mut Conn) -> bool {
    conn.batch_execute("INSERT INTO keys VALUES (99)").is_err()
}

fn assert_settings_are_back(conn: &mut Conn) {
    assert!(enforces_foreign_keys(conn));
    assert_eq!(number(conn, "PRAGMA foreign_keys"), 1);
    assert_eq!(number(conn, "PRAGMA busy_timeout"), 5000);
}

#[test]
fn a_table_that_others_refer_to_is_rebuilt_without_losing_their_rows() {
    let mut conn = connect(":memory:");
    migrate(&mut conn, &[TABLES, COLUMN]).unwrap();
    migrate(&mut conn, &[TABLES, COLUMN, REBUILT]).unwrap();
    assert_eq!(number(&mut conn, "SELECT count(*) FROM keys"), 3);
    assert_eq!(number(&mut conn, "SELECT count(*) FROM migration_releases"), 3);
    conn.batch_execute("UPDATE people SET role = 'c'").unwrap();
    assert_settings_are_back(&mut conn);
    // The foreign key of the other table refers to the new table.
    conn.batch_execute("DELETE FROM people WHERE id = 2").unwrap();
    assert_eq!(number(&mut conn, "SELECT count(*) FROM keys"), 1);
}

#[test]
fn a_step_that_leaves_rows_without_their_parent_undoes_all_steps() {
    let mut conn = connect(":memory:");
    migrate(&mut conn, &[TABLES]).unwrap();
    let error = migrate(&mut conn, &[TABLES, COLUMN, LOSSY]).unwrap_err().to_string();
    assert!(error.contains("keys (2) refers to a missing row of people"), "{error}");
    assert_eq!(taken(&mut conn).unwrap().unwrap(), ["0001"]);
    assert_eq!(number(&mut conn, "SELECT count(*) FROM people"), 2);
    assert_eq!(number(&mut conn, "SELECT count(*) FROM pragma_table_info('people') WHERE name = 'name'"), 0);
    assert_settings_are_back(&mut conn);
}

#[test]
fn a_row_that_was_damaged_before_undoes_all_steps() {
    let mut conn = connect(":memory:");
    migrate(&mut conn, &[TABLES, COLUMN]).unwrap();
    conn.batch_execute("PRAGMA foreign_keys = OFF; DELETE FROM people WHERE id = 1; PRAGMA foreign_keys = ON").unwrap();
    let error = migrate(&mut conn, &[TABLES, COLUMN, REBUILT]).unwrap_err().to_string();
    assert!(error.contains("keys (1) refers to a missing row of people"), "{error}");
    assert_eq!(taken(&mut conn).unwrap().unwrap().len(), 2);
    assert_settings_are_back(&mut conn);
}

#[test]
fn foreign_keys_are_on_again_after_a_step_failed() {
    let mut conn = connect(":memory:");
    migrate(&mut conn, &[TABLES]).unwrap();
    migrate(&mut conn, &[TABLES, COLUMN, REBUILT, BROKEN]).unwrap_err();
    assert_eq!(taken(&mut conn).unwrap().unwrap(), ["0001"]);
    assert_settings_are_back(&mut conn);
}

/// The same statements as [`LOSSY`]: SQLite deletes the rows that refer to those of a dropped table.
const LOSSY_WITH_FOREIGN_KEYS: Step = Step { rebuilds_tables: false, ..LOSSY };

#[test]
fn foreign_keys_stay_on_where_no_pending_step_rebuilds_tables() {
    let mut conn = connect(":memory:");
    migrate(&mut conn, &[TABLES, COLUMN, REBUILT]).unwrap();
    migrate(&mut conn, &[TABLES, COLUMN, REBUILT, LOSSY_WITH_FOREIGN_KEYS]).unwrap();
    assert_eq!(number(&mut conn, "SELECT count(*) FROM keys"), 0);
}

#[test]
fn several_instances_that_rebuild_tables_at_once_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latchkey.db");
    let path = path.to_str().unwrap();
    let mut conn = connect(path);
    conn.batch_execute("PRAGMA journal_mode = WAL").unwrap();
    migrate(&mut conn, &[TABLES]).unwrap();
    std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut conn = connect(path);
                    migrate(&mut conn, &[TABLES, COLUMN, REBUILT]).unwrap();
                    assert_settings_are_back(&mut conn);
                })
            })
            .collect();
        for start in starts {
            start.join().unwrap();
        }
    });
    assert_eq!(number(&mut conn, "SELECT count(*) FROM migration_releases"), 3);
    assert_eq!(number(&mut conn, "SELECT count(*) FROM keys"), 3);
}

/// Stores the PRAGMAs that apply while a step runs.
const SETTINGS: Step = Step {
    name: "test/0006_settings",
    sql: "CREATE TABLE settings AS SELECT foreign_keys, timeout FROM pragma_foreign_keys, pragma_busy_timeout;",
    rebuilds_tables: false,
};

#[test]
fn an_instance_waits_for_another_that_migrates_longer_than_for_a_request() {
    let mut conn = connect(":memory:");
    migrate(&mut conn, &[TABLES, SETTINGS]).unwrap();
    assert_eq!(number(&mut conn, "SELECT timeout FROM settings"), SQLITE_WAIT_MILLIS);
    assert_eq!(number(&mut conn, "SELECT foreign_keys FROM settings"), 1);
    assert_settings_are_back(&mut conn);
}
