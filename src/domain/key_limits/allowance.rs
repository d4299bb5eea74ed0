//! What one server may still use of one window of a key.

use time::Duration;

use super::{
    LimitWindow,
    claim::{ClaimPlan, LimitClaim, OwnClaim, ServerLease},
    stored_uses::StoredUses,
    window::{LimitMoment, UsageWindow},
};
use crate::domain::Timestamp;

/// Over which time demand is averaged, in seconds.
const DEMAND_SPAN: f64 = 2.0;
/// The shortest time over which demand is measured, in microseconds.
const SHORTEST_SPAN: u64 = 50_000;
/// How far ahead a server claims, in seconds of its demand.
const AHEAD: f64 = 2.0;
/// The longest window that a server without others claims as a whole, in seconds. A lost server takes its claim with it
/// until the window ends, so less is claimed of longer ones.
const WHOLE_WINDOW: i64 = 60;

/// Whether a cost fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    Fits,
    /// The database may have more.
    MayClaim,
    Refused,
}

/// What people and programs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowanceReading {
    pub window: LimitWindow,
    pub limit: u64,
    pub remaining: u64,
    /// Until more can be used: at once if nothing was used.
    pub reset: Duration,
}

#[derive(Clone, Debug)]
pub struct Allowance {
    pub window: LimitWindow,
    pub limit: u64,
    uses: UsageWindow,
    /// As the database has it.
    claimed: u64,
    /// The most that may be in the window: at most what is claimed.
    cap: u64,
    /// What nobody had claimed, as of the last plan.
    free: u64,
    is_contended: bool,
    /// When the first use of another server no longer counts, as of the last plan.
    others_end: Option<Timestamp>,
    /// What was asked for since `measured_at`, whether allowed or refused.
    asked: u64,
    measured_at: u64,
    /// A second.
    demand: f64,
}

impl Allowance {
    pub fn new(window: LimitWindow, limit: u64, moment: LimitMoment) -> Self {
        Self {
            window,
            limit,
            uses: UsageWindow::new(window, moment),
            claimed: 0,
            cap: 0,
            free: 0,
            is_contended: false,
            others_end: None,
            asked: 0,
            measured_at: moment.elapsed,
            demand: 0.0,
        }
    }

    /// Whether `cost` fits now. Must be followed by [`Self::take`] at the same moment if it is to be used.
    pub fn check(&mut self, cost: u32, moment: LimitMoment) -> Fit {
        self.advance(moment);
        let with_cost = self.uses.used() + u64::from(cost);
        if with_cost <= self.cap.min(self.limit) || cost == 0 {
            Fit::Fits
        } else if with_cost > self.limit {
            Fit::Refused
        } else {
            Fit::MayClaim
        }
    }

    /// Counts what was asked for, whether allowed or refused.
    pub fn count_demand(&mut self, cost: u32) {
        self.asked += u64::from(cost);
    }

    pub fn take(&mut self, cost: u32) {
        self.uses.add(cost);
    }

    /// Claims of a calendar period end with it.
    pub fn advance(&mut self, moment: LimitMoment) {
        if self.uses.advance(moment) {
            (self.claimed, self.cap, self.free, self.others_end) = (0, 0, 0, None);
        }
    }

    /// As of the last check. `cost` is what was refused.
    pub fn reading(&self, cost: u32, moment: LimitMoment) -> AllowanceReading {
        let used = self.uses.used();
        let most = (self.cap + self.free).min(self.limit);
        let remaining = most.saturating_sub(used);
        let missing = (used + u64::from(cost.max(1))).saturating_sub(most.max(1));
        let own = (used > 0).then(|| self.uses.time_until_freed(missing.clamp(1, used), moment));
        let of_others = self.others_end.map(|end| end.since(moment.now)).filter(|wait| wait.is_positive());
        // Others hold it all, and how soon they give something back is not known.
        let unknown = if remaining > 0 { Duration::ZERO } else { Duration::SECOND };
        let reset = own.into_iter().chain(of_others).min().unwrap_or(unknown);
        AllowanceReading { window: self.window, limit: self.limit, remaining, reset }
    }

