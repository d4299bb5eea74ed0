//! The command line: `latchkey serve`, `migrate`, `organization`, `policy`, `user`, `secret-key`, `doctor`.

mod demo;
mod doctor;
mod log;
mod organization;
mod policy;
mod secret_key;
mod serve;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{config::Options, store::Pool};

/// Self-hosted portal for API keys. Without a command, it serves.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the pages
    Serve(serve::Arguments),
    /// Brings the database up to date, as serving does at its start
    Migrate {
        #[command(flatten)]
        options: Options,
    },
    /// Lists organizations, and says whose keys are accepted by default
    #[command(subcommand)]
    Organization(organization::Command),
    /// Shows and sets the rules that an organization sets on its keys
    #[command(subcommand)]
    Policy(policy::Command),
    /// Manages accounts
    #[command(subcommand)]
    User(user::Command),
    /// Manages the master keys that all tokens depend on
    #[command(subcommand)]
    SecretKey(secret_key::Command),
    /// Checks configuration, database and master keys, and changes nothing: also while a server runs
    Doctor {
        #[command(flatten)]
        options: Options,
    },
}

/// The whole program. Faults go to standard error, a line each.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        None => serve::run(serve::Arguments::parse_from(["latchkey"])),
        Some(Command::Serve(arguments)) => serve::run(arguments),
        Some(Command::Migrate { options }) => migrate(options),
        Some(Command::Organization(command)) => organization::run(command),
        Some(Command::Policy(command)) => policy::run(command),
        Some(Command::User(command)) => user::run(command),
        Some(Command::SecretKey(command)) => secret_key::run(command),
        Some(Command::Doctor { options }) => return doctor::run(options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes = format!("{error:#}");
            for line in causes.lines() {
                eprintln!("latchkey: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn migrate(options: Options) -> anyhow::Result<()> {
    let config = options.check()?;
    crate::server::prepare_files(&config)?;
    Pool::open(&config.database)?;
    println!("The database is up to date.");
    Ok(())
}
