//! The command line: `latchkey serve`, `migrate`, `organization`, `policy`, `user`, `secret-key`, `doctor`,
//! `health`.

mod cautions;
mod demo;
mod doctor;
mod health;
mod log;
mod named_organization;
mod organization;
mod output;
mod policy;
mod secret_key;
mod serve;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::output::OutputError;
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
    /// Asks the server on this machine whether it answers: exit code 0 if it does, 1 if not
    Health(health::Arguments),
}

/// The whole program. Faults go to standard error, a line each.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return output::explain(&error),
    };
    let done = match cli.command {
        None => match serve::Arguments::try_parse_from(["latchkey"]) {
            Ok(arguments) => serve::run(arguments),
            Err(error) => return output::explain(&error),
        },
        Some(Command::Serve(arguments)) => serve::run(arguments),
        Some(Command::Migrate { options }) => migrate(options),
        Some(Command::Organization(command)) => organization::run(command),
        Some(Command::Policy(command)) => policy::run(command),
        Some(Command::User(command)) => user::run(command),
        Some(Command::SecretKey(command)) => secret_key::run(command),
        Some(Command::Doctor { options }) => return doctor::run(options),
        Some(Command::Health(arguments)) => health::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let Some(error) = error.downcast_ref::<OutputError>() {
                return error.exit_code();
            }
            output::complain(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn migrate(options: Options) -> anyhow::Result<()> {
    let config = options.check()?;
    let _log = log::start(&config)?;
    crate::server::prepare_files(&config)?;
    Pool::open_when_up(&config.database)?;
    Ok(output::print("The database is up to date.")?)
}
