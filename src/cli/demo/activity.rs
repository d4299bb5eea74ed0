//! What the keys of the demo have done: requests by day, where they came from, and the history of each key.

use std::{collections::BTreeMap, net::Ipv4Addr};

use rand::{RngExt as _, rngs::StdRng};
use time::Duration;

use super::AGENTS;
use crate::{
    app::{Context, Error},
    domain::{
        Actor, ApiKey, ApiKeyEvent, KeyPermissions, LastUse, OrganizationEvent, Permission, Project, ProjectEvent,
        Timestamp, UserAgent, UserEvent, Via,
        audit::{Difference, OrganizationSubject, UserSubject},
        usage::{RecordedCaller, UseCount},
        verification::Code,
    },
    store::{self, Conn},
};

/// Requests are counted for so many days.
const DAYS: i64 = 30;
/// Places of a key that are kept.
const PLACES: usize = 10;

/// Writes the history of a key, as its owner made it.
pub fn add_history(conn: &mut Conn, context: &mut Context, owner: &Actor, api_key: &ApiKey) -> Result<(), Error> {
    let created = ApiKeyEvent::Created { fields: Box::new(api_key.into()), needs_confirmation: true, replaces: None };
    let events = [
        (Some(api_key.created_at), created),
        (api_key.confirmed_at, ApiKeyEvent::Confirmed),
        (api_key.disabled_at, ApiKeyEvent::Disabled { until: None }),
        (api_key.revoked_at, ApiKeyEvent::Revoked { reason: None, unused_for_days: None }),
    ];
    let now = context.now;
    context.address = Some(address(context));
    for (at, event) in events {
        let Some(at) = at else { continue };
        context.now = at;
        context.record(conn, owner, api_key, &event)?;
    }
    (context.now, context.address) = (now, None);
    Ok(())
}

/// Writes what people did besides creating keys in the last days: signing in, viewing colleagues' keys, and administration.
pub fn add_days(
    conn: &mut Conn,
    context: &mut Context,
    people: &[Actor],
    keys: &[ApiKey],
    projects: &[Project],
) -> Result<(), Error> {
    let Some((owner, others)) = people.split_first() else { return Ok(()) };
    let now = context.now;
    for day in (0..DAYS).rev() {
        for person in people {
            if context.rng.random_range(0..3) == 0 {
                continue;
            }
            let minute = context.rng.random_range(0..600);
            let began = now.minus(Duration::days(day)).start_of_day().plus(Duration::minutes(420 + minute));
            if began >= now {
                continue;
            }
            context.now = began;
            context.address = Some(address(context));
            let id = &person.person.id;
            let name = store::users::find_name(conn, id)?;
            let account = UserSubject { organization_id: person.person.organization_id.clone(), id: id.clone(), name };
            let person = &Actor { person: person.person.clone(), via: Via::Session };
            context.record(conn, person, &account, &UserEvent::SessionStarted { is_new_device: day % 11 == 3 })?;
            let may_see_all = person.may(Permission::SeeAllApiKeys, &context.policy);
            if let Some(key) = keys.get(context.rng.random_range(0..keys.len().max(1)))
                && may_see_all
                && key.owner_id != *id
                && key.created_at < began
            {
                context.now = began.plus(Duration::minutes(4));
                context.record(conn, person, key, &ApiKeyEvent::Viewed)?;
            }
        }
        add_administration(conn, context, (owner, others), keys, projects, day)?;
    }
    (context.now, context.address) = (now, None);
    Ok(())
}

