//! How servers share a limit. A server's uses in any window are at most what it has claimed. The claims of all servers
//! are at most the limit, because each changes its own under a lock. So the uses of all servers are at most the limit,
//! whatever their clocks say.

use time::Duration;

use super::{LimitWindow, stored_uses::StoredUses};
use crate::domain::Timestamp;

/// How far the clocks of two servers may be apart.
pub const CLOCK_MARGIN: Duration = Duration::seconds(2);

/// A server with a smaller share keeps nothing ahead.
const SMALL_SHARE: u64 = 4;

/// What one server has claimed of a window of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitClaim {
    pub claimed: u64,
    /// What the server would claim if there were enough.
    pub wanted: u64,
    /// What was asked for in 1,000 seconds, whether allowed or refused.
    pub demand: u64,
    pub uses: StoredUses,
    pub lease: ServerLease,
}

/// Whether a server that has claimed something is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerLease {
    Live,
    /// It has stopped in order: all its uses are stored.
    Closed,
    /// It has stopped without notice and has not used anything after this instant.
    Lost(Timestamp),
}

/// A server's side of the decision.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnClaim {
    /// As stored.
    pub claimed: u64,
    /// In the current window.
    pub used: u64,
    pub wanted: u64,
    pub demand: u64,
    /// What a request is waiting for.
    pub needed: u64,
    /// Whether another server runs, with or without a claim.
    pub has_company: bool,
    /// Whether to claim everything that is free, when alone.
    pub takes_all: bool,
}

/// What a server claims next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimPlan {
    pub claimed: u64,
    /// Less than claimed while uses that exceed the server's share are still in the window.
    pub cap: u64,
    /// What nobody has claimed then.
    pub free: u64,
    /// Whether the servers want more than there is.
    pub is_contended: bool,
    /// When the first use of another server no longer counts. None if no other has used anything, or if one holds more
    /// than it has used, which it may give back at any time.
    pub others_end: Option<Timestamp>,
}

impl ClaimPlan {
    /// Of a server that keeps only what it has used.
    pub fn only_used(used: u64) -> Self {
        Self { claimed: used, cap: 0, free: 0, is_contended: false, others_end: None }
    }
}

impl LimitClaim {
    /// How much of the limit this takes. The rest of a lost server's claim counts as used when its lease ended.
    pub fn held(&self, window: LimitWindow, now: Timestamp) -> u64 {
        let Some(window_length) = window.length() else {
            // Of this period, as all that are compared.
            return if self.lease == ServerLease::Closed { self.uses.sum() } else { self.claimed };
        };
        let length = window_length + CLOCK_MARGIN;
        match self.lease {
            ServerLease::Live => self.claimed,
            ServerLease::Closed => self.uses.sum_within(length, now),
            ServerLease::Lost(at) => {
                // Of its last window, everything that is not known to be used earlier counts as used at its end.
                let rest = self.claimed.saturating_sub(self.uses.sum_within(window_length, at));
                let rest = if at.plus(length) > now { rest } else { 0 };
                self.uses.sum_within(length, now) + rest
            }
        }
    }

    /// The uses that count, as [`Self::held`] counts them when nothing is claimed ahead.
    pub fn counted_uses(&self, window: LimitWindow) -> StoredUses {
        let mut uses = self.uses.clone();
        if let ServerLease::Lost(at) = self.lease {
            let known = window.length().map_or_else(|| uses.sum(), |length| uses.sum_within(length, at));
            uses.0.push((at, self.claimed.saturating_sub(known)));
        }
        uses
    }

    /// When the first of its uses no longer counts for other servers. None if it has none.
    fn first_end(&self, window: LimitWindow, now: Timestamp) -> Option<Timestamp> {
        let margin = if window.is_quota() { Duration::ZERO } else { CLOCK_MARGIN };
        let counted = self.counted_uses(window).0.into_iter().filter(|(_, count)| *count > 0);
        counted.map(|(at, _)| window.end(at).plus(margin)).filter(|end| *end > now).min()
    }

