//! The state that the sending threads share: the queue, and emails to be retried.

use std::{
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::queue::{MailQueue, Priority};
use crate::{
    app::mail::{EmailMessage, Mail},
    domain::Language,
};

/// When an email that the server deferred is tried again. Greylisting servers accept unknown senders after some
/// minutes.
const RETRIES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(25),
    Duration::from_secs(5 * 60),
    Duration::from_secs(20 * 60),
];

/// An email, and how often it was tried.
#[derive(Debug)]
pub struct Delivery {
    pub mail: Mail,
    pub otherwise: Language,
    tries: usize,
}

#[derive(Debug, Default)]
pub struct Outbox {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Jobs {
    queue: MailQueue<Delivery>,
    later: Vec<(Instant, Delivery)>,
    under_way: usize,
    is_closed: bool,
}

impl Delivery {
    pub fn new(mail: Mail, otherwise: Language) -> Self {
        Self { mail, otherwise, tries: 0 }
    }

    /// The wait before the next try. None after the last one.
    pub fn next_pause(&mut self) -> Option<Duration> {
        self.tries += 1;
        RETRIES.get(self.tries - 1).copied()
    }

    fn priority(&self) -> Priority {
        match self.mail.message {
            EmailMessage::ApiKeyExpires { .. }
            | EmailMessage::RotationRequested(_)
            | EmailMessage::RotationDue(_)
            | EmailMessage::OverlapEnds(_)
            | EmailMessage::EndedTokenUsed(_) => Priority::Reminder,
            _ => Priority::Account,
        }
    }
}

impl Outbox {
    /// Returns the email if too many wait.
    pub fn push(&self, job: Delivery) -> Result<(), Box<Delivery>> {
        let mut jobs = self.lock();
        let (organization, priority) = (job.mail.organization_id.clone(), job.priority());
        jobs.queue.push(&organization, priority, job).map_err(Box::new)?;
        self.changed.notify_one();
        Ok(())
    }

    /// Stores an accepted email until it is tried again.
    pub fn push_later(&self, job: Delivery, pause: Duration) {
        self.lock().later.push((Instant::now() + pause, job));
        self.changed.notify_one();
    }

    /// Waits for the next email. None when the outbox is closed. The caller reports the end of each.
    pub fn next(&self) -> Option<Delivery> {
        let mut jobs = self.lock();
        loop {
            if jobs.is_closed {
                return None;
            }
            let pause = jobs.take_due(Instant::now());
            if let Some(job) = jobs.queue.pop() {
                jobs.under_way += 1;
                return Some(job);
            }
            jobs = match pause {
                Some(pause) => self.changed.wait_timeout(jobs, pause).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    pub fn finish_one(&self) {
        self.lock().under_way -= 1;
        self.changed.notify_all();
    }

    /// Waits until nothing can be sent at once. Returns how many emails are left.
    pub fn wait_until_idle(&self, patience: Duration) -> usize {
        let is_busy = |jobs: &mut Jobs| jobs.queue.len() + jobs.under_way > 0;
        let waited = self.changed.wait_timeout_while(self.lock(), patience, is_busy);
        let (jobs, _) = waited.unwrap_or_else(PoisonError::into_inner);
        jobs.queue.len() + jobs.under_way + jobs.later.len()
    }

    pub fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Jobs {
    /// Moves emails that are due into the queue. Returns the time until the next one is due, or until a full queue may
    /// have capacity.
    fn take_due(&mut self, now: Instant) -> Option<Duration> {
        for (due, job) in mem::take(&mut self.later) {
            if due > now {
                self.later.push((due, job));
                continue;
            }
            let (organization, priority) = (job.mail.organization_id.clone(), job.priority());
            if let Err(job) = self.queue.push(&organization, priority, job) {
                self.later.push((now + RETRIES[0], job));
            }
        }
        self.later.iter().map(|(due, _)| due.saturating_duration_since(now)).min()
    }
}
