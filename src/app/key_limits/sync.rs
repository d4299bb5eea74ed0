//! Changes the claims of this server, in one transaction for many keys.

use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::Ordering,
};

use time::Duration;

use super::{
    BATCH_SIZE, LimitLedger, WaitingRequests,
    entry::{LimitEntry, LimitPart},
    lock,
};
use crate::{
    app::{Context, Error},
    domain::{
        ApiKeyId, Timestamp,
        key_limits::{
            CLOCK_MARGIN, ClaimPlan, KeyLimits, LimitClaim, LimitGauge, LimitMoment, LimitWindow, ServerLease,
        },
    },
    store::{self, Conn, Pool, key_limits::StoredClaim},
};

/// How long a server may use its claims without renewing its lease. Without the database nothing is answered for as
/// long anyway: see `verification_cache`.
const LEASE: Duration = Duration::seconds(10);
/// In microseconds.
const RENEWAL: u64 = 2_000_000;
/// How often a server looks for others, in microseconds.
const COMPANY_INTERVAL: u64 = 250_000;

/// The keys of one transaction. Dropping it tells the requests that it failed.
type SyncBatch = BTreeMap<ApiKeyId, WaitingRequests>;

/// What is applied after the commit.
struct Planned {
    api_key_id: ApiKeyId,
    window: LimitWindow,
    start: Timestamp,
    plan: ClaimPlan,
    /// The number of changes that a waiting question knows of. None without a question.
    changes_known: Option<u32>,
}

/// What a transaction has read and decided.
#[derive(Default)]
struct Synced {
    plans: Vec<Planned>,
    resets: HashMap<ApiKeyId, i64>,
    has_company: bool,
    is_renewed: bool,
}

/// Serves the requests that wait, and the keys that are due. Returns true if there may be more.
pub fn sync(pool: &Pool, ledger: &LimitLedger, moment: LimitMoment) -> Result<bool, Error> {
    let batch = ledger.take_batch(moment);
    let looks_for_company = ledger.is_company_due(moment);
    if batch.is_empty() && !looks_for_company {
        return Ok(false);
    }
    let is_full = batch.len() >= BATCH_SIZE;
    if batch.is_empty() {
        let company = pool.read(|conn| has_company(conn, ledger, moment))?;
        ledger.has_company.store(company, Ordering::Relaxed);
        ledger.renewed_company(moment);
        if !ledger.is_renewal_due(moment) {
            return Ok(false);
        }
    }
    let synced = pool.write(|conn| ledger.sync_batch(conn, &batch, moment))?;
    ledger.apply(synced, moment);
    let requests = batch.into_values().flat_map(|waiting| waiting.requests);
    // Some may have given up.
    requests.for_each(|request| {
        let _ = request.send(());
    });
    ledger.forget_idle(pool, moment)?;
    Ok(is_full)
}

/// Stores all uses, so that the next start forgets nothing, and gives back what is left.
pub fn finish(pool: &Pool, ledger: &LimitLedger, moment: LimitMoment) -> Result<(), Error> {
    ledger.lease_end.store(0, Ordering::Release);
    let ids = ledger.ids(|_| true);
    for ids in ids.chunks(BATCH_SIZE) {
        pool.write(|conn| ledger.close(conn, ids, moment))?;
    }
    if !ids.is_empty() {
        pool.write(|conn| Ok::<_, Error>(store::key_limits::delete_server(conn, &ledger.server_id)?))?;
    }
    Ok(())
}

/// Forgets what was used of the limits of a key, on all servers.
pub fn reset(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<(), Error> {
    Ok(store::key_limits::reset(conn, id, now.minus(CLOCK_MARGIN))?)
}

/// What all servers together have used of each limit. Other servers' uses are as of their last sync.
pub fn read_gauges(
    conn: &mut Conn,
    ledger: &LimitLedger,
    id: &ApiKeyId,
    limits: &KeyLimits,
    moment: LimitMoment,
) -> Result<Vec<LimitGauge>, Error> {
    let now = moment.now;
    let stored = store::key_limits::list(conn, &[id], |is_closed, stored_at, expires_at| {
        lease_of(is_closed, stored_at, expires_at, now)
    })?;
    let here = ledger.uses_here(id, moment);
    let gauge = |(window, limit): (LimitWindow, u32)| {
        let here = here.iter().find(|here| here.window == window);
        let start = here.map_or(window.start(now), |here| here.start);
        let knows_own = here.is_some_and(|here| here.is_restored);
        let counts = |it: &&StoredClaim| {
            let is_own = it.server_id == ledger.server_id;
            it.window == window && it.window_start == start && !(is_own && knows_own)
        };
        let elsewhere = stored.iter().filter(counts).map(|it| it.claim.counted_uses(window));
        let uses: Vec<_> = elsewhere.chain(here.map(|here| here.uses.clone())).collect();
        LimitGauge::new(window, u64::from(limit), &uses, now)
    };
    Ok(limits.windows().map(gauge).collect())
}

/// Deletes claims without effect.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<(), Error> {
    Ok(store::key_limits::delete_ended(conn, context.now, context.now.minus(CLOCK_MARGIN))?)
}

