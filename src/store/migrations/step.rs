//! A step in the form that Diesel runs.

use diesel::{
    backend::Backend,
    connection::BoxableConnection,
    migration::{Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion, Result},
    pg::Pg,
    sqlite::Sqlite,
};

/// An embedded file of `migrations/`. Its number is its version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub name: &'static str,
    pub sql: &'static str,
    /// Whether SQLite must not enforce foreign keys while this step runs. No effect on PostgreSQL.
    pub rebuilds_tables: bool,
}

impl Step {
    /// The number at the start of the file's name.
    pub fn number(&self) -> &'static str {
        let file = self.name.split('/').next_back().unwrap_or(self.name);
        file.split('_').next().unwrap_or(file)
    }
}

/// A list of steps in the form that Diesel reads.
pub(super) struct Steps(pub &'static [Step]);

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
                // A step over many rows takes long, and nobody is served in the meantime.
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
        MigrationVersion::from(self.number())
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
