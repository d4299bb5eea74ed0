//! The name of a key: unique among its owner's keys.

use crate::domain::text::{self, TextError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyName(String);

impl ApiKeyName {
    /// In characters (Unicode scalar values).
    pub const MAX_LENGTH: usize = 64;

    pub fn parse(input: &str) -> Result<Self, TextError> {
        text::line(input, Self::MAX_LENGTH).map(Self)
    }

    /// The first of "API key 1", "API key 2", … that is not among the folded names in `taken`.
    pub fn free_default(taken: &[String]) -> Self {
        let free = (1..=taken.len() + 1).map(|number| Self(format!("API key {number}")));
        free.into_iter().find(|name| !taken.contains(&name.folded())).unwrap_or_else(|| Self("API key".to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Two keys of one owner may not share this.
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_or_blanks_are_the_same_name() {
        let folded = |input| ApiKeyName::parse(input).unwrap().folded();
        assert_eq!(folded("  CI  Deploy "), folded("ci deploy"));
        assert_ne!(folded("ci deploy"), folded("ci-deploy"));
    }

    #[test]
    fn the_default_name_is_the_first_free_one() {
        let folded = |names: &[&str]| names.iter().map(|name| text::fold(name)).collect::<Vec<_>>();
        assert_eq!(ApiKeyName::free_default(&[]).as_str(), "API key 1");
        assert_eq!(ApiKeyName::free_default(&folded(&["API key 1", "api KEY 2", "x"])).as_str(), "API key 3");
        assert_eq!(ApiKeyName::free_default(&folded(&["API key 2"])).as_str(), "API key 1");
    }
}
