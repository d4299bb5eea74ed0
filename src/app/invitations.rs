//! Invitations: created by people who may manage members, accepted by the holder of the link.

use super::{
    By, Context, Error, Failure, Fault, Field,
    accounts::{self, EmailAddressTaken, NewAccount},
    actors, limits, throttle,
};
use crate::{
    domain::{
        Actor, EmailAddress, Invitation, InvitationEvent, InvitationId, LinkToken, OrganizationId, Role, Sha256Digest,
        invitation::{InvitationStatus, LIFETIME},
    },
    store::{self, Conn, users::Holder},
};

/// The command that invites a person.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    pub email: Field<EmailAddress>,
    pub role: Field<Role>,
    /// Random, one for each displayed form. The same form never invites twice.
    pub form_token: String,
}

impl NewInvitation {
    pub fn parse(email: &str, role: &str, form_token: &str) -> Self {
        Self {
            email: EmailAddress::parse(email).map_err(|_| Fault::EmailAddress),
            role: Role::parse(role).map_err(|_| Fault::Role),
            form_token: form_token.to_owned(),
        }
    }
}

/// Why nobody was invited.
#[derive(Debug)]
pub enum NotInvited {
    /// At least one fault.
    Invalid(Vec<Fault>),
    /// This form has already created an invitation. None if that is deleted.
    FormUsed(Option<Box<Invitation>>),
}

/// A new invitation with its link's token, which is displayed only now.
#[derive(Debug)]
pub struct CreatedInvitation {
    pub invitation: Invitation,
    pub token: LinkToken,
    /// The token of the link that is sent by email and never displayed: its holder can read the mailbox.
    pub mail_token: LinkToken,
    /// Whether an earlier invitation for the same address was revoked.
    pub has_replaced: bool,
}

#[derive(Debug)]
pub struct ListedInvitation {
    pub invitation: Invitation,
    /// The inviter's name.
    pub invited_by: String,
    /// Whether the inviter may still offer the role.
    pub is_good: bool,
    /// The mail server refused the email with its link.
    pub mail_failed: bool,
}

/// What the holder of a valid link sees.
#[derive(Debug)]
pub struct InvitationOffer {
    pub invitation: Invitation,
    pub organization_name: String,
    pub invited_by: String,
    /// The state of the address. Known only if the link came by email, so that the person has the mailbox.
    pub address: Address,
}

/// Whether the invited address can become an account, as far as the person may know.
#[derive(Clone, Debug)]
pub enum Address {
    /// The link did not come by email, so nothing is revealed, and no account loses the address.
    Undisclosed,
    Free,
    /// An account elsewhere has the address without proof, and loses it.
    Unproven(Holder),
    /// An account elsewhere has proven the address.
    Taken,
}

/// The result of accepting an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    Done,
    /// Another account has the address. Only the owner of the mailbox learns this, and the invitation stays.
    AddressTaken,
}

/// Invitations whose address matches `query`, newest first.
pub(super) fn list(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    query: &str,
) -> Result<Vec<ListedInvitation>, Error> {
    let wanted = query.trim().to_lowercase();
    let pending = store::invitations::list_pending(conn, &actor.person.organization_id, context.now)?;
    let found = pending.into_iter().filter(|invitation| invitation.email.as_str().to_lowercase().contains(&wanted));
    let found: Vec<_> = found.collect();
    let ids: Vec<_> = found.iter().map(|invitation| &invitation.id).collect();
    let failed = store::invitation_mail_failures::list_among(conn, &ids)?;
    let mut listed = Vec::new();
    for invitation in found {
        let inviter = store::users::find_account(conn, &invitation.invited_by)?;
        let active = inviter.as_ref().filter(|inviter| inviter.disabled_at.is_none()).map(|inviter| &inviter.person);
        listed.push(ListedInvitation {
            is_good: invitation.is_good(active, &context.policy, context.now),
            mail_failed: failed.contains(&invitation.id),
            invited_by: inviter.map_or_else(|| "Somebody who was removed".to_owned(), |inviter| inviter.name),
            invitation,
        });
    }
    Ok(listed)
}

