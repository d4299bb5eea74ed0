//! Limits of keys in words.

use time::Duration;

use super::seconds;
use crate::{
    catalogue::Words,
    domain::key_limits::{OwnLimit, Quota, RateLimit},
};

/// "600 per minute, at most 20 in any second"
pub fn rate_limit(words: Words, limit: RateLimit) -> String {
    let count = i64::from(limit.count.get());
    let text = words.say("limit-rate-text").with("count", count).with("period", limit.period.as_str());
    match limit.burst {
        None => text.into(),
        Some(burst) => {
            words.say("limit-rate-and-burst").with("limit", text).with("burst", i64::from(burst.get())).into()
        }
    }
}

/// "100,000 per calendar month"
pub fn quota(words: Words, quota: Quota) -> String {
    let text = words.say("limit-quota-text").with("count", i64::from(quota.count.get()));
    text.with("period", quota.period.as_str()).into()
}

/// A limit of a key's own, or where it has none.
pub fn own_limit<T>(words: Words, limit: OwnLimit<T>, in_words: impl Fn(Words, T) -> String) -> String {
    match limit {
        OwnLimit::OfPolicy => words.say("limit-as-policy").into(),
        OwnLimit::Unlimited => words.say("limit-none").into(),
        OwnLimit::Own(limit) => in_words(words, limit),
    }
}

/// "in 12 seconds"
pub fn after(words: Words, wait: Duration) -> String {
    let (id, count) = match seconds(wait) {
        seconds @ ..=99 => ("in-seconds", seconds),
        seconds @ ..=5_999 => ("in-minutes", (seconds + 59) / 60),
        seconds => ("in-hours", (seconds + 3_599) / 3_600),
    };
    words.say(id).with("count", count).into()
}
