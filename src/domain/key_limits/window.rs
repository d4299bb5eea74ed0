//! Counts uses in a window: a sliding one as a ring of slots, or a calendar period.

use time::Duration;

use super::{LimitWindow, QuotaPeriod, stored_uses::StoredUses};
use crate::domain::Timestamp;

/// Slots of a sliding window. A use leaves the window up to one slot late, never early.
pub const SLOTS: usize = 60;
/// The slot that is being filled counts beside the full ones.
const KEPT: usize = SLOTS + 1;
/// A quota's period is kept if the clock goes back no further than this, for clocks that are corrected at midnight.
const JITTER: Duration = Duration::minutes(5);

/// An instant by the clocks of one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitMoment {
    /// Microseconds of a clock that never jumps, from any beginning.
    pub elapsed: u64,
    /// The time of day, which may jump.
    pub now: Timestamp,
}

/// What was used, by time.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a key in use is found faster in one piece of memory")]
pub enum UsageWindow {
    Sliding(Ring),
    Calendar { period: QuotaPeriod, start: Timestamp, used: u64 },
}

/// Uses by slot. A use of slot n counts while the current slot is at most n + [`SLOTS`].
#[derive(Clone, Debug)]
pub struct Ring {
    /// In microseconds.
    slot_length: u64,
    /// The number of the newest slot.
    newest: u64,
    /// No slot before it has uses.
    oldest: u64,
    counts: [u32; KEPT],
    used: u64,
}

impl UsageWindow {
    pub fn new(window: LimitWindow, moment: LimitMoment) -> Self {
        match window {
            LimitWindow::Quota(period) => Self::Calendar { period, start: period.start(moment.now), used: 0 },
            LimitWindow::Rate(_) | LimitWindow::Burst => {
                let length = window.length().map_or(0, Duration::whole_microseconds);
                let slot_length = u64::try_from(length).unwrap_or_default().div_ceil(SLOTS as u64).max(1);
                let newest = moment.elapsed / slot_length;
                Self::Sliding(Ring { slot_length, newest, oldest: newest, counts: [0; KEPT], used: 0 })
            }
        }
    }

    /// Forgets what is outside of the window. Returns true if a new calendar period has begun.
    pub fn advance(&mut self, moment: LimitMoment) -> bool {
        match self {
            Self::Sliding(ring) => {
                ring.advance(moment.elapsed);
                false
            }
            Self::Calendar { period, start, used } => {
                let current = period.start(moment.now);
                let is_jitter = current < *start && start.since(moment.now) <= JITTER;
                if current == *start || is_jitter {
                    return false;
                }
                (*start, *used) = (current, 0);
                true
            }
        }
    }

    /// As of the last [`Self::advance`].
    pub fn used(&self) -> u64 {
        match self {
            Self::Sliding(ring) => ring.used,
            Self::Calendar { used, .. } => *used,
        }
    }

    /// Adds a use as of the last [`Self::advance`].
    pub fn add(&mut self, cost: u32) {
        match self {
            Self::Sliding(ring) => ring.add(0, cost),
            Self::Calendar { used, .. } => *used += u64::from(cost),
        }
    }

    pub fn clear(&mut self) {
        match self {
            Self::Sliding(ring) => (ring.counts, ring.used) = ([0; KEPT], 0),
            Self::Calendar { used, .. } => *used = 0,
        }
    }

    /// How long until `wanted` of the uses have left the window.
    pub fn time_until_freed(&self, wanted: u64, moment: LimitMoment) -> Duration {
        match self {
            Self::Sliding(ring) => ring.time_until_freed(wanted, moment.elapsed),
            Self::Calendar { period, start, .. } => period.end(*start).since(moment.now).max(Duration::ZERO),
        }
    }

    /// The start of the calendar period. The same for all sliding windows.
    pub fn start(&self) -> Timestamp {
        match self {
            Self::Sliding(_) => Timestamp::from_unix_micros(0),
            Self::Calendar { start, .. } => *start,
        }
    }

    /// The uses with the end of their slot, as of the last [`Self::advance`].
    pub fn stored_uses(&self, moment: LimitMoment) -> StoredUses {
        match self {
            Self::Sliding(ring) => ring.stored_uses(moment),
            Self::Calendar { start, used, .. } => {
                StoredUses((*used > 0).then_some((*start, *used)).into_iter().collect())
            }
        }
    }

