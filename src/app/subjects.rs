//! Subjects of audit events, where only an id is known.

use super::Error;
use crate::{
    domain::{
        OrganizationId, UserId,
        audit::{OrganizationSubject, UserSubject},
    },
    store::{self, Conn},
};

pub(super) fn find_organization(conn: &mut Conn, id: &OrganizationId) -> Result<OrganizationSubject, Error> {
    Ok(OrganizationSubject { id: id.clone(), name: store::organizations::find_name(conn, id)? })
}

pub(super) fn find_user(conn: &mut Conn, organization_id: &OrganizationId, id: &UserId) -> Result<UserSubject, Error> {
    let name = store::users::find_name(conn, id)?;
    Ok(UserSubject { organization_id: organization_id.clone(), id: id.clone(), name })
}
