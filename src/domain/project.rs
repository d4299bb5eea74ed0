//! A project groups keys. A key belongs to at most one.

use super::{
    OrganizationId, ProjectId, Timestamp,
    text::{self, TextError},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    pub organization_id: OrganizationId,
    pub name: ProjectName,
    pub created_at: Timestamp,
    /// When it was archived. It takes no new keys, but its existing keys still work.
    pub archived_at: Option<Timestamp>,
}

impl Project {
    pub fn takes_keys(&self) -> bool {
        self.archived_at.is_none()
    }
}

/// Unique among the projects of its organization, including archived ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectName(String);

impl ProjectName {
    /// In Unicode scalar values.
    pub const MAX_LENGTH: usize = 64;

    pub fn parse(input: &str) -> Result<Self, TextError> {
        text::line(input, Self::MAX_LENGTH).map(Self)
    }

    /// A name that was parsed before it was stored.
    pub fn from_stored(name: String) -> Self {
        Self(name)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Unique among the projects of one organization.
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_of_key_names() {
        let folded = |input| ProjectName::parse(input).unwrap().folded();
        assert_eq!(folded("  Mobile  APP "), folded("mobile app"));
        assert_eq!(ProjectName::parse(" \t"), Err(TextError::Empty));
        assert_eq!(ProjectName::parse(&"x".repeat(65)), Err(TextError::TooLong { max: 64 }));
        assert_eq!(ProjectName::parse("a\u{202e}b"), Err(TextError::ForbiddenCharacter));
    }
}
