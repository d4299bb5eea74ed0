//! What a token begins with.

use std::fmt;

use crate::domain::api_key::attributes::Environment;

/// Beginnings of other vendors' secrets, which leak scanners look for, and of Latchkey's own ids.
const RESERVED: &[&str] = &[
    "age", "akia", "asia", "dapi", "doo", "dop", "dor", "eaa", "eyj", "fio", "ghb", "gho", "ghp", "ghr", "ghs", "ghu",
    "github", "glagent", "glcbt", "gldt", "glft", "glimt", "glpat", "glptt", "glrt", "glsa", "glsoat", "hf", "hvb",
    "hvs", "key", "lin", "npm", "org", "pat", "pk", "pnu", "proj", "project", "pul", "pypi", "rk", "rubygems", "shpat",
    "shpca", "shppa", "shpss", "sk", "sq0atp", "sq0csp", "token", "user", "whsec", "xapp", "xoxa", "xoxb", "xoxe",
    "xoxo", "xoxp", "xoxr", "xoxs", "event", "inv", "sel",
];

/// The prefix of an organization's tokens: 2 to 16 lower-case letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPrefix(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenPrefixError {
    #[error("2 to 16 lower-case letters and digits")]
    Malformed,
    #[error("others' tokens or Latchkey's ids begin with it")]
    Reserved,
}

impl TokenPrefix {
    const LK: &str = "lk";
    const LENGTHS: std::ops::RangeInclusive<usize> = 2..=16;

    pub fn parse(input: &str) -> Result<Self, TokenPrefixError> {
        if !Self::LENGTHS.contains(&input.len()) || !input.bytes().all(is_letter) {
            return Err(TokenPrefixError::Malformed);
        }
        if Self::is_reserved(input) { Err(TokenPrefixError::Reserved) } else { Ok(Self(input.to_owned())) }
    }

    pub fn is_reserved(input: &str) -> bool {
        RESERVED.contains(&input)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TokenPrefix {
    fn default() -> Self {
        Self(Self::LK.to_owned())
    }
}

impl fmt::Display for TokenPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A prefix, and after it an environment where an organization has several: `acme_live`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenLabel(Box<str>);

impl TokenLabel {
    pub(super) const MAX_LENGTH: usize = 16 + 1 + Environment::MAX_LENGTH;

    /// Without the hyphens of an environment: a double click selects a token as a whole.
    pub fn new(prefix: &TokenPrefix, environment: Option<&Environment>) -> Self {
        Self(match environment {
            None => prefix.as_str().into(),
            Some(environment) => format!("{prefix}_{}", environment.as_str().replace('-', "")).into(),
        })
    }

    /// A label that was checked before it was stored.
    pub fn from_stored(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether a token could begin so.
    pub fn is_one(text: &str) -> bool {
        let (prefix, environment) = text.split_once('_').map_or((text, None), |(one, other)| (one, Some(other)));
        let is_word = |word: &str, least| (least..=16).contains(&word.len()) && word.bytes().all(is_letter);
        is_word(prefix, 2) && environment.is_none_or(|environment| is_word(environment, 1))
    }

    pub fn is_default(&self) -> bool {
        &*self.0 == TokenPrefix::LK
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TokenLabel {
    fn default() -> Self {
        Self(TokenPrefix::LK.into())
    }
}

impl fmt::Display for TokenLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_other_tokens_are_reserved() {
        for reserved in ["ghp", "gho", "sk", "pk", "xoxb", "akia", "glpat", "npm", "key", "org", "user", "token"] {
            assert_eq!(TokenPrefix::parse(reserved), Err(TokenPrefixError::Reserved), "{reserved}");
        }
        for malformed in ["", "a", "ACME", "ac_me", "ac-me", "ас", "abcdefghijklmnopq"] {
            assert_eq!(TokenPrefix::parse(malformed), Err(TokenPrefixError::Malformed), "{malformed}");
        }
        for good in ["lk", "acme", "4u", "abcdefghijklmnop"] {
            assert_eq!(TokenPrefix::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn a_label_has_the_environment_without_hyphens() {
        let prefix = TokenPrefix::parse("acme").unwrap();
        assert_eq!(TokenLabel::new(&prefix, None).as_str(), "acme");
        let environment = Environment::parse("pre-prod").unwrap();
        let label = TokenLabel::new(&prefix, Some(&environment));
        assert_eq!(label.as_str(), "acme_preprod");
        assert!(TokenLabel::is_one(label.as_str()) && TokenLabel::is_one(TokenLabel::default().as_str()));
    }
}
