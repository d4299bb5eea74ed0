//! Keys like those of an organization after three years: few words are common, some people and projects have many keys,
//! every status occurs, and most keys are used.

use anyhow::Context as _;
use latchkey::{
    app::Context,
    domain::{
        ApiGrant, ApiKey, ApiKeyId, ApiKeyName, ApiPermission, ApiPermissionName, Description, LastUse, OrganizationId,
        Person, Project, ProjectId, ProjectName, Role, Scope, Status, Timestamp, Token, TokenLabel,
        api_permission::ApiPermissionDescription,
    },
    store::{self, Conn, Pool, exercised_permissions::ExercisedPermission},
};
use rand::{RngExt as _, rngs::StdRng};
use time::Duration;

const PROJECTS: usize = 40;
const PLACES: [&str; 6] = ["production", "staging", "test", "sandbox", "berlin", "kazan"];
const PURPOSES: [&str; 10] =
    ["deploy", "export", "import", "billing", "payments", "reports", "webhook", "backup", "monitoring", "search"];
const BEGINNINGS: [&str; 20] = [
    "al", "ber", "cor", "dan", "el", "fir", "gal", "hel", "in", "jas", "kel", "lum", "mar", "nor", "or", "pal", "ros",
    "sol", "tor", "ver",
];
const ENDINGS: [&str; 20] = [
    "bena", "cado", "dira", "gon", "hano", "lis", "mira", "nex", "pola", "ris", "sino", "tara", "tion", "ura", "vado",
    "wen", "xis", "yona", "zeta", "zor",
];

/// The projects of the organization, created if it has none.
pub fn projects(pool: &Pool, owner: &Person, context: &mut Context) -> anyhow::Result<Vec<ProjectId>> {
    let there = pool.read(|conn| store::projects::list(conn, &owner.organization_id))?;
    if !there.is_empty() {
        return Ok(there.into_iter().map(|project| project.id).collect());
    }
    pool.write(|conn| {
        let mut project = |number: usize| {
            let project = Project {
                id: ProjectId::generate(context.now, &mut context.rng),
                organization_id: owner.organization_id.clone(),
                name: ProjectName::parse(&format!("{} {number}", word(number * 7)))?,
                created_at: context.now,
                archived_at: None,
            };
            store::projects::insert(conn, &project)?;
            Ok(project.id)
        };
        (1..=PROJECTS).map(&mut project).collect()
    })
}

/// Key number `number` of `all`, which were created one after the other.
pub fn key(
    (number, all): (usize, usize),
    owner: &Person,
    projects: &[ProjectId],
    context: &mut Context,
) -> anyhow::Result<(ApiKey, Token)> {
    let (now, rng) = (context.now, &mut context.rng);
    let age = Duration::days(3 * 365) * (1.0 - ratio(number, all));
    let created = now.minus(age);
    let token = Token::generate(&TokenLabel::default(), rng);
    let expires_at = lifetime(rng).map(|days| created.plus(Duration::days(days + 1)).start_of_day());
    let end = expires_at.map_or(now, |end| end.min(now));
    let is_recent = age < Duration::hours(20);
    let disabled_at = rng.random_bool(0.03).then(|| moment(rng, created, end));
    let api_key = ApiKey {
        description: Description::parse(if rng.random_bool(0.3) { "Nightly run on the old cluster" } else { "" })?,
        scope: Scope::ALL[skewed(rng, Scope::ALL.len())],
        project_id: rng.random_bool(0.7).then(|| projects[skewed(rng, projects.len())].clone()),
        confirmed_at: (!is_recent || rng.random_bool(0.5)).then_some(created),
        disabled_at,
        disabled_until: disabled_at.filter(|_| rng.random_bool(0.01)).map(|_| now.plus(Duration::HOUR)),
        rotate_every_days: rng.random_bool(0.2).then(|| [30, 90, 180][skewed(rng, 3)]),
        revoked_at: rng.random_bool(0.05).then(|| moment(rng, created, end)),
        last_use: last_use(rng, created, end),
        expires_at,
        ..ApiKey::pending(ApiKeyId::generate(created, rng), owner, name(rng, number)?, &token, created)
    };
    Ok((api_key, token))
}

