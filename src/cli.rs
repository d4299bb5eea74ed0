//! The command line: `latchkey serve`, `migrate`, `organization`, `policy`, `user`, `secret-key`, `audit`, `doctor`,
//! `health`.

mod audit;
mod cautions;
mod database;
mod demo;
mod doctor;
mod health;
mod log;
mod named_organization;
mod operator;
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

/// Self-hosted portal for API keys. Without a command, it runs the server.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::ServeArguments),
    /// Update the database to this version, as `serve` does when it starts
    Migrate {
        #[command(flatten)]
        options: Options,
    },
    /// List organizations and set the default one for verification
    #[command(subcommand)]
    Organization(organization::OrganizationCommand),
    /// Print and change the API key policy of an organization
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Manage accounts
    #[command(subcommand)]
    User(user::UserCommand),
    /// Manage the master keys that all tokens depend on
    #[command(subcommand)]
    SecretKey(secret_key::SecretKeyCommand),
    /// Verify the audit log, sign checkpoints of it, and move old events to files
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Check configuration, database and master keys without changing anything; safe while a server runs
    Doctor {
        #[command(flatten)]
        options: Options,
    },
    /// Asks the server on this machine whether it answers: exit code 0 if it does, 1 if not
    Health(health::HealthArguments),
}

/// Runs the whole program. Errors go to standard error, one per line.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return output::explain(&error),
    };
    let done = match cli.command {
        None => match serve::ServeArguments::try_parse_from(["latchkey"]) {
            Ok(arguments) => serve::run(arguments),
            Err(error) => return output::explain(&error),
        },
        Some(Command::Serve(arguments)) => serve::run(arguments),
        Some(Command::Migrate { options }) => migrate(options),
        Some(Command::Organization(command)) => organization::run(command),
        Some(Command::Policy(command)) => policy::run(command),
        Some(Command::User(command)) => user::run(command),
        Some(Command::SecretKey(command)) => secret_key::run(command),
        Some(Command::Audit(command)) => match audit::run(command) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
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