/// Only the latest invitation for an address is valid, because an inviter who lost a link creates another. Accounts of
/// other organizations make no difference.
pub fn create(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    new: &NewInvitation,
) -> Result<CreatedInvitation, Failure<NotInvited>> {
    store::users::lock_members(conn, &actor.person.organization_id)?;
    let actor = &actors::current(conn, context, actor)?;
    // Differs from the digest of a key form with the same token.
    let form_token = Sha256Digest::compute(&format!("invitation {}", new.form_token));
    if let Some(made) = store::form_submissions::find_invitation(conn, &actor.person.id, &form_token)? {
        let made = store::invitations::find(conn, &actor.person.organization_id, &made)?;
        return Err(Failure::Refused(NotInvited::FormUsed(made.map(Box::new))));
    }
    let mut faults = Vec::new();
    let email = new.email.clone().map_err(|fault| faults.push(fault)).ok();
    let role = new.role.clone().map_err(|fault| faults.push(fault)).ok();
    if let Some(email) = &email
        && is_member(conn, actor, email)?
    {
        faults.push(Fault::MemberAlready);
    }
    if !role.is_none_or(|role| actor.may_manage_members_of(role, &context.policy)) {
        return Err(Error::Forbidden.into());
    }
    let (Some(email), Some(role), true) = (email, role, faults.is_empty()) else {
        return Err(Failure::Refused(NotInvited::Invalid(faults)));
    };

    let earlier = store::invitations::list_pending_for(conn, &actor.person.organization_id, &email, context.now)?;
    for invitation in &earlier {
        if !actor.may_manage_members_of(invitation.role, &context.policy) {
            return Err(Error::Forbidden.into());
        }
        end(conn, context, actor, invitation, true)?;
    }
    throttle::take_invitation(conn, context, &actor.person.organization_id)?;
    limits::take_invitation(conn, context, &actor.person.organization_id)?;
    let (token, mail_token) = (LinkToken::generate(&mut context.rng), LinkToken::generate(&mut context.rng));
    let invitation = Invitation {
        id: InvitationId::generate(context.now, &mut context.rng),
        organization_id: actor.person.organization_id.clone(),
        email,
        role,
        invited_by: actor.person.id.clone(),
        created_at: context.now,
        expires_at: context.now.plus(LIFETIME),
        accepted_at: None,
        revoked_at: None,
    };
    store::invitations::insert(conn, &invitation, &token.digest(), &mail_token.digest())?;
    let made_id = invitation.id.as_str();
    store::form_submissions::insert(conn, &actor.person.id, &form_token, made_id, context.now)?;
    context.record(conn, actor, &invitation, &InvitationEvent::Created)?;
    Ok(CreatedInvitation { invitation, token, mail_token, has_replaced: !earlier.is_empty() })
}

/// The invitation, if this actor may revoke it.
pub fn get(conn: &mut Conn, context: &Context, actor: &Actor, id: &InvitationId) -> Result<Invitation, Error> {
    let invitation = store::invitations::find(conn, &actor.person.organization_id, id)?.ok_or(Error::NotFound)?;
    if actor.may_manage_members_of(invitation.role, &context.policy) { Ok(invitation) } else { Err(Error::Forbidden) }
}

/// The link no longer works. Revoking twice changes nothing.
pub fn revoke(conn: &mut Conn, context: &mut Context, actor: &Actor, id: &InvitationId) -> Result<Invitation, Error> {
    store::users::lock_members(conn, &actor.person.organization_id)?;
    let actor = &actors::current(conn, context, actor)?;
    let invitation = get(conn, context, actor, id)?;
    match invitation.status(context.now) {
        InvitationStatus::Accepted => Err(Error::InvitationAccepted),
        InvitationStatus::Revoked => Ok(invitation),
        InvitationStatus::Pending | InvitationStatus::Expired => {
            end(conn, context, actor, &invitation, false)?;
            Ok(invitation)
        }
    }
}

