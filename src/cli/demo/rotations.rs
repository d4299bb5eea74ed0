//! Two rotations of the demo: one of which the former token is still used shortly before its end, and one after whose
//! end somebody still presents the former token.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::Context as _;
use time::Duration;

use super::AGENTS;
use crate::{
    app::{
        Context,
        api_keys::{confirmation, rotation},
    },
    domain::{
        Actor, ApiKey, ApiKeyToken, Tokens, UserAgent, Via,
        usage::{EndedTokenUse, PlaceUse, RecordedCaller, TokenUse},
    },
    state::State,
    store::{self, Conn},
};

/// A server that nobody has given the new token yet.
const FORGOTTEN: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 23);

pub fn add(
    conn: &mut Conn,
    context: &mut Context,
    state: &State,
    owner: &Actor,
    keys: &[ApiKey],
) -> anyhow::Result<()> {
    let now = context.now;
    let owner = &Actor { person: owner.person.clone(), via: Via::Session };
    let key_named = |name: &str| {
        let of_owner = keys.iter().find(|key| key.owner_id == owner.person.id && key.name.as_str() == name);
        of_owner.with_context(|| format!("the demo has no key {name}"))
    };
    let running = key_named("Checkout")?;
    let tokens = rotate(conn, context, state, owner, running, (Duration::hours(23), Duration::hours(24)))?;
    let former = tokens.previous.context("the former token still works")?;
    add_last_use(conn, running, &former, 41)?;
    add_last_use(conn, running, &tokens.current, 268)?;

    let ended = key_named("Grafana")?;
    let last = ended.last_use.as_ref().context("the key was used")?.at;
    // The last use was during the overlap.
    let ago = now.since(last) + Duration::minutes(30);
    let tokens = rotate(conn, context, state, owner, ended, (ago, Duration::hours(1)))?;
    let former = tokens.previous.context("the former token is kept after its end")?;
    add_last_use(conn, ended, &tokens.current, 96)?;
    let seen = now.minus(Duration::hours(2));
    let caller = RecordedCaller {
        reported_by: None,
        address: Some(IpAddr::V4(FORGOTTEN)),
        agent: UserAgent::from_header(AGENTS[2].as_bytes()),
        first_used_at: last.plus(Duration::hours(2)),
        last_used_at: seen,
    };
    let place = PlaceUse { caller, day: seen.start_of_day(), count: 12 };
    let (api_key_id, organization_id) = (ended.id.clone(), ended.organization_id.clone());
    store::ended_token_uses::add(
        conn,
        vec![EndedTokenUse { token_id: former.id, api_key_id, organization_id, place }],
    )?;
    Ok(())
}

/// Rotates a key so long ago, with such an overlap. Returns its tokens.
fn rotate(
    conn: &mut Conn,
    context: &mut Context,
    state: &State,
    owner: &Actor,
    api_key: &ApiKey,
    (ago, overlap): (Duration, Duration),
) -> anyhow::Result<Tokens> {
    let now = context.now;
    context.now = now.minus(ago);
    let form_token = format!("demo {}", api_key.id);
    let started = rotation::start(conn, context, owner, &state.token_keys, &api_key.id, &form_token, overlap)
        .map_err(|refused| anyhow::anyhow!("the rotation was not started: {refused:?}"))?;
    context.now = context.now.plus(Duration::minutes(1));
    confirmation::confirm(conn, context, owner, &api_key.id, Some(&started.token_id), &state.site.base_url)
        .map_err(|refused| anyhow::anyhow!("the rotation was not confirmed: {refused:?}"))?;
    context.now = now;
    Tokens::of(&store::api_key_tokens::list(conn, &api_key.id)?).context("the key has a token")
}

/// The key's last use was one of this token.
fn add_last_use(conn: &mut Conn, api_key: &ApiKey, token: &ApiKeyToken, count: i64) -> anyhow::Result<()> {
    let last = api_key.last_use.clone().context("the key was used")?;
    let token_use = TokenUse { token_id: token.id.clone(), day: last.at.start_of_day(), last, count };
    Ok(store::api_key_tokens::update_last_uses(conn, &[&token_use])?)
}
