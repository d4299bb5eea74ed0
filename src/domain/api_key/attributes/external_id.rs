//! The id that your own system has for the customer of a key.

use crate::domain::text::{self, TextError};

/// Compared exactly, upper and lower case included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExternalId(String);

impl ExternalId {
    /// In Unicode scalar values.
    pub const MAX_LENGTH: usize = 128;

    /// None for an empty one.
    pub fn parse(input: &str) -> Result<Option<Self>, TextError> {
        match text::line(input, Self::MAX_LENGTH) {
            Ok(text) => Ok(Some(Self(text))),
            Err(TextError::Empty) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An id that was parsed before it was stored.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_is_a_line_that_keeps_its_case() {
        let parsed = |input: &str| ExternalId::parse(input).map(|id| id.map(|id| id.as_str().to_owned()));
        assert_eq!(parsed(" cus_9F3 ").unwrap().as_deref(), Some("cus_9F3"));
        assert_eq!(parsed(" \t").unwrap(), None);
        let longest = "я".repeat(128);
        assert_eq!(parsed(&longest).unwrap().as_deref(), Some(longest.as_str()));
        assert_eq!(parsed(&format!("{longest}x")), Err(TextError::TooLong { max: 128 }));
        assert_eq!(parsed("a\u{202e}b"), Err(TextError::ForbiddenCharacter));
    }
}