/// One act of administration on some of the days.
fn add_administration(
    conn: &mut Conn,
    context: &mut Context,
    (owner, others): (&Actor, &[Actor]),
    keys: &[ApiKey],
    projects: &[Project],
    day: i64,
) -> Result<(), Error> {
    let owner = &Actor { person: owner.person.clone(), via: Via::Session };
    let number = usize::try_from(day).unwrap_or_default();
    let is_of_owner = |key: &&ApiKey| key.owner_id == owner.person.id && key.revoked_at.is_none();
    let key = keys.iter().filter(is_of_owner).nth(number % 7);
    match (day % 6, key) {
        (1, Some(key)) => {
            let before = key.created_at.plus(Duration::days(90)).to_string();
            let after = key.expires_at.map(|end| end.to_string());
            let difference =
                Difference::of("expires_at", before, after).and("description", "", key.description.as_str());
            context.record(conn, owner, key, &ApiKeyEvent::Edited(difference))
        }
        (3, Some(key)) => {
            let by = Actor {
                via: Via::ApiKey { id: key.id.clone(), permissions: KeyPermissions::Inherited },
                ..owner.clone()
            };
            let subject = subject_of(conn, owner)?;
            let event = OrganizationEvent::ApiKeysExported { format: "csv".to_owned(), query: BTreeMap::new() };
            context.record(conn, &by, &subject, &event)
        }
        (5, _) if !projects.is_empty() => {
            let project = &projects[number % projects.len()];
            let (before, after) = (format!("{} (old)", project.name.as_str()), project.name.as_str().to_owned());
            context.record(conn, owner, project, &ProjectEvent::Renamed { before, after })
        }
        (0, _) => match others.get(number % others.len().max(1)) {
            Some(other) => {
                let person = Actor { person: other.person.clone(), via: Via::Session };
                let name = store::users::find_name(conn, &other.person.id)?;
                let (organization_id, id) = (other.person.organization_id.clone(), other.person.id.clone());
                let account = UserSubject { organization_id, id, name };
                context.record(conn, &person, &account, &UserEvent::PasswordChanged { sessions_ended: 1 })
            }
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// In the network reserved for examples (RFC 5737).
fn address(context: &mut Context) -> String {
    Ipv4Addr::new(203, 0, 113, context.rng.random_range(1..=254)).to_string()
}

fn subject_of(conn: &mut Conn, actor: &Actor) -> Result<OrganizationSubject, Error> {
    let id = actor.person.organization_id.clone();
    Ok(OrganizationSubject { name: store::organizations::find_name(conn, &id)?, id })
}

/// Writes how often this key was presented in the last days, with a busy and a quiet part of the week. The last day with
/// requests is that of its last use.
pub fn add_use(conn: &mut Conn, api_key: &ApiKey, now: Timestamp, rng: &mut StdRng) -> Result<(), Error> {
    let Some(last) = &api_key.last_use else { return Ok(()) };
    let first_day = now.start_of_day().minus(Duration::days(DAYS - 1)).max(api_key.created_at.start_of_day());
    let usual = [40, 300, 1_200, 6_000][rng.random_range(0..4)];
    let mut counts = Vec::new();
    let mut day = first_day;
    while day <= now.start_of_day() {
        let mut add = |code, count: i64| {
            if count > 0 {
                let (organization_id, api_key_id) = (api_key.organization_id.clone(), api_key.id.clone());
                counts.push(UseCount { organization_id, api_key_id, day, code, count });
            }
        };
        if day <= last.at.start_of_day() {
            let is_weekend = matches!(day.date().weekday(), time::Weekday::Saturday | time::Weekday::Sunday);
            let share = if is_weekend { rng.random_range(20..45) } else { rng.random_range(75..125) };
            let refused = if rng.random_range(0..6) == 0 { rng.random_range(1..=usual / 20 + 1) } else { 0 };
            // Keys that are used most meet their limits.
            let is_limited = usual == 6_000 && rng.random_range(0..4) == 0;
            let limited = if is_limited { rng.random_range(50..=usual / 8) } else { 0 };
            add(Code::RateLimited, limited);
            add(Code::InsufficientPermissions, refused);
            add(Code::Valid, (usual * share / 100).max(1));
        } else if api_key.disabled_at.is_some_and(|at| day > at.start_of_day()) {
            add(Code::Disabled, rng.random_range(5..60));
        }
        day = day.plus(Duration::days(1));
    }
    store::usage::add_counts(conn, &counts)?;
    let places = places(api_key, last, first_day, rng);
    Ok(store::usage::upsert_callers(conn, &BTreeMap::from([(&api_key.id, places.as_slice())]), PLACES)?)
}

/// The place of the last use, and for some keys others.
fn places(api_key: &ApiKey, last: &LastUse, first_day: Timestamp, rng: &mut StdRng) -> Vec<RecordedCaller> {
    let since = api_key.created_at.max(first_day).min(last.at);
    let place = |address, agent, last_used_at| RecordedCaller {
        reported_by: None,
        address,
        agent,
        first_used_at: since,
        last_used_at,
    };
    let mut all = vec![place(last.address, last.agent.clone(), last.at)];
    for _ in 0..rng.random_range(0..3) {
        // In the network reserved for examples (RFC 5737).
        let address = Ipv4Addr::new(198, 51, 100, rng.random_range(1..=254)).into();
        let agent = UserAgent::from_header(AGENTS[rng.random_range(0..AGENTS.len())].as_bytes());
        let at = last.at.minus(Duration::minutes(rng.random_range(5..4_000))).max(since);
        all.push(place(Some(address), agent, at));
    }
    all
}
