//! Fills a database with confirmed keys, to measure and to try things with: for test servers.
//! `cargo run --release --example seed -- --data-dir DIR --keys 100000 --tokens FILE`
//!
//! The keys are real: who reads the file of tokens can use them. They are put there past policy and audit log.

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a script of developers")]

mod lifelike;
mod rich;

use std::{
    fs::OpenOptions,
    io::{BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context as _, bail};
use clap::Parser;
use latchkey::{
    app::{
        Channel, Context,
        accounts::{self, AccountForm, NewAccount},
        actors,
        api_keys::search::mark_expired,
        password_hasher::PasswordHasher,
    },
    config::{Config, Options, load_or_create_secret_key},
    domain::{
        ApiKey, ApiKeyId, ApiKeyName, OrganizationName, Password, Person, Policy, Role, Token, TokenKeys, TokenLabel,
    },
    server::{Surroundings, prepare_files},
    store::{self, Conn, Pool},
};
use rand::{RngExt as _, distr::Alphanumeric, rngs::StdRng};
use time::Duration;

/// Fills a database with confirmed keys, for measurements
#[derive(Debug, Parser)]
struct Arguments {
    /// How many keys to add
    #[arg(long, default_value_t = 100_000)]
    keys: usize,
    /// Among how many people they are divided
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    people: u32,
    /// A new file for tokens of the added keys, one a line, readable by its owner only
    #[arg(long, value_name = "FILE")]
    tokens: PathBuf,
    /// How many tokens to write there, spread evenly over the keys
    #[arg(long, default_value_t = 1_000)]
    tokens_count: usize,
    /// The organization to add to; another one than this is not touched
    #[arg(long, default_value = "Load Test")]
    organization: String,
    /// Keys as an organization has them after three years, in all states, instead of new ones that are all alike
    #[arg(long)]
    lifelike: bool,
    /// Keys with permissions of the organization's API, an external id, metadata and a rate limit of their own
    #[arg(long, conflicts_with = "lifelike")]
    rich: bool,
    #[command(flatten)]
    options: Options,
}

/// Keys added in one transaction.
const BATCH: usize = 25_000;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("seed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let began = Instant::now();
    let Arguments { keys, people, tokens, tokens_count, organization, lifelike, rich, options } = arguments;
    let organization = OrganizationName::parse(&organization).context("--organization")?;
    let config = options.check()?;
    prepare_files(&config)?;
    let mut seeder = Seeder::open(&config)?;
    seeder.check(&organization)?;

    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&tokens);
    let mut file = BufWriter::new(file.with_context(|| format!("--tokens {}", tokens.display()))?);
    let wanted = tokens_count.min(keys);
    let owners = seeder.add_people(&organization, people)?;
    let projects =
        if lifelike { Some(lifelike::projects(&seeder.pool, &owners[0], &mut seeder.context)?) } else { None };
    if lifelike {
        let Seeder { pool, context, .. } = &seeder;
        pool.write(|conn| lifelike::add_permissions(conn, &owners[0].organization_id, context))?;
    }
    if rich {
        let Seeder { pool, context, .. } = &seeder;
        pool.write(|conn| rich::add_permissions(conn, &owners[0].organization_id, context))?;
    }
    for first in (0..keys).step_by(BATCH) {
        let batch = first..keys.min(first + BATCH);
        let added = match &projects {
            None => seeder.add_keys(batch.clone(), false, |number, context| {
                let (api_key, token) = confirmed_key(&owners[number % owners.len()], context)?;
                Ok((if rich { rich::add_to(api_key, number)? } else { api_key }, token))
            }),
            Some(projects) => seeder.add_keys(batch.clone(), true, |number, context| {
                lifelike::key((number, keys), &owners[number % owners.len()], projects, context)
            }),
        };
        for (number, token) in batch.zip(added?) {
            // As many as asked for, at even distances.
            if (number + 1) * wanted / keys > number * wanted / keys {
                writeln!(file, "{}", token.expose())?;
            }
        }
    }
    file.flush()?;
    println!("Added {keys} keys of {people} people in {:.1} s.", began.elapsed().as_secs_f64());
    Ok(())
}

struct Seeder {
    pool: Pool,
    token_keys: TokenKeys,
    context: Context,
    hasher: PasswordHasher,
}

