//! The queue of emails. Emails about accounts go before reminders. Organizations take turns, so that one with many
//! emails does not delay the others.

use std::collections::{HashMap, VecDeque};

use crate::domain::OrganizationId;

/// How many emails of one organization may wait.
const OF_ORGANIZATION: usize = 2_000;
/// How many emails may wait in all. This bounds the server's memory.
const IN_ALL: usize = 20_000;
/// How many emails of one organization may wait even if there are too many in all.
const GUARANTEED: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// A person is waiting for it.
    Account,
    Reminder,
}

#[derive(Debug)]
pub struct MailQueue<T> {
    of_accounts: OrganizationTurns<T>,
    reminders: OrganizationTurns<T>,
    count: usize,
}

/// The emails of several organizations, which take turns.
#[derive(Debug)]
struct OrganizationTurns<T> {
    waiting: HashMap<OrganizationId, VecDeque<T>>,
    order: VecDeque<OrganizationId>,
}

impl<T> Default for MailQueue<T> {
    fn default() -> Self {
        Self { of_accounts: OrganizationTurns::default(), reminders: OrganizationTurns::default(), count: 0 }
    }
}

impl<T> MailQueue<T> {
    /// Returns the email if too many wait.
    pub fn push(&mut self, organization: &OrganizationId, priority: Priority, mail: T) -> Result<(), T> {
        let ahead = self.of_accounts.count_of(organization) + self.reminders.count_of(organization);
        if ahead >= OF_ORGANIZATION || self.count >= IN_ALL && ahead >= GUARANTEED {
            return Err(mail);
        }
        match priority {
            Priority::Account => self.of_accounts.push(organization, mail),
            Priority::Reminder => self.reminders.push(organization, mail),
        }
        self.count += 1;
        Ok(())
    }

    pub fn pop(&mut self) -> Option<T> {
        let mail = self.of_accounts.pop().or_else(|| self.reminders.pop())?;
        self.count -= 1;
        Some(mail)
    }

    pub fn len(&self) -> usize {
        self.count
    }
}

impl<T> Default for OrganizationTurns<T> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), order: VecDeque::new() }
    }
}

impl<T> OrganizationTurns<T> {
    fn count_of(&self, organization: &OrganizationId) -> usize {
        self.waiting.get(organization).map_or(0, VecDeque::len)
    }

    fn push(&mut self, organization: &OrganizationId, mail: T) {
        if let Some(waiting) = self.waiting.get_mut(organization) {
            waiting.push_back(mail);
            return;
        }
        self.waiting.insert(organization.clone(), VecDeque::from([mail]));
        self.order.push_back(organization.clone());
    }

    fn pop(&mut self) -> Option<T> {
        let organization = self.order.pop_front()?;
        let waiting = self.waiting.get_mut(&organization)?;
        let mail = waiting.pop_front();
        if waiting.is_empty() {
            self.waiting.remove(&organization);
        } else {
            self.order.push_back(organization);
        }
        mail
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::domain::Timestamp;

    fn organization(number: usize) -> OrganizationId {
        let seed = u64::try_from(number).unwrap();
        OrganizationId::generate(Timestamp::from_unix_micros(0), &mut StdRng::seed_from_u64(seed))
    }

    #[test]
    fn organizations_take_turns_and_accounts_go_before_reminders() {
        let (busy, quiet, mut queue) = (organization(1), organization(2), MailQueue::default());
        for number in 0..600 {
            queue.push(&busy, Priority::Reminder, format!("reminder {number}")).unwrap();
        }
        for number in 0..1_099 {
            queue.push(&busy, Priority::Account, format!("busy {number}")).unwrap();
        }
        queue.push(&quiet, Priority::Account, "quiet".to_owned()).unwrap();
        let first: Vec<_> = (0..3).filter_map(|_| queue.pop()).collect();
        assert_eq!(first, ["busy 0", "quiet", "busy 1"]);
        let rest: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!((rest[1_096].as_str(), rest[1_097].as_str(), rest.len()), ("busy 1098", "reminder 0", 1_697));
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn a_full_queue_takes_some_mails_of_every_organization() {
        let mut queue = MailQueue::default();
        let push = |queue: &mut MailQueue<usize>, number| queue.push(&organization(number), Priority::Account, number);
        for number in 0..10 {
            for _ in 0..OF_ORGANIZATION {
                push(&mut queue, number).unwrap();
            }
            assert_eq!(push(&mut queue, number), Err(number), "its own share is full");
        }
        for _ in 0..GUARANTEED {
            push(&mut queue, 11).unwrap();
        }
        assert_eq!(push(&mut queue, 11), Err(11));
    }
}
