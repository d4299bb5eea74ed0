//! One limited key on this server.

use smallvec::SmallVec;

use super::{LimitAnswer, LimitQuestion, LimitReadings, UsesHere};
use crate::domain::key_limits::{Allowance, Fit, KeyLimits, LimitMoment, LimitWindow};

/// How soon the database may be asked again about a key that is used up, in microseconds.
const ASK_INTERVAL: u64 = 50_000;
/// How often claims follow the demand where there are several servers.
const SYNC_INTERVAL: u64 = 250_000;
/// The same for windows of a second.
const SHORT_SYNC_INTERVAL: u64 = 100_000;
/// How often a server that runs alone stores its uses, for the next start.
const STORE_INTERVAL: u64 = 5_000_000;
/// How long others may take to give back what they claimed while they were alone.
const FIRST_CONTACT: u64 = 600_000;
/// A key that nobody has asked for so long is forgotten here.
const IDLE: u64 = 60_000_000;

#[derive(Debug)]
pub(super) struct LimitEntry {
    limits: KeyLimits,
    /// The only limit of a key is stored inline.
    pub allowances: SmallVec<[LimitPart; 1]>,
    /// How many changes were followed that may be about the limits, and how many of them a question has brought.
    pub changes: u32,
    pub changes_known: u32,
    /// How often the key was reset, as of the last sync.
    pub resets: Option<i64>,
    pub synced_at: u64,
    first_asked_at: u64,
    asked_at: u64,
    /// Whether something was used since the last sync.
    pub is_changed: bool,
}

#[derive(Debug)]
pub(super) struct LimitPart {
    pub allowance: Allowance,
    /// Whether what the database had of it is included.
    pub is_restored: bool,
}

impl LimitEntry {
    pub fn new(question: LimitQuestion<'_>) -> Self {
        Self {
            limits: KeyLimits::default(),
            allowances: SmallVec::new(),
            changes: 0,
            changes_known: 0,
            resets: None,
            synced_at: 0,
            first_asked_at: question.moment.elapsed,
            asked_at: question.moment.elapsed,
            is_changed: false,
        }
    }

    /// Takes over changed limits. Windows of the same length keep their uses.
    pub fn adopt(&mut self, question: LimitQuestion<'_>) {
        if self.limits == *question.limits {
            return;
        }
        self.limits = *question.limits;
        let mut before = std::mem::take(&mut self.allowances);
        for (window, limit) in question.limits.windows() {
            let known = before.iter().position(|part| part.allowance.window == window);
            let mut part = match known {
                Some(position) => before.swap_remove(position),
                None => LimitPart {
                    allowance: Allowance::new(window, u64::from(limit), question.moment),
                    is_restored: false,
                },
            };
            part.allowance.limit = u64::from(limit);
            self.allowances.push(part);
        }
        self.synced_at = 0;
    }

    pub fn count_change(&mut self) {
        self.changes = self.changes.wrapping_add(1);
    }

    /// Whether the limits may be others than here.
    pub fn is_stale(&self) -> bool {
        self.changes != self.changes_known
    }

    /// Whether the claims of all windows were read, under the present limits.
    pub fn is_known(&self) -> bool {
        self.synced_at != 0 && !self.is_stale() && self.allowances.iter().all(|part| part.is_restored)
    }

    pub fn take(&mut self, question: LimitQuestion<'_>, has_company: bool) -> LimitAnswer {
        let LimitQuestion { cost, moment, is_synced, .. } = question;
        self.asked_at = moment.elapsed;
        let (mut refused, mut short) = (None, None);
        for LimitPart { allowance, .. } in &mut self.allowances {
            if !is_synced {
                allowance.count_demand(cost);
            }
            match allowance.check(cost, moment) {
                Fit::Fits => {}
                Fit::Refused => refused = refused.or(Some(allowance.window)),
                Fit::MayClaim => {
                    let is_free = allowance.knows_free(cost);
                    short = short.or(Some((allowance.window, is_free)));
                }
            }
        }
        let since_sync = moment.elapsed.saturating_sub(self.synced_at);
        // Others may have given something back, or somebody has reset the uses.
        let may_have_changed = has_company && refused.is_some() && since_sync >= SYNC_INTERVAL;
        let may_claim = refused.is_none() && short.is_some_and(|(_, is_free)| is_free || since_sync >= ASK_INTERVAL);
        if !is_synced && (may_have_changed || may_claim) {
            return LimitAnswer::NeedsSync;
        }
        if let Some(window) = refused.or(short.map(|(window, _)| window)) {
            let since_first = moment.elapsed.saturating_sub(self.first_asked_at);
            let is_first_contact = has_company && refused.is_none() && since_first < FIRST_CONTACT;
            return LimitAnswer::Refused { window, readings: self.current_readings(cost, moment), is_first_contact };
        }
        if cost > 0 {
            self.allowances.iter_mut().for_each(|part| part.allowance.take(cost));
            self.is_changed = true;
        }
        LimitAnswer::Allowed(self.current_readings(0, moment))
    }

    fn current_readings(&self, cost: u32, moment: LimitMoment) -> LimitReadings {
        let mut readings = LimitReadings::default();
        for LimitPart { allowance, .. } in &self.allowances {
            let reading = Some(allowance.reading(cost, moment));
            match allowance.window {
                LimitWindow::Quota(_) => readings.quota = reading,
                LimitWindow::Rate(_) => readings.rate = reading,
                LimitWindow::Burst => readings.burst = reading,
            }
        }
        readings
    }

    pub fn uses(&mut self, moment: LimitMoment) -> Vec<UsesHere> {
        let uses = self.allowances.iter_mut().map(|LimitPart { allowance, is_restored }| {
            allowance.advance(moment);
            UsesHere {
                window: allowance.window,
                start: allowance.start(),
                uses: allowance.uses(moment),
                is_restored: *is_restored,
            }
        });
        uses.collect()
    }

    /// Whether nobody has asked for a while, so that the key can be forgotten here.
    pub fn is_idle(&self, moment: LimitMoment) -> bool {
        moment.elapsed.saturating_sub(self.asked_at) >= IDLE
    }

    /// Whether the claims should be changed or the uses stored now.
    pub fn is_due(&self, has_company: bool, moment: LimitMoment) -> bool {
        let since_sync = moment.elapsed.saturating_sub(self.synced_at);
        if self.synced_at == 0 || since_sync < SHORT_SYNC_INTERVAL {
            return false;
        }
        let mut allowances = self.allowances.iter().map(|part| &part.allowance);
        if has_company {
            let is_short = allowances.clone().any(is_short_window);
            let interval = if is_short { SHORT_SYNC_INTERVAL } else { SYNC_INTERVAL };
            let is_in_use = self.is_changed || allowances.any(|it| it.is_contended() || it.has_idle());
            return is_in_use && since_sync >= interval;
        }
        let is_worth_storing = self.is_changed && allowances.clone().any(|allowance| !is_short_window(allowance));
        allowances.any(Allowance::runs_short) || (is_worth_storing && since_sync >= STORE_INTERVAL)
    }
}

fn is_short_window(allowance: &Allowance) -> bool {
    allowance.window.length().is_some_and(|length| length <= time::Duration::SECOND)
}
