//! `latchkey user`: accounts, for operators who cannot sign in.

use std::io::{Read as _, stdin};

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand};
use rand::{RngExt as _, distr::Alphanumeric, rngs::StdRng};

use super::{database::open_existing, named_organization, operator, output};
use crate::{
    app::{
        Context, Error, Failure, Fault,
        accounts::{self, AccountForm, EmailAddressTaken, NewAccount},
        password_hasher::PasswordHasher,
        password_resets::{self, LIFETIME_BY_COMMAND},
    },
    config::Options,
    domain::{EmailAddress, OrganizationName, Role, UserId},
    server::{base_url, prepare_files},
    store::{self, Conn, Pool},
};

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Create an account and print its password, unless you provide one
    Create(UserCreateArguments),
    /// Confirm an account's email address, so that an invitation to the address cannot take it from the account
    ConfirmEmail {
        /// The email address that the person signs in with
        email: String,
        #[command(flatten)]
        options: Options,
    },
    /// Print a link for choosing a new password; it works once, within 24 hours
    ResetPassword {
        /// The email address that the person signs in with
        email: String,
        #[command(flatten)]
        options: Options,
    },
}

#[derive(Debug, Args)]
pub struct UserCreateArguments {
    #[arg(long)]
    email: String,
    /// The person's name
    #[arg(long)]
    name: String,
    /// Role: owner, administrator, support, analytics or member
    #[arg(long, value_parser = |role: &str| Role::parse(role))]
    role: Role,
    /// Name or ID of the organization; needed only if there are several. On an empty server, the name of the
    /// organization to create with its owner
    #[arg(long)]
    organization: Option<String>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    options: Options,
}

pub fn run(command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Create(new_user) => create(new_user),
        UserCommand::ConfirmEmail { email, options } => confirm_email(&email, options),
        UserCommand::ResetPassword { email, options } => reset_password(&email, options),
    }
}

fn create(new_user: UserCreateArguments) -> anyhow::Result<()> {
    let UserCreateArguments { email, name, role, organization, password_stdin, options } = new_user;
    let config = options.check()?;
    let mut context = operator::context("user create");
    let given = password_stdin.then(read_password).transpose()?;
    let password = given.clone().unwrap_or_else(|| generate_password(&mut context.rng));
    let form = AccountForm { name: &name, email: &email, password: &password };
    let organization = organization.as_deref();
    let organization_name = organization.map(OrganizationName::parse).transpose().context("--organization")?;
    let account = NewAccount::parse(&form, organization_name.as_ref()).map_err(|faults| complain(&faults))?;
    let hash = PasswordHasher::new(config.password_cost).hash(&account.password, &mut context.rng)?;

    prepare_files(&config)?;
    let pool = Pool::open(&config.database)?;
    pool.write(|conn| -> anyhow::Result<()> {
        let id = add(conn, &mut context, organization, role, &account, &hash)?;
        let mut report = format!("Created {id}: {} with the role {role}.", account.email.as_str());
        if given.is_none() {
            report = report + "\nPassword: " + &password;
        }
        // Before the commit, so that no account exists whose password was never printed.
        output::print(report).map_err(|error| anyhow!("{error}. No account was created"))
    })
}

fn add(
    conn: &mut Conn,
    context: &mut Context,
    organization: Option<&str>,
    role: Role,
    account: &NewAccount,
    hash: &str,
) -> anyhow::Result<UserId> {
    let made = if store::organizations::list(conn)?.is_empty() {
        let name = organization.map(OrganizationName::parse).transpose()?;
        accounts::create_by_command(conn, context, name.as_ref(), role, account, hash)
    } else {
        let (id, _) = named_organization::find(conn, organization)?;
        accounts::create_in_organization(conn, context, &id, role, account, hash)
    };
    made.map_err(|error| match error {
        Failure::Error(Error::NotFound) => {
            anyhow!("there is no organization yet: create the first account with --role owner and --organization NAME")
        }
        Failure::Refused(EmailAddressTaken) => complain(&[Fault::EmailAddressTaken]),
        other @ Failure::Error(_) => other.into(),
    })
}

