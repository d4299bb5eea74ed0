//! The last day of a key.

use time::{Date, Duration, format_description::BorrowedFormatItem, macros::format_description};

use super::{Policy, after};
use crate::domain::Timestamp;

/// A calendar day as HTML date fields write it, ISO 8601 `YYYY-MM-DD`.
const ISO_DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// In days.
const PRESETS: [i64; 3] = [30, 90, 365];

impl Policy {
    /// The date that the form proposes. None for a key that never expires.
    pub fn default_expiration(&self, now: Timestamp) -> Option<ExpirationDate> {
        self.default_lifetime_days.map(|days| ExpirationDate(after(now.date(), days)))
    }

    pub fn earliest_expiration(&self, now: Timestamp) -> ExpirationDate {
        ExpirationDate(now.date())
    }

    pub fn latest_expiration(&self, now: Timestamp) -> ExpirationDate {
        ExpirationDate(after(now.date(), self.max_lifetime_days))
    }

    /// The lifetimes that people choose most, in days, as far as the policy allows them.
    pub fn expiration_presets(&self, now: Timestamp) -> Vec<(i64, ExpirationDate)> {
        let is_allowed = |days: &i64| *days <= self.max_lifetime_days;
        PRESETS.into_iter().filter(is_allowed).map(|days| (days, ExpirationDate::in_days(now, days))).collect()
    }

    /// Checks whether a key may get this expiration date now. None is a key that never expires.
    pub fn check_expiration(&self, date: Option<ExpirationDate>, now: Timestamp) -> Result<(), ExpirationDateError> {
        let (earliest, latest) = (self.earliest_expiration(now), self.latest_expiration(now));
        match date {
            None if self.allow_no_expiry => Ok(()),
            None => Err(ExpirationDateError::Missing),
            Some(date) if date < earliest => Err(ExpirationDateError::InThePast { earliest }),
            Some(date) if date > latest => Err(ExpirationDateError::TooLate { latest }),
            Some(_) => Ok(()),
        }
    }
}

/// The last day on which a key works. It is valid until the end of that day, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExpirationDate(pub(super) Date);

impl ExpirationDate {
    /// Reads `YYYY-MM-DD`, or an empty text for a key that never expires.
    pub fn parse(input: &str) -> Result<Option<Self>, ExpirationDateError> {
        match input.trim() {
            "" => Ok(None),
            date => Date::parse(date, ISO_DATE).map(Self).map(Some).map_err(|_| ExpirationDateError::Malformed),
        }
    }

    /// The day so many days after this one: the last day of a key that is created now and works for so many days.
    pub fn in_days(now: Timestamp, days: i64) -> Self {
        Self(after(now.date(), days))
    }

    /// The first instant at which the key is expired: midnight, UTC, at the end of the day.
    pub fn expires_at(self) -> Timestamp {
        Timestamp::start_of(after(self.0, 1))
    }

    /// The last day of a key that expires at `expires_at`.
    pub fn last_day_before(expires_at: Timestamp) -> Self {
        Self(expires_at.minus(Duration::microseconds(1)).date())
    }

    pub fn date(self) -> Date {
        self.0
    }

    /// ISO 8601, `YYYY-MM-DD`.
    pub fn iso(self) -> String {
        self.0.format(ISO_DATE).unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpirationDateError {
    #[error("missing")]
    Missing,
    #[error("not a calendar date")]
    Malformed,
    #[error("in the past")]
    InThePast { earliest: ExpirationDate },
    #[error("later than the policy allows")]
    TooLate { latest: ExpirationDate },
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    fn parse(input: &str) -> Result<ExpirationDate, ExpirationDateError> {
        let parsed = parse_by(&Policy::default(), input, Timestamp::from(datetime!(2026-11-21 23:59:59 UTC)));
        parsed.map(|date| date.expect("the default policy wants a date"))
    }

    fn parse_by(policy: &Policy, input: &str, now: Timestamp) -> Result<Option<ExpirationDate>, ExpirationDateError> {
        let date = ExpirationDate::parse(input)?;
        policy.check_expiration(date, now)?;
        Ok(date)
    }

    #[test]
    fn no_date_is_a_key_that_never_expires_where_the_policy_allows_it() {
        let policy = Policy { allow_no_expiry: true, ..Policy::default() };
        let now = Timestamp::from(datetime!(2026-11-21 12:00 UTC));
        assert_eq!(parse_by(&policy, "  ", now), Ok(None));
        assert!(matches!(parse_by(&policy, "2027-11-22", now), Err(ExpirationDateError::TooLate { .. })));
    }

    #[test]
    fn only_lifetimes_that_the_policy_allows_are_offered() {
        let now = Timestamp::from(datetime!(2026-11-21 23:59:59 UTC));
        let offered = |max_lifetime_days| {
            let policy = Policy { max_lifetime_days, ..Policy::default() };
            let presets = policy.expiration_presets(now);
            assert!(presets.iter().all(|(_, date)| policy.check_expiration(Some(*date), now).is_ok()));
            presets.into_iter().map(|(days, date)| (days, date.iso())).collect::<Vec<_>>()
        };
        assert_eq!(offered(29), []);
        assert_eq!(offered(89), [(30, "2026-12-21".to_owned())]);
        assert_eq!(offered(365).last(), Some(&(365, "2027-11-21".to_owned())));
    }

    #[test]
    fn a_key_is_valid_through_the_end_of_its_last_day() {
        let last_day = parse("2026-11-30").unwrap();
        assert_eq!(last_day.expires_at().to_string(), "2026-12-01T00:00:00Z");
        assert_eq!(ExpirationDate::last_day_before(last_day.expires_at()), last_day);
    }

    #[test]
    fn the_latest_date_is_365_days_from_today() {
        assert_eq!(parse("2027-11-21").unwrap().date(), date!(2027 - 11 - 21));
        assert_eq!(
            parse("2027-11-22"),
            Err(ExpirationDateError::TooLate { latest: ExpirationDate(date!(2027 - 11 - 21)) })
        );
    }

    #[test]
    fn today_is_allowed_and_yesterday_is_not() {
        let earliest = ExpirationDate(date!(2026 - 11 - 21));
        assert_eq!(parse("2026-11-21"), Ok(earliest));
        assert_eq!(parse("2026-11-20"), Err(ExpirationDateError::InThePast { earliest }));
    }

    #[test]
    fn what_is_not_a_date_is_said_to_be_none() {
        for bad in
            ["tomorrow", "2026-02-30", "21.11.2026", "2026-11-21T00:00", "99999-01-01", "-1-1-1", "２０２６-11-21"]
        {
            assert_eq!(parse(bad), Err(ExpirationDateError::Malformed), "{bad}");
        }
        assert_eq!(parse(" "), Err(ExpirationDateError::Missing));
    }

    #[test]
    fn a_leap_day_is_no_trap() {
        let policy = Policy::default();
        let now = Timestamp::from(datetime!(2028-02-29 12:00 UTC));
        assert_eq!(policy.latest_expiration(now).iso(), "2029-02-28");
        assert!(parse_by(&policy, "2029-02-29", now).is_err());
    }
}