/// What the link with this token offers, if it is valid.
pub fn find_offer(conn: &mut Conn, context: &Context, token: &LinkToken) -> Result<Option<InvitationOffer>, Error> {
    let found = store::invitations::find_by_token(conn, &token.digest())?;
    let Some((invitation, is_by_mail)) = found else { return Ok(None) };
    let Some(inviter) = actors::find_active(conn, &invitation.invited_by)? else { return Ok(None) };
    let is_good = invitation.is_good(Some(&inviter.person), &context.policy, context.now);
    let (organization_name, invited_by) = (inviter.organization_name, inviter.name);
    if !is_good {
        return Ok(None);
    }
    let address = if is_by_mail { find_address(conn, &invitation.email)? } else { Address::Undisclosed };
    Ok(Some(InvitationOffer { invitation, organization_name, invited_by, address }))
}

fn find_address(conn: &mut Conn, email: &EmailAddress) -> Result<Address, Error> {
    Ok(match store::users::find_holder(conn, email)? {
        None => Address::Free,
        Some(holder) if holder.is_proven => Address::Taken,
        Some(holder) => Address::Unproven(holder),
    })
}

/// Creates the account and uses up the link. If another account has the address, the link decides. If it came by email,
/// an unproven address is taken from that account. A proven one stays, which the person learns. If it was handed over,
/// the person may not have the mailbox: nothing is taken, only the audit log records it, and the link is used up
/// anyway.
pub fn accept(
    conn: &mut Conn,
    context: &mut Context,
    token: &LinkToken,
    account: &NewAccount,
    password_hash: &str,
) -> Result<Accepted, Failure<EmailAddressTaken>> {
    let found = store::invitations::find_by_token(conn, &token.digest())?;
    let (found, _) = found.ok_or(Error::InvitationNotValid)?;
    store::users::lock_members(conn, &found.organization_id)?;
    let InvitationOffer { invitation, address, .. } =
        find_offer(conn, context, token)?.ok_or(Error::InvitationNotValid)?;
    let is_free = match &address {
        Address::Undisclosed => store::users::find_holder(conn, &invitation.email)?.is_none(),
        Address::Free => true,
        Address::Unproven(holder) => accounts::release_email(conn, context, holder, &invitation.email)?,
        Address::Taken => false,
    };
    let is_by_mail = !matches!(address, Address::Undisclosed);
    if is_by_mail && !is_free {
        context.record(conn, By::Nobody, &invitation, &InvitationEvent::Refused)?;
        return Ok(Accepted::AddressTaken);
    }
    if !store::invitations::update_accepted(conn, &invitation.id, context.now)? {
        return Err(Error::InvitationNotValid.into());
    }
    if !is_free {
        context.record(conn, By::Nobody, &invitation, &InvitationEvent::Refused)?;
        return Ok(Accepted::Done);
    }
    context.record(conn, By::Nobody, &invitation, &InvitationEvent::Accepted)?;
    let account = NewAccount { email: invitation.email.clone(), ..account.clone() };
    let (organization, role) = (&invitation.organization_id, invitation.role);
    accounts::create_user(conn, context, organization, role, &account, password_hash, is_by_mail)?;
    Ok(Accepted::Done)
}

/// Records that the mail server refused the email for good, for the members page.
pub fn record_mail_failure(
    conn: &mut Conn,
    context: &mut Context,
    organization_id: &OrganizationId,
    id: &InvitationId,
) -> Result<(), Error> {
    let Some(invitation) = store::invitations::find(conn, organization_id, id)? else { return Ok(()) };
    if invitation.status(context.now) != InvitationStatus::Pending {
        return Ok(());
    }
    store::invitation_mail_failures::insert(conn, id, context.now)?;
    context.record(conn, By::Nobody, &invitation, &InvitationEvent::MailFailed)
}

fn is_member(conn: &mut Conn, actor: &Actor, email: &EmailAddress) -> Result<bool, Error> {
    let known = store::users::find_credentials(conn, email)?;
    Ok(known.is_some_and(|known| known.organization_id == actor.person.organization_id))
}

fn end(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    invitation: &Invitation,
    is_replaced: bool,
) -> Result<(), Error> {
    store::invitations::update_revoked(conn, &invitation.id, context.now)?;
    context.record(conn, actor, invitation, &InvitationEvent::Revoked { is_replaced })
}
