//! Which organizations' keys a verification request accepts.

use super::{OrganizationId, id::IdError};

/// The word that accepts keys of every organization.
pub const ANY: &str = "any";

/// The organizations whose keys a request accepts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Organizations {
    Any,
    One(OrganizationId),
    /// Any of these; empty accepts no key.
    Several(Vec<OrganizationId>),
}

impl Default for Organizations {
    /// Accepts no key.
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Organizations {
    /// Reads an organization's id, or [`ANY`].
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if text == ANY { Ok(Self::Any) } else { OrganizationId::parse(text).map(Self::One) }
    }

    pub fn accept(&self, id: &OrganizationId) -> bool {
        match self {
            Self::Any => true,
            Self::One(only) => only == id,
            Self::Several(all) => all.contains(id),
        }
    }

    /// Accepts the keys of both. None when one of the two is [`ANY`], which leaves nothing to add.
    pub fn and(self, other: Self) -> Option<Self> {
        let (mut all, more) = (self.into_ids()?, other.into_ids()?);
        all.extend(more);
        Some(Self::Several(all))
    }

    fn into_ids(self) -> Option<Vec<OrganizationId>> {
        match self {
            Self::Any => None,
            Self::One(only) => Some(vec![only]),
            Self::Several(all) => Some(all),
        }
    }
}

/// Which keys are accepted if a request names no organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultOrganization {
    /// Nobody has registered yet, so there are no keys.
    Missing,
    This(OrganizationId),
    /// Requests that name no organization are refused.
    None,
}

impl DefaultOrganization {
    pub fn id(&self) -> Option<&OrganizationId> {
        match self {
            Self::This(id) => Some(id),
            Self::Missing | Self::None => None,
        }
    }

    /// None if every request must name an organization.
    pub fn accepted(&self) -> Option<Organizations> {
        match self {
            Self::Missing => Some(Organizations::default()),
            Self::This(id) => Some(Organizations::One(id.clone())),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn the_named_organizations_are_accepted_and_no_others() {
        let mut rng = StdRng::seed_from_u64(1);
        let mut id = || OrganizationId::generate(Timestamp::from_unix_micros(0), &mut rng);
        let (first, second, third) = (id(), id(), id());
        let one = |id: &OrganizationId| Organizations::parse(id.as_str()).unwrap();
        let both = one(&first).and(one(&second)).unwrap();
        for (organizations, accepted) in [
            (Organizations::Any, [true, true, true]),
            (one(&first), [true, false, false]),
            (both.clone(), [true, true, false]),
            (both.and(one(&third)).unwrap(), [true, true, true]),
            (Organizations::default(), [false, false, false]),
        ] {
            assert_eq!([&first, &second, &third].map(|id| organizations.accept(id)), accepted, "{organizations:?}");
        }
        assert_eq!(one(&first).and(Organizations::Any), None);
        assert_eq!(Organizations::Any.and(Organizations::Any), None);
        for bad in ["", "ANY", "Any", "any ", "none", "*", "org_x", "org_", &first.as_str().to_uppercase()] {
            assert!(Organizations::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_server_without_a_default_accepts_nothing_for_a_question_that_names_nobody() {
        let mut rng = StdRng::seed_from_u64(1);
        let id = OrganizationId::generate(Timestamp::from_unix_micros(0), &mut rng);
        assert_eq!(DefaultOrganization::None.accepted(), None);
        assert!(!DefaultOrganization::Missing.accepted().unwrap().accept(&id));
        assert!(DefaultOrganization::This(id.clone()).accepted().unwrap().accept(&id));
    }
}
