//! Servers that share a limit, with random demand, clocks, stops and crashes. Time is simulated, so that thousands of
//! schedules take seconds.

use std::collections::{BTreeMap, VecDeque};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use time::Duration;

use super::{
    Allowance, Fit, LimitClaim, LimitMoment, LimitWindow, QuotaPeriod, RatePeriod, ServerLease, claim::CLOCK_MARGIN,
};
use crate::domain::Timestamp;

/// More of them found nothing else: 2,000 take half a minute.
const SCHEDULES: u64 = 400;
const SECOND: u64 = 1_000_000;
const LEASE: u64 = 10 * SECOND;
/// How often a server may ask for one key.
const ASK_INTERVAL: u64 = 50_000;

/// The rows of one window of one key.
#[derive(Default)]
struct SimulatedDatabase {
    claims: BTreeMap<u32, (LimitClaim, Timestamp)>,
    /// Until when each server may use its claims. Missing if it has stopped in order.
    leases: BTreeMap<u32, Timestamp>,
    is_away: bool,
}

struct SimulatedServer {
    id: u32,
    /// Of its clock, in microseconds.
    skew: i64,
    /// When its other clock began.
    booted: u64,
    allowance: Allowance,
    last_sync: Option<u64>,
    lease_end: u64,
    next_sync: u64,
    /// Its part of the demand.
    weight: u32,
}

impl SimulatedServer {
    fn moment(&self, time: u64) -> LimitMoment {
        let now = Timestamp::from_unix_micros(1_700_000_000_000_000 + i64::try_from(time).unwrap() + self.skew);
        LimitMoment { elapsed: time - self.booted + 77, now }
    }

    /// Reads and writes as the server does in one transaction.
    fn sync(&mut self, database: &mut SimulatedDatabase, needed: u32, time: u64) {
        if database.is_away {
            return;
        }
        let moment = self.moment(time);
        self.last_sync = Some(time);
        self.lease_end = time + LEASE;
        let until = moment.now.plus(Duration::microseconds(i64::try_from(LEASE).unwrap()));
        database.leases.insert(self.id, until);
        let lease = |id: &u32| match database.leases.get(id) {
            None => ServerLease::Closed,
            Some(end) if end.plus(CLOCK_MARGIN) > moment.now => ServerLease::Live,
            Some(end) => ServerLease::Lost(end.plus(CLOCK_MARGIN)),
        };
        self.allowance.advance(moment);
        let start = self.allowance.start();
        let of_window = database.claims.iter().filter(|(id, (_, of))| **id != self.id && *of == start);
        let others: Vec<_> =
            of_window.map(|(id, (claim, _))| LimitClaim { lease: lease(id), ..claim.clone() }).collect();
        let has_company = database.leases.keys().any(|id| *id != self.id && lease(id) == ServerLease::Live);
        let own = database.claims.get(&self.id).filter(|(_, of)| *of == start).map(|(claim, _)| claim);
        let plan = self.allowance.plan(own, &others, needed, has_company, moment);
        let stored = self.allowance.stored(plan, moment);
        database.claims.insert(self.id, (stored, start));
        self.allowance.apply(plan, start);
    }

    /// Whether it lets a request pass.
    fn ask(&mut self, database: &mut SimulatedDatabase, cost: u32, time: u64) -> bool {
        let moment = self.moment(time);
        if self.last_sync.is_none() || time >= self.lease_end {
            self.sync(database, cost, time);
            if self.last_sync.is_none() || time >= self.lease_end {
                return false;
            }
        }
        self.allowance.count_demand(cost);
        let mut fit = self.allowance.check(cost, moment);
        let is_due = self.last_sync.is_none_or(|last| last + ASK_INTERVAL <= time);
        if fit == Fit::MayClaim && (is_due || self.allowance.knows_free(cost)) {
            self.sync(database, cost, time);
            fit = self.allowance.check(cost, moment);
        }
        if fit == Fit::Fits {
            self.allowance.take(cost);
        }
        fit == Fit::Fits
    }

    fn close(self, database: &mut SimulatedDatabase, time: u64) {
        if database.is_away {
            return;
        }
        let moment = self.moment(time);
        if let Some((claim, _)) = database.claims.get_mut(&self.id) {
            let plan = super::ClaimPlan::only_used(self.allowance.used());
            *claim = self.allowance.stored(plan, moment);
        }
        database.leases.remove(&self.id);
    }
}

struct Simulation {
    rng: StdRng,
    window: LimitWindow,
    limit: u64,
    database: SimulatedDatabase,
    servers: Vec<SimulatedServer>,
    started: u32,
    sync_interval: u64,
    time: u64,
    /// What passed within the last window.
    passed: VecDeque<(u64, u64)>,
    sum: u64,
    most: u64,
    all: u64,
}

