//! Where a key is used, in its owner's words. May be empty.

use crate::domain::text::{self, TextError};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description(String);

impl Description {
    /// In Unicode scalar values.
    pub const MAX_LENGTH: usize = 500;

    pub fn parse(input: &str) -> Result<Self, TextError> {
        text::paragraph(input, Self::MAX_LENGTH).map(Self)
    }

    /// A description that was parsed before it was stored.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
