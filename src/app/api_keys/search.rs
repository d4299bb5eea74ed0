//! Whose key is this? And what keeps searching fast.

use crate::{
    app::{Context, Error},
    domain::{Actor, ApiKey, ApiKeyId, StoredDigest, TokenKeys, api_key::search::token_in},
    store::{self, Conn},
};

/// Keys that one transaction makes ready for being found: others wait for it.
const BATCH: i64 = 500;

/// The key that a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOfToken {
    pub api_key_id: ApiKeyId,
    /// Whether it is the token of the key, and not another one with the same lookup: one from before a rotation, or one
    /// that somebody made up.
    pub has_its_secret: bool,
}

/// None when there is no token in the text, or that of no key that the actor may see.
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

/// Makes keys of earlier versions searchable. Gives how many: fewer than a batch when that was all.
pub fn fill_in(conn: &mut Conn, _: &mut Context) -> Result<(usize, bool), Error> {
    let filled = store::api_keys::words::fill(conn, BATCH)?;
    Ok((filled, is_all(filled)))
}

/// Notes which keys have expired. Gives how many, and whether that was all.
pub fn note_expiries(conn: &mut Conn, context: &mut Context) -> Result<(usize, bool), Error> {
    let mut noted = 0;
    for (organization_id, _) in store::organizations::list(conn)? {
        let of_organization = store::api_keys::note_expiries(conn, &organization_id, context.now, BATCH)?;
        noted += of_organization;
        if !is_all(of_organization) {
            return Ok((noted, false));
        }
    }
    Ok((noted, true))
}

fn is_all(done: usize) -> bool {
    i64::try_from(done).is_ok_and(|done| done < BATCH)
}