impl Simulation {
    fn new(seed: u64, window: LimitWindow, limit: u64, weights: &[u32]) -> Self {
        let mut simulation = Self {
            rng: StdRng::seed_from_u64(seed),
            window,
            limit,
            database: SimulatedDatabase::default(),
            servers: Vec::new(),
            started: 0,
            sync_interval: 250_000,
            time: 3 * SECOND,
            passed: VecDeque::new(),
            sum: 0,
            most: 0,
            all: 0,
        };
        for weight in weights {
            simulation.start(*weight);
        }
        simulation
    }

    fn start(&mut self, weight: u32) {
        self.started += 1;
        let skew = self.rng.random_range(-500_000..=500_000);
        let mut server = SimulatedServer {
            id: self.started,
            skew,
            booted: self.time,
            allowance: Allowance::new(
                self.window,
                self.limit,
                LimitMoment { elapsed: 0, now: Timestamp::from_unix_micros(0) },
            ),
            last_sync: None,
            lease_end: 0,
            next_sync: self.time + self.rng.random_range(0..250_000),
            weight,
        };
        server.allowance = Allowance::new(self.window, self.limit, server.moment(self.time));
        self.servers.push(server);
    }

    /// Lets time pass, with the background work that is due.
    fn advance(&mut self, by: u64) {
        let end = self.time + by;
        let is_short = self.window.length() == Some(Duration::SECOND);
        while let Some(next) = self.servers.iter_mut().min_by_key(|server| server.next_sync) {
            if next.next_sync > end {
                break;
            }
            let at = next.next_sync.max(self.time);
            self.time = at;
            if next.last_sync.is_some() {
                next.sync(&mut self.database, 0, at);
            }
            next.next_sync = at + if is_short { 100_000 } else { self.sync_interval };
        }
        self.time = end;
    }

    fn ask(&mut self, cost: u32) {
        let all: u32 = self.servers.iter().map(|server| server.weight).sum();
        let mut position = self.rng.random_range(0..all);
        let index = self.servers.iter().position(|server| {
            let is_it = position < server.weight;
            position = position.saturating_sub(server.weight);
            is_it
        });
        if self.servers[index.unwrap()].ask(&mut self.database, cost, self.time) {
            self.count(u64::from(cost));
        }
    }

    fn count(&mut self, cost: u64) {
        self.all += cost;
        let Some(length) = self.window.length() else { return };
        let length = u64::try_from(length.whole_microseconds()).unwrap();
        self.passed.push_back((self.time, cost));
        self.sum += cost;
        while self.passed.front().is_some_and(|(at, _)| at + length < self.time) {
            self.sum -= self.passed.pop_front().unwrap().1;
        }
        self.most = self.most.max(self.sum);
    }

    /// Stops a server in order, loses one, starts one, or takes the database away for a while.
    fn disturb(&mut self) {
        match self.rng.random_range(0..5) {
            0 if self.servers.len() > 1 => {
                let lost = self.rng.random_range(0..self.servers.len());
                self.servers.swap_remove(lost);
            }
            1 if self.servers.len() > 1 => {
                let stopped = self.rng.random_range(0..self.servers.len());
                self.servers.swap_remove(stopped).close(&mut self.database, self.time);
            }
            2 if self.servers.len() < 5 => {
                let weight = self.rng.random_range(1..10);
                self.start(weight);
            }
            3 => self.database.is_away = true,
            _ => self.database.is_away = false,
        }
    }
}

#[test]
fn whatever_happens_no_more_than_the_limit_passes_in_any_window() {
    let windows = RatePeriod::ALL.map(LimitWindow::Rate);
    for seed in 0..SCHEDULES {
        let mut rng = StdRng::seed_from_u64(seed);
        let window = windows[rng.random_range(0..4)];
        let limit = [1, 2, 3, 10, 60, 500][rng.random_range(0..6)];
        let weights: Vec<_> = (0..rng.random_range(1..5)).map(|_| rng.random_range(1..20)).collect();
        let mut simulation = Simulation::new(seed, window, limit, &weights);
        let length = u64::try_from(window.length().unwrap().whole_microseconds()).unwrap();
        let pace = length / limit * rng.random_range(1..5) / 2;
        // Long windows are simulated with fewer syncs.
        simulation.sync_interval = 250_000.max(length / 400);
        for _ in 0..rng.random_range(100..600) {
            let is_pause = rng.random_range(0..60) == 0;
            let span = if is_pause { length.min(200 * SECOND) * 3 / 2 } else { pace.min(60 * SECOND) };
            simulation.advance(rng.random_range(0..=span));
            if rng.random_range(0..40) == 0 {
                simulation.disturb();
            }
            simulation.ask(rng.random_range(0..4));
        }
        assert!(simulation.most <= limit, "seed {seed}: {} of {limit} in {window:?}", simulation.most);
    }
}

