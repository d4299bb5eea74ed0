//! Why a database that is there answers nobody.

use std::fmt;

/// Why the database does nothing for anybody right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No connection could be had, or it broke.
    Away,
    /// Others hold what is needed for too long, or the answer did not come in time.
    Busy,
    /// The disk has no room.
    Full,
    /// It takes no changes, as a standby does.
    ReadOnly,
    /// What it gives cannot be trusted.
    Damaged,
}

impl Reason {
    pub const ALL: [Self; 5] = [Self::Away, Self::Busy, Self::Full, Self::ReadOnly, Self::Damaged];

    /// For a line of the log or of `/readyz`.
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
