//! Invitations whose email the mail server refused.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{Conn, Error, schema::invitation_mail_failures};
use crate::domain::{InvitationId, Timestamp};

pub fn insert(conn: &mut Conn, id: &InvitationId, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(invitation_mail_failures::table)
        .values((
            invitation_mail_failures::invitation_id.eq(id.as_str()),
            invitation_mail_failures::failed_at.eq(now.unix_micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The invitations among these whose email was refused.
pub fn list_among(conn: &mut Conn, ids: &[&InvitationId]) -> Result<BTreeSet<InvitationId>, Error> {
    let found: Vec<String> = invitation_mail_failures::table
        .filter(invitation_mail_failures::invitation_id.eq_any(ids.iter().map(|id| id.as_str())))
        .select(invitation_mail_failures::invitation_id)
        .load(conn)?;
    let parse =
        |id: &String| InvitationId::parse(id).map_err(|_| Error::Corrupt("invitation_mail_failures.invitation_id"));
    found.iter().map(parse).collect()
}
