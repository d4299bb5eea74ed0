//! How often a key may be used: a rate limit over a sliding window, and a quota for each day or month.
//!
//! The window slides, instead of a bucket that refills: a bucket of N that refills N a minute lets 2 N pass in its first
//! minute. Servers of one database share a limit by claims: a server answers only out of what it has claimed, and the
//! claims of all servers never exceed the limit.

mod allowance;
mod claim;
mod gauge;
mod limit_texts;
#[cfg(test)]
mod simulation;
mod stored_uses;
mod window;

use std::num::NonZeroU32;

use time::Duration;

use super::Timestamp;

pub use allowance::{Allowance, AllowanceReading, Fit};
pub use claim::{CLOCK_MARGIN, ClaimPlan, LimitClaim, ServerLease};
pub use gauge::LimitGauge;
pub use limit_texts::{LimitError, LimitFault, LimitField, NONE, OF_POLICY, OWN, QuotaTexts, RateLimitTexts};
pub use stored_uses::StoredUses;
pub use window::{LimitMoment, SLOTS, UsageWindow};

/// The largest limit and quota.
pub const MOST: u32 = 1_000_000_000;
/// The largest cost of one verification.
pub const MOST_COST: u32 = 1_000_000;

/// The period of a rate limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatePeriod {
    Second,
    #[default]
    Minute,
    Hour,
    Day,
}

/// The calendar period of a quota, in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaPeriod {
    Day,
    #[default]
    Month,
}

/// At most `count` in any period of this length, and at most `burst` of them in any second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RateLimit {
    pub count: NonZeroU32,
    pub period: RatePeriod,
    pub burst: Option<NonZeroU32>,
}

/// At most `count` in each calendar day or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    pub count: NonZeroU32,
    pub period: QuotaPeriod,
}

/// The limits of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeyLimits {
    pub rate: Option<RateLimit>,
    pub quota: Option<Quota>,
}

/// A limit of a key: its own, none, or the one of the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OwnLimit<T> {
    #[default]
    OfPolicy,
    Unlimited,
    Own(T),
}

/// What a key has instead of the limits of the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OwnLimits {
    pub rate: OwnLimit<RateLimit>,
    pub quota: OwnLimit<Quota>,
}

impl OwnLimits {
    /// The limits that count.
    pub fn or(self, of_policy: KeyLimits) -> KeyLimits {
        KeyLimits { rate: self.rate.or(of_policy.rate), quota: self.quota.or(of_policy.quota) }
    }
}

/// One of the windows in which uses of a key are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitWindow {
    Rate(RatePeriod),
    /// Any second of a rate limit with a burst.
    Burst,
    Quota(QuotaPeriod),
}

impl RatePeriod {
    pub const ALL: [Self; 4] = [Self::Second, Self::Minute, Self::Hour, Self::Day];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == name)
    }

    pub const fn seconds(self) -> u32 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    pub fn length(self) -> Duration {
        Duration::seconds(i64::from(self.seconds()))
    }
}

impl QuotaPeriod {
    pub const ALL: [Self; 2] = [Self::Day, Self::Month];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == name)
    }

    /// The first instant of the period.
    pub fn start(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Day => now.start_of_day(),
            Self::Month => now.date().replace_day(1).map_or(now.start_of_day(), Timestamp::start_of),
        }
    }

    /// The first instant of the next period.
    pub fn end(self, now: Timestamp) -> Timestamp {
        let start = self.start(now);
        match self {
            Self::Day => start.plus(Duration::DAY),
            // 31 days after the first day of a month is a day of the next month.
            Self::Month => self.start(start.plus(Duration::days(31))),
        }
    }
}

impl<T: Copy> OwnLimit<T> {
    /// The limit that counts.
    pub fn or(self, of_policy: Option<T>) -> Option<T> {
        match self {
            Self::OfPolicy => of_policy,
            Self::Unlimited => None,
            Self::Own(limit) => Some(limit),
        }
    }
}

impl RateLimit {
    /// Whether this may refuse what `before` admits.
    pub fn may_refuse_more(self, before: Option<Self>) -> bool {
        let Some(before) = before else { return true };
        let is_new_burst = |burst| before.burst.is_none_or(|earlier| burst < earlier);
        // A longer period holds several of the earlier ones.
        let periods = self.period.seconds().div_ceil(before.period.seconds());
        self.count.get() < before.count.get().saturating_mul(periods) || self.burst.is_some_and(is_new_burst)
    }
}