#[test]
fn a_quota_is_not_exceeded_by_several_servers() {
    for seed in 0..SCHEDULES / 2 {
        let mut rng = StdRng::seed_from_u64(seed);
        let limit = [1, 5, 100][rng.random_range(0..3)];
        let mut simulation = Simulation::new(seed, LimitWindow::Quota(QuotaPeriod::Month), limit, &[3, 1, 1]);
        for _ in 0..300 {
            simulation.advance(rng.random_range(0..SECOND));
            if rng.random_range(0..40) == 0 {
                simulation.disturb();
            }
            simulation.ask(1);
        }
        assert!(simulation.all <= limit, "seed {seed}: {} of {limit}", simulation.all);
    }
}

/// Asks for twice the limit. Returns how much of it passed, in thousandths.
fn share_under_double_demand(period: RatePeriod, limit: u64, weights: &[u32], seed: u64) -> u64 {
    let mut simulation = Simulation::new(seed, LimitWindow::Rate(period), limit, weights);
    let length = u64::from(period.seconds()) * SECOND;
    let (warm_up, windows) = if period == RatePeriod::Second { (5, 10) } else { (1, 4) };
    let mut before = 0;
    for number in 0..limit * 2 * (warm_up + windows) {
        if number == limit * 2 * warm_up {
            before = simulation.all;
        }
        simulation.advance(length / (limit * 2));
        simulation.ask(1);
    }
    assert!(simulation.most <= limit, "{} of {limit} a {period:?}", simulation.most);
    (simulation.all - before) * 1_000 / (limit * windows)
}

#[test]
fn servers_with_uneven_load_let_nearly_all_of_the_limit_pass() {
    for (period, limit) in [(RatePeriod::Second, 200), (RatePeriod::Second, 1_000), (RatePeriod::Minute, 600)] {
        for weights in [&[1][..], &[9, 1], &[1, 1], &[10, 5, 2, 1], &[1, 1, 1, 1]] {
            let share = share_under_double_demand(period, limit, weights, 1);
            assert!(share >= 950, "{limit} a {period:?} on {weights:?}: {share} of 1000");
        }
    }
}

#[test]
fn small_limits_are_shared_too() {
    for (period, limit, least) in
        [(RatePeriod::Second, 1, 500), (RatePeriod::Second, 3, 600), (RatePeriod::Minute, 4, 700)]
    {
        for weights in [&[1][..], &[9, 1], &[1, 1, 1, 1]] {
            let share = share_under_double_demand(period, limit, weights, 1);
            assert!(share >= least, "{limit} a {period:?} on {weights:?}: {share} of 1000");
        }
    }
}

#[test]
fn a_server_that_starts_later_gets_its_part_soon() {
    for first in [1, 4] {
        let mut simulation = Simulation::new(1, LimitWindow::Rate(RatePeriod::Minute), 100, &[first]);
        simulation.ask(1);
        simulation.advance(SECOND);
        simulation.start(1);
        simulation.servers[0].weight = 0;
        // The first one had claimed everything, and learns of the other with its next lease.
        let mut waited = 0;
        let before = simulation.all;
        while simulation.all == before {
            simulation.advance(50_000);
            simulation.ask(1);
            waited += 50;
        }
        assert!(waited <= 500, "{waited} ms");
    }
}

#[test]
fn a_lost_server_takes_no_more_than_its_claim_and_only_for_a_window() {
    let mut simulation = Simulation::new(1, LimitWindow::Rate(RatePeriod::Minute), 100, &[1, 1]);
    for _ in 0..100 {
        simulation.advance(10_000);
        simulation.ask(1);
    }
    let passed = simulation.all;
    simulation.servers.remove(0);
    let ask_for = |simulation: &mut Simulation, seconds: u64| {
        let before = simulation.all;
        for _ in 0..seconds * 10 {
            simulation.advance(SECOND / 10);
            simulation.ask(1);
        }
        simulation.all - before
    };
    assert!(ask_for(&mut simulation, 5) + passed <= 100);
    // Its lease ends after 10 s, its uses leave the window after 60 more.
    ask_for(&mut simulation, 75);
    assert!(ask_for(&mut simulation, 120) >= 190, "the other one has it all");
}
