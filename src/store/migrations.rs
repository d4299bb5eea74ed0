//! Migrations: steps for both databases, and a few for only one of them, in one order.

mod sqlite;
mod step;

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryableByName, RunQueryDsl,
    connection::SimpleConnection as _, migration::MigrationVersion, sql_types::BigInt,
};
use diesel_migrations::MigrationHarness;

use self::step::{Step, Steps};
use super::{Conn, Error, connection::Settings, schema::migration_releases};

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

const RELEASE: &str = env!("CARGO_PKG_VERSION");

/// Steps in their order, each the name of a file in `migrations/`. `rebuilds_tables` before a name runs the step with
/// foreign keys off on SQLite. Replacing a table that others refer to requires that.
macro_rules! steps {
    ($($($kind:ident)? $path:literal)*) => {
        &[$(Step {
            name: $path,
            sql: include_str!(concat!("../../migrations/", $path, ".sql")),
            rebuilds_tables: steps!(@rebuilds $($kind)?),
        }),*]
    };
    (@rebuilds rebuilds_tables) => { true };
    (@rebuilds) => { false };
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
    rebuilds_tables "sqlite/0021_no_value_lists"
    "common/0022_changes_by_key"
    "common/0023_api_key_tokens"
    "sqlite/0024_audit_subjects"
    "common/0025_enabled_at"
    "sqlite/0026_event_fields"
    "common/0027_usage_summaries"
    "common/0028_rotation"
    "sqlite/0029_rotation_schedule"
    "common/0030_ended_token_uses"
    "sqlite/0031_audit_chain"
    "sqlite/0032_audit_log_page"
    "common/0033_audit_stream"
    "common/0034_api_permissions"
    "sqlite/0035_exercised_permissions"
    "sqlite/0036_api_key_attributes"
    "common/0037_key_limits"
    "sqlite/0038_unused_permission_marks"
    "common/0039_former_token_labels"
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
    "postgres/0021_no_value_lists"
    "common/0022_changes_by_key"
    "common/0023_api_key_tokens"
    "postgres/0024_audit_subjects"
    "common/0025_enabled_at"
    "postgres/0026_event_fields"
    "common/0027_usage_summaries"
    "common/0028_rotation"
    "postgres/0029_rotation_schedule"
    "common/0030_ended_token_uses"
    "postgres/0031_audit_chain"
    "postgres/0032_audit_log_page"
    "common/0033_audit_stream"
    "common/0034_api_permissions"
    "postgres/0035_exercised_permissions"
    "postgres/0036_api_key_attributes"
    "common/0037_key_limits"
    "postgres/0038_unused_permission_marks"
    "common/0039_former_token_labels"
];

/// Any number works, as long as no other program uses it on the same PostgreSQL database.
const POSTGRES_LOCK: i64 = 0x6c61_7463_686b_6579;

/// How long to wait on SQLite while another instance migrates. A step over a million keys takes a minute.
const SQLITE_WAIT_MILLIS: i64 = 600_000;

/// Applies all pending steps or none. Several instances may start at once: the first one migrates while the others wait.
pub(super) fn run(conn: &mut Conn, settings: Settings) -> Result<(), Error> {
    let steps = known(conn);
    run_steps(conn, settings, steps)
}

fn run_steps(conn: &mut Conn, settings: Settings, steps: &'static [Step]) -> Result<(), Error> {
    if matches!(conn, Conn::Postgres(_)) {
        return conn.in_transaction(settings, || true, |conn| apply_pending(conn, steps));
    }
    let done = taken(conn)?.unwrap_or_default();
    let is_pending = |step: &Step| !done.iter().any(|version| version == step.number());
    let migrate = |conn: &mut Conn| conn.in_transaction(settings, || true, |conn| apply_pending(conn, steps));
    sqlite::with_pragma(conn, "busy_timeout", SQLITE_WAIT_MILLIS, |conn| {
        if steps.iter().any(|step| step.rebuilds_tables && is_pending(step)) {
            sqlite::with_pragma(conn, "foreign_keys", 0, migrate)
        } else {
            migrate(conn)
        }
    })
}

/// Runs inside the transaction.
fn apply_pending(conn: &mut Conn, steps: &'static [Step]) -> Result<(), Error> {
    let outcome = match conn {
        Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(Steps(steps)).map(|run| versions_of(&run)),
        Conn::Postgres(postgres) => {
            // Another instance, or a step over a large table, may take long.
            postgres.batch_execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")?;
            diesel::sql_query(format!("SELECT pg_advisory_xact_lock({POSTGRES_LOCK})")).execute(postgres)?;
            postgres.run_pending_migrations(Steps(steps)).map(|run| versions_of(&run))
        }
    };
    let run = outcome.map_err(|error| Error::Migration(error.to_string()))?;
    if let Conn::Sqlite(sqlite) = conn
        && steps.iter().any(|step| step.rebuilds_tables && run.iter().any(|version| version == step.number()))
    {
        sqlite::refuse_violations(sqlite)?;
    }
    for step in run {
        diesel::insert_into(migration_releases::table)
            .values((migration_releases::step.eq(step), migration_releases::release.eq(RELEASE)))
            .execute(conn)?;
    }
    // Another instance may have been faster, and of a later version.
    refuse_newer_than(conn, steps).map(drop)
}

fn versions_of(run: &[MigrationVersion<'_>]) -> Vec<String> {
    run.iter().map(ToString::to_string).collect()
}

/// Whether no step is pending. An error if a later version of this program has migrated the database. Writes nothing,
/// so that it works on a standby and with a read-only role.
pub(super) fn refuse_newer(conn: &mut Conn) -> Result<bool, Error> {
    let steps = known(conn);
    refuse_newer_than(conn, steps)
}

fn refuse_newer_than(conn: &mut Conn, steps: &[Step]) -> Result<bool, Error> {
    let Some(done) = taken(conn)? else { return Ok(false) };
    let known: Vec<String> = steps.iter().map(|step| step.number().to_owned()).collect();
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

/// The applied steps. None if there are no tables yet.
pub(super) fn taken(conn: &mut Conn) -> Result<Option<Vec<String>>, Error> {
    if !has_table(conn, "__diesel_schema_migrations")? {
        return Ok(None);
    }
    Ok(Some(__diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn)?))
}

/// Queries the catalogue, because on PostgreSQL a failed statement ends its transaction.
fn has_table(conn: &mut Conn, name: &str) -> Result<bool, Error> {
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

/// The versions of all steps of this program.
pub(super) fn versions(conn: &Conn) -> Vec<String> {
    known(conn).iter().map(|step| step.number().to_owned()).collect()
}

fn known(conn: &Conn) -> &'static [Step] {
    match conn {
        Conn::Sqlite(_) => SQLITE,
        Conn::Postgres(_) => POSTGRES,
    }
}

#[cfg(test)]
mod tests;
