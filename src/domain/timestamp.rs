//! Points in time: UTC, in microseconds, which is the precision of both databases.

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{Date, Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// The current time. Tests bring a clock that they can move.
pub trait Clock: Send + Sync + fmt::Debug {
    fn now(&self) -> Timestamp;

    /// Microseconds since any beginning. Unlike [`Self::now`], the machine's never jumps when its time is corrected.
    fn elapsed(&self) -> u64 {
        u64::try_from(self.now().0).unwrap_or_default()
    }
}

/// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_unix_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Reads RFC 3339.
    pub fn parse(text: &str) -> Option<Self> {
        OffsetDateTime::parse(text, &Rfc3339).ok().map(Self::from)
    }

    pub const fn unix_micros(self) -> i64 {
        self.0
    }

    /// The first instant of `date`, UTC.
    pub fn start_of(date: Date) -> Self {
        Self(date.midnight().assume_utc().unix_timestamp() * 1_000_000)
    }

    /// The first instant of its day, UTC.
    #[must_use]
    pub const fn start_of_day(self) -> Self {
        Self(self.0 - self.0.rem_euclid(24 * 60 * 60 * 1_000_000))
    }

    #[must_use]
    pub const fn start_of_second(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1_000_000))
    }

    /// The calendar day, UTC.
    pub fn date(self) -> Date {
        self.to_offset_date_time().date()
    }

    /// The instant as a type of the `time` crate. Years outside ±9999, which are never stored, become the Unix epoch.
    pub fn to_offset_date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }

    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }

    /// The times that are at most `duration` away. What was stored with another one is older, or comes from a wrong clock.
    pub fn around(self, duration: Duration) -> RangeInclusive<Self> {
        self.minus(duration)..=self.plus(duration)
    }

    /// Whether a time stored as valid from `from` until `until` is valid now. The clock may have been wrong when it was
    /// stored: a start further in the future than the window is long is ignored.
    pub fn is_within(self, from: Self, until: Self) -> bool {
        self < until && from.since(self) <= until.since(from)
    }

    /// The time from `earlier` to this; negative if this is before.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::microseconds(self.0.saturating_sub(earlier.0))
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(instant: OffsetDateTime) -> Self {
        // Cannot overflow: an `OffsetDateTime` has no years outside ±9999.
        Self(instant.unix_timestamp() * 1_000_000 + i64::from(instant.microsecond()))
    }
}

/// In the format of RFC 3339.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_offset_date_time().format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        OffsetDateTime::parse(&text, &Rfc3339).map(Self::from).map_err(de::Error::custom)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.whole_microseconds()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn a_timestamp_keeps_microseconds_and_prints_as_rfc_3339() {
        let instant = Timestamp::from(datetime!(2026-11-21 05:26:42.091029306 UTC));
        assert_eq!(instant.to_string(), "2026-11-21T05:26:42.091029Z");
        assert_eq!(instant.date(), date!(2026 - 11 - 21));
        assert_eq!(Timestamp::start_of(instant.date()).to_string(), "2026-11-21T00:00:00Z");
        assert_eq!(instant.start_of_day(), Timestamp::start_of(instant.date()));
        assert_eq!(instant.start_of_second().to_string(), "2026-11-21T05:26:42Z");
        assert_eq!(Timestamp::from_unix_micros(-1).start_of_day(), Timestamp::start_of(date!(1969 - 12 - 31)));
    }

    #[test]
    fn what_a_wrong_clock_stored_is_believed_no_longer_than_it_lasts() {
        let now = Timestamp::from(datetime!(2026-11-21 12:00 UTC));
        let hour = Duration::HOUR;
        for (began, is_valid) in [(-2, false), (-1, false), (0, true), (1, true), (2, false), (9_600, false)] {
            let from = now.plus(hour * began);
            assert_eq!(now.is_within(from, from.plus(hour)), is_valid, "{began}");
        }
    }

    #[test]
    fn arithmetic_never_overflows() {
        let last = Timestamp::from_unix_micros(i64::MAX);
        assert_eq!(last.plus(Duration::days(1)), last);
        assert_eq!(last.minus(Duration::days(1)).plus(Duration::days(1)), last);
    }
}
