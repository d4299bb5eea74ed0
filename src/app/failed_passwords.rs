//! Wrong passwords for an account, for the audit log: one event when several came in a short time, and one with their
//! number when they have ended. Strangers can type any number, and must not fill the log.
//!
//! They are counted in memory and recorded by a background task. So a sign-in with a wrong password takes equally long
//! whether the account exists, and never fails because of the log. Each server counts its own.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use time::Duration;

use super::{By, Channel, Context, Error, subjects};
use crate::{
    domain::{
        OrganizationId, Timestamp, UserEvent, UserId,
        audit::{PasswordFailures, PasswordPrompt},
    },
    store::{Conn, users::Credentials},
};

/// So many wrong passwords within [`WINDOW`] are recorded.
const THRESHOLD: usize = 5;
/// After so long without a wrong password they have ended.
const WINDOW: Duration = Duration::minutes(10);
/// After so long they are recorded as ended in any case, so that the log gets at most two events an hour and account.
const LONGEST: Duration = Duration::HOUR;
/// Addresses that one event names.
const ADDRESSES: usize = 5;
/// Accounts that are counted at the same time.
const ACCOUNTS: usize = 10_000;

/// The counts of this server.
#[derive(Debug, Default)]
pub struct FailedPasswords(Mutex<BTreeMap<(UserId, PasswordPrompt), FailureCount>>);

#[derive(Clone, Debug)]
struct FailureCount {
    organization_id: OrganizationId,
    failures: PasswordFailures,
    /// The latest times, at most as many as [`THRESHOLD`].
    latest: Vec<Timestamp>,
    /// Whether there were so many that they are recorded.
    is_burst: bool,
    is_beginning_recorded: bool,
}

/// Events that are due.
#[derive(Clone, Debug)]
pub struct DueFailures {
    user_id: UserId,
    organization_id: OrganizationId,
    failures: PasswordFailures,
    has_begun: bool,
    has_ended: bool,
}

impl FailedPasswords {
    /// Counts a wrong password for an existing account.
    pub fn count(&self, prompt: PasswordPrompt, account: &Credentials, address: Option<&str>, now: Timestamp) {
        let mut counts = self.lock();
        let key = (account.user_id.clone(), prompt);
        if counts.len() >= ACCOUNTS && !counts.contains_key(&key) {
            return;
        }
        let organization_id = &account.organization_id;
        counts.entry(key).or_insert_with(|| FailureCount::new(prompt, organization_id, now)).add(address, now);
    }

    /// The events that are due. They stay due until [`Self::settle`]. `is_last`: nothing will be counted after this.
    pub fn list_due(&self, now: Timestamp, is_last: bool) -> Vec<DueFailures> {
        let mut counts = self.lock();
        counts.retain(|_, count| count.is_burst || !count.is_over(now));
        let due = counts.iter().filter(|(_, count)| count.is_burst).map(|((user_id, _), count)| DueFailures {
            user_id: user_id.clone(),
            organization_id: count.organization_id.clone(),
            failures: count.failures.clone(),
            has_begun: !count.is_beginning_recorded,
            has_ended: is_last || count.is_over(now),
        });
        due.filter(|due| due.has_begun || due.has_ended).collect()
    }