    /// Adds what was stored, by this server before it forgot the key.
    pub fn restore(&mut self, stored: &StoredUses, moment: LimitMoment) {
        match self {
            Self::Calendar { used, .. } => *used += stored.sum(),
            Self::Sliding(ring) => {
                for (end, count) in &stored.0 {
                    let age = u64::try_from(moment.now.since(*end).whole_microseconds()).unwrap_or_default();
                    ring.add(age / ring.slot_length, u32::try_from(*count).unwrap_or(u32::MAX));
                }
            }
        }
    }
}

impl Ring {
    #[expect(clippy::cast_possible_truncation, reason = "a remainder of the small number of slots")]
    fn position(slot: u64) -> usize {
        (slot % KEPT as u64) as usize
    }

    fn advance(&mut self, elapsed: u64) {
        let current = elapsed / self.slot_length;
        if current <= self.newest {
            return;
        }
        if current - self.newest >= KEPT as u64 {
            (self.counts, self.used) = ([0; KEPT], 0);
        } else if self.used > 0 {
            for slot in self.newest + 1..=current {
                let count = &mut self.counts[Self::position(slot)];
                self.used -= u64::from(*count);
                *count = 0;
            }
        }
        self.newest = current;
        self.oldest = self.oldest.max(current.saturating_sub(SLOTS as u64));
    }

    /// `age` is in slots. What is too old is ignored.
    fn add(&mut self, age: u64, cost: u32) {
        let Some(slot) = self.newest.checked_sub(age).filter(|_| age < KEPT as u64) else { return };
        let count = &mut self.counts[Self::position(slot)];
        let before = *count;
        *count = count.saturating_add(cost);
        self.oldest = if self.used == 0 { slot } else { self.oldest.min(slot) };
        self.used += u64::from(*count - before);
    }

    /// The slots with uses, oldest first.
    fn slots(&self) -> impl Iterator<Item = (u64, u32)> {
        let all = (self.oldest..=self.newest).map(|slot| (slot, self.counts[Self::position(slot)]));
        all.filter(|(_, count)| *count > 0)
    }

    fn time_until_freed(&self, wanted: u64, elapsed: u64) -> Duration {
        let mut freed = 0;
        let last = self.slots().find(|(_, count)| {
            freed += u64::from(*count);
            freed >= wanted
        });
        let micros = match last {
            Some((slot, _)) => ((slot + KEPT as u64) * self.slot_length).saturating_sub(elapsed),
            None => self.slot_length * SLOTS as u64,
        };
        Duration::microseconds(i64::try_from(micros).unwrap_or(i64::MAX))
    }

