//! Whose keys one wants to see: somebody who has keys, by what is typed of their name or email address.

use crate::{
    app::{Context, Error},
    domain::{Actor, Permission, UserId, text},
    store::{self, Conn, owners::Owner},
};

use super::authorize;

/// People who are named at once.
pub const OFFERED: usize = 20;

/// Whom a text means.
#[derive(Clone, Debug)]
pub enum Meant {
    One(UserId),
    Nobody,
    /// By name: the first [`OFFERED`] of them.
    Several(Vec<Owner>),
}

/// The first [`OFFERED`], by name, of those who have keys and in whose name or address this is found.
pub fn suggest(conn: &mut Conn, context: &Context, actor: &Actor, typed: &str) -> Result<Vec<Owner>, Error> {
    let mut found = search(conn, context, actor, &text::fold(typed.trim()))?;
    found.truncate(OFFERED);
    Ok(found)
}

/// Who has exactly this name or address comes before who has more than this in them. `present` is who was asked for
/// before: as long as their label is what the text says, they are meant, whoever else has the same one.
pub fn find(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    present: Option<&UserId>,
    typed: &str,
) -> Result<Meant, Error> {
    let wanted = text::fold(typed.trim());
    let mut found = search(conn, context, actor, &wanted)?;
    if let Some(id) = present
        && let Some(owner) = store::owners::list_by_id(conn, &actor.person.organization_id, &[id])?.pop()
        && text::fold(&as_seen(context, actor, owner).label()) == wanted
    {
        return Ok(Meant::One(id.clone()));
    }
    let is_exact =
        |owner: &Owner| [&owner.name, &owner.email, &owner.label()].map(|own| text::fold(own)).contains(&wanted);
    if found.iter().any(is_exact) {
        found.retain(is_exact);
    }
    found.truncate(OFFERED);
    Ok(match found.as_slice() {
        [] => Meant::Nobody,
        [owner] => Meant::One(owner.id.clone()),
        _ => Meant::Several(found),
    })
}

/// What the actor may know of somebody whose keys they see: an address only where they may see members.
pub fn as_seen(context: &Context, actor: &Actor, owner: Owner) -> Owner {
    if actor.may(Permission::SeeMembers, &context.policy) { owner } else { Owner { email: String::new(), ..owner } }
}

/// An organization has hundreds of people and not millions: they are searched and sorted here, where letters of every
/// script have an upper and a lower case.
fn search(conn: &mut Conn, context: &Context, actor: &Actor, wanted: &str) -> Result<Vec<Owner>, Error> {
    authorize(actor, Permission::SeeAllApiKeys, &context.policy)?;
    let owners = store::owners::list(conn, &actor.person.organization_id)?;
    let mut found: Vec<Owner> = owners.into_iter().map(|owner| as_seen(context, actor, owner)).collect();
    found.retain(|owner| text::fold(&owner.label()).contains(wanted));
    found.sort_by_cached_key(|owner| (text::fold(&owner.name), owner.id.clone()));
    Ok(found)
}
