//! Revokes unused keys, where the policy says so and its notice period is over.

use std::collections::BTreeSet;

use time::Duration;

use crate::{
    app::{By, Context, Error},
    domain::{ApiKeyEvent, ApiKeyId, Description, OrganizationId, Timestamp, api_key::listing::Whose},
    store::{
        self, Conn,
        policies::impact::{erase_tokens, list_unused},
    },
};

/// Keys that one transaction revokes, because others wait for it.
const BATCH: usize = 500;

/// A key that was last used before this has been unused for `days`.
pub fn since(days: i64, now: Timestamp) -> Timestamp {
    now.minus(Duration::days(days))
}

/// Revokes some of those keys. Returns how many, and whether those were all.
pub fn revoke(conn: &mut Conn, context: &mut Context) -> Result<(usize, bool), Error> {
    for (organization_id, _) in store::organizations::list(conn)? {
        let revoked = revoke_of(conn, context, &organization_id)?;
        if revoked > 0 {
            return Ok((revoked, false));
        }
    }
    Ok((0, true))
}

fn revoke_of(conn: &mut Conn, context: &mut Context, of: &OrganizationId) -> Result<usize, Error> {
    let now = context.now;
    let before = store::policies::get(conn, of)?;
    let Some(days) = before.policy.revoke_unused_after_days else { return Ok(0) };
    if before.unused_revoked_from.is_none_or(|from| now < from) {
        return Ok(0);
    }
    let spared = before.policy.system_default_key;
    let found = list_unused(conn, of, since(days, now), spared, BATCH, now)?;
    if found.is_empty() {
        return Ok(0);
    }
    // Concurrent changes of the policy or of these keys come before or after this.
    store::users::lock_members(conn, of)?;
    let owners: BTreeSet<_> = found.into_iter().map(|(_, owner)| owner).collect();
    for owner in &owners {
        store::users::lock_api_keys(conn, owner)?;
    }
    if store::policies::get(conn, of)? != before {
        return Ok(0);
    }
    let found = list_unused(conn, of, since(days, now), spared, BATCH, now)?;
    let ids: Vec<ApiKeyId> = found.into_iter().filter(|(_, owner)| owners.contains(owner)).map(|(id, _)| id).collect();
    store::verification::record_change(conn, None, now)?;
    let reason = Description::parse(&format!("Not used for {days} days")).ok();
    let text = reason.as_ref().map(|reason| reason.as_str().to_owned());
    let event = ApiKeyEvent::Revoked { reason: text, unused_for_days: Some(days) };
    for api_key in store::api_keys::list(conn, &Whose::Organization(of.clone()), &ids)? {
        store::api_keys::update_revoked(conn, &api_key.id, now, reason.as_ref())?;
        context.record(conn, By::Server, &api_key, &event)?;
    }
    erase_tokens(conn, &ids)?;
    Ok(ids.len())
}
