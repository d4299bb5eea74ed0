//! Keys that were disabled until a time which has passed. Their status follows from the clock; this only stores it.

use std::collections::BTreeSet;

use rand::{SeedableRng as _, rngs::StdRng};

use crate::{
    app::{By, Channel, Context, Error},
    domain::{ApiKey, ApiKeyEvent, ApiKeyId, OrganizationId, UserId, api_key::listing::Whose},
    store::{self, Conn},
};

/// Keys per transaction, because others wait for it.
const BATCH: i64 = 500;

/// Records some of those keys as enabled, each with its event. Returns how many, and whether those were all.
pub fn record_ended(conn: &mut Conn, context: &mut Context) -> Result<(usize, bool), Error> {
    for (organization_id, _) in store::organizations::list(conn)? {
        let noted = record_ended_of(conn, context, &organization_id)?;
        // Locks one organization per transaction.
        if noted > 0 {
            return Ok((noted, false));
        }
    }
    Ok((0, true))
}

fn record_ended_of(conn: &mut Conn, context: &mut Context, of: &OrganizationId) -> Result<usize, Error> {
    let list = |conn: &mut Conn| -> Result<Vec<(ApiKeyId, UserId)>, _> {
        store::api_keys::list_ended_pauses(conn, of, context.now, BATCH)
    };
    let owners: BTreeSet<_> = list(conn)?.into_iter().map(|(_, owner)| owner).collect();
    for owner in &owners {
        store::users::lock_api_keys(conn, owner)?;
    }
    // Before the locks were held, another instance may have recorded them, or somebody may have changed a key.
    let ids: Vec<_> = list(conn)?.into_iter().filter(|(_, owner)| owners.contains(owner)).map(|(id, _)| id).collect();
    let api_keys = store::api_keys::list(conn, &Whose::Organization(of.clone()), &ids)?;
    for api_key in &api_keys {
        store::verification::record_change(conn, Some(&api_key.id), context.now)?;
        record_end_of_pause(conn, context, api_key)?;
    }
    Ok(api_keys.len())
}

/// Must be called under the lock of the owner's keys, also before any other change of the key.
pub(super) fn record_end_of_pause(conn: &mut Conn, context: &mut Context, api_key: &ApiKey) -> Result<(), Error> {
    let Some(end) = api_key.ended_pause(context.now) else { return Ok(()) };
    if store::api_keys::end_pause(conn, &api_key.id, context.now)? {
        // The event has the time at which the pause ended, and no request caused it.
        let mut then = Context::without_request(Channel::Task, end, StdRng::from_rng(&mut context.rng));
        then.record(conn, By::Server, api_key, &ApiKeyEvent::Enabled)?;
    }
    Ok(())
}
