//! How often keys are used.

use super::{ApiKeyId, OrganizationId, Timestamp, verification::Code};

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
