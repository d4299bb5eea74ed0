//! What people filter a list of keys by.

use time::Duration;

use super::ListingError;
use crate::domain::{
    ApiKey, OrganizationId, ProjectId, Timestamp, UserId,
    api_key::{
        RotationState, Scope, Status,
        attributes::{Environment, ExternalId},
        search::Search,
    },
    text,
};

/// The keys of a list: those of a person or an organization that meet some criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub whose: Whose,
    pub criteria: Criteria,
    /// The interval of rotations that the policy asks for.
    pub policy_rotation_days: Option<i64>,
}

/// What people filter by. The default lets all keys pass. `app::api_keys::list_query` has the name, parser and printer
/// of each, `store::api_keys::listing` its SQL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Criteria {
    pub project: Option<InProject>,
    pub scope: Option<Scope>,
    pub status: Option<Status>,
    /// Live keys that expire within so many days.
    pub expires_within: Option<Days>,
    /// Live keys that were not used for so many days, and are at least as old.
    pub unused_for: Option<Days>,
    /// Active or disabled keys that are due for rotation.
    pub rotation: Option<RotationState>,
    /// Active keys with permissions of the organization's API that nobody asks for.
    pub has_unused_permissions: bool,
    pub environment: Option<Environment>,
    pub external_id: Option<ExternalIdFilter>,
    pub search: Option<Search>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    Person(UserId),
    Organization(OrganizationId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InProject {
    None,
    This(ProjectId),
}

/// Keys with this external id, or with one that begins so. Compared exactly, upper and lower case included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalIdFilter {
    Is(String),
    Begins(String),
}

/// 1 to 3,650 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(i64);

impl From<Whose> for Filter {
    fn from(whose: Whose) -> Self {
        Self { whose, criteria: Criteria::default(), policy_rotation_days: None }
    }
}

impl Filter {
    pub fn has_no_criteria(&self) -> bool {
        self.criteria == Criteria::default()
    }

    /// Whether a key is in the list, given whether it is marked as one with unused permissions. The SQL of the store must
    /// agree with it.
    pub fn passes(&self, api_key: &ApiKey, is_marked: bool, now: Timestamp) -> bool {
        let is_theirs = match &self.whose {
            Whose::Person(id) => api_key.owner_id == *id,
            Whose::Organization(id) => api_key.organization_id == *id,
        };
        let is_due = |state| api_key.rotation_state(self.policy_rotation_days, now) == Some(state);
        let has_unused = || is_marked && api_key.status(now) == Status::Active;
        is_theirs
            && self.criteria.rotation.is_none_or(is_due)
            && (!self.criteria.has_unused_permissions || has_unused())
            && self.criteria.pass(api_key, now)
    }
}

impl Criteria {
    /// Whether only live keys pass, without a status.
    pub fn is_of_live(&self) -> bool {
        self.expires_within.is_some()
            || self.unused_for.is_some()
            || self.rotation.is_some()
            || self.has_unused_permissions
    }

    /// How many of them are set.
    pub fn count(&self) -> usize {
        let Self { project, scope, status, expires_within, unused_for, rotation, search, .. } = self;
        let are_set = [
            project.is_some(),
            scope.is_some(),
            status.is_some(),
            expires_within.is_some(),
            unused_for.is_some(),
            rotation.is_some(),
            self.has_unused_permissions,
            self.environment.is_some(),
            self.external_id.is_some(),
            search.is_some(),
        ];
        are_set.into_iter().filter(|is_set| *is_set).count()
    }

    /// Whether a key meets all of them but for its rotation and its unused permissions.
    fn pass(&self, api_key: &ApiKey, now: Timestamp) -> bool {
        let status = api_key.status(now);
        let is_in_project = match &self.project {
            None => true,
            Some(InProject::None) => api_key.project_id.is_none(),
            Some(InProject::This(id)) => api_key.project_id.as_ref() == Some(id),
        };
        let is_used = |since| api_key.last_use.as_ref().map_or(api_key.created_at, |last| last.at) > since;
        is_in_project
            && self.scope.is_none_or(|scope| api_key.scope == scope)
            && self.status.is_none_or(|wanted| status == wanted)
            && (!self.is_of_live() || status.is_live())
            && self.expires_before(now).is_none_or(|end| api_key.expires_at.is_some_and(|expiry| expiry <= end))
            && self.unused_since(now).is_none_or(|since| !is_used(since))
            && self.environment.as_ref().is_none_or(|wanted| api_key.attributes.environment == *wanted)
            && self.external_id.as_ref().is_none_or(|wanted| wanted.matches(api_key.attributes.external_id.as_ref()))
            && self.search.as_ref().is_none_or(|search| search.matches(api_key))
    }

    /// The latest expiry of a key that expires soon.
    pub fn expires_before(&self, now: Timestamp) -> Option<Timestamp> {
        self.expires_within.map(|days| now.plus(days.duration()))
    }

    /// The latest use, or else creation, of a key that is not used.
    pub fn unused_since(&self, now: Timestamp) -> Option<Timestamp> {
        self.unused_for.map(|days| now.minus(days.duration()))
    }
}

impl ExternalIdFilter {
    /// An id, or a beginning with an asterisk after it. None for an empty text.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text::excerpt(text, ExternalId::MAX_LENGTH + 1);
        match text.strip_suffix('*') {
            Some(beginning) => Some(Self::Begins(beginning.to_owned())),
            None => (!text.is_empty()).then_some(Self::Is(text)),
        }
    }

    pub fn as_text(&self) -> String {
        match self {
            Self::Is(id) => id.clone(),
            Self::Begins(beginning) => format!("{beginning}*"),
        }
    }

    fn matches(&self, id: Option<&ExternalId>) -> bool {
        id.is_some_and(|id| match self {
            Self::Is(wanted) => id.as_str() == wanted,
            Self::Begins(beginning) => id.as_str().starts_with(beginning),
        })
    }
}

impl Days {
    const MAX: i64 = 3_650;

    pub fn parse(text: &str) -> Result<Self, ListingError> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let days = text.parse().ok().filter(|days| digits && (1..=Self::MAX).contains(days));
        days.map(Self).ok_or(ListingError::Days)
    }

    /// The days, or the nearest number that is allowed.
    pub fn nearest_to(days: i64) -> Self {
        Self(days.clamp(1, Self::MAX))
    }

    pub fn get(self) -> i64 {
        self.0
    }

    fn duration(self) -> Duration {
        Duration::days(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_a_whole_number_of_at_most_ten_years() {
        assert_eq!(Days::parse("30").map(Days::get), Ok(30));
        assert_eq!(Days::parse("3650").map(Days::get), Ok(3_650));
        for bad in ["", "0", "-1", "+1", "3651", "1.5", "ten", "99999999999999999999"] {
            assert_eq!(Days::parse(bad), Err(ListingError::Days), "{bad}");
        }
    }
}
