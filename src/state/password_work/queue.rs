//! The order of requests for password hashing: the client with the fewest recent turns is next.

use std::{
    cmp::Reverse,
    collections::HashMap,
    time::{Duration, Instant},
};

/// How many requests of one client may wait at the same time. An office behind one address needs some.
pub const WAITING_OF_CLIENT: usize = 16;
/// How many requests may wait in all. Waiting costs little, whereas a refused client tries again.
pub const WAITING: usize = 2_048;
/// How long a request counts against its client. Longer than it can wait, so that a client that keeps asking never
/// looks like a new one.
const DEBT: Duration = Duration::from_secs(30);
/// A client never owes more than this, however many requests it sent.
const MOST_DEBT: Duration = Duration::from_secs(10 * 60);
/// How much a known client may owe and still be served like one that owes nothing.
const ALLOWANCE: Duration = Duration::from_secs(2 * 60);

/// A client that asks for a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address, or its network if one client has many addresses.
    pub network: String,
    /// The account was signed in to from this browser or network before.
    pub is_known: bool,
}

/// Why a request cannot wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueRefusal {
    /// The client has too many requests waiting.
    TooManyOfClient,
    /// Too many wait, and all of them come before this one.
    Full,
}

/// Waiting requests, each with the value it gets when its turn comes.
#[derive(Debug)]
pub struct TurnQueue<G> {
    waiting: Vec<Waiting<G>>,
    /// When each client owes nothing again.
    debts: HashMap<String, Instant>,
    /// Numbers the waiting requests.
    number: u64,
}

#[derive(Debug)]
struct Waiting<G> {
    client: Client,
    /// When the client owed nothing for its earlier requests.
    free_at: Instant,
    number: u64,
    grant: G,
}

impl<G> Default for TurnQueue<G> {
    fn default() -> Self {
        Self { waiting: Vec::new(), debts: HashMap::new(), number: 0 }
    }
}

impl<G> TurnQueue<G> {
    /// Adds a request. If the queue is full, the request that would come last is removed and returned.
    pub fn push(&mut self, client: Client, grant: G, now: Instant) -> Result<Option<G>, QueueRefusal> {
        let of_client = self.waiting.iter().filter(|waiting| waiting.client.network == client.network).count();
        let free_at = self.charge(&client.network, now);
        if of_client >= WAITING_OF_CLIENT {
            return Err(QueueRefusal::TooManyOfClient);
        }
        self.number += 1;
        self.waiting.push(Waiting { client, free_at, number: self.number, grant });
        if self.waiting.len() <= WAITING {
            return Ok(None);
        }
        let last = (0..self.waiting.len()).max_by_key(|index| self.waiting[*index].rank(now));
        let last = self.waiting.swap_remove(last.unwrap_or(0));
        if last.number == self.number { Err(QueueRefusal::Full) } else { Ok(Some(last.grant)) }
    }

    /// Removes the next request.
    pub fn pop(&mut self, now: Instant) -> Option<G> {
        let next = (0..self.waiting.len()).min_by_key(|index| self.waiting[*index].rank(now))?;
        Some(self.waiting.swap_remove(next).grant)
    }

    /// Counts a request against a client. Returns when it would have owed nothing without it.
    pub fn charge(&mut self, network: &str, now: Instant) -> Instant {
        // An attacker with many addresses must not fill the memory.
        if self.debts.len() >= 4 * WAITING {
            self.debts.retain(|_, free_at| *free_at > now);
        }
        if self.debts.len() >= 4 * WAITING {
            self.debts.clear();
        }
        let free_at = self.debts.entry(network.to_owned()).or_insert(now);
        let before = (*free_at).max(now);
        *free_at = (before + DEBT).min(now + MOST_DEBT);
        before
    }

