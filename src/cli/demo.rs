//! `latchkey serve --demo`: an organization with sample data, deleted when the server stops.

mod activity;
mod customers;
mod permissions;
mod rotations;

use std::{fmt::Write as _, net::Ipv4Addr, time::Instant};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tempfile::TempDir;
use time::Duration;

use crate::{
    app::{
        Channel, Context, Error,
        accounts::{self, AccountForm, NewAccount},
        actors,
        invitations::{self, NewInvitation},
        members,
    },
    config::Options,
    domain::{
        Actor, ApiKey, ApiKeyId, ApiKeyName, Clock, Description, ExpirationDate, LastUse, OrganizationName, Person,
        Project, ProjectId, ProjectName, Role, Timestamp, Token, TokenLabel, UserAgent, UserId, Via,
    },
    server::Server,
    state::State,
    store::{self, Conn},
};

const ORGANIZATION: &str = "Harbour Maps";
const PASSWORD: &str = "look around the harbour";
const PEOPLE: [(&str, &str, Role, usize); 5] = [
    ("Olga Berg", "owner@demo.example", Role::Owner, 64),
    ("Adam Chen", "administrator@demo.example", Role::Administrator, 180),
    ("Sara Haddad", "support@demo.example", Role::Support, 0),
    ("Anna Novak", "analytics@demo.example", Role::Analytics, 0),
    ("Max Weber", "member@demo.example", Role::Member, 6),
];

/// Sample colleagues, and whether they are disabled. Nobody signs in as them.
const COLLEAGUES: [(&str, &str, Role, bool); 6] = [
    ("Ольга Иванова", "olga@demo.example", Role::Member, false),
    ("Ines Duarte", "ines@demo.example", Role::Support, false),
    ("Tomás Ó Briain", "tomas@demo.example", Role::Member, false),
    ("Priya Raman", "priya@demo.example", Role::Administrator, false),
    ("Lena Fischer", "lena@demo.example", Role::Member, true),
    ("Yusuf Demir", "yusuf@demo.example", Role::Analytics, false),
];
const INVITED: &str = "nora@demo.example";
/// Sample projects, and whether they are archived. Some keys belong to none.
const PROJECTS: [(&str, bool); 3] = [("Harbour website", false), ("Mobile app", false), ("Tide tables 2024", true)];

const AGENTS: [&str; 4] = ["curl/8.14.1", "python-requests/2.32.5", "Go-http-client/2.0", "okhttp/5.2.1"];
const SERVICES: [&str; 12] = [
    "Checkout",
    "CI deploy bot",
    "Grafana",
    "Nightly export",
    "Partner portal",
    "Tile cache",
    "Warehouse sync",
    "Экспорт отчётов",
    "Mobile crash upload",
    "Billing webhook",
    "Search indexer",
    "Status page",
];
const DISABLED_FOR: Duration = Duration::days(2);
const PLACES: [&str; 6] = ["production", "staging", "Frankfurt", "Oslo", "backup", "customer pilot"];

/// A clock that starts at a given time.
#[derive(Debug)]
pub struct ShiftedClock {
    start: Timestamp,
    started: Instant,
}

impl ShiftedClock {
    pub fn starting_at(start: Timestamp) -> Self {
        Self { start, started: Instant::now() }
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        self.start.plus(self.started.elapsed().try_into().unwrap_or_default())
    }
}

#[derive(Debug)]
pub struct Demo {
    directory: TempDir,
}

impl Demo {
    pub fn prepare() -> anyhow::Result<Self> {
        Ok(Self { directory: tempfile::Builder::new().prefix("latchkey-demo-").tempdir()? })
    }

    /// Moves everything that the server stores into the temporary directory.
    pub fn options(&self, options: Options) -> Options {
        Options {
            database_url: None,
            data_dir: Some(self.directory.path().to_owned()),
            secret_key_file: None,
            ..options
        }
    }

