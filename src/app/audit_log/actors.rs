//! Finds the person whose acts a reader wants to see, by part of a name or email address.

use super::authorize;
use crate::{
    app::{
        Context, Error,
        api_keys::owners::{Meant, OFFERED, meant},
    },
    domain::{Actor, Permission, UserId, text},
    store::{self, Conn, owners::Owner},
};

/// The first people by name whose name or address contains the text.
pub fn suggest(conn: &mut Conn, context: &Context, actor: &Actor, typed: &str) -> Result<Vec<Owner>, Error> {
    let mut found = search(conn, context, actor, typed)?;
    found.truncate(OFFERED);
    Ok(found)
}

/// Like [`crate::app::api_keys::owners::find`], among everybody who is or was in the organization.
pub fn find(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    present: Option<&UserId>,
    typed: &str,
) -> Result<Meant, Error> {
    let found = search(conn, context, actor, typed)?;
    Ok(meant(found, present, typed))
}

/// Searched here, not in the database: only Unicode case folding suits every script.
fn search(conn: &mut Conn, context: &Context, actor: &Actor, typed: &str) -> Result<Vec<Owner>, Error> {
    authorize(actor, context, Permission::SeeAuditLog)?;
    let wanted = text::fold(typed.trim());
    let mut found = store::owners::list_all(conn, &actor.person.organization_id)?;
    found.retain(|person| text::fold(&person.label()).contains(&wanted));
    found.sort_by_cached_key(|person| (text::fold(&person.name), person.id.clone()));
    Ok(found)
}