impl Seeder {
    fn open(config: &Config) -> anyhow::Result<Self> {
        let Surroundings { clock, rng, .. } = Surroundings::of_this_machine();
        let masters = load_or_create_secret_key(&config.secret_key_file, &mut rng())?;
        let policy = Policy::default();
        Ok(Self {
            pool: Pool::open(&config.database)?,
            token_keys: TokenKeys::derive(&masters),
            context: Context {
                policy: policy.into(),
                ..Context::without_request(Channel::CommandLine, clock.now(), rng())
            },
            hasher: PasswordHasher::new(config.password_cost),
        })
    }

    /// Keeps people from filling a server in use by mistake.
    fn check(&self, organization: &OrganizationName) -> anyhow::Result<()> {
        let organizations = self.pool.read(store::organizations::list)?;
        if let Some((_, other)) = organizations.iter().find(|(_, name)| name != organization.as_str()) {
            bail!("the database belongs to “{other}”; to add keys to it nevertheless, say --organization “{other}”");
        }
        Ok(())
    }

    /// Who owns the keys: people of an earlier run, or new ones with a password that nobody knows.
    fn add_people(&mut self, organization: &OrganizationName, count: u32) -> anyhow::Result<Vec<Person>> {
        let Self { pool, context, hasher, .. } = self;
        let password: String = (&mut context.rng).sample_iter(Alphanumeric).take(20).map(char::from).collect();
        let hash = hasher.hash(&Password::parse(&password, &[])?, &mut context.rng)?;
        pool.write(|conn| {
            let mut person = |number| {
                let (name, email) = (format!("Load {number}"), format!("load-{number}@load-test.example"));
                let id = if let Some(known) = accounts::find_credentials(conn, &email)? {
                    known.user_id
                } else {
                    let form = AccountForm { name: &name, email: &email, password: &password };
                    let account = NewAccount::parse(&form, None)
                        .map_err(|faults| anyhow::anyhow!("the account {email}: {faults:?}"))?;
                    let role = if number == 1 { Role::Owner } else { Role::Administrator };
                    accounts::create_by_command(conn, context, Some(organization), role, &account, &hash)?
                };
                let account = actors::find_active(conn, &id)?;
                Ok(account.with_context(|| format!("{email} is disabled"))?.person)
            };
            (1..=count).map(&mut person).collect()
        })
    }

    /// In one transaction, and with what the server would note about them.
    fn add_keys(
        &mut self,
        numbers: std::ops::Range<usize>,
        is_exercised: bool,
        mut key: impl FnMut(usize, &mut Context) -> anyhow::Result<(ApiKey, Token)>,
    ) -> anyhow::Result<Vec<Token>> {
        let Self { pool, token_keys, context, .. } = self;
        pool.write(|conn| {
            let added = numbers.clone().map(|number| {
                let (api_key, token) = key(number, context)?;
                insert(conn, &api_key, &token, token_keys)?;
                Ok(((number, api_key), token))
            });
            let (api_keys, tokens): (Vec<_>, Vec<_>) = added.collect::<anyhow::Result<Vec<_>>>()?.into_iter().unzip();
            if is_exercised {
                lifelike::exercise(conn, &api_keys, context.now)?;
            }
            while !mark_expired(conn, context)?.1 {}
            Ok(tokens)
        })
    }
}

fn insert(conn: &mut Conn, api_key: &ApiKey, token: &Token, token_keys: &TokenKeys) -> Result<(), store::Error> {
    let digest = token_keys.digest(token, &api_key.id, &api_key.organization_id);
    store::api_keys::insert(conn, api_key, &digest)
}

fn confirmed_key(owner: &Person, context: &mut Context) -> anyhow::Result<(ApiKey, Token)> {
    let now = context.now;
    let rng: &mut StdRng = &mut context.rng;
    let token = Token::generate(&TokenLabel::default(), rng);
    // Unique, as the lookup is.
    let name = ApiKeyName::parse(&format!("Load {}", token.lookup()))?;
    let api_key = ApiKey {
        confirmed_at: Some(now),
        expires_at: Some(now.plus(Duration::days(365))),
        ..ApiKey::pending(ApiKeyId::generate(now, rng), owner, name, &token, now)
    };
    Ok((api_key, token))
}
