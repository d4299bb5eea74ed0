//! Coordinates work on the database with a request that may give up waiting.

use std::sync::{
    Arc,
    atomic::{AtomicI32, AtomicU8, Ordering},
};

use super::{Error, reason::Reason};

const WAITING: u8 = 0;
const RUNNING: u8 = 1;
const COMMITTING: u8 = 2;
const DONE: u8 = 3;
const ABANDONED: u8 = 4;

/// One piece of work. When the server hangs, libpq waits forever, and its thread cannot be interrupted. So the request
/// gives up, and the thread finds that out when the answer comes.
#[derive(Debug)]
pub(super) struct Ticket {
    stage: AtomicU8,
    /// The pool's threads whose request has given up.
    stuck: Arc<AtomicI32>,
}

impl Ticket {
    pub fn new(stuck: Arc<AtomicI32>) -> Self {
        Self { stage: AtomicU8::new(WAITING), stuck }
    }

    /// Must be called before the work begins.
    pub fn may_begin(&self) -> bool {
        self.advance(WAITING, RUNNING)
    }

    /// Must be called before a commit: work that was given up must not be committed.
    pub fn may_commit(&self) -> bool {
        self.advance(RUNNING, COMMITTING)
    }

    /// Must be called when the work has ended.
    pub fn finish(&self) {
        if self.stage.swap(DONE, Ordering::AcqRel) == ABANDONED {
            self.stuck.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Gives up the work, and returns what is known about its outcome.
    pub fn abandon(&self) -> Error {
        let stage = self.stage.swap(ABANDONED, Ordering::AcqRel);
        if matches!(stage, RUNNING | COMMITTING) {
            self.stuck.fetch_add(1, Ordering::AcqRel);
        }
        let message = "it did not answer in time".to_owned();
        match stage {
            WAITING | RUNNING => Error::Unavailable(Reason::Busy, message),
            _ => Error::OutcomeUnknown(message),
        }
    }

    fn advance(&self, from: u8, to: u8) -> bool {
        self.stage.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_neither_begins_nor_commits() {
        let stuck = Arc::<AtomicI32>::default();
        let waiting = Ticket::new(stuck.clone());
        assert!(matches!(waiting.abandon(), Error::Unavailable(Reason::Busy, _)));
        assert!(!waiting.may_begin());
        assert_eq!(stuck.load(Ordering::SeqCst), 0, "no thread is held");

        let running = Ticket::new(stuck.clone());
        assert!(running.may_begin());
        assert!(matches!(running.abandon(), Error::Unavailable(Reason::Busy, _)));
        assert_eq!(stuck.load(Ordering::SeqCst), 1);
        assert!(!running.may_commit());
        running.finish();
        assert_eq!(stuck.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn nobody_says_of_a_commit_under_way_that_nothing_was_changed() {
        let ticket = Ticket::new(Arc::default());
        assert!(ticket.may_begin() && ticket.may_commit());
        assert!(matches!(ticket.abandon(), Error::OutcomeUnknown(_)));
    }
}
