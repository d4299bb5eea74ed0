//! Finds the owner whose keys a person wants to see, by part of a name or email address.

use crate::{
    app::{Context, Error},
    domain::{Actor, Permission, UserId, text},
    store::{self, Conn, owners::Owner},
};

use super::authorize;

/// How many people are suggested at once.
pub const OFFERED: usize = 20;

/// The people that a text may refer to.
#[derive(Clone, Debug)]
pub enum Meant {
    One(UserId),
    Nobody,
    /// The first [`OFFERED`] of them, by name.
    Several(Vec<Owner>),
}

/// The first [`OFFERED`] owners by name whose name or address contains the text.
pub fn suggest(conn: &mut Conn, context: &Context, actor: &Actor, typed: &str) -> Result<Vec<Owner>, Error> {
    let mut found = search(conn, context, actor, &text::fold(typed.trim()))?;
    found.truncate(OFFERED);
    Ok(found)
}

/// An exact match of name or address comes before partial matches. `present` is the owner selected before: they stay
/// selected as long as the text is their label, even if another owner has the same name.
pub fn find(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    present: Option<&UserId>,
    typed: &str,
) -> Result<Meant, Error> {
    let wanted = text::fold(typed.trim());
    if let Some(id) = present
        && let Some(owner) = store::owners::list_by_id(conn, &actor.person.organization_id, &[id])?.pop()
        && text::fold(&as_seen(context, actor, owner).label()) == wanted
    {
        return Ok(Meant::One(id.clone()));
    }
    Ok(meant(search(conn, context, actor, &wanted)?, present, typed))
}

/// Whom a text refers to, among people whose label contains it.
pub fn meant(mut found: Vec<Owner>, present: Option<&UserId>, typed: &str) -> Meant {
    let wanted = text::fold(typed.trim());
    if let Some(owner) = found.iter().find(|owner| Some(&owner.id) == present && text::fold(&owner.label()) == wanted) {
        return Meant::One(owner.id.clone());
    }
    let is_exact =
        |owner: &Owner| [&owner.name, &owner.email, &owner.label()].map(|own| text::fold(own)).contains(&wanted);
    if found.iter().any(is_exact) {
        found.retain(is_exact);
    }
    found.truncate(OFFERED);
    match found.as_slice() {
        [] => Meant::Nobody,
        [owner] => Meant::One(owner.id.clone()),
        _ => Meant::Several(found),
    }
}

/// What the actor may see of an owner: the email address only if they may see members.
pub fn as_seen(context: &Context, actor: &Actor, owner: Owner) -> Owner {
    if actor.may(Permission::SeeMembers, &context.policy) { owner } else { Owner { email: String::new(), ..owner } }
}

/// Searched and sorted here, not in the database, because only Unicode case folding suits every script. An organization
/// has hundreds of people, not millions.
fn search(conn: &mut Conn, context: &Context, actor: &Actor, wanted: &str) -> Result<Vec<Owner>, Error> {
    authorize(actor, Permission::SeeAllApiKeys, &context.policy)?;
    let owners = store::owners::list(conn, &actor.person.organization_id)?;
    let mut found: Vec<Owner> = owners.into_iter().map(|owner| as_seen(context, actor, owner)).collect();
    found.retain(|owner| text::fold(&owner.label()).contains(wanted));
    found.sort_by_cached_key(|owner| (text::fold(&owner.name), owner.id.clone()));
    Ok(found)
}
