//! The customers who buy the demo's API: a policy with environments and limits, a key for each customer, and what they
//! use of their permissions.

use anyhow::Context as _;
use rand::RngExt as _;
use time::Duration;

use super::{AGENTS, activity};
use crate::{
    app::{
        Context,
        policies::{self, Agreed, Existing, Outcome, Proposal},
    },
    domain::{
        Actor, ApiGrant, ApiGrants, ApiKey, ApiKeyId, ApiKeyName, ApiPermission, ChosenPermissions, Description,
        ExpirationDate, KeyAttributes, KeyPermissions, LastUse, Policy, ProjectId, Timestamp, Token, UserAgent,
        api_key::attributes::{Environment, ExternalId, Metadata},
        key_limits::{
            LimitClaim, LimitWindow, OwnLimit, OwnLimits, Quota, QuotaPeriod, RateLimit, RatePeriod, ServerLease,
            StoredUses,
        },
        policy::OfferedAttribute,
        verification::Code,
    },
    state::State,
    store::{self, Conn, exercised_permissions::ExercisedPermission, key_limits::StoredClaim},
};

/// Since when the organization has sold its API, in days.
pub const SOLD_FOR: Duration = Duration::days(150);
/// When a permission was last used that is now called unused.
const LONG_AGO: Duration = Duration::days(64);

struct Customer {
    name: &'static str,
    environment: &'static str,
    id: &'static str,
    metadata: &'static str,
    grants: &'static [&'static str],
    /// How often the key may be used in a minute and in a month, if not as often as the policy says.
    limits: Option<(u32, u32)>,
    /// In days.
    age: i64,
}

/// The first half belongs to the Owner, the other half to the Administrator.
const CUSTOMERS: [Customer; 8] = [
    Customer {
        name: "Northwind Ferries",
        environment: "live",
        id: "cus_9F3K27",
        metadata: r#"{"plan":"enterprise","seats":40,"region":"eu-north"}"#,
        grants: &["customers:read", "invoices:*", "webhooks:*"],
        limits: Some((3_000, 20_000_000)),
        age: 120,
    },
    Customer {
        name: "Northwind Ferries, sandbox",
        environment: "test",
        id: "cus_9F3K27",
        metadata: r#"{"plan":"enterprise"}"#,
        grants: &["customers:read", "invoices:*", "webhooks:*"],
        limits: Some((60, 50_000)),
        age: 6,
    },
    Customer {
        name: "Pilot Bay Rentals",
        environment: "live",
        id: "cus_2MX8QD",
        metadata: r#"{"plan":"pro","seats":12}"#,
        grants: &["customers:*", "invoices:read", "invoices:send"],
        limits: None,
        age: 75,
    },
    Customer {
        name: "Fjord Kayaks",
        environment: "live",
        id: "cus_71CW0B",
        metadata: r#"{"plan":"starter"}"#,
        grants: &["invoices:read"],
        limits: None,
        age: 41,
    },
    Customer {
        name: "Яхт-клуб «Маяк»",
        environment: "live",
        id: "cus_H4N5TT",
        metadata: r#"{"plan":"pro","seats":8,"region":"eu-east"}"#,
        grants: &["customers:read", "invoices:read", "invoices:lines:read"],
        limits: None,
        age: 58,
    },
    Customer {
        name: "Harbour Taxi, sandbox",
        environment: "test",
        id: "cus_P06RZE",
        metadata: r#"{"plan":"trial"}"#,
        grants: &["customers:read", "invoices:read"],
        limits: Some((30, 50_000)),
        age: 3,
    },
    Customer {
        name: "Lighthouse Insurance",
        environment: "live",
        id: "cus_D8J1VA",
        metadata: r#"{"plan":"enterprise","seats":25}"#,
        grants: &["customers:read", "customers:write", "invoices:*"],
        limits: Some((1_200, 5_000_000)),
        age: 97,
    },
    Customer {
        name: "Polar Charter",
        environment: "live",
        id: "cus_5YB3SK",
        metadata: r#"{"plan":"starter"}"#,
        grants: &["invoices:read", "webhooks:read"],
        limits: None,
        age: 33,
    },
];

/// Changes the policy as the Owner did when the first customer came.
pub fn sell(conn: &mut Conn, context: &mut Context, owner: &Actor) -> anyhow::Result<Policy> {
    let now = context.now;
    let stored = store::policies::get(conn, &owner.person.organization_id)?;
    let policy = Policy {
        max_keys_per_user: 100,
        environments: vec!["live".to_owned(), "test".to_owned()],
        attributes_offered: OfferedAttribute::ALL.to_vec(),
        rate_limit: Some(600),
        rate_limit_burst: Some(60),
        quota: Some(1_000_000),
        ..stored.policy
    };
    let policy = policy.check().map_err(|faults| anyhow::anyhow!("demo policy: {faults:?}"))?;
    let (long_lived, endless) = (Existing::Leave, Existing::Leave);
    let proposal = Proposal { policy: policy.clone(), edits: None, long_lived, endless, agreed: Some(Agreed::ToAll) };
    context.now = now.minus(SOLD_FOR);
    let outcome = policies::change(conn, context, owner, &proposal)?;
    context.now = now;
    anyhow::ensure!(matches!(outcome, Outcome::Changed { .. }), "demo policy: {outcome:?}");
    Ok(policy)
}

