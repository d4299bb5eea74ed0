//! Measures the chain of the audit log in a new database: for `tests/load/audit_chain`.

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "a script of developers")]

use std::{process::ExitCode, time::Instant};

use anyhow::{Context as _, bail};
use clap::Parser;
use diesel::{RunQueryDsl as _, sql_query};
use latchkey::{
    app::{
        self, Channel, Context,
        accounts::{self, AccountForm, NewAccount},
        actors,
        api_keys::{
            creation::{self, Creation, Submission},
            form::KeyTexts,
        },
        audit_chain,
        password_hasher::PasswordHasher,
    },
    config::{Options, load_or_create_secret_key},
    domain::{
        Actor, OrganizationId, OrganizationName, Password, Role, TokenKeys, Via,
        audit::{OrganizationEvent, OrganizationSubject},
    },
    server::{Surroundings, prepare_files},
    store::{self, Conn, Pool},
};
use time::Duration;

/// Measures verification of a chain, and what the chain adds to the creation of a key
#[derive(Debug, Parser)]
struct Arguments {
    /// How many events to verify
    #[arg(long, default_value_t = 1_000_000)]
    events: usize,
    #[command(flatten)]
    options: Options,
}

/// Events added in one transaction.
const BATCH: usize = 10_000;
const PASSWORD: &str = "violin harbour plum kettle";
/// As many keys a person as the default policy allows, but one.
const PEOPLE: usize = 60;
const KEYS: usize = 9;
/// Transactions of which the median is taken.
const ROUNDS: usize = 600;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("audit_chain: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(Arguments { events, options }: Arguments) -> anyhow::Result<()> {
    let config = options.check()?;
    prepare_files(&config)?;
    let Surroundings { clock, rng, .. } = Surroundings::of_this_machine();
    let masters = load_or_create_secret_key(&config.secret_key_file, &mut rng())?;
    let pool = Pool::open(&config.database)?;
    if !pool.read(store::organizations::list)?.is_empty() {
        bail!("the database must be new");
    }
    let mut bench = Bench {
        pool,
        token_keys: TokenKeys::derive(&masters),
        context: Context::without_request(Channel::CommandLine, clock.now(), rng()),
        hasher: PasswordHasher::new(4),
    };
    let actors = bench.add_people()?;
    let organization = actors[0].person.organization_id.clone();
    bench.measure_creation(&actors, &organization)?;
    bench.measure_verification(&organization, events)
}

struct Bench {
    pool: Pool,
    token_keys: TokenKeys,
    context: Context,
    hasher: PasswordHasher,
}

impl Bench {
    fn add_people(&mut self) -> anyhow::Result<Vec<Actor>> {
        let Self { pool, context, hasher, .. } = self;
        let hash = hasher.hash(&Password::parse(PASSWORD, &[])?, &mut context.rng)?;
        let organization = OrganizationName::parse("Load Test")?;
        pool.write(|conn| {
            let mut person = |number| {
                let (name, email) = (format!("Load {number}"), format!("load-{number}@load-test.example"));
                let form = AccountForm { name: &name, email: &email, password: PASSWORD };
                let account = NewAccount::parse(&form, None).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
                let role = if number == 0 { Role::Owner } else { Role::Administrator };
                let id = accounts::create_by_command(conn, context, Some(&organization), role, &account, &hash)?;
                let person = actors::find_active(conn, &id)?.context("the account is active")?.person;
                Ok(Actor { person, via: Via::Session })
            };
            (0..PEOPLE).map(&mut person).collect()
        })
    }

