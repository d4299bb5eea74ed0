//! Servers that share the limit of a key, in real time on one PostgreSQL, and a million checks on one. `tests/load/limits`
//! measures whole servers.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use latchkey::{
    app::key_limits::{self, LimitAnswer, LimitLedger, LimitQuestion, TICK},
    domain::{
        ApiKeyId, Timestamp,
        key_limits::{KeyLimits, LimitMoment, OwnLimit},
    },
    store::{Database, Pool},
};

use super::rounds;
use crate::support::{Kind, TestDatabase, limits};

const KEY: &str = "key_06gp8pv803vu3oo1g9rt4201jo";
const SECOND: u64 = 1_000_000;
/// Not asked for until the servers know each other.
const WARM_UP: u64 = 2 * SECOND;

/// One limited key and the database.
struct SharedKey {
    id: ApiKeyId,
    limits: KeyLimits,
    pool: Pool,
    _database: TestDatabase,
}

impl SharedKey {
    fn new(kind: Kind, rate: &str) -> Self {
        let database = TestDatabase::with_tables(kind);
        let OwnLimit::Own(rate) = limits(rate, "").rate else { unreachable!("each has a rate") };
        Self {
            id: ApiKeyId::parse(KEY).unwrap(),
            limits: KeyLimits { rate: Some(rate), quota: None },
            pool: Pool::open(&Database::parse(&database.url()).unwrap()).unwrap(),
            _database: database,
        }
    }

    fn limit(&self) -> u64 {
        self.limits.rate.map_or(0, |rate| u64::from(rate.count.get()))
    }

    fn question(&self, moment: LimitMoment, is_synced: bool) -> LimitQuestion<'_> {
        LimitQuestion { api_key_id: &self.id, limits: &self.limits, cost: 1, moment, is_synced }
    }
}

fn at(elapsed: u64) -> LimitMoment {
    let now = 1_770_000_000_000_000 + i64::try_from(elapsed).unwrap();
    LimitMoment { elapsed, now: Timestamp::from_unix_micros(now) }
}

/// Something passed between the two, in microseconds.
#[derive(Clone, Copy)]
struct Pass {
    asked: u64,
    answered: u64,
}

/// The most that passed in any window of this length, without doubt: a busy machine may note an answer late.
fn most_within(length: u64, passed: &mut [Pass]) -> usize {
    passed.sort_unstable_by_key(|pass| pass.asked);
    let counts = passed.iter().enumerate().map(|(first, Pass { asked: start, .. })| {
        let begun = passed[first..].iter().take_while(|pass| pass.asked < start + length);
        begun.filter(|pass| pass.answered < start + length).count()
    });
    counts.max().unwrap_or_default()
}

/// Asks for twice the limit, in parts by weight, for so many seconds. The database is out of reach for the last two.
/// Returns when something passed.
fn run(shared: &SharedKey, weights: &[u64], seconds: u64) -> Vec<Pass> {
    let (start, is_over, is_away) = (Instant::now(), AtomicBool::new(false), AtomicBool::new(false));
    let passed = Mutex::new(Vec::new());
    let now = || at(u64::try_from(start.elapsed().as_micros()).unwrap() + 1);
    let all: u64 = weights.iter().sum();
    let ledgers: Vec<_> = (0..weights.len()).map(|number| LimitLedger::new(format!("server {number}"))).collect();
    thread::scope(|scope| {
        for (ledger, weight) in ledgers.iter().zip(weights) {
            let (is_over, is_away, passed, now) = (&is_over, &is_away, &passed, &now);
            scope.spawn(move || {
                ledger.set_thread(thread::current());
                while !is_over.load(Ordering::SeqCst) {
                    if !is_away.load(Ordering::SeqCst) {
                        while key_limits::sync(&shared.pool, ledger, now()).unwrap() {}
                    }
                    thread::park_timeout(TICK);
                }
            });
            let pace = Duration::from_micros(all * SECOND / (shared.limit() * 2 * weight));
            scope.spawn(move || {
                let mut next = start;
                while !is_over.load(Ordering::SeqCst) {
                    if let Some(asked) = ask(shared, ledger, is_away, now) {
                        let answered = now().elapsed;
                        passed.lock().unwrap().push(Pass { asked, answered });
                    }
                    next += pace;
                    thread::sleep(next.saturating_duration_since(Instant::now()));
                }
            });
        }
        thread::sleep(Duration::from_secs(seconds));
        is_away.store(true, Ordering::SeqCst);
        thread::sleep(Duration::from_secs(2));
        is_over.store(true, Ordering::SeqCst);
    });
    passed.into_inner().unwrap()
}

