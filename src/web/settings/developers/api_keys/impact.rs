//! What stops working when keys end, for every confirmation.

use crate::{
    app::api_keys::selection::SelectionPreview,
    catalogue::Words,
    domain::{ApiKey, Status, Timestamp, usage::RecordedCaller},
    web::labels::{self, Moment},
};

pub struct ImpactSummary {
    /// How many keys the action applies to.
    pub count: i64,
    /// How many of them work now.
    pub active: usize,
    pub used_in_last_24_hours: i64,
    pub callers: Vec<CallerLine>,
}

/// A client that uses keys.
pub struct CallerLine {
    pub address: Option<String>,
    pub agent: Option<String>,
    /// The service that reported address and agent on behalf of its client.
    pub reported_by: Option<String>,
    pub first_used: Moment,
    pub last_used: Moment,
}

impl ImpactSummary {
    pub fn new(words: Words, question: &SelectionPreview, now: Timestamp) -> Self {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Self {
            count: number(question.api_keys.len()),
            active: count_active(&question.api_keys, now),
            used_in_last_24_hours: number(question.used_in_last_24_hours),
            callers: question.callers.iter().map(|caller| CallerLine::new(words, caller, now)).collect(),
        }
    }
}

/// How many of these keys work.
pub fn count_active(api_keys: &[ApiKey], now: Timestamp) -> usize {
    api_keys.iter().filter(|key| key.status(now) == Status::Active).count()
}

impl CallerLine {
    pub fn new(words: Words, caller: &RecordedCaller, now: Timestamp) -> Self {
        Self {
            address: caller.address.map(|address| address.to_string()),
            agent: caller.agent.as_ref().map(ToString::to_string),
            reported_by: caller.reported_by.map(|address| address.to_string()),
            first_used: labels::ago(words, caller.first_used_at, now),
            last_used: labels::ago(words, caller.last_used_at, now),
        }
    }
}
