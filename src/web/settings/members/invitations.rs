//! Inviting people, with a link that works once and is displayed once.

pub mod confirmation;
pub mod new;
pub mod revocation;

use super::{HOME, MEMBERS, RoleChoice, SETTINGS, role_choices};
use crate::{config::Registration, domain::InvitationId, web::error::Error, web::request_context::RequestContext};

pub const PATH: &str = "/settings/members/invitations";

/// The id in a path. A malformed one belongs to no invitation.
fn parse_id(id: &str) -> Result<InvitationId, Error> {
    InvitationId::parse(id).map_err(|_| Error::NotFound)
}

/// If nobody can register, an invitation could not be accepted.
fn require_open(request: &RequestContext) -> Result<(), Error> {
    if request.state.registration == Registration::Closed { Err(Error::InvitationsClosed) } else { Ok(()) }
}
