//! Why an existing database does not answer.

use std::fmt;

/// Why the database cannot be used right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No connection was available, or it broke.
    Away,
    /// Others held a lock for too long, or the answer did not come in time.
    Busy,
    /// The disk is full.
    Full,
    /// It accepts no changes, for example on a standby.
    ReadOnly,
    /// Its data cannot be trusted.
    Damaged,
}

impl Reason {
    pub const ALL: [Self; 5] = [Self::Away, Self::Busy, Self::Full, Self::ReadOnly, Self::Damaged];

    /// For the log and `/readyz`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Away => "cannot be reached",
            Self::Busy => "is busy",
            Self::Full => "has no free disk space",
            Self::ReadOnly => "is read-only",
            Self::Damaged => "is damaged",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