    /// Whether it holds more than it has used.
    fn has_idle(&self, window: LimitWindow, now: Timestamp) -> bool {
        let used = window.length().map_or_else(|| self.uses.sum(), |length| self.uses.sum_within(length, now));
        self.is_live() && self.claimed > used
    }

    fn is_live(&self) -> bool {
        self.lease == ServerLease::Live
    }
}

impl OwnClaim {
    /// Decides what to claim of this limit. `others` are the claims of all other servers in the same window.
    pub fn plan(self, limit: u64, window: LimitWindow, others: &[LimitClaim], now: Timestamp) -> ClaimPlan {
        let held: u64 = others.iter().map(|claim| claim.held(window, now)).sum();
        let free = limit.saturating_sub(held + self.claimed);
        // Less than it had if the others took it for lost and have claimed its part.
        let most = limit.saturating_sub(held);
        let live = || others.iter().filter(|claim| claim.is_live());
        let wanted_by_all = live().map(|claim| claim.wanted).sum::<u64>() + self.wanted;
        let of_lost = others.iter().filter(|claim| !claim.is_live()).map(|claim| claim.held(window, now)).sum::<u64>();
        let available = limit.saturating_sub(of_lost);
        let is_contended = self.has_company && wanted_by_all > available;
        let target = if is_contended {
            self.share(available, free, &live())
        } else if self.has_company || !self.takes_all {
            // The more is free, the more is taken ahead.
            let ahead = self.wanted + free / 16;
            // Without need nothing is given back, so that claims do not move to and fro.
            if free >= limit / 4 { ahead.max(self.claimed) } else { ahead }
        } else {
            most
        };
        let cap = target.min(most).min(limit);
        // Claims are never negative, and what is used cannot be given back.
        let claimed = cap.max(self.used.min(self.claimed));
        let has_idle = others.iter().any(|claim| claim.has_idle(window, now));
        let ends = others.iter().filter_map(|claim| claim.first_end(window, now));
        let others_end = if has_idle { None } else { ends.min() };
        ClaimPlan { claimed, cap, free: (most - claimed.min(most)).min(limit), is_contended, others_end }
    }

    /// The part of a server when all of them want more than there is: by demand, and not less than one now and then.
    fn share<'a>(self, available: u64, free: u64, others: &(impl Iterator<Item = &'a LimitClaim> + Clone)) -> u64 {
        // Where nothing was asked for lately, all have the same part.
        let all = others.clone().map(|claim| claim.demand.max(1)).sum::<u64>() + self.demand.max(1);
        let fair = |demand: u64| part(available, demand.max(1), all);
        let (floor, ceiling) = (fair(self.demand), fair(self.demand) + 1);
        if floor < SMALL_SHARE {
            // Nothing lies idle: who needs it claims it.
            return self.used + self.needed.min(free);
        }
        // Somebody has much less than their share.
        let is_starved = |claim: &LimitClaim| claim.demand > 0 && claim.claimed < (fair(claim.demand) * 9 / 10).max(1);
        let needed = (self.used + self.needed).saturating_sub(self.claimed);
        if needed > 0 && self.claimed >= floor {
            // Beyond its share, a server takes half of what lies idle.
            return (self.claimed + needed.min(free.div_ceil(2))).max(ceiling.min(self.claimed));
        }
        if self.claimed < floor {
            return floor.max(if self.needed > 0 { ceiling } else { 0 });
        }
        if others.clone().any(is_starved) {
            return floor;
        }
        // A little more than the share is kept, since demand is never even.
        if self.claimed > ceiling && (self.claimed - ceiling) * 10 > self.claimed { ceiling } else { self.claimed }
    }
}

/// `whole` × `one` / `all`
fn part(whole: u64, one: u64, all: u64) -> u64 {
    u64::try_from(u128::from(whole) * u128::from(one.min(all)) / u128::from(all)).unwrap_or(whole)
}
