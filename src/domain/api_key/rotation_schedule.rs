//! When a key is due for rotation: by its own schedule, by that of the policy, or by a date that somebody marked it
//! for. The earliest counts. A key that is overdue keeps working.

use time::Duration;

use super::{ApiKey, Status};
use crate::domain::{ExpirationDate, ExpirationDateError, Timestamp, policy::ROTATION_DAYS};

/// How many days ahead a key can be marked.
const LATEST_MARK_DAYS: i64 = 365;
/// How long before its due date a key is displayed as due.
pub const DUE_SOON: Duration = Duration::days(30);

/// What is worth saying about the due date of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationState {
    /// Due within [`DUE_SOON`].
    DueSoon,
    Overdue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationIntervalError {
    #[error("not a whole number of days from {} to {}", ROTATION_DAYS.start(), ROTATION_DAYS.end())]
    OutOfRange,
    #[error("longer than the {policy_days} days of the policy")]
    LongerThanPolicy { policy_days: i64 },
}

/// The first instant at which a token is overdue that came into use at `in_use_since`: midnight, UTC, at the end of the
/// day.
pub fn due_at(in_use_since: Timestamp, every_days: i64) -> Timestamp {
    ExpirationDate::in_days(in_use_since, every_days).expires_at()
}

/// Tokens that came into use before this are due by `instant`. The inverse of [`due_at`], for queries.
pub fn in_use_before(instant: Timestamp, every_days: i64) -> Timestamp {
    instant.start_of_day().minus(Duration::days(every_days))
}

/// Reads a number of days, or an empty text for no schedule of its own.
pub fn parse_interval(text: &str) -> Result<Option<i64>, RotationIntervalError> {
    match text.trim() {
        "" => Ok(None),
        text => {
            let days = text.parse().ok().filter(|days| ROTATION_DAYS.contains(days));
            days.map(Some).ok_or(RotationIntervalError::OutOfRange)
        }
    }
}

/// A key may be rotated more often than the policy asks for, not less often.
pub fn check_interval(days: Option<i64>, policy_days: Option<i64>) -> Result<(), RotationIntervalError> {
    match (days, policy_days) {
        (Some(days), Some(policy_days)) if days > policy_days => {
            Err(RotationIntervalError::LongerThanPolicy { policy_days })
        }
        _ => Ok(()),
    }
}

/// The first and the last date that a key can be marked for now.
pub fn mark_dates(now: Timestamp) -> (ExpirationDate, ExpirationDate) {
    (ExpirationDate::in_days(now, 0), ExpirationDate::in_days(now, LATEST_MARK_DAYS))
}

/// Checks whether a key can be marked for this date now.
pub fn check_mark(date: ExpirationDate, now: Timestamp) -> Result<(), ExpirationDateError> {
    let (earliest, latest) = mark_dates(now);
    match date {
        date if date < earliest => Err(ExpirationDateError::InThePast { earliest }),
        date if date > latest => Err(ExpirationDateError::TooLate { latest }),
        _ => Ok(()),
    }
}

impl RotationState {
    /// In the order of lists.
    pub const ALL: [Self; 2] = [Self::DueSoon, Self::Overdue];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::DueSoon => "due_soon",
            Self::Overdue => "overdue",
        }
    }

    /// The due dates with this state: after the first instant, up to the second.
    pub fn due_dates(self, now: Timestamp) -> (Option<Timestamp>, Timestamp) {
        match self {
            Self::DueSoon => (Some(now), now.plus(DUE_SOON)),
            Self::Overdue => (None, now),
        }
    }
}

impl ApiKey {
    /// Since when its current token is in use. None if no token was ever confirmed.
    pub fn token_in_use_since(&self) -> Option<Timestamp> {
        self.rotated_at.or(self.confirmed_at)
    }

    /// How often it is rotated: its own interval, or a shorter one of the policy.
    pub fn rotation_interval(&self, policy_days: Option<i64>) -> Option<i64> {
        [self.rotate_every_days, policy_days].into_iter().flatten().min()
    }

