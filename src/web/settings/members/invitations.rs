//! Inviting people: a link that works once, shown once.

pub mod confirmation;
pub mod new;
pub mod revocation;

use super::{HOME, MEMBERS, RoleChoice, SETTINGS, role_choices};
use crate::{config::Registration, domain::InvitationId, web::error::Error, web::request_context::RequestContext};

pub const PATH: &str = "/settings/members/invitations";

/// The id in a path. One that is none belongs to no invitation.
fn parse_id(id: &str) -> Result<InvitationId, Error> {
    InvitationId::parse(id).map_err(|_| Error::NotFound)
}

/// Where nobody can register, an invitation would be an empty promise.
fn require_open(request: &RequestContext) -> Result<(), Error> {
    if request.state.registration == Registration::Closed { Err(Error::InvitationsClosed) } else { Ok(()) }
}
