//! How much of a limit is used, on all servers together.

use super::{LimitWindow, stored_uses::StoredUses};
use crate::domain::Timestamp;

/// One window of a key, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitGauge {
    pub window: LimitWindow,
    pub limit: u64,
    /// More than the limit if that was lowered in the meantime.
    pub used: u64,
    /// When the first of the uses no longer counts. None if nothing is used.
    pub more_at: Option<Timestamp>,
    /// When none of them counts any longer.
    pub all_at: Option<Timestamp>,
}

impl LimitGauge {
    /// `uses` are those of each server.
    pub fn new(window: LimitWindow, limit: u64, uses: &[StoredUses], now: Timestamp) -> Self {
        let ends = uses.iter().flat_map(|uses| &uses.0).filter_map(|(at, count)| {
            let end = window.end(*at);
            (end > now && *count > 0).then_some((end, *count))
        });
        let ends: Vec<_> = ends.collect();
        Self {
            window,
            limit,
            used: ends.iter().map(|(_, count)| count).sum(),
            more_at: ends.iter().map(|(end, _)| *end).min(),
            all_at: ends.iter().map(|(end, _)| *end).max(),
        }
    }

    pub fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::key_limits::{QuotaPeriod, RatePeriod};

    #[test]
    fn uses_of_all_servers_count_until_they_leave_the_window() {
        let now = Timestamp::from(datetime!(2026-11-29 12:00:00 UTC));
        let ago = |seconds: i64, count: u64| (now.minus(time::Duration::seconds(seconds)), count);
        let uses = [StoredUses(vec![ago(61, 100), ago(60, 10), ago(40, 3)]), StoredUses(vec![ago(5, 2), ago(1, 0)])];
        let of = |window, limit| LimitGauge::new(window, limit, &uses, now);
        let minute = of(LimitWindow::Rate(RatePeriod::Minute), 8);
        assert_eq!((minute.used, minute.left()), (5, 3));
        let in_seconds = |at: Option<Timestamp>| at.map(|at| at.since(now).whole_seconds());
        assert_eq!((in_seconds(minute.more_at), in_seconds(minute.all_at)), (Some(20), Some(55)));
        let burst = of(LimitWindow::Burst, 8);
        assert_eq!((burst.used, burst.left(), burst.more_at, burst.all_at), (0, 8, None, None));
        let day = of(LimitWindow::Quota(QuotaPeriod::Day), 100);
        assert_eq!((day.used, day.left(), in_seconds(day.all_at)), (115, 0, Some(12 * 3_600)));
    }
}