    /// Removes requests that no longer wait.
    pub fn retain(&mut self, still_waits: impl Fn(&G) -> bool) {
        self.waiting.retain(|waiting| still_waits(&waiting.grant));
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl<G> Waiting<G> {
    /// The lowest rank is next. Of equal ranks, the newest: under overload the oldest have often given up, and a flood
    /// of new addresses does not block the people who come after it.
    fn rank(&self, now: Instant) -> (Duration, bool, Reverse<u64>) {
        let owed = self.free_at.saturating_duration_since(now);
        let owed = if self.client.is_known { owed.saturating_sub(ALLOWANCE) } else { owed };
        (owed, !self.client.is_known, Reverse(self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(network: &str) -> Client {
        Client { network: network.to_owned(), is_known: false }
    }

    fn known(network: &str) -> Client {
        Client { is_known: true, ..client(network) }
    }

    fn pop_all(queue: &mut TurnQueue<String>, now: Instant) -> Vec<String> {
        std::iter::from_fn(|| queue.pop(now)).collect()
    }

    #[test]
    fn clients_take_turns_however_many_requests_each_of_them_has() {
        let (mut queue, now) = (TurnQueue::default(), Instant::now());
        for number in 0..3 {
            queue.push(client("loud"), format!("loud {number}"), now).unwrap();
        }
        for network in ["quiet", "calm"] {
            queue.push(client(network), network.to_owned(), now).unwrap();
        }
        assert_eq!(pop_all(&mut queue, now), ["calm", "quiet", "loud 0", "loud 1", "loud 2"]);
    }

    #[test]
    fn whoever_asked_often_lately_comes_after_a_client_that_asks_for_the_first_time() {
        let (mut queue, now) = (TurnQueue::default(), Instant::now());
        queue.push(client("loud"), "first".to_owned(), now).unwrap();
        assert_eq!(queue.pop(now), Some("first".to_owned()));
        let soon = now + Duration::from_secs(25);
        queue.push(client("quiet"), "quiet".to_owned(), soon).unwrap();
        queue.push(client("loud"), "loud".to_owned(), soon).unwrap();
        assert_eq!(pop_all(&mut queue, soon), ["quiet", "loud"]);
        // Waiting reduces debts; of equals the newest is next.
        let later = now + Duration::from_secs(90);
        queue.push(client("quiet"), "quiet".to_owned(), later).unwrap();
        queue.push(client("loud"), "loud".to_owned(), later).unwrap();
        assert_eq!(pop_all(&mut queue, later), ["loud", "quiet"]);
    }

    #[test]
    fn people_who_signed_in_before_come_first_and_may_mistype() {
        let (mut queue, now) = (TurnQueue::default(), Instant::now());
        for _ in 0..3 {
            queue.charge("home", now);
        }
        queue.push(known("home"), "known".to_owned(), now).unwrap();
        queue.push(client("fresh"), "fresh".to_owned(), now).unwrap();
        assert_eq!(pop_all(&mut queue, now), ["known", "fresh"]);
    }

    #[test]
    fn one_client_cannot_fill_the_queue_and_all_together_cannot_keep_a_quiet_one_out() {
        let (mut queue, now) = (TurnQueue::default(), Instant::now());
        for number in 0..WAITING_OF_CLIENT {
            assert_eq!(queue.push(client("loud"), number.to_string(), now), Ok(None));
        }
        assert_eq!(queue.push(client("loud"), "x".to_owned(), now), Err(QueueRefusal::TooManyOfClient));
        for number in WAITING_OF_CLIENT..WAITING {
            let network = format!("network {number}");
            queue.charge(&network, now);
            assert_eq!(queue.push(client(&network), number.to_string(), now), Ok(None));
        }
        let displaced = queue.push(client("quiet"), "quiet".to_owned(), now).unwrap();
        assert!(displaced.is_some());
        assert_eq!(queue.pop(now), Some("quiet".to_owned()));
        queue.push(client("other"), "other".to_owned(), now).unwrap();
        for _ in 0..99 {
            queue.charge("loudest", now);
        }
        assert_eq!(queue.push(client("loudest"), "x".to_owned(), now), Err(QueueRefusal::Full));
    }
}
