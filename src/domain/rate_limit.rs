//! How often something may be tried: a burst at once, then once per interval. Only one instant is stored (the generic
//! cell rate algorithm, ITU-T I.371): when the bucket is full again.

use time::Duration;

use super::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub burst: i32,
    pub interval: Duration,
}

impl Rate {
    /// Takes one token. Returns when the bucket is full again, or else how long to wait. A stored instant further away
    /// than the rate allows comes from a wrong clock and is ignored.
    pub fn take(self, free_at: Timestamp, now: Timestamp) -> Result<Timestamp, Duration> {
        let is_plausible = free_at.since(now) <= self.interval * self.burst;
        let next = if is_plausible { free_at.max(now) } else { now }.plus(self.interval);
        let wait = next.since(now) - self.interval * self.burst;
        if wait.is_positive() { Err(wait) } else { Ok(next) }
    }

    /// Undoes [`Self::take`].
    pub fn give_back(self, free_at: Timestamp) -> Timestamp {
        free_at.minus(self.interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, interval: Duration::seconds(10) };

    #[test]
    fn after_a_burst_one_waits_and_then_one_more_passes_each_interval() {
        let now = Timestamp::from_unix_micros(1_000_000_000_000);
        let mut free_at = Timestamp::from_unix_micros(0);
        for _ in 0..3 {
            free_at = RATE.take(free_at, now).unwrap();
        }
        assert_eq!(RATE.take(free_at, now), Err(Duration::seconds(10)));
        assert_eq!(RATE.take(free_at, now.plus(Duration::seconds(4))), Err(Duration::seconds(6)));
        let later = now.plus(Duration::seconds(10));
        free_at = RATE.take(free_at, later).unwrap();
        assert_eq!(RATE.take(free_at, later), Err(Duration::seconds(10)));
        assert!(RATE.take(RATE.give_back(free_at), later).is_ok());
    }

    #[test]
    fn after_the_clock_was_put_back_nobody_waits_longer_than_one_interval() {
        let now = Timestamp::from_unix_micros(1_000_000_000_000);
        for back in [Duration::seconds(1), Duration::seconds(20), Duration::hours(1), Duration::days(400)] {
            let mut free_at = now;
            while let Ok(next) = RATE.take(free_at, now) {
                free_at = next;
            }
            let wait = RATE.take(free_at, now.minus(back)).err().unwrap_or_default();
            assert!(wait <= RATE.interval + Duration::seconds(20), "{back}: {wait}");
        }
    }

    #[test]
    fn whoever_waited_long_has_one_burst_and_not_several() {
        let free_at = Timestamp::from_unix_micros(0);
        let mut now_free = free_at;
        let now = free_at.plus(Duration::days(1));
        let passed = (0..10).filter(|_| RATE.take(now_free, now).map(|next| now_free = next).is_ok()).count();
        assert_eq!(passed, 3);
    }
}