    /// Compares a transaction that adds an event to the chain with one that only inserts the row, and with one that
    /// creates a key.
    fn measure_creation(&mut self, actors: &[Actor], organization: &OrganizationId) -> anyhow::Result<()> {
        let mut creations = Vec::new();
        for number in 0..KEYS {
            for actor in actors {
                // The limit of keys a minute is not what is measured.
                self.context.now = self.context.now.plus(Duration::minutes(10));
                creations.push(self.create_key(actor, number)?);
            }
        }
        let (mut chained, mut plain) = (Vec::new(), Vec::new());
        for number in 0..ROUNDS {
            let began = Instant::now();
            self.add_events(organization, 1)?;
            chained.push(began.elapsed().as_secs_f64());
            plain.push(self.insert_plainly(number)?);
        }
        let [creation, chained, plain] = [creations, chained, plain].map(median);
        let cost = chained - plain;
        println!("a key created, with its event in the chain   {:>8.3} ms", creation * 1e3);
        println!("an event in the chain                        {:>8.3} ms", chained * 1e3);
        println!("the same row without chain                   {:>8.3} ms", plain * 1e3);
        println!("the chain adds to a creation                 {:>8.1} %   aim ≤ 10", 100.0 * cost / (creation - cost));
        Ok(())
    }

    fn create_key(&mut self, actor: &Actor, number: usize) -> anyhow::Result<f64> {
        let form_token = format!("{}-{number}", actor.person.id);
        let submission = Submission { form_token: &form_token, replaces: "" };
        let Self { pool, token_keys, context, .. } = self;
        let (name, expires_on) = (format!("Key {number}"), context.now.plus(Duration::days(30)).date().to_string());
        let texts = KeyTexts { name: &name, expires_on: &expires_on, scope: "server", ..KeyTexts::default() };
        let creation = Creation::Chosen(Box::new(texts.parse_new(false)));
        let began = Instant::now();
        let made: Result<_, app::Failure<creation::NotCreated>> =
            pool.write(|conn| creation::create(conn, context, actor, token_keys, &submission, &creation));
        let elapsed = began.elapsed().as_secs_f64();
        if let Err(refused) = made {
            bail!("a key was not created: {refused:?}");
        }
        Ok(elapsed)
    }

    /// Of another organization, whose chain is not verified.
    fn insert_plainly(&self, number: usize) -> anyhow::Result<f64> {
        let insert = format!(
            "INSERT INTO audit_events (id, organization_id, at, actor_kind, action, subject_kind, subject_id, details) \
             VALUES ('plain_{number}', 'org_plain', 1, 'command_line', 'organization.default_changed', \
             'organization', 'org_plain', '{{\"is_default\":true}}')"
        );
        let began = Instant::now();
        self.pool.write(|conn| sql_query(&insert).execute(conn).map_err(store::Error::from))?;
        Ok(began.elapsed().as_secs_f64())
    }

    fn add_events(&mut self, organization: &OrganizationId, events: usize) -> anyhow::Result<()> {
        let subject = OrganizationSubject { id: organization.clone(), name: Some("Load Test".to_owned()) };
        let Self { pool, context, .. } = self;
        let write = |conn: &mut Conn| {
            (0..events).try_for_each(|_| {
                let event = OrganizationEvent::DefaultChanged { is_default: true };
                context.record(conn, None::<&Actor>, &subject, &event)
            })
        };
        Ok(pool.write(write)?)
    }

    fn measure_verification(&mut self, organization: &OrganizationId, events: usize) -> anyhow::Result<()> {
        let began = Instant::now();
        for first in (0..events).step_by(BATCH) {
            self.add_events(organization, BATCH.min(events - first))?;
        }
        println!("{events} events added in                   {:>8.1} s", began.elapsed().as_secs_f64());
        let trusted = self.token_keys.audit_public_keys();
        let began = Instant::now();
        let id = organization.as_str();
        let verification = self.pool.read(|conn| audit_chain::verify(conn, id, &trusted, &[]))?;
        println!(
            "{} events verified in                {:>8.1} s    aim < 10",
            verification.end.number,
            began.elapsed().as_secs_f64()
        );
        println!("outcome: {:?}", verification.fault);
        Ok(())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
