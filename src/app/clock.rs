//! Whether the machine's clock can be trusted for deletions and other final actions.
//!
//! The second clock is the database, where a server records the time every few minutes. If its own clock is days away
//! from that, either the server was off for long, or one of the two is wrong. It then waits an hour before it purges,
//! revokes unused keys or sends reminders. In that time, an operator who sees the warning, or NTP, can correct the
//! clock. Verification and sessions use the clock anyway: they decide again at every request.

use std::sync::{Mutex, PoisonError};

use time::Duration;

use super::Error;
use crate::{
    domain::Timestamp,
    store::{self, Conn},
};

/// How far the clock may be from the last reading. A server may be off overnight.
const TOLERANCE: Duration = Duration::days(1);
/// How long final actions wait while the clock is in doubt.
pub const WAITING_TIME: Duration = Duration::HOUR;
/// Doubt begins again if the clock jumps further than this between two checks.
const LONGEST_STEP: Duration = Duration::hours(2);
/// How often the time is recorded.
const READING_INTERVAL: Duration = Duration::minutes(5);

/// One server's opinion of its clock.
#[derive(Debug, Default)]
pub struct ClockCheck(Mutex<Option<Doubt>>);

#[derive(Clone, Copy, Debug)]
struct Doubt {
    since: Timestamp,
    last_check: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockVerdict {
    Trusted,
    /// The clock was trusted until this check.
    DoubtBegins,
    Doubted,
}

impl ClockCheck {
    /// On a new server, there is no `last_reading`.
    pub fn judge(&self, last_reading: Option<Timestamp>, now: Timestamp) -> ClockVerdict {
        let mut doubt = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last_reading.is_none_or(|last| now.since(last).abs() <= TOLERANCE) {
            *doubt = None;
            return ClockVerdict::Trusted;
        }
        match &mut *doubt {
            Some(known) if known.last_check <= now && now.since(known.last_check) <= LONGEST_STEP => {
                known.last_check = now;
                if now.since(known.since) < WAITING_TIME {
                    return ClockVerdict::Doubted;
                }
                *doubt = None;
                ClockVerdict::Trusted
            }
            _ => {
                *doubt = Some(Doubt { since: now, last_check: now });
                ClockVerdict::DoubtBegins
            }
        }
    }

    pub fn is_doubted(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

/// The time to compare the clock with.
pub fn last_reading(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    let reading = store::clock_readings::find(conn)?;
    Ok(if reading.is_some() { reading } else { store::clock_readings::find_last_event(conn)? })
}

/// Whether a trusted time must be recorded again.
pub fn is_reading_due(last_reading: Option<Timestamp>, now: Timestamp) -> bool {
    last_reading.is_none_or(|last| now.since(last).abs() >= READING_INTERVAL)
}

pub fn record_reading(conn: &mut Conn, now: Timestamp) -> Result<(), Error> {
    Ok(store::clock_readings::replace(conn, now)?)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from(datetime!(2026-11-21 12:00 UTC))
    }

    #[test]
    fn a_clock_that_is_days_away_from_the_last_reading_is_doubted_for_an_hour() {
        for away in [Duration::days(400), Duration::days(-400), Duration::hours(25)] {
            let (check, started) = (ClockCheck::default(), now().plus(away));
            assert_eq!(check.judge(Some(now()), started), ClockVerdict::DoubtBegins, "{away}");
            assert_eq!(check.judge(Some(now()), started.plus(Duration::minutes(59))), ClockVerdict::Doubted, "{away}");
            assert_eq!(check.judge(Some(now()), started.plus(Duration::hours(1))), ClockVerdict::Trusted, "{away}");
        }
        for away in [Duration::ZERO, Duration::hours(-1), Duration::hours(23)] {
            assert_eq!(ClockCheck::default().judge(Some(now()), now().plus(away)), ClockVerdict::Trusted, "{away}");
        }
        assert_eq!(ClockCheck::default().judge(None, now()), ClockVerdict::Trusted);
    }

    #[test]
    fn doubt_ends_when_the_clock_is_corrected_and_begins_again_when_it_jumps() {
        let (check, wrong) = (ClockCheck::default(), now().plus(Duration::days(400)));
        check.judge(Some(now()), wrong);
        assert_eq!(check.judge(Some(now()), wrong.plus(Duration::days(3))), ClockVerdict::DoubtBegins);
        assert_eq!(check.judge(Some(now()), now().plus(Duration::minutes(1))), ClockVerdict::Trusted);
        assert!(!check.is_doubted());
    }
}
