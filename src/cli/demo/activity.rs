//! What the keys of the demo have done: requests by day, where they came from, and the history of each key.

use std::{collections::BTreeMap, net::Ipv4Addr};

use rand::{RngExt as _, rngs::StdRng};
use time::Duration;

use super::AGENTS;
use crate::{
    app::{Context, Error},
    domain::{
        Actor, ApiKey, ApiKeyEvent, LastUse, Timestamp, UserAgent,
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
    for (at, event) in events {
        let Some(at) = at else { continue };
        context.now = at;
        context.record(conn, owner, api_key, &event)?;
    }
    context.now = now;
    Ok(())
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
