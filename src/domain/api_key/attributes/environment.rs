//! The environment of a key, such as "live" or "test".

use std::fmt;

/// 1 to 16 lower-case letters, digits and hyphens. The first is a letter. Stored inline and filled up with zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Environment([u8; Environment::MAX_LENGTH]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an environment has 1 to {} lower-case letters, digits and hyphens, and begins with a letter",
    Environment::MAX_LENGTH
)]
pub struct EnvironmentError;

impl Environment {
    pub const MAX_LENGTH: usize = 16;
    /// The environment of keys for which none was given.
    pub const LIVE: &str = "live";

    pub fn parse(input: &str) -> Result<Self, EnvironmentError> {
        let is_allowed = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        let begins = input.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
        let is_one = begins && input.len() <= Self::MAX_LENGTH && input.bytes().all(is_allowed);
        if is_one { Ok(Self::from_text(input)) } else { Err(EnvironmentError) }
    }

    /// Requires that `text` is short enough.
    fn from_text(text: &str) -> Self {
        let mut bytes = [0; Self::MAX_LENGTH];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Self(bytes)
    }

    /// Whether it is the environment of keys for which none was given.
    pub fn is_default(&self) -> bool {
        self.as_str() == Self::LIVE
    }

    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(Self::MAX_LENGTH);
        str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self::from_text(Self::LIVE)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_have_small_letters_digits_and_hyphens() {
        for good in ["live", "test", "a", "eu-west-1", &"a".repeat(16)] {
            assert_eq!(Environment::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "Live", "1a", "-a", "a_b", "a b", "é", " live", &"a".repeat(17)] {
            assert_eq!(Environment::parse(bad), Err(EnvironmentError), "{bad}");
        }
        assert!(Environment::default().is_default() && !Environment::parse("test").unwrap().is_default());
    }
}
