//! Checks at the start that the master keys of the file are those of the database.

use std::path::PathBuf;

use rand::CryptoRng;

use super::Error;
use crate::{
    app::{self, master_keys::Misfit},
    config::{Config, secret_key},
    domain::{MasterKeys, Timestamp},
    store::{self, Pool},
};

/// Why the server does not start with this file: what still works, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("the secret key file {path} {misfit}.\n{}", advice(*misfit))]
pub struct MasterKeyRefusal {
    pub path: PathBuf,
    pub misfit: Misfit,
}

const PUT_BACK: &str = "Nothing is lost yet. Restore the file from a backup or from another server that uses this \
                        database, then start again.";
const ACCEPT_LOSS: &str = "If it is lost for good, run latchkey secret-key replace --accept-loss to create a new \
                           master key. People can then sign in, manage their keys and create new ones, but earlier \
                           tokens no longer verify and cannot be viewed.";

fn advice(misfit: Misfit) -> String {
    match misfit {
        Misfit::FileMissing | Misfit::OtherKey(_) => format!("{PUT_BACK}\n{ACCEPT_LOSS}"),
        Misfit::KeyMissing(_) => format!(
            "The file is older than the database, or a line was removed from it. {PUT_BACK}\n\
             If only that line is lost for good, run latchkey secret-key replace --accept-loss to continue without it. \
             Tokens that depend on it then no longer verify and cannot be viewed."
        ),
    }
}

/// Creates a master key if nothing depends on one yet, and records the fingerprints of those in the file.
pub fn load(config: &Config, pool: &Pool, now: Timestamp, rng: &mut impl CryptoRng) -> Result<MasterKeys, Error> {
    let path = &config.secret_key_file;
    let masters = if let Some(masters) = secret_key::load(path)? {
        masters
    } else {
        check(config, pool, None)?;
        let newest = pool.read(app::master_keys::newest_version).map_err(database_error)?;
        secret_key::create(path, &MasterKeys::generate(newest, rng))?
    };
    check(config, pool, Some(&masters))?;
    // So that a read-only database can be served.
    if pool.read(|conn| app::master_keys::are_noted(conn, &masters)).map_err(database_error)? {
        return Ok(masters);
    }
    match pool.write(|conn| app::master_keys::record_fingerprints(conn, &masters, now)) {
        // Another server that starts at the same time was faster. Checks whether it has the same key.
        Err(app::Error::Store(store::Error::Duplicate)) => check(config, pool, Some(&masters))?,
        noted => noted.map_err(database_error)?,
    }
    Ok(masters)
}

/// The master keys of the file, for commands that change them. The file must exist and belong to the database.
pub fn load_existing(config: &Config, pool: &Pool) -> Result<MasterKeys, Error> {
    let masters = secret_key::load(&config.secret_key_file)?;
    check(config, pool, masters.as_ref())?;
    masters.ok_or_else(|| Error::NoSecretKey(config.secret_key_file.clone()))
}

fn check(config: &Config, pool: &Pool, masters: Option<&MasterKeys>) -> Result<(), Error> {
    match pool.read(|conn| app::master_keys::find_misfit(conn, masters)).map_err(database_error)? {
        Some(misfit) => Err(refusal(config, misfit)),
        None => Ok(()),
    }
}

fn refusal(config: &Config, misfit: Misfit) -> Error {
    MasterKeyRefusal { path: config.secret_key_file.clone(), misfit }.into()
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err wants it")]
fn database_error(error: app::Error) -> Error {
    Error::Database(error.to_string())
}