fn has_company(conn: &mut Conn, ledger: &LimitLedger, moment: LimitMoment) -> Result<bool, Error> {
    Ok(store::key_limits::has_other_server(conn, &ledger.server_id, moment.now.minus(CLOCK_MARGIN))?)
}

fn lease_of(is_closed: bool, stored_at: Timestamp, expires_at: Option<Timestamp>, now: Timestamp) -> ServerLease {
    if is_closed {
        return ServerLease::Closed;
    }
    // Its row is missing only if somebody has deleted it.
    let end = expires_at.unwrap_or(stored_at.plus(LEASE)).plus(CLOCK_MARGIN);
    if end > now { ServerLease::Live } else { ServerLease::Lost(end) }
}

impl LimitLedger {
    /// The keys for which requests wait, then others that are due.
    fn take_batch(&self, moment: LimitMoment) -> SyncBatch {
        let mut batch = SyncBatch::new();
        let mut waiting = lock(&self.waiting);
        while let Some(id) = waiting.keys().next().filter(|_| batch.len() < BATCH_SIZE).cloned() {
            let requests = waiting.remove(&id).unwrap_or_default();
            batch.insert(id, requests);
        }
        drop(waiting);
        let has_company = self.has_company.load(Ordering::Relaxed);
        for entry in &self.entries {
            if batch.len() >= BATCH_SIZE {
                break;
            }
            if entry.is_due(has_company, moment) {
                batch.entry(entry.key().clone()).or_default();
            }
        }
        batch
    }

    fn ids(&self, is_wanted: impl Fn(&LimitEntry) -> bool) -> Vec<ApiKeyId> {
        let wanted = self.entries.iter().filter(|entry| is_wanted(entry));
        let mut ids: Vec<_> = wanted.map(|entry| entry.key().clone()).collect();
        ids.sort_unstable();
        ids
    }

    fn is_renewal_due(&self, moment: LimitMoment) -> bool {
        !self.is_empty() && moment.elapsed.saturating_sub(self.renewed_at.load(Ordering::Relaxed)) >= RENEWAL
    }

    fn is_company_due(&self, moment: LimitMoment) -> bool {
        let since = moment.elapsed.saturating_sub(self.looked_at.load(Ordering::Relaxed));
        !self.is_empty() && since >= COMPANY_INTERVAL
    }

    fn renewed_company(&self, moment: LimitMoment) {
        self.looked_at.store(moment.elapsed, Ordering::Relaxed);
    }

    /// Reads and decides. The work may run again, so it changes nothing but to give up early what it gives back.
    fn sync_batch(&self, conn: &mut Conn, batch: &SyncBatch, moment: LimitMoment) -> Result<Synced, Error> {
        let ids: Vec<_> = batch.keys().collect();
        let mut synced = Synced { is_renewed: true, ..Synced::default() };
        let mut claims: HashMap<ApiKeyId, Vec<StoredClaim>> = HashMap::new();
        if !ids.is_empty() {
            synced.resets = store::key_limits::lock(conn, &ids)?;
            let read = store::key_limits::list(conn, &ids, |is_closed, stored_at, expires_at| {
                lease_of(is_closed, stored_at, expires_at, moment.now)
            })?;
            for stored in read {
                claims.entry(stored.api_key_id.clone()).or_default().push(stored);
            }
        }
        store::key_limits::put_server(conn, &self.server_id, moment.now.plus(LEASE))?;
        synced.has_company = has_company(conn, self, moment)?;
        let mut rows = Vec::new();
        for (id, waiting) in batch {
            let claims = claims.remove(id).unwrap_or_default();
            let resets = synced.resets.get(id).copied().unwrap_or_default();
            self.plan(id, waiting, &claims, resets, moment, &mut synced, &mut rows);
        }
        store::key_limits::put(conn, &rows)?;
        Ok(synced)
    }

