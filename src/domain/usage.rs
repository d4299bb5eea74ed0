//! How often and from where keys are used.

use std::net::IpAddr;

use super::{ApiKeyId, OrganizationId, Timestamp, UserAgent, verification::Code};

/// How often tokens of one key got the same answer on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub organization_id: OrganizationId,
    pub api_key_id: ApiKeyId,
    /// The day's first instant, UTC.
    pub day: Timestamp,
    pub code: Code,
    pub count: i64,
}

/// A place that a key was used from: whoever ends the key can tell from it what will stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub address: Option<IpAddr>,
    pub agent: Option<UserAgent>,
    pub first_used_at: Timestamp,
    pub last_used_at: Timestamp,
}

impl Caller {
    pub fn is_same_place(&self, other: &Self) -> bool {
        self.address == other.address && self.agent == other.agent
    }

    /// Takes over when the other, in the same place, used the key.
    pub fn absorb(&mut self, other: &Self) {
        self.first_used_at = self.first_used_at.min(other.first_used_at);
        self.last_used_at = self.last_used_at.max(other.last_used_at);
    }
}

/// One key's day in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayOfUse {
    /// Answers that were [`Code::Valid`].
    pub uses: i64,
    /// All other answers. They are no use of the key.
    pub refusals: i64,
}

impl DayOfUse {
    pub fn add(&mut self, code: Code, count: i64) {
        if code == Code::Valid {
            self.uses += count;
        } else {
            self.refusals += count;
        }
    }
}
