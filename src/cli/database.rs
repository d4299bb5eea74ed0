//! The database of commands that are about what is in it.

use anyhow::bail;

use crate::{
    config::{Config, files},
    server::prepare_files,
    store::{Database, Pool},
};

/// Brings the database up to date, but makes none: the folder may be misspelt.
pub fn open_existing(config: &Config) -> anyhow::Result<Pool> {
    require_existing(config)?;
    prepare_files(config)?;
    Ok(Pool::open(&config.database)?)
}

pub fn require_existing(config: &Config) -> anyhow::Result<()> {
    match &config.database {
        Database::Sqlite(path) if files::is_dangling(path) => {
            bail!("the SQLite database {} is a link to a file that does not exist", path.display())
        }
        Database::Sqlite(path) if !path.exists() => bail!("the SQLite database {} does not exist", path.display()),
        _ => Ok(()),
    }
}
