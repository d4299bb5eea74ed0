//! The organizations of a server, for its operator.

use super::{By, Context, Error, subjects};
use crate::{
    domain::{DefaultOrganization, OrganizationEvent, OrganizationId},
    store::{self, Conn},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedOrganization {
    pub id: OrganizationId,
    pub name: String,
    /// Whether its keys are accepted when a request names no organization.
    pub is_default: bool,
}

/// Oldest first.
pub fn list(conn: &mut Conn) -> Result<Vec<ListedOrganization>, Error> {
    let default = store::verification::default_organization(conn)?;
    let listed = |(id, name)| ListedOrganization { is_default: default.id() == Some(&id), id, name };
    Ok(store::organizations::list(conn)?.into_iter().map(listed).collect())
}

/// Sets the default organization, whose keys are accepted when a request names none. With None, such requests are
/// refused. Returns whether that is a change. Running servers apply it within a quarter of a second.
pub fn change_default(conn: &mut Conn, context: &mut Context, chosen: Option<&OrganizationId>) -> Result<bool, Error> {
    // First, so that each of two concurrent changes sees the result of the other.
    let before = store::verification::lock_default_organization(conn)?;
    if chosen.is_some_and(|id| before.id() == Some(id)) || (chosen.is_none() && before == DefaultOrganization::None) {
        return Ok(false);
    }
    if let Some(id) = chosen
        && !store::organizations::exists(conn, id)?
    {
        return Err(Error::NotFound);
    }
    store::verification::update_default_organization(conn, chosen)?;
    for (id, is_default) in before.id().map(|id| (id, false)).into_iter().chain(chosen.map(|id| (id, true))) {
        let event = OrganizationEvent::DefaultChanged { is_default };
        let subject = subjects::find_organization(conn, id)?;
        context.record(conn, By::Nobody, &subject, &event)?;
    }
    Ok(true)
}
