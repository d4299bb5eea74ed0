//! Invitations: a link that works once and adds a person to the organization in the offered role.

use time::Duration;

use super::{EmailAddress, InvitationId, OrganizationId, Person, Policy, Role, Timestamp, UserId};

/// How long an invitation can be accepted.
pub const LIFETIME: Duration = Duration::days(7);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    pub email: EmailAddress,
    pub role: Role,
    pub invited_by: UserId,
    pub created_at: Timestamp,
    /// The first instant at which it can no longer be accepted.
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// Computed, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationStatus {
    Pending,
    Accepted,
    Revoked,
    Expired,
}

impl Invitation {
    pub fn status(&self, now: Timestamp) -> InvitationStatus {
        if self.accepted_at.is_some() {
            InvitationStatus::Accepted
        } else if self.revoked_at.is_some() {
            InvitationStatus::Revoked
        } else if !now.is_within(self.created_at, self.expires_at) {
            InvitationStatus::Expired
        } else {
            InvitationStatus::Pending
        }
    }

    /// Whether it can be accepted. `inviter` is the person who sent it, with their current role; None if they are
    /// disabled or removed. An inviter who may no longer assign the role cannot offer it.
    pub fn is_good(&self, inviter: Option<&Person>, policy: &Policy, now: Timestamp) -> bool {
        let may_offer = |inviter: &Person| {
            let is_of_us = inviter.organization_id == self.organization_id;
            is_of_us && inviter.clone().signed_in().may_manage_members_of(self.role, policy)
        };
        self.status(now) == InvitationStatus::Pending && inviter.is_some_and(may_offer)
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_micros(seconds * 1_000_000)
    }

    fn invitation(role: Role, rng: &mut StdRng) -> (Invitation, Person) {
        let inviter = Person {
            id: UserId::generate(at(0), rng),
            organization_id: OrganizationId::generate(at(0), rng),
            role: Role::Owner,
        };
        let invitation = Invitation {
            id: InvitationId::generate(at(0), rng),
            organization_id: inviter.organization_id.clone(),
            email: EmailAddress::parse("ann@acme.example").unwrap(),
            role,
            invited_by: inviter.id.clone(),
            created_at: at(0),
            expires_at: at(100),
            accepted_at: None,
            revoked_at: None,
        };
        (invitation, inviter)
    }

    #[test]
    fn it_is_good_once_and_until_it_expires() {
        let (pending, owner) = invitation(Role::Support, &mut StdRng::seed_from_u64(1));
        let accepted = Invitation { accepted_at: Some(at(1)), ..pending.clone() };
        let revoked = Invitation { revoked_at: Some(at(1)), ..pending.clone() };
        for (invitation, now, status) in [
            (&pending, 99, InvitationStatus::Pending),
            (&pending, 100, InvitationStatus::Expired),
            (&accepted, 99, InvitationStatus::Accepted),
            (&accepted, 100, InvitationStatus::Accepted),
            (&revoked, 100, InvitationStatus::Revoked),
        ] {
            assert_eq!(invitation.status(at(now)), status);
            let is_good = invitation.is_good(Some(&owner), &Policy::default(), at(now));
            assert_eq!(is_good, status == InvitationStatus::Pending, "{status:?}");
        }
    }

    #[test]
    fn it_is_worth_what_its_maker_may_offer_now() {
        let mut rng = StdRng::seed_from_u64(2);
        for (offered, good_by) in
            [(Role::Owner, &[Role::Owner][..]), (Role::Member, &[Role::Owner, Role::Administrator])]
        {
            let (invitation, owner) = invitation(offered, &mut rng);
            for role in Role::ALL {
                let inviter = Person { role, ..owner.clone() };
                let is_good = invitation.is_good(Some(&inviter), &Policy::default(), at(1));
                assert_eq!(is_good, good_by.contains(&role), "{offered} by {role}");
            }
            assert!(!invitation.is_good(None, &Policy::default(), at(1)));
            let stranger = Person { organization_id: OrganizationId::generate(at(0), &mut rng), ..owner };
            assert!(!invitation.is_good(Some(&stranger), &Policy::default(), at(1)));
        }
    }
}
