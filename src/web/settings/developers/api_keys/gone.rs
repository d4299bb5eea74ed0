//! What a page says of a key that is no longer there.

use super::{PATH, parse_id};
use crate::{
    app::api_keys::gone,
    web::{error::Error, visit::Visit},
};

/// The error for an address of a key that was not found. None for another address.
pub async fn explain(visit: &Visit) -> Option<Error> {
    let rest = visit.path.strip_prefix(PATH)?.strip_prefix('/')?;
    let id = parse_id(rest.split('/').next()?).ok()?;
    let (context, actor) = (visit.context(), visit.actor().ok()?);
    let found = visit.state.read(move |conn| gone::find(conn, &context, &actor, &id)).await;
    // The key was not found in any case, whether or not the reason can be read.
    Some(Error::ApiKeyNotFound(found.ok().flatten()))
}