    /// When it is due. None without a date, and for a key that does not work yet, has ended, or ends no later.
    pub fn rotation_due_at(&self, policy_days: Option<i64>, now: Timestamp) -> Option<Timestamp> {
        if !matches!(self.status(now), Status::Active | Status::Disabled) {
            return None;
        }
        let since = self.token_in_use_since()?;
        let scheduled = self.rotation_interval(policy_days).map(|days| due_at(since, days));
        let due = [self.rotation_marked_for, scheduled].into_iter().flatten().min()?;
        self.expires_at.is_none_or(|end| due < end).then_some(due)
    }

    /// None if its due date is far away.
    pub fn rotation_state(&self, policy_days: Option<i64>, now: Timestamp) -> Option<RotationState> {
        let due = self.rotation_due_at(policy_days, now)?;
        RotationState::ALL.into_iter().find(|state| {
            let (after, until) = state.due_dates(now);
            due <= until && after.is_none_or(|after| due > after)
        })
    }

    /// The day that somebody marked it for.
    pub fn rotation_mark(&self) -> Option<ExpirationDate> {
        self.rotation_marked_for.map(ExpirationDate::last_day_before)
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};
    use time::macros::datetime;

    use super::*;
    use crate::domain::{ApiKeyId, ApiKeyName, OrganizationId, Person, Role, Token, TokenLabel, UserId};

    fn at(text: time::OffsetDateTime) -> Timestamp {
        text.into()
    }

    fn now() -> Timestamp {
        at(datetime!(2026-11-21 12:00 UTC))
    }

    fn end_of(text: &str) -> Option<Timestamp> {
        ExpirationDate::parse(text).unwrap().map(ExpirationDate::expires_at)
    }

    /// Confirmed 60 days ago.
    fn key() -> ApiKey {
        let rng = &mut StdRng::seed_from_u64(1);
        let created = at(datetime!(2026-09-22 23:59 UTC));
        let owner = Person {
            id: UserId::generate(created, rng),
            organization_id: OrganizationId::generate(created, rng),
            role: Role::Member,
        };
        let name = ApiKeyName::parse("CI").unwrap();
        let key = ApiKey::pending(
            ApiKeyId::generate(created, rng),
            &owner,
            name,
            &Token::generate(&TokenLabel::default(), rng),
            created,
        );
        ApiKey { confirmed_at: Some(created), ..key }
    }

    #[test]
    fn without_a_schedule_and_a_mark_nothing_is_due() {
        assert_eq!(key().rotation_due_at(None, now()), None);
        assert_eq!(key().rotation_state(None, now()), None);
    }

    #[test]
    fn a_token_is_due_at_the_end_of_the_day() {
        let since = at(datetime!(2026-09-22 00:00 UTC));
        assert_eq!(due_at(since, 60), at(datetime!(2026-11-22 00:00 UTC)));
        assert_eq!(due_at(since.plus(Duration::DAY).minus(Duration::MICROSECOND), 60), due_at(since, 60));
        // The inverse agrees with it around every midnight.
        for hours in -50..50 {
            let instant = due_at(since, 60).plus(Duration::hours(hours));
            for moved in [-24, -1, 0, 1, 23, 24] {
                let since = since.plus(Duration::hours(moved));
                assert_eq!(since < in_use_before(instant, 60), due_at(since, 60) <= instant, "{hours} {moved}");
            }
        }
    }

    #[test]
    fn the_earliest_of_mark_own_schedule_and_policy_counts() {
        let own = ApiKey { rotate_every_days: Some(90), ..key() };
        assert_eq!(own.rotation_due_at(None, now()), end_of("2026-12-21"));
        assert_eq!(own.rotation_due_at(Some(60), now()), end_of("2026-11-21"), "the policy has become stricter");
        assert_eq!(own.rotation_due_at(Some(365), now()), end_of("2026-12-21"));
        assert_eq!(key().rotation_due_at(Some(365), now()), end_of("2027-09-22"));
        let marked = |date| ApiKey { rotation_marked_for: end_of(date), ..own.clone() };
        assert_eq!(marked("2026-12-01").rotation_due_at(None, now()), end_of("2026-12-01"));
        assert_eq!(marked("2026-12-31").rotation_due_at(None, now()), end_of("2026-12-21"));
        assert_eq!(marked("2026-12-01").rotation_mark(), ExpirationDate::parse("2026-12-01").unwrap());
        let rotated = ApiKey { rotated_at: Some(now()), ..own };
        assert_eq!(
            rotated.rotation_due_at(None, now()),
            end_of("2027-02-19"),
            "the next date counts from the rotation"
        );
    }

