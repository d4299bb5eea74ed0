//! Invitations to an organization, by the digest of their link.

use diesel::prelude::*;

use super::{Conn, Error, schema::invitations};
use crate::domain::{
    EmailAddress, Invitation, InvitationId, OrganizationId, Role, Sha256Digest, Timestamp, UserId,
    invitation::InvitationStatus,
};

#[derive(Queryable)]
struct InvitationRow {
    id: String,
    organization_id: String,
    email: String,
    role: String,
    invited_by: String,
    created_at: i64,
    expires_at: i64,
    accepted_at: Option<i64>,
    revoked_at: Option<i64>,
}

/// `mail_token` is the digest of the link that is only sent by email.
pub fn insert(
    conn: &mut Conn,
    invitation: &Invitation,
    token: &Sha256Digest,
    mail_token: &Sha256Digest,
) -> Result<(), Error> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(invitation.id.as_str()),
            invitations::organization_id.eq(invitation.organization_id.as_str()),
            invitations::email.eq(invitation.email.as_str()),
            invitations::email_folded.eq(invitation.email.folded()),
            invitations::role.eq(invitation.role.as_str()),
            invitations::token_digest.eq(token.as_str()),
            invitations::mail_token_digest.eq(mail_token.as_str()),
            invitations::invited_by.eq(invitation.invited_by.as_str()),
            invitations::created_at.eq(invitation.created_at.unix_micros()),
            invitations::expires_at.eq(invitation.expires_at.unix_micros()),
            invitations::accepted_at.eq(invitation.accepted_at.map(Timestamp::unix_micros)),
            invitations::revoked_at.eq(invitation.revoked_at.map(Timestamp::unix_micros)),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, organization_id: &OrganizationId, id: &InvitationId) -> Result<Option<Invitation>, Error> {
    let row: Option<InvitationRow> = invitations::table
        .filter(invitations::id.eq(id.as_str()).and(invitations::organization_id.eq(organization_id.as_str())))
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    row.map(Invitation::try_from).transpose()
}

/// Also returns whether the token is the one that was sent by email.
pub fn find_by_token(conn: &mut Conn, token: &Sha256Digest) -> Result<Option<(Invitation, bool)>, Error> {
    let by_mail = invitations::mail_token_digest.eq(token.as_str());
    let mut row: Option<InvitationRow> = invitations::table.filter(by_mail).select(COLUMNS).first(conn).optional()?;
    let is_by_mail = row.is_some();
    if !is_by_mail {
        let by_hand = invitations::token_digest.eq(token.as_str());
        row = invitations::table.filter(by_hand).select(COLUMNS).first(conn).optional()?;
    }
    row.map(|row| Ok((Invitation::try_from(row)?, is_by_mail))).transpose()
}

/// Pending invitations, newest first.
pub fn list_pending(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    now: Timestamp,
) -> Result<Vec<Invitation>, Error> {
    let rows: Vec<InvitationRow> = invitations::table
        .filter(invitations::organization_id.eq(organization_id.as_str()))
        .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
        .filter(invitations::expires_at.gt(now.unix_micros()))
        .order(invitations::id.desc())
        .select(COLUMNS)
        .load(conn)?;
    let mut pending = rows.into_iter().map(Invitation::try_from).collect::<Result<Vec<_>, _>>()?;
    pending.retain(|invitation| invitation.status(now) == InvitationStatus::Pending);
    Ok(pending)
}

/// Pending invitations for one address.
pub fn list_pending_for(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Vec<Invitation>, Error> {
    let pending = list_pending(conn, organization_id, now)?;
    Ok(pending.into_iter().filter(|invitation| invitation.email.folded() == email.folded()).collect())
}

/// Returns whether it was still pending.
pub fn update_accepted(conn: &mut Conn, id: &InvitationId, now: Timestamp) -> Result<bool, Error> {
    let open = invitations::accepted_at.is_null().and(invitations::revoked_at.is_null());
    let changed = diesel::update(invitations::table.find(id.as_str()).filter(open))
        .set(invitations::accepted_at.eq(now.unix_micros()))
        .execute(conn)?;
    Ok(changed == 1)
}

pub fn update_revoked(conn: &mut Conn, id: &InvitationId, now: Timestamp) -> Result<(), Error> {
    diesel::update(invitations::table.find(id.as_str()))
        .set(invitations::revoked_at.eq(now.unix_micros()))
        .execute(conn)?;
    Ok(())
}

type Columns = (
    invitations::id,
    invitations::organization_id,
    invitations::email,
    invitations::role,
    invitations::invited_by,
    invitations::created_at,
    invitations::expires_at,
    invitations::accepted_at,
    invitations::revoked_at,
);

const COLUMNS: Columns = (
    invitations::id,
    invitations::organization_id,
    invitations::email,
    invitations::role,
    invitations::invited_by,
    invitations::created_at,
    invitations::expires_at,
    invitations::accepted_at,
    invitations::revoked_at,
);

impl TryFrom<InvitationRow> for Invitation {
    type Error = Error;

    fn try_from(row: InvitationRow) -> Result<Self, Error> {
        Ok(Self {
            id: InvitationId::parse(&row.id).map_err(|_| Error::Corrupt("invitations.id"))?,
            organization_id: OrganizationId::parse(&row.organization_id)
                .map_err(|_| Error::Corrupt("invitations.organization_id"))?,
            email: EmailAddress::parse(&row.email).map_err(|_| Error::Corrupt("invitations.email"))?,
            role: Role::parse(&row.role).map_err(|_| Error::Corrupt("invitations.role"))?,
            invited_by: UserId::parse(&row.invited_by).map_err(|_| Error::Corrupt("invitations.invited_by"))?,
            created_at: Timestamp::from_unix_micros(row.created_at),
            expires_at: Timestamp::from_unix_micros(row.expires_at),
            accepted_at: row.accepted_at.map(Timestamp::from_unix_micros),
            revoked_at: row.revoked_at.map(Timestamp::from_unix_micros),
        })
    }
}