    /// Decides the next claim and gives up at once what it will give back. `own` is the claim that is stored, `others`
    /// are those of all other servers.
    pub fn plan(
        &mut self,
        own: Option<&LimitClaim>,
        others: &[LimitClaim],
        needed: u32,
        has_company: bool,
        moment: LimitMoment,
    ) -> ClaimPlan {
        self.advance(moment);
        self.measure(moment);
        let side = OwnClaim {
            claimed: own.map_or(0, |claim| claim.claimed),
            used: self.uses.used(),
            wanted: self.wanted(needed),
            demand: self.demand_in_1000_seconds(),
            needed: u64::from(needed),
            has_company,
            takes_all: self.window.length().is_some_and(|length| length.whole_seconds() <= WHOLE_WINDOW),
        };
        let plan = side.plan(self.limit, self.window, others, moment.now);
        self.cap = self.cap.min(plan.cap);
        plan
    }

    /// Like [`Self::plan`], for a server that does not know the present limit: it keeps what it has used.
    pub fn give_back(&mut self) -> ClaimPlan {
        self.cap = 0;
        ClaimPlan::only_used(self.uses.used())
    }

    /// The plan was stored. It is void if another calendar period has begun since.
    pub fn apply(&mut self, plan: ClaimPlan, start: Timestamp) {
        if start != self.start() {
            return;
        }
        (self.claimed, self.cap, self.free) = (plan.claimed, plan.cap, plan.free);
        (self.is_contended, self.others_end) = (plan.is_contended, plan.others_end);
    }

    /// What to store of this server, with the planned claim.
    pub fn stored(&self, plan: ClaimPlan, moment: LimitMoment) -> LimitClaim {
        LimitClaim {
            claimed: plan.claimed,
            wanted: self.wanted(0),
            demand: self.demand_in_1000_seconds(),
            uses: self.uses.stored_uses(moment),
            lease: ServerLease::Live,
        }
    }

    /// Adds uses that this server has stored before it forgot the key.
    pub fn restore(&mut self, stored: &StoredUses, moment: LimitMoment) {
        self.uses.restore(stored, moment);
    }

    /// Forgets all uses.
    pub fn reset(&mut self) {
        self.uses.clear();
    }

    /// As the database would keep them.
    pub fn uses(&self, moment: LimitMoment) -> StoredUses {
        self.uses.stored_uses(moment)
    }

    /// The claims of other windows than this do not count.
    pub fn start(&self) -> Timestamp {
        self.uses.start()
    }

    pub fn used(&self) -> u64 {
        self.uses.used()
    }

    pub fn claimed(&self) -> u64 {
        self.claimed
    }

    pub fn is_contended(&self) -> bool {
        self.is_contended
    }

    /// Whether the database had so much that nobody had claimed.
    pub fn knows_free(&self, cost: u32) -> bool {
        self.free >= u64::from(cost)
    }

    /// Whether more should be claimed before it is used up.
    pub fn runs_short(&self) -> bool {
        let left = self.cap.saturating_sub(self.uses.used());
        self.claimed < self.limit && self.free > 0 && left < self.ahead() / 2
    }

    /// Whether it holds more than is used, which others may need.
    pub fn has_idle(&self) -> bool {
        self.claimed > self.uses.used()
    }

    /// What is claimed ahead of use: 2 seconds of demand, or a part of the limit.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and small")]
    fn ahead(&self) -> u64 {
        (self.demand * AHEAD) as u64 + 1
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and small")]
    fn wanted(&self, needed: u32) -> u64 {
        let used = self.uses.used();
        let soon = used + self.ahead();
        // At most a quarter above the demand of a whole window.
        let whole =
            self.window.length().map_or(u64::MAX, |length| (self.demand * length.as_seconds_f64() * 1.25) as u64);
        (used.max(soon.min(whole)) + 1 + u64::from(needed)).min(self.limit)
    }

    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn measure(&mut self, moment: LimitMoment) {
        let span = moment.elapsed.saturating_sub(self.measured_at);
        if span < SHORTEST_SPAN {
            return;
        }
        let seconds = span as f64 / 1_000_000.0;
        let weight = 1.0 - (-seconds / DEMAND_SPAN).exp();
        self.demand += (self.asked as f64 / seconds - self.demand) * weight;
        (self.asked, self.measured_at) = (0, moment.elapsed);
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and small")]
    fn demand_in_1000_seconds(&self) -> u64 {
        (self.demand * 1_000.0) as u64
    }
}