    #[test]
    fn a_key_is_due_soon_and_then_overdue_but_never_before_and_never_after_its_end() {
        let own = ApiKey { rotate_every_days: Some(90), ..key() };
        let due = end_of("2026-12-21").unwrap();
        let state = |key: &ApiKey, left| key.rotation_state(None, due.minus(left));
        assert_eq!(state(&own, DUE_SOON + Duration::MICROSECOND), None);
        assert_eq!(state(&own, DUE_SOON), Some(RotationState::DueSoon));
        assert_eq!(state(&own, Duration::MICROSECOND), Some(RotationState::DueSoon));
        assert_eq!(state(&own, Duration::ZERO), Some(RotationState::Overdue));
        assert_eq!(state(&own, Duration::days(-900)), Some(RotationState::Overdue));
        let ends = |expires_at| ApiKey { expires_at, ..own.clone() };
        assert_eq!(state(&ends(Some(due)), Duration::DAY), None, "its end comes first");
        assert_eq!(state(&ends(Some(due.plus(Duration::DAY))), Duration::DAY), Some(RotationState::DueSoon));
    }

    #[test]
    fn keys_that_do_not_work_yet_or_have_ended_are_never_due() {
        let own = ApiKey { rotate_every_days: Some(30), rotation_marked_for: end_of("2026-11-22"), ..key() };
        assert_eq!(own.rotation_state(Some(30), now()), Some(RotationState::Overdue));
        let disabled = ApiKey { disabled_at: Some(now()), ..own.clone() };
        assert_eq!(disabled.rotation_state(None, now()), Some(RotationState::Overdue), "it may be enabled again");
        for other in [
            ApiKey { confirmed_at: None, ..own.clone() },
            ApiKey { revoked_at: Some(now()), ..own.clone() },
            ApiKey { expires_at: Some(now()), ..own },
        ] {
            assert_eq!(other.rotation_due_at(Some(30), now()), None);
        }
    }

    #[test]
    fn an_interval_is_a_week_to_ten_years_and_no_longer_than_that_of_the_policy() {
        for (text, parsed) in [("", Ok(None)), (" 7 ", Ok(Some(7))), ("3650", Ok(Some(3_650)))] {
            assert_eq!(parse_interval(text), parsed, "{text}");
        }
        for bad in ["6", "0", "-30", "3651", "30.5", "monthly", "٣٠", "99999999999999999999"] {
            assert_eq!(parse_interval(bad), Err(RotationIntervalError::OutOfRange), "{bad}");
        }
        assert_eq!(check_interval(Some(90), Some(90)), Ok(()));
        assert_eq!(check_interval(None, Some(90)), Ok(()));
        assert_eq!(check_interval(Some(91), None), Ok(()));
        let longer = RotationIntervalError::LongerThanPolicy { policy_days: 90 };
        assert_eq!(check_interval(Some(91), Some(90)), Err(longer));
    }

    #[test]
    fn a_key_is_marked_for_today_until_in_a_year() {
        let check = |text| check_mark(ExpirationDate::parse(text).unwrap().unwrap(), now());
        assert_eq!(check("2026-11-21"), Ok(()));
        assert_eq!(check("2027-11-21"), Ok(()));
        assert!(matches!(check("2026-11-20"), Err(ExpirationDateError::InThePast { .. })));
        assert!(matches!(check("2027-11-22"), Err(ExpirationDateError::TooLate { .. })));
    }
}