    /// Fills the database. The same seed, at the same time, gives the same data.
    pub fn fill(server: &Server, seed: u64, now: Timestamp) -> anyhow::Result<()> {
        let state = &server.state;
        let rng = StdRng::seed_from_u64(seed);
        let mut context = Context::without_request(Channel::CommandLine, now, rng);
        let people = accounts_of(PEOPLE.iter().map(|(name, email, ..)| (*name, *email)))?;
        let colleagues = accounts_of(COLLEAGUES.iter().map(|(name, email, ..)| (*name, *email)))?;
        // One hash for all accounts, because each takes a quarter of a second.
        let hash = state.hasher.hash(&account(ORGANIZATION, INVITED)?.password, &mut (state.rng)())?;
        state.pool.write(|conn| -> anyhow::Result<()> {
            let (mut projects, mut keys, mut actors) = (Vec::new(), Vec::new(), Vec::new());
            for (person, (.., role, count)) in people.iter().zip(PEOPLE) {
                let id = add_account(conn, &mut context, role, person, &hash)?;
                if projects.is_empty() {
                    projects = add_projects(conn, &mut context, &id)?;
                }
                keys.extend(add_keys(conn, &mut context, state, &id, &projects, count)?);
                actors.extend(actors::find_active(conn, &id)?.map(|account| account.actor()));
            }
            let Some((_, owner, ..)) = PEOPLE.first() else { return Ok(()) };
            let owner = accounts::find_credentials(conn, owner)?.ok_or(Error::NotFound)?;
            let person = actors::find_active(conn, &owner.user_id)?.ok_or(Error::NotFound)?.person;
            let owner = Actor { person, via: Via::CommandLine };
            for (number, (person, (.., role, is_disabled))) in colleagues.iter().zip(COLLEAGUES).enumerate() {
                let id = add_account(conn, &mut context, role, person, &hash)?;
                add_keys(conn, &mut context, state, &id, &projects, number)?;
                if is_disabled {
                    members::disable(conn, &mut context, &owner, &id)?;
                }
            }
            let projects = store::projects::list(conn, &owner.person.organization_id)?;
            activity::add_days(conn, &mut context, &actors, &keys, &projects)?;
            rotations::add(conn, &mut context, state, &owner, &keys)?;
            if let Some(member) = actors.last() {
                permissions::add(conn, &mut context, &owner, &member.person.id)?;
            }
            add_customers(conn, &mut context, state, &actors, keys, &projects)?;
            let invitation = NewInvitation::parse(INVITED, Role::Member.as_str(), "demo");
            invitations::create(conn, &mut context, &owner, &invitation)?;
            Ok(())
        })
    }

    pub fn sign_ins() -> String {
        let mut text = format!("Demo of {ORGANIZATION}. All data is deleted when the server stops. Sign in as one of");
        for (_, email, ..) in PEOPLE {
            let _ = write!(text, "\n  {email}");
        }
        let _ = write!(text, "\nwith the password: {PASSWORD}");
        text
    }
}

/// Adds the organization's customers, and what all keys use of their permissions.
fn add_customers(
    conn: &mut Conn,
    context: &mut Context,
    state: &State,
    people: &[Actor],
    mut keys: Vec<ApiKey>,
    projects: &[Project],
) -> anyhow::Result<()> {
    let [owner, administrator, ..] = people else { return Ok(()) };
    let policy = customers::sell(conn, context, owner)?;
    let project_id = projects.iter().find(|project| project.archived_at.is_none()).map(|project| &project.id);
    keys.extend(customers::add_keys(conn, context, state, &policy, [owner, administrator], project_id)?);
    let permissions = store::api_permissions::list(conn, &owner.person.organization_id)?;
    keys.iter().try_for_each(|key| {
        customers::exercise(conn, context.now, key, &permissions)?;
        customers::count_for_quota(conn, context.now, key, &policy)
    })
}

fn accounts_of<'a>(people: impl Iterator<Item = (&'a str, &'a str)>) -> anyhow::Result<Vec<NewAccount>> {
    people.map(|(name, email)| account(name, email)).collect()
}

fn account(name: &str, email: &str) -> anyhow::Result<NewAccount> {
    let form = AccountForm { name, email, password: PASSWORD };
    NewAccount::parse(&form, None).map_err(|faults| anyhow::anyhow!("demo account: {faults:?}"))
}

/// An account that is older than all keys.
fn add_account(
    conn: &mut Conn,
    context: &mut Context,
    role: Role,
    person: &NewAccount,
    hash: &str,
) -> anyhow::Result<UserId> {
    let organization = OrganizationName::parse(ORGANIZATION)?;
    let now = context.now;
    context.now = now.minus(Duration::days(1_450));
    let id = accounts::create_by_command(conn, context, Some(&organization), role, person, hash)?;
    context.now = now;
    Ok(id)
}

/// Adds projects to this person's organization.
fn add_projects(conn: &mut Conn, context: &mut Context, member_id: &UserId) -> anyhow::Result<Vec<ProjectId>> {
    let Some(member) = actors::find_active(conn, member_id)? else { return Ok(Vec::new()) };
    let mut ids = Vec::new();
    for (name, is_archived) in PROJECTS {
        let created_at = context.now.minus(Duration::days(context.rng.random_range(400..900)));
        let project = Project {
            id: ProjectId::generate(created_at, &mut context.rng),
            organization_id: member.person.organization_id.clone(),
            name: ProjectName::parse(name)?,
            created_at,
            archived_at: is_archived.then(|| context.now.minus(Duration::days(90))),
        };
        store::projects::insert(conn, &project)?;
        ids.push(project.id);
    }
    Ok(ids)
}