fn confirm_email(email: &str, options: Options) -> anyhow::Result<()> {
    let pool = open_existing(&options.check()?)?;
    let (address, mut context) = (EmailAddress::parse(email)?, operator::context("user confirm-email"));
    pool.write(|conn| -> anyhow::Result<()> {
        accounts::confirm_email(conn, &mut context, &address).map_err(|error| match error {
            Error::NotFound => anyhow!("there is no account with this address"),
            other => other.into(),
        })?;
        output::print(format!("{} is now the confirmed address of its account.", address.as_str()))?;
        Ok(())
    })
}

/// Works while a server runs, which reads the change from the database.
fn reset_password(email: &str, options: Options) -> anyhow::Result<()> {
    let config = options.check()?;
    let pool = open_existing(&config)?;
    let mut context = operator::context("user reset-password");
    pool.write(|conn| -> anyhow::Result<()> {
        let made = password_resets::create(conn, &mut context, email, LIFETIME_BY_COMMAND)?;
        let Some(made) = made else { bail!("there is no account with this address, or it is disabled") };
        let (who, until) = (&made.account.email, made.expires_at);
        let link = made.address(&base_url(&config, config.bind));
        // Before the commit, because the new link ends the previous one.
        let hint = if config.is_address_unknown() { ADDRESS_HINT } else { "" };
        output::print(format_args!("Send this link to {who}. It works once, until {until}:\n{link}{hint}"))
            .map_err(|error| anyhow!("{error}. No link was created; an earlier link still works"))
    })
}

const ADDRESS_HINT: &str =
    "\nThe link does not work from other machines: set LATCHKEY_BASE_URL to the URL that browsers use.";

/// In bytes. No password is that long.
const INPUT_LIMIT: u64 = 64 * 1024;

fn read_password() -> anyhow::Result<String> {
    let mut input = Vec::new();
    stdin().lock().take(INPUT_LIMIT).read_to_end(&mut input).context("standard input")?;
    parse_password(&input).map_err(|fault| anyhow!("the password on standard input {fault}"))
}

/// Reads a password as people type it: without the byte order mark and line end that editors and shells add. Refuses
/// what nobody could type at the sign-in.
fn parse_password(input: &[u8]) -> Result<String, &'static str> {
    let text = str::from_utf8(input).map_err(|_| "is not UTF-8")?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if text.contains(['\n', '\r']) {
        return Err("has more than one line");
    }
    // Tabs are allowed: people also paste them into the sign-in page.
    let is_bad = |character: &char| *character != '\t' && (character.is_control() || *character == '\u{feff}');
    match text.chars().find(is_bad) {
        Some('\0') => Err("contains a NUL character"),
        Some(_) => Err("contains a control character"),
        None => Ok(text.to_owned()),
    }
}

fn generate_password(rng: &mut StdRng) -> String {
    rng.sample_iter(Alphanumeric).take(20).map(char::from).collect()
}

fn complain(faults: &[Fault]) -> anyhow::Error {
    let lines = faults.iter().map(|fault| match fault {
        Fault::PersonName(error) => format!("--name: {error}"),
        Fault::EmailAddress => "--email: not an email address".to_owned(),
        Fault::EmailAddressTaken => "--email: this address already has an account".to_owned(),
        Fault::Password(error) => format!("the password is {error}"),
        other => format!("{other:?}"),
    });
    anyhow!(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_line_without_what_editors_add() {
        for input in ["violin harbour", "violin harbour\n", "violin harbour\r\n", "\u{feff}violin harbour\r\n"] {
            assert_eq!(parse_password(input.as_bytes()).as_deref(), Ok("violin harbour"), "{input:?}");
        }
        assert_eq!(parse_password(" pl\tüm ".as_bytes()).as_deref(), Ok(" pl\tüm "), "spaces and tabs are part of it");
        for (input, reason) in [
            (&b"one\ntwo\n"[..], "more than one line"),
            (b"one\n\n", "more than one line"),
            (b"one\rtwo", "more than one line"),
            (b"one\0two", "NUL"),
            (b"one\x1btwo", "control character"),
            (b"\xff\xfeo\0n\0", "not UTF-8"),
            (b"\xef\xbb\xbf\xef\xbb\xbfone", "control character"),
        ] {
            assert!(parse_password(input).unwrap_err().contains(reason), "{input:?}");
        }
    }
}
