//! The name of a key: unique among its owner's keys.

use std::collections::HashSet;

use crate::domain::text::{self, TextError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyName(String);

impl ApiKeyName {
    /// In Unicode scalar values.
    pub const MAX_LENGTH: usize = 64;

    /// The name of each person's system key. It is a name, so it is the same in every language.
    pub fn of_system() -> Self {
        Self("Auto-Generated API Key (Created By System)".to_owned())
    }

    pub fn parse(input: &str) -> Result<Self, TextError> {
        text::line(input, Self::MAX_LENGTH).map(Self)
    }

    /// A name that was parsed before it was stored.
    pub fn from_stored(name: String) -> Self {
        Self(name)
    }

    /// The first of "NOUN 1", "NOUN 2", … that is not in `taken`, which holds folded names. `noun` means "key" in the
    /// owner's language.
    pub fn free_default(noun: &str, taken: &[String]) -> Self {
        let free = (1..=taken.len() + 1).map(|number| Self(format!("{noun} {number}")));
        free.into_iter().find(|name| !taken.contains(&name.folded())).unwrap_or_else(|| Self(noun.to_owned()))
    }

    /// This name, or the first of "NAME 2", "NAME 3", … that is not in `taken`, which holds folded names.
    #[must_use]
    pub fn free_beside(&self, taken: &HashSet<String>) -> Self {
        let numbered = (2..).map(|number: u64| {
            let suffix = format!(" {number}");
            let room = Self::MAX_LENGTH - suffix.chars().count();
            let beginning: String = self.0.chars().take(room).collect();
            Self(format!("{}{suffix}", beginning.trim_end()))
        });
        let mut candidates = std::iter::once(self.clone()).chain(numbered);
        candidates.find(|name| !taken.contains(&name.folded())).unwrap_or_else(|| self.clone())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Unique among the keys of one owner.
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
    fn the_name_of_the_system_key_is_one_that_a_key_can_have() {
        let name = ApiKeyName::of_system();
        assert_eq!(ApiKeyName::parse(name.as_str()), Ok(name));
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number_and_stays_short_enough() {
        let beside = |name: &str, taken: &[&str]| {
            let taken = taken.iter().map(|name| text::fold(name)).collect();
            ApiKeyName::parse(name).unwrap().free_beside(&taken).as_str().to_owned()
        };
        assert_eq!(beside("Deploy", &["CI"]), "Deploy");
        assert_eq!(beside("Deploy", &["dEPLOY", "deploy 3"]), "Deploy 2");
        assert_eq!(beside("Deploy", &["deploy", "Deploy 2", "deploy 3"]), "Deploy 4");
        let long = "я".repeat(64);
        let taken: Vec<String> = (2..10).map(|number| format!("{} {number}", "я".repeat(62))).collect();
        let taken: Vec<&str> = taken.iter().map(String::as_str).chain([long.as_str()]).collect();
        assert_eq!(beside(&long, &taken), format!("{} 10", "я".repeat(61)));
        assert!(ApiKeyName::parse(&beside(&long, &taken)).is_ok());
        let blank_at_the_cut = format!("{} b", "a".repeat(62));
        assert_eq!(beside(&blank_at_the_cut, &[&blank_at_the_cut]), format!("{} 2", "a".repeat(62)));
    }

    #[test]
    fn the_default_name_is_the_first_free_one() {
        let folded = |names: &[&str]| names.iter().map(|name| text::fold(name)).collect::<Vec<_>>();
        assert_eq!(ApiKeyName::free_default("API key", &[]).as_str(), "API key 1");
        assert_eq!(
            ApiKeyName::free_default("API key", &folded(&["API key 1", "api KEY 2", "x"])).as_str(),
            "API key 3"
        );
        assert_eq!(ApiKeyName::free_default("API key", &folded(&["API key 2"])).as_str(), "API key 1");
        let taken = folded(&["api-ключ 1", "API key 2", "API-КЛЮЧ 2"]);
        assert_eq!(ApiKeyName::free_default("API-ключ", &taken).as_str(), "API-ключ 3");
    }
}
