//! Walks along a chain until the first event that does not fit, and finds out what happened to it.
//!
//! Where an event does not fit, three questions tell what happened. Is there another event that fits here? Does this
//! event fit elsewhere? Would the next one fit if its number were higher? The first two compare all events of the
//! chain with this place, a few hashes for each.

use super::{ChainEnd, ChainHash, FoundEvent, fault::ChainFault};

/// How many removed events are recognized if the later ones got their numbers, and the recorded end was changed, too.
const RENUMBERED: i64 = 200;

/// The place where the walk has arrived.
#[derive(Clone, Debug)]
pub struct Walk {
    pub end: ChainEnd,
    /// The id of the event there.
    id: String,
}

/// The first event that does not fit.
#[derive(Clone, Debug)]
pub struct Suspect {
    pub found: FoundEvent,
    /// The end of the chain before it.
    pub end: ChainEnd,
    /// The id of the event there, which might have been inserted.
    pub id_before: String,
}

impl Walk {
    pub fn from(end: ChainEnd) -> Self {
        Self { end, id: String::new() }
    }

    /// Follows the events, in the order of their numbers, up to the first that does not fit. `fits` gets each of
    /// the others, with the end of the chain before it.
    pub fn follow(
        &mut self,
        events: &[FoundEvent],
        mut fits: impl FnMut(&FoundEvent, ChainEnd),
    ) -> Result<(), Box<Suspect>> {
        let mut last = None;
        for found in events {
            let (number, hash) = (self.end.number + 1, found.event.hash(self.end.number + 1, self.end.hash));
            if found.number != Some(number) || found.hash() != Some(hash) {
                let id_before = last.map_or_else(|| self.id.clone(), |last: &FoundEvent| last.event.id.clone());
                return Err(Box::new(Suspect { found: found.clone(), end: self.end, id_before }));
            }
            fits(found, self.end);
            self.end = ChainEnd { number, hash };
            last = Some(found);
        }
        if let Some(last) = last {
            self.id.clone_from(&last.event.id);
        }
        Ok(())
    }
}

/// What happened at the first place that is wrong. It must be shown all events of the chain, in the order
/// of their numbers.
#[derive(Debug)]
pub struct Inquiry {
    suspect: Box<Suspect>,
    /// The event after it.
    next: Option<FoundEvent>,
    /// The recorded end of the chain.
    recorded: Option<ChainEnd>,
    /// The highest number of an event.
    last_number: i64,
    /// The id of another event that belongs to this place.
    belongs_here: Option<String>,
    /// Whether it does by the hash of the suspect: what the two say was exchanged, and their hashes stayed.
    by_hash_of_suspect: bool,
    /// The place that the suspect belongs to.
    home: Option<ChainEnd>,
    /// Whether another event belongs there, too: the suspect is a copy.
    home_is_taken: bool,
}

impl Inquiry {
    /// `start` is the place of the first event, `next` the event after the suspect.
    pub fn new(suspect: Box<Suspect>, start: ChainEnd, next: Option<FoundEvent>, recorded: Option<ChainEnd>) -> Self {
        let home = suspect.found.fits(start).then_some(start);
        Self {
            suspect,
            next,
            recorded,
            last_number: 0,
            belongs_here: None,
            by_hash_of_suspect: false,
            home,
            home_is_taken: false,
        }
    }

    pub fn show(&mut self, events: &[FoundEvent]) {
        let hash_of_suspect = self.suspect.found.hash();
        for other in events {
            self.last_number = self.last_number.max(other.number.unwrap_or_default());
            if other.event.id != self.suspect.found.event.id {
                self.compare(other, hash_of_suspect);
            }
        }
    }

    fn compare(&mut self, other: &FoundEvent, hash_of_suspect: Option<ChainHash>) {
        let (found, end) = (&self.suspect.found, self.suspect.end);
        let hash = Some(other.event.hash(end.number + 1, end.hash));
        if hash == other.hash() || (hash == hash_of_suspect && found.number == Some(end.number + 1)) {
            self.by_hash_of_suspect = hash != other.hash();
            self.belongs_here = Some(other.event.id.clone());
        }
        if let Some(home) = self.home {
            self.home_is_taken |= other.number == Some(home.number + 1) && other.fits(home);
        } else if let (Some(number), Some(hash)) = (other.number, other.hash()) {
            // Each moved event made other events move by one place.
            let mut places = [number, number - 1, end.number + 1].map(|number| ChainEnd { number, hash }).into_iter();
            self.home = places.find(|place| found.fits(*place));
        }
    }

    /// The number that belongs to the suspect, if no other event belongs there.
    fn belongs_to(&self) -> Option<i64> {
        self.home.filter(|_| !self.home_is_taken).map(|home| home.number + 1)
    }

    pub fn finish(self) -> ChainFault {
        let (place, id) = (self.suspect.end.number + 1, self.suspect.found.event.id.clone());
        let number = self.suspect.found.number;
        match number {
            // It has another number only.
            Some(number) if number > place && self.suspect.found.fits(self.suspect.end) => {
                ChainFault::Reordered { number: place, id }
            }
            Some(number) if number > place => match self.belongs_here {
                Some(id) => ChainFault::Reordered { number: place, id },
                None => ChainFault::Removed { first: place, last: number - 1 },
            },
            Some(number) if number == place => self.finish_at(place, id),
            _ if self.is_genuine_double() => ChainFault::Inserted { number, id: self.suspect.id_before },
            _ => match (self.belongs_to(), number) {
                (Some(home), Some(number)) if number < 1 => ChainFault::Reordered { number: home, id },
                (Some(home), Some(number)) if home != number => ChainFault::Reordered { number, id },
                _ => ChainFault::Inserted { number, id },
            },
        }
    }

    /// The suspect has the number of its place.
    fn finish_at(self, place: i64, id: String) -> ChainFault {
        let before = place - 1;
        match (&self.belongs_here, self.belongs_to()) {
            (Some(_), None) if !self.by_hash_of_suspect => ChainFault::Inserted { number: Some(place), id },
            (Some(_), _) => ChainFault::Reordered { number: place, id },
            // The event before has taken its place.
            (None, _) if self.home.is_some_and(|home| home.number + 1 == before) => {
                ChainFault::Inserted { number: Some(before), id: self.suspect.id_before }
            }
            (None, _) => match self.removed_before(place) {
                Some(count) => ChainFault::Removed { first: place, last: before + count },
                None => ChainFault::Changed { number: place, id },
            },
        }
    }

    /// Whether the suspect has the same number as the event before, and the next one follows it and not the other.
    fn is_genuine_double(&self) -> bool {
        let (end, found) = (self.suspect.end, &self.suspect.found);
        let follows = |hash| match &self.next {
            Some(next) => next.fits(ChainEnd { number: end.number, hash }),
            None => self.recorded == Some(ChainEnd { number: end.number, hash }),
        };
        found.number == Some(end.number) && found.hash().is_some_and(follows) && !follows(end.hash)
    }

    /// How many events were removed here, if the later ones got their numbers.
    fn removed_before(&self, place: i64) -> Option<i64> {
        let hash = self.suspect.found.hash()?;
        match (&self.next, self.recorded) {
            (Some(next), recorded) => {
                let missing = recorded.map_or(1, |recorded| recorded.number - self.last_number);
                let mut counts = (1..=RENUMBERED).chain([missing.max(1)]);
                counts.find(|count| next.fits(ChainEnd { number: place + count, hash }))
            }
            (None, Some(recorded)) => Some(recorded.number - place).filter(|count| *count > 0 && recorded.hash == hash),
            (None, None) => None,
        }
    }
}