/// Returns when it asked, if something passed.
fn ask(shared: &SharedKey, ledger: &LimitLedger, is_away: &AtomicBool, now: &impl Fn() -> LimitMoment) -> Option<u64> {
    let mut is_synced = false;
    for _ in 0..3 {
        let moment = now();
        match ledger.take(shared.question(moment, is_synced)) {
            LimitAnswer::Allowed(_) => return Some(moment.elapsed),
            LimitAnswer::NeedsSync if !is_away.load(Ordering::SeqCst) => {
                let mut synced = ledger.request_sync(&shared.id, 1).unwrap();
                let began = Instant::now();
                while synced.try_recv().is_err() && began.elapsed() < Duration::from_millis(500) {
                    thread::sleep(Duration::from_micros(200));
                }
                is_synced = true;
            }
            LimitAnswer::Refused { .. } | LimitAnswer::NeedsSync => return None,
        }
    }
    None
}

#[test]
fn servers_on_one_database_share_a_limit_under_uneven_load() {
    let seconds = u64::try_from(rounds(5)).unwrap().max(5);
    for weights in [&[4, 1][..], &[8, 4, 2, 1]] {
        let shared = SharedKey::new(Kind::Postgres, "300/second");
        let mut passed = run(&shared, weights, seconds);
        let most = most_within(SECOND, &mut passed);
        let end = seconds * SECOND;
        let counted = passed.iter().filter(|pass| (WARM_UP..end).contains(&pass.answered)).count();
        let share = counted as u64 * 1_000 / (300 * (seconds - WARM_UP / SECOND));
        let away = passed.iter().filter(|pass| pass.answered >= end).count();
        println!(
            "{} servers, 300 a second, asked for 600: {share} thousandths of the limit (aim 950 to 1050), at most {most} in any \
             second (aim 300), {away} in 2 s without the database (aim 600)",
            weights.len()
        );
        assert!(most <= 300, "{most} in a second");
        // The machine may be busy with other tests. tests/load/limits measures the share.
        assert!(share >= 500, "{share} thousandths of the limit");
        assert!(away <= 600, "{away} without the database");
    }
}

#[test]
fn one_server_lets_no_more_than_the_limit_pass() {
    // Microseconds between two checks.
    for (rate, gap) in [("1000/second", 9), ("50/second", 15), ("2000/minute", 900)] {
        let (shared, ledger) = (SharedKey::new(Kind::Sqlite, rate), LimitLedger::new("server".to_owned()));
        let checks = 333_334;
        let mut passed = Vec::new();
        let began = Instant::now();
        for number in 1..=checks {
            let moment = at(number * gap);
            let mut answer = ledger.take(shared.question(moment, false));
            if answer == LimitAnswer::NeedsSync {
                drop(ledger.request_sync(&shared.id, 1));
                while key_limits::sync(&shared.pool, &ledger, moment).unwrap() {}
                answer = ledger.take(shared.question(moment, true));
            }
            if let LimitAnswer::Allowed(_) = answer {
                passed.push(Pass { asked: moment.elapsed, answered: moment.elapsed });
            }
        }
        let nanos = began.elapsed().as_nanos() / u128::from(checks);
        let period = u64::from(shared.limits.rate.unwrap().period.seconds()) * SECOND;
        let most = most_within(period, &mut passed) as u64;
        let whole_periods = checks * gap / period;
        println!(
            "1 server, {rate}: {checks} checks, {nanos} ns each, at most {most} in any window, {} in {whole_periods} windows",
            passed.len()
        );
        assert!(most <= shared.limit(), "{most} in a window");
        let expected = shared.limit() * whole_periods;
        assert!(passed.len() as u64 >= expected * 95 / 100, "{} of {expected} passed", passed.len());
    }
}