/// Gives the organization two permissions of its own, which everybody has. Nobody asks for the second.
pub fn add_permissions(conn: &mut Conn, of: &OrganizationId, context: &Context) -> anyhow::Result<()> {
    if !store::api_permissions::list(conn, of)?.is_empty() {
        return Ok(());
    }
    for name in ["orders:read", "orders:write"] {
        let permission = ApiPermission {
            name: ApiPermissionName::parse(name)?,
            description: ApiPermissionDescription::default(),
            created_at: context.now.minus(Duration::days(3 * 365)),
        };
        store::api_permissions::insert(conn, of, &permission)?;
    }
    for role in Role::ALL {
        let all = [ApiGrant::wildcard_of("orders")?].into_iter().collect();
        store::api_permissions::replace_role_grants(conn, of, role, &all)?;
    }
    Ok(())
}

/// With every tenth key that is active and not new, somebody asks for the first permission.
pub fn exercise(conn: &mut Conn, api_keys: &[(usize, ApiKey)], now: Timestamp) -> Result<(), store::Error> {
    let is_old = |api_key: &ApiKey| api_key.created_at < now.minus(Duration::days(40));
    let marks: Vec<_> = api_keys
        .iter()
        .filter(|(number, api_key)| number % 10 == 0 && is_old(api_key) && api_key.status(now) == Status::Active)
        .map(|(_, api_key)| (api_key, true))
        .collect();
    let exercised: Vec<_> = marks
        .iter()
        .map(|(api_key, _)| ExercisedPermission {
            api_key_id: &api_key.id,
            permission: "orders:read",
            day: now.start_of_day(),
        })
        .collect();
    store::exercised_permissions::upsert(conn, &exercised)?;
    store::unused_permission_marks::replace(conn, &marks)
}

/// In days. None for a key that never expires.
fn lifetime(rng: &mut StdRng) -> Option<i64> {
    match rng.random_range(0..100) {
        0..10 => None,
        10..25 => Some(30),
        25..50 => Some(90),
        _ => Some(365),
    }
}

/// Most keys are used to their end, some stop before, and one in five is never used.
fn last_use(rng: &mut StdRng, created: Timestamp, end: Timestamp) -> Option<LastUse> {
    let at = match rng.random_range(0..100) {
        0..20 => return None,
        20..45 => moment(rng, created, end),
        _ => moment(rng, created.max(end.minus(Duration::days(2))), end),
    };
    Some(LastUse { at, address: None, agent: None })
}

fn name(rng: &mut StdRng, number: usize) -> anyhow::Result<ApiKeyName> {
    let service = word(skewed(rng, BEGINNINGS.len() * ENDINGS.len()));
    let (place, purpose) = (PLACES[skewed(rng, PLACES.len())], PURPOSES[skewed(rng, PURPOSES.len())]);
    ApiKeyName::parse(&format!("{service} {purpose} {place} {number}")).context("a name")
}

fn word(number: usize) -> String {
    format!("{}{}", BEGINNINGS[number % BEGINNINGS.len()], ENDINGS[number / BEGINNINGS.len() % ENDINGS.len()])
}

/// The first ones are the most frequent.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few hundred"
)]
fn skewed(rng: &mut StdRng, count: usize) -> usize {
    let part: f64 = rng.random();
    ((part * part * count as f64) as usize).min(count - 1)
}

#[expect(clippy::cast_precision_loss, reason = "a few million")]
fn ratio(number: usize, all: usize) -> f64 {
    (number + 1) as f64 / all as f64
}

fn moment(rng: &mut StdRng, from: Timestamp, until: Timestamp) -> Timestamp {
    Timestamp::from_unix_micros(rng.random_range(from.unix_micros()..=until.max(from).unix_micros()))
}