const DAYS_OF_LONGEST_MONTH: u32 = 31;

impl Quota {
    /// Whether this may refuse what `before` admits.
    pub fn may_refuse_more(self, before: Option<Self>) -> bool {
        before.is_none_or(|before| {
            let days = if self.period > before.period { DAYS_OF_LONGEST_MONTH } else { 1 };
            self.count.get() < before.count.get().saturating_mul(days)
        })
    }
}

impl KeyLimits {
    pub fn is_empty(&self) -> bool {
        self.rate.is_none() && self.quota.is_none()
    }

    /// The windows, each with the most that may be used in it. The quota comes first, since its refusal is the more
    /// final one.
    pub fn windows(&self) -> impl Iterator<Item = (LimitWindow, u32)> {
        let quota = self.quota.map(|quota| (LimitWindow::Quota(quota.period), quota.count.get()));
        let rate = self.rate.map(|rate| (LimitWindow::Rate(rate.period), rate.count.get()));
        let burst = self.rate.and_then(|rate| rate.burst).map(|burst| (LimitWindow::Burst, burst.get()));
        [quota, rate, burst].into_iter().flatten()
    }
}

impl LimitWindow {
    const ALL: [Self; 7] = [
        Self::Rate(RatePeriod::Second),
        Self::Rate(RatePeriod::Minute),
        Self::Rate(RatePeriod::Hour),
        Self::Rate(RatePeriod::Day),
        Self::Burst,
        Self::Quota(QuotaPeriod::Day),
        Self::Quota(QuotaPeriod::Month),
    ];

    /// As it is stored. A window of another length is another window.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rate(RatePeriod::Second) => "rate_second",
            Self::Rate(RatePeriod::Minute) => "rate_minute",
            Self::Rate(RatePeriod::Hour) => "rate_hour",
            Self::Rate(RatePeriod::Day) => "rate_day",
            Self::Burst => "burst",
            Self::Quota(QuotaPeriod::Day) => "quota_day",
            Self::Quota(QuotaPeriod::Month) => "quota_month",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.as_str() == name)
    }

    /// The length of a sliding window. None for a calendar period.
    pub fn length(self) -> Option<Duration> {
        match self {
            Self::Rate(period) => Some(period.length()),
            Self::Burst => Some(Duration::SECOND),
            Self::Quota(_) => None,
        }
    }

    pub fn is_quota(self) -> bool {
        matches!(self, Self::Quota(_))
    }

    /// The start of the calendar period. The same for all sliding windows.
    pub fn start(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Rate(_) | Self::Burst => Timestamp::from_unix_micros(0),
            Self::Quota(period) => period.start(now),
        }
    }

    /// When a use of this instant no longer counts.
    pub fn end(self, used_at: Timestamp) -> Timestamp {
        match self {
            Self::Rate(period) => used_at.plus(period.length()),
            Self::Burst => used_at.plus(Duration::SECOND),
            Self::Quota(period) => period.end(used_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_calendar_period_begins_and_ends_at_midnight_utc() {
        for (now, day, month) in [
            (datetime!(2026-11-29 13:00 UTC), "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z"),
            (datetime!(2026-12-31 23:59:59.999999 UTC), "2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            (datetime!(2028-02-29 00:00 UTC), "2028-03-01T00:00:00Z", "2028-03-01T00:00:00Z"),
            (datetime!(2027-01-31 00:00 UTC), "2027-02-01T00:00:00Z", "2027-02-01T00:00:00Z"),
        ] {
            let now = Timestamp::from(now);
            assert_eq!(QuotaPeriod::Day.end(now).to_string(), day);
            assert_eq!(QuotaPeriod::Month.end(now).to_string(), month);
            for period in QuotaPeriod::ALL {
                assert!(period.start(now) <= now && now < period.end(now));
                assert_eq!(period.start(period.end(now)), period.end(now));
                assert_eq!(period.start(period.start(now)), period.start(now));
            }
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        assert!(RatePeriod::ALL.into_iter().all(|it| RatePeriod::parse(it.as_str()) == Some(it)));
        assert!(QuotaPeriod::ALL.into_iter().all(|it| QuotaPeriod::parse(it.as_str()) == Some(it)));
        assert!(LimitWindow::ALL.into_iter().all(|it| LimitWindow::parse(it.as_str()) == Some(it)));
    }
}
