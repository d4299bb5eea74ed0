//! `latchkey audit`: verifies the chains of the audit log, signs checkpoints, and moves old events to files.

mod archive;
mod verify;

use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;

use super::{database, named_organization, operator, output};
use crate::{
    app,
    config::{Config, Options, secret_key},
    domain::{MasterKeys, audit::chain::statement::AuditSigningKey},
    server::{self, Surroundings, master_keys},
    store::{Pool, diagnosis},
};

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Verify that no event was changed, removed, inserted or reordered; safe while a server runs
    ///
    /// Exit code 0 if everything is intact, 3 if not, 1 if it could not be verified.
    Verify(verify::Verify),
    /// Print a signed line about the last event, to be kept elsewhere; `audit verify` compares it with the events
    Checkpoint {
        /// Name or ID of the organization; all by default
        #[arg(long)]
        organization: Option<String>,
        #[command(flatten)]
        options: Options,
    },
    /// Print the public key that checkpoints and archives are signed with
    PublicKey {
        #[command(flatten)]
        options: Options,
    },
    /// Move old events to a file that can be verified on its own
    Archive(archive::ArchiveArguments),
}

pub fn run(command: AuditCommand) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::Verify(verify) => return verify::run(verify),
        AuditCommand::Checkpoint { organization, options } => {
            print_checkpoints(&options.check()?, organization.as_deref())?;
        }
        AuditCommand::PublicKey { options } => {
            let masters = load_masters(&options.check()?)?;
            output::print(AuditSigningKey::derive(masters.present()).public())?;
        }
        AuditCommand::Archive(archive) => archive::run(archive)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print_checkpoints(config: &Config, organization: Option<&str>) -> anyhow::Result<()> {
    let pool = open_to_read(config)?;
    let key = AuditSigningKey::derive(master_keys::load_existing(config, &pool)?.present());
    let now = Surroundings::of_this_machine().clock.now();
    let lines = pool.read(|conn| {
        let ids = match organization {
            Some(wanted) => vec![named_organization::find(conn, Some(wanted))?.0],
            None => app::organizations::list(conn)?.into_iter().map(|organization| organization.id).collect(),
        };
        let mut lines = Vec::new();
        for id in ids {
            lines.extend(app::audit_chain::sign_checkpoint(conn, &id, &key, now)?);
        }
        Ok::<_, anyhow::Error>(lines)
    })?;
    if lines.is_empty() { Ok(()) } else { Ok(output::print(lines.join("\n"))?) }
}

fn load_masters(config: &Config) -> anyhow::Result<MasterKeys> {
    let path = &config.secret_key_file;
    Ok(secret_key::load(path)?.ok_or_else(|| server::Error::NoSecretKey(path.clone()))?)
}

/// Connects to a database of this version, and changes nothing.
fn open_to_read(config: &Config) -> anyhow::Result<Pool> {
    database::require_existing(config)?;
    let pool = Pool::open_to_read(&config.database)?;
    match pool.read(diagnosis::pending_steps)? {
        Some(0) => Ok(pool),
        _ => bail!("the database is of an earlier version: start the server or run latchkey migrate first"),
    }
}
