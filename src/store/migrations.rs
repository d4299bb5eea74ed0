//! The steps that make the tables: those that both databases share, and the few of one database only, in one order.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryableByName, RunQueryDsl,
    backend::Backend,
    connection::{BoxableConnection, SimpleConnection as _},
    migration::{Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion, Result},
    pg::Pg,
    sql_types::BigInt,
    sqlite::Sqlite,
};
use diesel_migrations::MigrationHarness;

use super::{Conn, Error, connection::Settings, schema::migration_releases};

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

const RELEASE: &str = env!("CARGO_PKG_VERSION");

/// A file of `migrations/`, embedded; its number is its version.
#[derive(Clone, Copy, Debug)]
struct Step {
    name: &'static str,
    sql: &'static str,
}

macro_rules! steps {
    ($($path:literal)*) => {
        &[$(Step { name: $path, sql: include_str!(concat!("../../migrations/", $path, ".sql")) }),*]
    };
}

const SQLITE: &[Step] = steps![
    "common/0001_accounts"
    "common/0002_api_keys"
    "common/0003_audit_events"
    "common/0005_verification"
    "common/0006_usage"
    "common/0007_people"
    "common/0008_life_of_keys"
    "common/0009_search_and_filters"
    "sqlite/0010_noted_status"
    "common/0011_policies"
    "common/0012_acts"
    "common/0014_default_organization"
    "common/0015_clock_and_proven_addresses"
    "common/0017_migration_releases"
    "common/0018_invitation_mail_failures"
    "sqlite/0019_trusted_domains"
    "common/0020_reported_uses"
];
const POSTGRES: &[Step] = steps![
    "common/0001_accounts"
    "common/0002_api_keys"
    "common/0003_audit_events"
    "postgres/0004_byte_order"
    "common/0005_verification"
    "common/0006_usage"
    "common/0007_people"
    "common/0008_life_of_keys"
    "common/0009_search_and_filters"
    "postgres/0010_noted_status"
    "common/0011_policies"
    "common/0012_acts"
    "postgres/0013_index_only"
    "common/0014_default_organization"
    "common/0015_clock_and_proven_addresses"
    "common/0017_migration_releases"
    "common/0018_invitation_mail_failures"
    "postgres/0019_trusted_domains"
    "common/0020_reported_uses"
];

/// Any number does, as long as no other program on that PostgreSQL database takes the same.
const POSTGRES_LOCK: i64 = 0x6c61_7463_686b_6579;

/// All pending steps or none. Several instances may start at once: the first one migrates while the others wait.
pub(super) fn run(conn: &mut Conn, settings: Settings) -> std::result::Result<(), Error> {
    conn.in_transaction(
        settings,
        || true,
        |conn| {
            let outcome = match conn {
                Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(Steps(SQLITE)).map(|run| versions_of(&run)),
                Conn::Postgres(postgres) => {
                    // However long another instance, or a step over a large table, may take.
                    postgres.batch_execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")?;
                    diesel::sql_query(format!("SELECT pg_advisory_xact_lock({POSTGRES_LOCK})")).execute(postgres)?;
                    postgres.run_pending_migrations(Steps(POSTGRES)).map(|run| versions_of(&run))
                }
            };
            let run = outcome.map_err(|error| Error::Migration(error.to_string()))?;
            for step in run {
                diesel::insert_into(migration_releases::table)
                    .values((migration_releases::step.eq(step), migration_releases::release.eq(RELEASE)))
                    .execute(conn)?;
            }
            // Another instance may have been faster, and a later version.
            refuse_newer(conn).map(drop)
        },
    )
}

fn versions_of(run: &[MigrationVersion<'_>]) -> Vec<String> {
    run.iter().map(ToString::to_string).collect()
}

/// Whether no step is pending. An error when steps were taken that only a later version of this program knows. Writes
/// nothing, so that a role that may not change tables, or a standby, can be served from.
pub(super) fn refuse_newer(conn: &mut Conn) -> std::result::Result<bool, Error> {
    let Some(done) = taken(conn)? else { return Ok(false) };
    let known = versions(conn);
    let Some(step) = done.iter().filter(|version| !known.contains(version)).max() else {
        return Ok(known.iter().all(|version| done.contains(version)));
    };
    let release: Option<String> = if has_table(conn, "migration_releases")? {
        migration_releases::table.find(step).select(migration_releases::release).first(conn).optional()?
    } else {
        None
    };
    Err(Error::Newer {
        of_database: release.map_or_else(|| "a later version of Latchkey".to_owned(), |it| format!("Latchkey {it}")),
        step: step.clone(),
        own: RELEASE,
        known: known.last().cloned().unwrap_or_default(),
    })
}

/// The steps that were taken. None where there are no tables yet.
pub(super) fn taken(conn: &mut Conn) -> std::result::Result<Option<Vec<String>>, Error> {
    if !has_table(conn, "__diesel_schema_migrations")? {
        return Ok(None);
    }
    Ok(Some(__diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn)?))
}

/// Asks the catalogue, since on PostgreSQL a statement that fails ends its transaction.
fn has_table(conn: &mut Conn, name: &str) -> std::result::Result<bool, Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        tables: i64,
    }
    let query = match conn {
        Conn::Sqlite(_) => format!("SELECT count(*) AS tables FROM sqlite_master WHERE name = '{name}'"),
        Conn::Postgres(_) => format!("SELECT count(to_regclass('{name}')) AS tables"),
    };
    let row: Row = diesel::sql_query(query).get_result(conn)?;
    Ok(row.tables > 0)
}

/// Of all steps that this program knows.
pub(super) fn versions(conn: &Conn) -> Vec<String> {
    let steps = match conn {
        Conn::Sqlite(_) => SQLITE,
        Conn::Postgres(_) => POSTGRES,
    };
    steps.iter().map(|step| step.version().to_string()).collect()
}

struct Steps(&'static [Step]);

impl<DB: Backend> MigrationSource<DB> for Steps
where
    Step: Migration<DB>,
{
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<DB>>>> {
        Ok(self.0.iter().map(|step| Box::new(*step) as Box<dyn Migration<DB>>).collect())
    }
}

macro_rules! runs_on {
    ($backend:ty) => {
        impl Migration<$backend> for Step {
            fn run(&self, conn: &mut dyn BoxableConnection<$backend>) -> Result<()> {
                // A step over many rows takes its time, and nobody is served meanwhile.
                tracing::info!(step = self.name, "applying a migration");
                Ok(conn.batch_execute(self.sql)?)
            }

            fn revert(&self, _conn: &mut dyn BoxableConnection<$backend>) -> Result<()> {
                Err("migrations cannot be reverted: restore a backup to go back".into())
            }

            fn metadata(&self) -> &dyn MigrationMetadata {
                self
            }

            fn name(&self) -> &dyn MigrationName {
                self
            }
        }
    };
}

runs_on!(Pg);
runs_on!(Sqlite);

impl MigrationMetadata for Step {}

impl MigrationName for Step {
    fn version(&self) -> MigrationVersion<'_> {
        let file = self.name.split('/').next_back().unwrap_or(self.name);
        MigrationVersion::from(file.split('_').next().unwrap_or(file))
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