/// Adds a key for each customer.
pub fn add_keys(
    conn: &mut Conn,
    context: &mut Context,
    state: &State,
    policy: &Policy,
    [owner, administrator]: [&Actor; 2],
    project_id: Option<&ProjectId>,
) -> anyhow::Result<Vec<ApiKey>> {
    let mut added = Vec::new();
    let (now, half) = (context.now, CUSTOMERS.len() / 2);
    for (number, customer) in CUSTOMERS.iter().enumerate() {
        let creator = if number < half { owner } else { administrator };
        let environment = Environment::parse(customer.environment)?;
        let token = Token::generate(&policy.token_label(&environment), &mut context.rng);
        let minutes = context.rng.random_range(0..600);
        let created_at = now.minus(Duration::days(customer.age)).minus(Duration::minutes(minutes));
        let used_at = now.minus(Duration::minutes(context.rng.random_range(1..300)));
        let last_day = ExpirationDate::last_day_before(created_at.plus(Duration::days(365)));
        let chosen = ChosenPermissions { api: grants(customer)?, ..ChosenPermissions::default() };
        let id = ApiKeyId::generate(created_at, &mut context.rng);
        let key = ApiKey {
            description: Description::parse("Handed to the customer’s developers").unwrap_or_default(),
            project_id: project_id.cloned(),
            permissions: KeyPermissions::Only(chosen),
            confirmed_at: Some(created_at.plus(Duration::minutes(2))),
            expires_at: Some(last_day.expires_at()),
            last_use: Some(LastUse {
                at: used_at,
                address: Some([198, 51, 100, context.rng.random_range(1..=254)].into()),
                agent: UserAgent::from_header(AGENTS[number % AGENTS.len()].as_bytes()),
            }),
            attributes: KeyAttributes {
                environment,
                external_id: ExternalId::parse(customer.id)?,
                metadata: Metadata::parse(customer.metadata)?,
                limits: limits(customer)?,
            },
            ..ApiKey::pending(id, &creator.person, ApiKeyName::parse(customer.name)?, &token, created_at)
        };
        let digest = state.token_keys.digest(&token, &key.id, &key.organization_id);
        store::api_keys::insert(conn, &key, &digest)?;
        activity::add_history(conn, context, creator, &key)?;
        activity::add_use(conn, &key, now, &mut context.rng)?;
        added.push(key);
    }
    Ok(added)
}

/// Records what requests asked for with a key: reading lately, sending long ago, and nothing else.
pub fn exercise(conn: &mut Conn, now: Timestamp, key: &ApiKey, permissions: &[ApiPermission]) -> anyhow::Result<()> {
    let Some(last) = &key.last_use else { return Ok(()) };
    let long_ago = now.minus(LONG_AGO);
    let used: Vec<_> = permissions
        .iter()
        .filter(|permission| match &key.permissions {
            KeyPermissions::Inherited => true,
            KeyPermissions::Only(chosen) => chosen.api.grant(&permission.name),
        })
        .filter_map(|permission| {
            let name = permission.name.as_str();
            let day = match name {
                "invoices:send" if key.created_at < long_ago && long_ago < last.at => long_ago,
                _ if name.ends_with(":read") && !name.starts_with("webhooks:") => last.at,
                _ => return None,
            };
            Some(ExercisedPermission { api_key_id: &key.id, permission: name, day: day.start_of_day() })
        })
        .collect();
    Ok(store::exercised_permissions::upsert(conn, &used)?)
}

/// Counts the valid uses of this month against the quota of a key, as servers that have stopped would have.
pub fn count_for_quota(conn: &mut Conn, now: Timestamp, key: &ApiKey, policy: &Policy) -> anyhow::Result<()> {
    let Some(quota) = key.attributes.limits.or(policy.key_limits()).quota else { return Ok(()) };
    let (window, start) = (LimitWindow::Quota(quota.period), quota.period.start(now));
    let counts = store::usage::list_of_key(conn, &key.id, start)?;
    let valid = counts.iter().filter(|(_, code, _)| *code == Code::Valid).map(|(_, _, count)| count.unsigned_abs());
    let used: u64 = valid.sum();
    let claim = LimitClaim {
        claimed: used,
        wanted: 0,
        demand: 0,
        uses: StoredUses(vec![(start, used)]),
        lease: ServerLease::Closed,
    };
    let stored = StoredClaim {
        api_key_id: key.id.clone(),
        window,
        window_start: start,
        server_id: "demo".to_owned(),
        claim,
        stored_at: now,
        ends_at: quota.period.end(start),
    };
    Ok(store::key_limits::put(conn, &[stored])?)
}

fn grants(customer: &Customer) -> anyhow::Result<ApiGrants> {
    Ok(customer.grants.iter().map(|name| ApiGrant::parse(name)).collect::<Result<_, _>>()?)
}

fn limits(customer: &Customer) -> anyhow::Result<OwnLimits> {
    let Some((minute, month)) = customer.limits else { return Ok(OwnLimits::default()) };
    let count = |number: u32| number.try_into().context("a limit is at least one");
    let rate = RateLimit { count: count(minute)?, period: RatePeriod::Minute, burst: None };
    let quota = Quota { count: count(month)?, period: QuotaPeriod::Month };
    Ok(OwnLimits { rate: OwnLimit::Own(rate), quota: OwnLimit::Own(quota) })
}
