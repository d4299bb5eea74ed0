//! Members of an organization, and who may change what about them.

use super::{Actor, OrganizationId, Permission, Policy, Role, Timestamp, UserId, text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: UserId,
    pub organization_id: OrganizationId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub disabled_at: Option<Timestamp>,
    pub last_signed_in_at: Option<Timestamp>,
}

/// A change to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// Assigns this role.
    Role(Role),
    Disable,
    Enable,
    Remove,
}

/// Why a change to a member is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberRefusal {
    #[error("the actor's role does not allow it")]
    Role,
    #[error("not allowed on your own account")]
    Own,
    #[error("this is the last Owner who can sign in")]
    LastOwner,
}

impl Member {
    pub fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// The sort key of the list of members: name, then when they joined.
    pub fn listing_key(&self) -> (String, UserId) {
        (text::fold(&self.name), self.id.clone())
    }

    /// Whether a search matches this member's name or email address.
    pub fn matches(&self, query: &str) -> bool {
        let wanted = text::fold(query.trim());
        text::fold(&self.name).contains(&wanted) || text::fold(&self.email).contains(&wanted)
    }
}

impl Actor {
    /// Whether this actor may manage members with this role, and assign it.
    pub fn may_manage_members_of(&self, role: Role, policy: &Policy) -> bool {
        let needed = if role == Role::Owner { Permission::ManageOwners } else { Permission::ManageMembers };
        self.may(needed, policy)
    }

    /// Whether this actor may make the change to `member`. `active_owners` is the number of Owners who can sign in.
    ///
    /// Nobody may change their own membership, except that an Owner may step down while another Owner remains.
    pub fn may_change(
        &self,
        member: &Member,
        change: MemberChange,
        active_owners: i64,
        policy: &Policy,
    ) -> Result<(), MemberRefusal> {
        let may_make = match change {
            MemberChange::Role(role) => self.may_manage_members_of(role, policy),
            MemberChange::Disable | MemberChange::Enable | MemberChange::Remove => true,
        };
        if !may_make || !self.may_manage_members_of(member.role, policy) {
            return Err(MemberRefusal::Role);
        }
        let ends_an_owner = member.role == Role::Owner
            && member.is_active()
            && !matches!(change, MemberChange::Role(Role::Owner) | MemberChange::Enable);
        if ends_an_owner && active_owners < 2 {
            return Err(MemberRefusal::LastOwner);
        }
        let is_own = self.person.id == member.id;
        let steps_down = matches!(change, MemberChange::Role(_)) && member.role == Role::Owner;
        if is_own && !steps_down { Err(MemberRefusal::Own) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::Person;

    fn member(role: Role, rng: &mut StdRng) -> Member {
        let now = Timestamp::from_unix_micros(0);
        Member {
            id: UserId::generate(now, rng),
            organization_id: OrganizationId::generate(now, rng),
            name: "Ольга Straße".to_owned(),
            email: "Olga@acme.example".to_owned(),
            role,
            disabled_at: None,
            last_signed_in_at: None,
        }
    }

    fn actor(member: &Member) -> Actor {
        let Member { id, organization_id, role, .. } = member.clone();
        Person { id, organization_id, role }.signed_in()
    }

    /// What a person with `role` may do to another member, in an organization with two Owners: a row per role of the
    /// other, a column per change.
    fn table(role: Role) -> String {
        let mut rng = StdRng::seed_from_u64(1);
        let actor = actor(&member(role, &mut rng));
        let acts = Role::ALL.map(MemberChange::Role).into_iter().chain([
            MemberChange::Disable,
            MemberChange::Enable,
            MemberChange::Remove,
        ]);
        let acts: Vec<_> = acts.collect();
        let row = |other: Role, rng: &mut StdRng| {
            let other = member(other, rng);
            let cell = |act: &MemberChange| match actor.may_change(&other, *act, 2, &Policy::default()) {
                Ok(()) => "yes",
                Err(MemberRefusal::Role) => "no",
                Err(_) => "other",
            };
            acts.iter().map(cell).collect::<Vec<_>>().join(" ")
        };
        Role::ALL.map(|other| row(other, &mut rng)).join("\n")
    }

    #[test]
    fn owners_manage_all_administrators_all_but_owners_and_the_others_nobody() {
        // To Owner, Administrator, Support, Analytics, Member; disable, enable, remove.
        let all = "yes yes yes yes yes yes yes yes";
        let none = "no no no no no no no no";
        let all_but_owners = "no yes yes yes yes yes yes yes";
        assert_eq!(table(Role::Owner), [all; 5].join("\n"));
        let of_administrators = [none, all_but_owners, all_but_owners, all_but_owners, all_but_owners];
        assert_eq!(table(Role::Administrator), of_administrators.join("\n"));
        for role in [Role::Support, Role::Analytics, Role::Member] {
            assert_eq!(table(role), [none; 5].join("\n"), "{role}");
        }
    }

    #[test]
    fn nobody_changes_themselves_but_an_owner_steps_down_while_another_stays() {
        let mut rng = StdRng::seed_from_u64(2);
        let policy = Policy::default();
        for role in [Role::Owner, Role::Administrator] {
            let own = member(role, &mut rng);
            for act in [MemberChange::Disable, MemberChange::Enable, MemberChange::Remove] {
                assert_eq!(actor(&own).may_change(&own, act, 2, &policy), Err(MemberRefusal::Own), "{role} {act:?}");
            }
            let stepped_down = actor(&own).may_change(&own, MemberChange::Role(Role::Member), 2, &policy);
            assert_eq!(stepped_down, if role == Role::Owner { Ok(()) } else { Err(MemberRefusal::Own) });
        }
        let support = member(Role::Support, &mut rng);
        assert_eq!(
            actor(&support).may_change(&support, MemberChange::Role(Role::Owner), 2, &policy),
            Err(MemberRefusal::Role)
        );
    }

    #[test]
    fn the_last_owner_who_can_sign_in_stays_one() {
        let mut rng = StdRng::seed_from_u64(3);
        let policy = Policy::default();
        let (last, other) = (member(Role::Owner, &mut rng), member(Role::Owner, &mut rng));
        for who in [&last, &other] {
            for act in [MemberChange::Role(Role::Administrator), MemberChange::Disable, MemberChange::Remove] {
                assert_eq!(actor(who).may_change(&last, act, 1, &policy), Err(MemberRefusal::LastOwner), "{act:?}");
            }
        }
        assert_eq!(actor(&other).may_change(&last, MemberChange::Role(Role::Owner), 1, &policy), Ok(()));
        // A disabled Owner does not count as a remaining one.
        let disabled = Member { disabled_at: Some(Timestamp::from_unix_micros(1)), ..other };
        assert_eq!(actor(&last).may_change(&disabled, MemberChange::Remove, 1, &policy), Ok(()));
    }

    #[test]
    fn a_search_looks_at_name_and_address_whatever_their_case() {
        let olga = member(Role::Member, &mut StdRng::seed_from_u64(4));
        for found in ["", " оль ", "STRASSE", "OLGA@", "acme.ex"] {
            assert!(olga.matches(found), "{found}");
        }
        assert!(!olga.matches("ольгаа") && !olga.matches("%"));
    }
}
