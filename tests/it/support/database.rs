//! A database of its own for every test.

use std::{
    env, fs,
    path::PathBuf,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection as _, sql_query};
use latchkey::store::{Database, Pool};
use tempfile::TempDir;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

pub struct TestDatabase {
    pub kind: Kind,
    pub directory: TempDir,
    /// The name of the PostgreSQL database.
    name: String,
}

/// A PostgreSQL database with all tables and nothing in them. To copy it takes a tenth of the time of making them.
static WITH_TABLES: LazyLock<String> = LazyLock::new(|| {
    let name = format!("test_{}_tables", std::process::id());
    on_server(&format!("CREATE DATABASE {name}"));
    drop(Pool::open(&Database::parse(&url_of(&name)).unwrap()).unwrap());
    name
});

/// Copies files instead of writing every page to the log as well, where the server knows that.
static STRATEGY: LazyLock<&str> = LazyLock::new(|| if server_version() >= 15 { "STRATEGY FILE_COPY" } else { "" });

impl TestDatabase {
    /// Without any table.
    pub fn create(kind: Kind) -> Self {
        Self::copy(kind, "template1")
    }

    /// With the tables, on PostgreSQL. On SQLite the server makes them as quickly.
    pub fn with_tables(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::create(kind),
            Kind::Postgres => Self::copy(kind, &WITH_TABLES),
        }
    }

    fn copy(kind: Kind, original: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        if kind == Kind::Postgres {
            on_server(&format!("CREATE DATABASE {name} TEMPLATE {original} {}", *STRATEGY));
        }
        Self { kind, directory: tempfile::tempdir().unwrap(), name }
    }

    pub fn url(&self) -> String {
        match self.kind {
            Kind::Sqlite => format!("sqlite:{}", self.directory.path().join("latchkey.db").display()),
            Kind::Postgres => url_of(&self.name),
        }
    }

    /// Runs SQL beside the server, as somebody with access to the database could.
    pub fn execute(&self, sql: &str) -> usize {
        match self.kind {
            Kind::Sqlite => sql_query(sql).execute(&mut self.sqlite()).unwrap(),
            Kind::Postgres => sql_query(sql).execute(&mut PgConnection::establish(&self.url()).unwrap()).unwrap(),
        }
    }

    /// Why the database refuses this.
    pub fn refusal(&self, sql: &str) -> String {
        let outcome = match self.kind {
            Kind::Sqlite => sql_query(sql).execute(&mut self.sqlite()),
            Kind::Postgres => sql_query(sql).execute(&mut PgConnection::establish(&self.url()).unwrap()),
        };
        outcome.expect_err(sql).to_string()
    }

    /// Makes every update of this table fail from now on.
    pub fn refuse_updates(&self, table: &str) {
        match self.kind {
            Kind::Sqlite => {
                self.execute(&format!(
                    "CREATE TRIGGER refuse BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
                ));
            }
            Kind::Postgres => {
                self.execute(
                    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''refused''; END'",
                );
                self.execute(&format!(
                    "CREATE TRIGGER refuse BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
                ));
            }
        }
    }

    /// Undoes [`Self::refuse_updates`].
    pub fn allow_updates(&self, table: &str) {
        let on_table = if self.kind == Kind::Postgres { format!(" ON {table}") } else { String::new() };
        self.execute(&format!("DROP TRIGGER refuse{on_table}"));
    }

    /// Makes the insertion of events with this action fail from now on.
    pub fn refuse_events(&self, action: &str) {
        match self.kind {
            Kind::Sqlite => {
                self.execute(&format!(
                    "CREATE TRIGGER refuse_event BEFORE INSERT ON audit_events WHEN NEW.action = '{action}' \
                     BEGIN SELECT RAISE(ABORT, 'refused'); END"
                ));
            }
            Kind::Postgres => {
                self.execute(&format!("ALTER TABLE audit_events ADD CHECK (action <> '{action}') NOT VALID"));
            }
        }
    }

    /// Removes what protects the audit log from changes, as the owner of the database could.
    pub fn allow_event_changes(&self) {
        match self.kind {
            Kind::Sqlite => {
                let triggers = "SELECT name AS text FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'";
                for trigger in self.texts(triggers) {
                    self.execute(&format!("DROP TRIGGER {trigger}"));
                }
            }
            Kind::Postgres => {
                for table in ["audit_events", "audit_archives"] {
                    self.execute(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"));
                }
            }
        }
    }

    pub fn count(&self, sql: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let row: Row = match self.kind {
            Kind::Sqlite => sql_query(sql).get_result(&mut self.sqlite()).unwrap(),
            Kind::Postgres => sql_query(sql).get_result(&mut PgConnection::establish(&self.url()).unwrap()).unwrap(),
        };
        row.count
    }

    /// The one value of a column called `text`.
    pub fn text(&self, sql: &str) -> String {
        self.texts(sql).into_iter().next().unwrap()
    }

    /// The values of a column called `text`.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let rows: Vec<Row> = match self.kind {
            Kind::Sqlite => sql_query(sql).load(&mut self.sqlite()).unwrap(),
            Kind::Postgres => sql_query(sql).load(&mut PgConnection::establish(&self.url()).unwrap()).unwrap(),
        };
        rows.into_iter().map(|row| row.text).collect()
    }

    /// Runs statements with a semicolon after each. On SQLite foreign keys are not enforced.
    pub fn run_script(&self, sql: &str) {
        match self.kind {
            Kind::Sqlite => {
                let mut connection = self.sqlite();
                connection.batch_execute("PRAGMA foreign_keys = OFF").unwrap();
                connection.batch_execute(sql).unwrap();
            }
            Kind::Postgres => PgConnection::establish(&self.url()).unwrap().batch_execute(sql).unwrap(),
        }
    }

    /// Everything that a thief of the database would have: the files of SQLite, or every row of PostgreSQL as text.
    pub fn stolen(&self) -> Vec<u8> {
        match self.kind {
            Kind::Sqlite => {
                let files: Vec<PathBuf> = fs::read_dir(self.directory.path())
                    .unwrap()
                    .map(|entry| entry.unwrap().path())
                    .filter(|path| path.to_string_lossy().contains("latchkey.db"))
                    .collect();
                assert!(!files.is_empty());
                files.into_iter().flat_map(|path| fs::read(path).unwrap()).collect()
            }
            Kind::Postgres => self.all_rows().into_bytes(),
        }
    }

    fn all_rows(&self) -> String {
        #[derive(diesel::QueryableByName)]
        struct Text {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let mut connection = PgConnection::establish(&self.url()).unwrap();
        let tables: Vec<Text> =
            sql_query("SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = 'public'")
                .load(&mut connection)
                .unwrap();
        let rows = |table: &Text| -> Vec<Text> {
            sql_query(format!("SELECT t::text AS text FROM {} t", table.text)).load(&mut connection).unwrap()
        };
        tables.iter().flat_map(rows).map(|row| row.text).collect::<Vec<_>>().join("\n")
    }

    fn sqlite(&self) -> SqliteConnection {
        let path = self.directory.path().join("latchkey.db");
        let mut connection = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
        sql_query("PRAGMA busy_timeout = 5000").execute(&mut connection).unwrap();
        connection
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.kind == Kind::Postgres {
            on_server(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

/// Runs SQL on the PostgreSQL server, outside of a test's own database.
pub fn on_server(sql: &str) {
    let mut connection = PgConnection::establish(&server_url()).unwrap();
    sql_query(sql).execute(&mut connection).unwrap();
}

/// Of a database on the PostgreSQL server.
fn url_of(name: &str) -> String {
    let server = server_url();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// The major version.
fn server_version() -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        version: i64,
    }
    let sql = "SELECT current_setting('server_version_num')::bigint / 10000 AS version";
    let row: Row = sql_query(sql).get_result(&mut PgConnection::establish(&server_url()).unwrap()).unwrap();
    row.version
}

fn server_url() -> String {
    env::var("LATCHKEY_TEST_POSTGRES")
        .expect("LATCHKEY_TEST_POSTGRES names a PostgreSQL server to test on: tests/run makes one and sets it")
}