    #[expect(clippy::too_many_arguments, reason = "what one transaction has read, and what it will write")]
    fn plan(
        &self,
        id: &ApiKeyId,
        waiting: &WaitingRequests,
        claims: &[StoredClaim],
        resets: i64,
        moment: LimitMoment,
        synced: &mut Synced,
        rows: &mut Vec<StoredClaim>,
    ) {
        let Some(mut entry) = self.entries.get_mut(id) else { return };
        let entry = &mut **entry;
        let is_reset = entry.resets.is_some_and(|known| known != resets);
        let gives_back = entry.is_stale() && !waiting.has_question;
        let changes_known = waiting.has_question.then_some(entry.changes);
        for part in &mut entry.allowances {
            let allowance = &mut part.allowance;
            allowance.advance(moment);
            if is_reset {
                allowance.reset();
            }
            let start = allowance.start();
            let of_window = claims.iter().filter(|it| it.window == allowance.window && it.window_start == start);
            let (own, others): (Vec<_>, Vec<_>) = of_window.partition(|it| it.server_id == self.server_id);
            let mut own = own.first().map(|stored| stored.claim.clone());
            if let Some(own) = own.as_mut().filter(|_| !part.is_restored) {
                if !is_reset {
                    allowance.restore(&own.uses, moment);
                }
                own.claimed = own.held(allowance.window, moment.now);
            }
            part.is_restored = true;
            let others: Vec<LimitClaim> = others.into_iter().map(|stored| stored.claim.clone()).collect();
            let plan = if gives_back {
                allowance.give_back()
            } else {
                allowance.plan(own.as_ref(), &others, waiting.needed, synced.has_company, moment)
            };
            let claim = allowance.stored(plan, moment);
            rows.push(self.row(id, allowance.window, start, claim, moment));
            synced.plans.push(Planned { api_key_id: id.clone(), window: allowance.window, start, plan, changes_known });
        }
        entry.resets = Some(resets);
    }

    fn row(
        &self,
        id: &ApiKeyId,
        window: LimitWindow,
        window_start: Timestamp,
        claim: LimitClaim,
        moment: LimitMoment,
    ) -> StoredClaim {
        let length = window.length().unwrap_or(Duration::days(32));
        StoredClaim {
            api_key_id: id.clone(),
            window,
            window_start,
            server_id: self.server_id.clone(),
            claim,
            stored_at: moment.now,
            ends_at: moment.now.plus(length + LEASE + CLOCK_MARGIN * 3 + Duration::MINUTE),
        }
    }

    /// After the commit.
    fn apply(&self, synced: Synced, moment: LimitMoment) {
        if synced.is_renewed {
            let end = moment.elapsed + u64::try_from(LEASE.whole_microseconds()).unwrap_or_default();
            self.lease_end.store(end, Ordering::Release);
            self.renewed_at.store(moment.elapsed, Ordering::Relaxed);
        }
        self.has_company.store(synced.has_company, Ordering::Relaxed);
        self.renewed_company(moment);
        for planned in synced.plans {
            let Some(mut entry) = self.entries.get_mut(&planned.api_key_id) else { continue };
            let part = entry.allowances.iter_mut().find(|part| part.allowance.window == planned.window);
            if let Some(part) = part {
                part.allowance.apply(planned.plan, planned.start);
            }
            entry.changes_known = planned.changes_known.unwrap_or(entry.changes_known);
            (entry.synced_at, entry.is_changed) = (moment.elapsed.max(1), false);
        }
    }

    /// Gives back the claims of keys that nobody asks for, and forgets them.
    fn forget_idle(&self, pool: &Pool, moment: LimitMoment) -> Result<(), Error> {
        let idle = self.ids(|entry| entry.is_idle(moment));
        for ids in idle.chunks(BATCH_SIZE) {
            pool.write(|conn| self.close(conn, ids, moment))?;
            for id in ids {
                self.entries.remove(id);
            }
        }
        Ok(())
    }

    /// Stores the uses of these keys as complete. A request that comes in the meantime waits for the thread.
    fn close(&self, conn: &mut Conn, ids: &[ApiKeyId], moment: LimitMoment) -> Result<(), Error> {
        store::key_limits::lock(conn, &ids.iter().collect::<Vec<_>>())?;
        let mut rows = Vec::new();
        for id in ids {
            let Some(mut entry) = self.entries.get_mut(id) else { continue };
            entry.synced_at = 0;
            for LimitPart { allowance, is_restored } in &mut entry.allowances {
                if !*is_restored {
                    continue;
                }
                allowance.advance(moment);
                let plan = ClaimPlan::only_used(allowance.used());
                let claim = LimitClaim { lease: ServerLease::Closed, ..allowance.stored(plan, moment) };
                rows.push(self.row(id, allowance.window, allowance.start(), claim, moment));
            }
        }
        store::key_limits::put(conn, &rows)?;
        Ok(())
    }
}
