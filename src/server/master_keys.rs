//! The master keys that a server starts with: those of the file, if they are those of the database.

use std::path::PathBuf;

use rand::CryptoRng;

use super::Error;
use crate::{
    app::{self, master_keys::Misfit},
    config::{Config, secret_key},
    domain::{MasterKeys, Timestamp},
    store::{self, Pool},
};

/// Why a server does not start with this file: what still works, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("the secret key file {path} {misfit}.\n{}", advice(*misfit))]
pub struct Refusal {
    pub path: PathBuf,
    pub misfit: Misfit,
}

const PUT_BACK: &str = "Nothing is lost so far. Put the file back, from a backup or from another server of this database, and \
     start again: all is as it was.";
const ACCEPT_LOSS: &str = "If it is lost for good: latchkey secret-key replace --accept-loss makes a new master key. People then \
     sign in with their passwords, see and manage their keys and make new ones; tokens from before verify no more and cannot \
     be shown.";

fn advice(misfit: Misfit) -> String {
    match misfit {
        Misfit::FileMissing | Misfit::OtherKey(_) => format!("{PUT_BACK}\n{ACCEPT_LOSS}"),
        Misfit::KeyMissing(_) => format!(
            "It is older than the database, or a line of it is gone. {PUT_BACK}\n\
             If only that line is lost for good: latchkey secret-key replace --accept-loss goes on without it. Tokens that \
             depend on it then verify no more and cannot be shown."
        ),
    }
}

/// Makes a master key where nothing depends on one yet, and notes by what those of the file are known again.
pub fn load(config: &Config, pool: &Pool, now: Timestamp, rng: &mut impl CryptoRng) -> Result<MasterKeys, Error> {
    let path = &config.secret_key_file;
    let masters = if let Some(masters) = secret_key::load(path)? {
        masters
    } else {
        check(config, pool, None)?;
        let newest = pool.read(app::master_keys::newest_version).map_err(said)?;
        secret_key::create(path, &MasterKeys::generate(newest, rng))?
    };
    check(config, pool, Some(&masters))?;
    // So that a database which can only be read is served from.
    if pool.read(|conn| app::master_keys::are_noted(conn, &masters)).map_err(said)? {
        return Ok(masters);
    }
    match pool.write(|conn| app::master_keys::note(conn, &masters, now)) {
        // Another server that starts right now was faster. Whether with the same key is to be seen.
        Err(app::Error::Store(store::Error::Duplicate)) => check(config, pool, Some(&masters))?,
        noted => noted.map_err(said)?,
    }
    Ok(masters)
}

/// The master keys of the file, for who changes them: it must be there and belong to the database.
pub fn load_existing(config: &Config, pool: &Pool) -> Result<MasterKeys, Error> {
    let masters = secret_key::load(&config.secret_key_file)?;
    check(config, pool, masters.as_ref())?;
    masters.ok_or_else(|| Error::NoSecretKey(config.secret_key_file.clone()))
}

fn check(config: &Config, pool: &Pool, masters: Option<&MasterKeys>) -> Result<(), Error> {
    match pool.read(|conn| app::master_keys::find_misfit(conn, masters)).map_err(said)? {
        Some(misfit) => Err(refusal(config, misfit)),
        None => Ok(()),
    }
}

fn refusal(config: &Config, misfit: Misfit) -> Error {
    Refusal { path: config.secret_key_file.clone(), misfit }.into()
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err wants it")]
fn said(error: app::Error) -> Error {
    Error::Database(error.to_string())
}