    fn stored_uses(&self, moment: LimitMoment) -> StoredUses {
        let end = |slot: u64| {
            let ahead = i128::from((slot + 1) * self.slot_length) - i128::from(moment.elapsed);
            moment.now.plus(Duration::microseconds(i64::try_from(ahead).unwrap_or_default()))
        };
        StoredUses(self.slots().map(|(slot, count)| (end(slot), u64::from(count))).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::domain::key_limits::RatePeriod;

    fn at(elapsed: u64) -> LimitMoment {
        LimitMoment { elapsed, now: Timestamp::from_unix_micros(i64::try_from(elapsed).unwrap()) }
    }

    /// Lets pass what fits. Returns the most that passed in any window, and how much passed in all.
    fn run(period: RatePeriod, limit: u64, arrivals: impl Iterator<Item = (u64, u32)>) -> (u64, u64) {
        let length = u64::from(period.seconds()) * 1_000_000;
        let mut window = UsageWindow::new(LimitWindow::Rate(period), at(0));
        let (mut passed, mut sum, mut most, mut all) = (VecDeque::new(), 0, 0, 0);
        for (time, cost) in arrivals {
            window.advance(at(time));
            if window.used() + u64::from(cost) > limit {
                continue;
            }
            window.add(cost);
            passed.push_back((time, u64::from(cost)));
            (sum, all) = (sum + u64::from(cost), all + u64::from(cost));
            // Both ends of the period count, so it is an instant longer than the limit says.
            while passed.front().is_some_and(|(earlier, _)| earlier + length < time) {
                sum -= passed.pop_front().unwrap().1;
            }
            most = most.max(sum);
        }
        (most, all)
    }

    #[test]
    fn never_more_than_the_limit_passes_in_any_period_of_that_length() {
        let mut rng = StdRng::seed_from_u64(1);
        for round in 0..2_000 {
            let period = RatePeriod::ALL[round % 4];
            let length = u64::from(period.seconds()) * 1_000_000;
            let limit = [1, 2, 7, 60, 1_000][rng.random_range(0..5)];
            let (gap, cost) = (length / limit * rng.random_range(1..6) / 2, rng.random_range(1..4));
            let mut time = rng.random_range(0..length * 3);
            let arrivals = std::iter::from_fn(|| {
                // Mostly close together, sometimes a pause.
                let is_pause = rng.random_range(0..50) == 0;
                time += if is_pause { rng.random_range(0..=length * 2) } else { rng.random_range(0..=gap.max(1)) };
                Some((time, rng.random_range(1..=cost)))
            });
            let (most, _) = run(period, limit, arrivals.take(400));
            assert!(most <= limit, "round {round}: {most} of {limit} a {period:?}");
        }
    }

    #[test]
    fn under_twice_the_demand_nearly_all_of_the_limit_passes() {
        for period in RatePeriod::ALL {
            let length = u64::from(period.seconds()) * 1_000_000;
            for limit in [20, 100, 10_000] {
                let periods = 30;
                let arrivals = (0..limit * 2 * periods).map(|number| (number * length / (limit * 2), 1));
                let (most, all) = run(period, limit, arrivals);
                let share = all * 1_000 / (limit * periods);
                assert!(most <= limit && share >= 950, "{limit} a {period:?}: {share} of 1000");
            }
        }
    }

    #[test]
    fn what_is_stored_and_restored_counts_at_least_as_long() {
        let mut rng = StdRng::seed_from_u64(2);
        for _ in 0..500 {
            let mut window = UsageWindow::new(LimitWindow::Rate(RatePeriod::Minute), at(0));
            let mut time = 0;
            for _ in 0..100 {
                time += rng.random_range(0..2_000_000);
                window.advance(at(time));
                window.add(1);
            }
            let stored = StoredUses::parse(&window.stored_uses(at(time)).to_string()).unwrap();
            // Another run of the server: its clock begins at another instant.
            let other = |time: u64| LimitMoment { elapsed: time + 12_345_678, ..at(time) };
            let mut restored = UsageWindow::new(LimitWindow::Rate(RatePeriod::Minute), other(time));
            restored.restore(&stored, other(time));
            for _ in 0..80 {
                time += 1_000_000;
                window.advance(at(time));
                restored.advance(other(time));
                assert!(restored.used() >= window.used(), "{} of {}", restored.used(), window.used());
            }
            assert_eq!(restored.used(), 0);
        }
    }

    #[test]
    fn it_says_when_there_is_room_again() {
        let mut window = UsageWindow::new(LimitWindow::Rate(RatePeriod::Minute), at(0));
        for (second, cost) in [(0, 3), (10, 2), (30, 1)] {
            window.advance(at(second * 1_000_000));
            window.add(cost);
        }
        let moment = at(30_500_000);
        window.advance(moment);
        let wait = |wanted| window.time_until_freed(wanted, moment).whole_milliseconds();
        assert_eq!([wait(1), wait(3), wait(4), wait(6), wait(7)], [30_500, 30_500, 40_500, 60_500, 60_000]);
        let mut early = window.clone();
        early.advance(at(60_999_999));
        assert_eq!(early.used(), 6);
        early.advance(at(61_000_000));
        assert_eq!(early.used(), 3);
    }

    #[test]
    fn a_quota_begins_anew_with_its_period_and_not_when_a_clock_is_corrected_at_midnight() {
        let day = 86_400_000_000;
        let mut window = UsageWindow::new(LimitWindow::Quota(QuotaPeriod::Day), at(day - 1));
        window.add(5);
        assert!(window.advance(at(day)) && window.used() == 0);
        window.add(2);
        assert!(!window.advance(at(day - 1_000_000)) && window.used() == 2);
        assert!(window.advance(at(day * 400)), "a wrong clock");
        assert!(window.advance(at(day)), "corrected");
    }
}