fn add_keys(
    conn: &mut Conn,
    context: &mut Context,
    state: &State,
    owner_id: &UserId,
    projects: &[ProjectId],
    count: usize,
) -> Result<Vec<ApiKey>, Error> {
    let mut added = Vec::new();
    let Some(owner) = actors::find_active(conn, owner_id)? else { return Err(Error::NotFound) };
    for number in 0..count {
        let (api_key, token) = lifelike_key(&owner.person, context.now, number, &mut context.rng);
        let api_key = ApiKey { project_id: projects.get(number % (PROJECTS.len() + 1)).cloned(), ..api_key };
        if store::api_keys::find_by_name(conn, owner_id, &api_key.name)?.is_none() {
            let digest = state.token_keys.digest(&token, &api_key.id, &api_key.organization_id);
            store::api_keys::insert(conn, &api_key, &digest)?;
            activity::add_history(conn, context, &owner.actor(), &api_key)?;
            activity::add_use(conn, &api_key, context.now, &mut context.rng)?;
            added.push(api_key);
        }
    }
    Ok(added)
}

/// The first keys of a person are live, one with each status. The others ended in earlier years.
fn lifelike_key(owner: &Person, now: Timestamp, number: usize, rng: &mut StdRng) -> (ApiKey, Token) {
    let token = Token::generate(&TokenLabel::default(), rng);
    let is_live = number < 8;
    let age = if is_live { rng.random_range(8..200) } else { rng.random_range(380..1_400) };
    let created_at = now.minus(Duration::days(age)).minus(Duration::minutes(rng.random_range(0..1_440)));
    let lifetime = if is_live && number == 3 { age + 5 } else { 365 };
    let last_day = ExpirationDate::last_day_before(created_at.plus(Duration::days(lifetime)));
    let (service, place) = (SERVICES[number % SERVICES.len()], PLACES[number / SERVICES.len() % PLACES.len()]);
    let round = number / (SERVICES.len() * PLACES.len());
    let name = match (number < SERVICES.len(), round) {
        (true, _) => service.to_owned(),
        (false, 0) => format!("{service}, {place}"),
        (false, _) => format!("{service}, {place} {}", round + 1),
    };
    let description = match number % 3 {
        0 => String::new(),
        1 => format!("Secret store, folder {place}"),
        _ => format!("Asked for by the {service} team"),
    };
    let is_pending = number == 5;
    let name = ApiKeyName::parse(&name).unwrap_or_else(|_| ApiKeyName::free_default("API key", &[]));
    let shown_at = if is_pending { now.minus(Duration::minutes(40)) } else { created_at };
    let api_key = ApiKey {
        description: Description::parse(&description).unwrap_or_default(),
        confirmed_at: (!is_pending).then(|| created_at.plus(Duration::minutes(1))),
        disabled_at: (number == 7).then(|| now.minus(DISABLED_FOR)),
        expires_at: Some(last_day.expires_at()),
        rotate_every_days: (is_live && number % 4 == 2).then_some(90),
        revoked_at: (number % 10 == 9).then(|| created_at.plus(Duration::days(100))),
        last_use: last_use(number, is_live, is_pending, created_at, now, rng),
        ..ApiKey::pending(ApiKeyId::generate(created_at, rng), owner, name, &token, shown_at)
    };
    (api_key, token)
}

fn last_use(
    number: usize,
    is_live: bool,
    is_pending: bool,
    created_at: Timestamp,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<LastUse> {
    let at = match number {
        _ if is_pending || number % 6 == 4 => return None,
        0 => now.minus(Duration::minutes(1)),
        2 => now.minus(Duration::days(2)).minus(Duration::minutes(rng.random_range(1..600))),
        // Before it was disabled.
        7 => now.minus(DISABLED_FOR).minus(Duration::minutes(rng.random_range(1..600))),
        _ if is_live => now.minus(Duration::minutes(rng.random_range(1..6_000))),
        _ => created_at.plus(Duration::days(rng.random_range(1..90))),
    };
    // In the network reserved for examples (RFC 5737).
    let address = Ipv4Addr::new(203, 0, 113, rng.random_range(1..=254)).into();
    Some(LastUse {
        at,
        address: Some(address),
        agent: UserAgent::from_header(AGENTS[number % AGENTS.len()].as_bytes()),
    })
}