    /// These events were recorded.
    pub fn settle(&self, recorded: &[DueFailures]) {
        let mut counts = self.lock();
        for due in recorded {
            let key = (due.user_id.clone(), due.failures.prompt);
            if due.has_ended {
                counts.remove(&key);
            } else if let Some(count) = counts.get_mut(&key) {
                count.is_beginning_recorded = true;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(UserId, PasswordPrompt), FailureCount>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FailureCount {
    fn new(prompt: PasswordPrompt, organization_id: &OrganizationId, now: Timestamp) -> Self {
        let (addresses, has_more_addresses) = (Vec::new(), false);
        Self {
            organization_id: organization_id.clone(),
            failures: PasswordFailures { prompt, count: 0, first_at: now, last_at: now, addresses, has_more_addresses },
            latest: Vec::new(),
            is_burst: false,
            is_beginning_recorded: false,
        }
    }

    fn add(&mut self, address: Option<&str>, now: Timestamp) {
        if self.is_burst {
            self.failures.count = self.failures.count.saturating_add(1);
        } else {
            self.latest.retain(|at| now.is_within(*at, at.plus(WINDOW)));
            self.latest.push(now);
            self.failures.count = u32::try_from(self.latest.len()).unwrap_or(u32::MAX);
            self.failures.first_at = self.latest[0];
            self.is_burst = self.latest.len() >= THRESHOLD;
        }
        self.failures.last_at = now;
        let Some(address) = address else { return };
        if self.failures.addresses.iter().all(|known| known != address) {
            if self.failures.addresses.len() < ADDRESSES {
                self.failures.addresses.push(address.to_owned());
            } else {
                self.failures.has_more_addresses = true;
            }
        }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        let PasswordFailures { first_at, last_at, .. } = self.failures;
        !now.is_within(last_at, last_at.plus(WINDOW)) || !now.is_within(first_at, first_at.plus(LONGEST))
    }
}

/// Records these events.
pub fn record(conn: &mut Conn, context: &mut Context, due: &[DueFailures]) -> Result<(), Error> {
    for due in due {
        // A visitor caused it, not the task.
        context.channel = Channel::Request;
        context.address = due.only_address();
        let subject = subjects::find_user(conn, &due.organization_id, &due.user_id)?;
        let by = match due.failures.prompt {
            PasswordPrompt::SignIn => By::Nobody,
            PasswordPrompt::Proof => By::SigningIn(&due.user_id),
        };
        if due.has_begun {
            context.record(conn, by, &subject, &UserEvent::PasswordFailuresBegan(due.failures.clone()))?;
        }
        if due.has_ended {
            context.record(conn, by, &subject, &UserEvent::PasswordFailuresEnded(due.failures.clone()))?;
        }
    }
    Ok(())
}

impl DueFailures {
    fn only_address(&self) -> Option<String> {
        match &self.failures.addresses[..] {
            [only] if !self.failures.has_more_addresses => Some(only.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    const START: Timestamp = Timestamp::from_unix_micros(1_764_000_000_000_000);

    fn account(number: u64) -> Credentials {
        let rng = &mut StdRng::seed_from_u64(number);
        Credentials {
            user_id: UserId::generate(START, rng),
            organization_id: OrganizationId::generate(START, rng),
            password_hash: String::new(),
            disabled_at: None,
        }
    }

    /// How many failures the due events name: those of a beginning, and those of an end.
    fn due(failed: &FailedPasswords, now: Timestamp) -> (Vec<u32>, Vec<u32>) {
        let due = failed.list_due(now, false);
        failed.settle(&due);
        let counts = |is_due: fn(&DueFailures) -> bool| {
            due.iter().filter(|due| is_due(due)).map(|due| due.failures.count).collect::<Vec<_>>()
        };
        (counts(|due| due.has_begun), counts(|due| due.has_ended))
    }

    #[test]
    fn five_within_ten_minutes_are_one_event_and_their_end_another() {
        let (failed, ann, mut now) = (FailedPasswords::default(), account(1), START);
        let mut fail = |after: Duration| {
            now = now.plus(after);
            failed.count(PasswordPrompt::SignIn, &ann, Some("10.0.0.1"), now);
            due(&failed, now)
        };
        for _ in 0..20 {
            assert_eq!(fail(Duration::minutes(3)), (vec![], vec![]), "four in any ten minutes");
        }
        assert_eq!(fail(Duration::minutes(1)), (vec![], vec![]));
        let (begun, ended) = fail(Duration::minutes(1));
        assert_eq!((begun.len(), ended.len()), (1, 0));
        for _ in 0..100 {
            assert_eq!(fail(Duration::seconds(1)), (vec![], vec![]));
        }
        let count = begun[0] + 100;
        assert_eq!(due(&failed, now.plus(Duration::minutes(9))), (vec![], vec![]));
        assert_eq!(due(&failed, now.plus(Duration::minutes(10))), (vec![], vec![count]));
        assert_eq!(due(&failed, now.plus(Duration::minutes(20))), (vec![], vec![]));
    }

    #[test]
    fn an_attack_of_a_day_is_two_events_an_hour() {
        let (failed, ann, mut events) = (FailedPasswords::default(), account(1), 0);
        for second in 0..24 * 3_600 / 3 {
            let now = START.plus(Duration::seconds(second * 3));
            failed.count(PasswordPrompt::SignIn, &ann, Some(&format!("10.0.0.{}", second % 200)), now);
            let (begun, ended) = due(&failed, now);
            events += begun.len() + ended.len();
        }
        assert!((46..=48).contains(&events), "{events}");
    }

    #[test]
    fn what_was_not_recorded_stays_due_and_memory_is_bounded() {
        let (failed, ann) = (FailedPasswords::default(), account(1));
        for _ in 0..5 {
            failed.count(PasswordPrompt::Proof, &ann, None, START);
        }
        assert_eq!(failed.list_due(START, false).len(), 1);
        assert_eq!(failed.list_due(START, true).len(), 1, "still due");
        for number in 0..20_000 {
            failed.count(PasswordPrompt::SignIn, &account(number), None, START);
        }
        assert_eq!(failed.lock().len(), ACCOUNTS);
        failed.list_due(START.plus(Duration::HOUR), false);
        assert_eq!(failed.lock().len(), 1, "only the one that is due");
    }
}
