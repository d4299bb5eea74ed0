//! Finds the key of a token, and keeps lists and searches fast.

use rand::{SeedableRng as _, rngs::StdRng};

use crate::{
    app::{By, Channel, Context, Error},
    domain::{
        Actor, ApiKey, ApiKeyEvent, ApiKeyId, StoredDigest, TokenKeys,
        api_key::{listing::Whose, search::token_in},
    },
    store::{self, Conn},
};

/// Keys of one transaction, so that others wait for a short time.
const BATCH: i64 = 500;

/// The key that a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOfToken {
    pub api_key_id: ApiKeyId,
    /// Whether it is a token of the key. Otherwise only the lookup is the same: it was rotated, or made up.
    pub has_its_secret: bool,
}

/// Returns None if the text has no token, or its key does not exist or is not visible to the actor.
pub fn find_by_token(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    token_keys: &TokenKeys,
    text: &str,
) -> Result<Option<KeyOfToken>, Error> {
    let Some(token) = token_in(text) else { return Ok(None) };
    let found = store::api_keys::find_by_lookup(conn, token.lookup())?;
    let visible = found.filter(|(api_key, _)| actor.may_see(api_key, &context.policy));
    Ok(visible.map(|(api_key, digest)| {
        let ApiKey { id: api_key_id, organization_id, .. } = api_key;
        let stored = StoredDigest { digest: &digest, api_key_id: &api_key_id, organization_id: &organization_id };
        let has_its_secret = token_keys.digest_like(Some(stored), &token).matches(&digest);
        KeyOfToken { api_key_id, has_its_secret }
    }))
}

/// Makes keys of earlier versions searchable. Returns how many, and whether there are no others.
pub fn index_missing(conn: &mut Conn, _: &mut Context) -> Result<(usize, bool), Error> {
    let indexed = store::api_keys::search_index::index_missing(conn, BATCH)?;
    Ok((indexed, is_all(indexed)))
}

/// Marks keys that have expired, each with its event. Returns how many, and whether there are no others.
pub fn mark_expired(conn: &mut Conn, context: &mut Context) -> Result<(usize, bool), Error> {
    let mut marked = 0;
    for (organization_id, _) in store::organizations::list(conn)? {
        let expired = store::api_keys::mark_expired(conn, &organization_id, context.now, BATCH)?;
        for api_key in store::api_keys::list(conn, &Whose::Organization(organization_id), &expired)? {
            record_expiry(conn, context, &api_key)?;
        }
        marked += expired.len();
        if !is_all(expired.len()) {
            return Ok((marked, false));
        }
    }
    Ok((marked, true))
}

/// With the time at which it expired, however late this runs.
fn record_expiry(conn: &mut Conn, context: &mut Context, api_key: &ApiKey) -> Result<(), Error> {
    let end = api_key.expires_at.unwrap_or(context.now);
    let mut then = Context::without_request(Channel::Task, end, StdRng::from_rng(&mut context.rng));
    then.record(conn, By::Server, api_key, &ApiKeyEvent::Expired)
}

fn is_all(done: usize) -> bool {
    i64::try_from(done).is_ok_and(|done| done < BATCH)
}
