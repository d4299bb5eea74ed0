//! `latchkey user`: accounts, for who has the machine but not the page.

use std::io::{Read as _, stdin};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use rand::{RngExt as _, distr::Alphanumeric, rngs::StdRng};

use crate::{
    app::{
        self, Context, Error, Fault,
        accounts::{AccountForm, NewAccount},
        password_resets::{self, LIFETIME_BY_COMMAND},
        passwords::PasswordHasher,
    },
    config::Options,
    domain::{OrganizationName, Role, Timestamp},
    server::{Surroundings, base_url, prepare_files},
    store::Pool,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes an account and prints its password, unless one is given
    Create(NewUser),
    /// Prints a link with which somebody chooses a new password: once, within 24 hours
    ResetPassword {
        /// The address that they sign in with
        email: String,
        #[command(flatten)]
        options: Options,
    },
}

#[derive(Debug, Args)]
pub struct NewUser {
    #[arg(long)]
    email: String,
    /// The person's name
    #[arg(long)]
    name: String,
    /// owner, administrator, support, analytics or member
    #[arg(long, value_parser = |role: &str| Role::parse(role))]
    role: Role,
    /// Which organization, where there are several; on an empty server, the one to make, together with its owner
    #[arg(long)]
    organization: Option<String>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    options: Options,
}

pub fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create(new_user) => create(new_user),
        Command::ResetPassword { email, options } => reset_password(&email, options),
    }
}

fn create(new_user: NewUser) -> anyhow::Result<()> {
    let NewUser { email, name, role, organization, password_stdin, options } = new_user;
    let config = options.check()?;
    let Surroundings { clock, rng } = Surroundings::of_this_machine();
    let given = password_stdin.then(read_password).transpose()?;
    let password = given.clone().unwrap_or_else(|| generate_password(&mut rng()));
    let form = AccountForm { name: &name, email: &email, password: &password };
    let organization = organization.as_deref().map(OrganizationName::parse).transpose().context("--organization")?;
    let account = NewAccount::parse(&form, organization.as_ref()).map_err(|faults| complain(&faults))?;
    let hash = PasswordHasher::new(config.password_cost).hash(&account.password, &mut rng())?;

    prepare_files(&config)?;
    let pool = Pool::open(&config.database)?;
    let mut context = context(clock.now(), rng());
    let made = pool.write(|conn| {
        app::accounts::create_by_command(conn, &mut context, organization.as_ref(), role, &account, &hash)
    });
    match made {
        Ok(id) => println!("Made {id}: {} with the role {role}.", account.email.as_str()),
        Err(Error::NotFound) => bail!(
            "there is no such organization: name an existing one with --organization, or, on an empty server, \
             make the first account with --role owner and --organization NAME"
        ),
        Err(Error::Invalid(faults)) => return Err(complain(&faults)),
        Err(other) => return Err(other.into()),
    }
    if given.is_none() {
        println!("Password: {password}");
    }
    Ok(())
}

/// Works beside a server that runs, which learns of it by the database.
fn reset_password(email: &str, options: Options) -> anyhow::Result<()> {
    let config = options.check()?;
    let Surroundings { clock, rng } = Surroundings::of_this_machine();
    prepare_files(&config)?;
    let pool = Pool::open(&config.database)?;
    let mut context = context(clock.now(), rng());
    let made = pool.write(|conn| password_resets::create(conn, &mut context, email, LIFETIME_BY_COMMAND))?;
    let Some(made) = made else { bail!("there is no account with that address, or it is disabled") };
    println!("Give {} this link. It works once, until {}:", made.account.email, made.expires_at);
    println!("{}", made.address(&base_url(&config, config.bind)));
    Ok(())
}

fn context(now: Timestamp, rng: StdRng) -> Context {
    Context { now, rng, policy: std::sync::Arc::default(), address: None, request_id: None, has_password_proof: false }
}

fn read_password() -> anyhow::Result<String> {
    let mut password = String::new();
    stdin().read_to_string(&mut password).context("standard input")?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

fn generate_password(rng: &mut StdRng) -> String {
    rng.sample_iter(Alphanumeric).take(20).map(char::from).collect()
}

fn complain(faults: &[Fault]) -> anyhow::Error {
    let lines = faults.iter().map(|fault| match fault {
        Fault::PersonName(error) => format!("--name: {error}"),
        Fault::EmailAddress => "--email: not an email address".to_owned(),
        Fault::EmailAddressTaken => "--email: there is an account with that address".to_owned(),
        Fault::Password(error) => format!("the password is {error}"),
        other => format!("{other:?}"),
    });
    anyhow::anyhow!(lines.collect::<Vec<_>>().join("\n"))
}
