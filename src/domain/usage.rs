//! How often and from where keys are used.

use std::{
    cmp::{Ordering, Reverse},
    net::IpAddr,
};

use super::{ApiKeyId, ApiKeyTokenId, LastUse, OrganizationId, Timestamp, UserAgent, verification::Code};

/// How many times one key got the same answer on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseCount {
    pub organization_id: OrganizationId,
    pub api_key_id: ApiKeyId,
    /// The day's first instant, UTC.
    pub day: Timestamp,
    pub code: Code,
    pub count: i64,
}

/// How many places are kept per key: the latest, preferring different askers.
pub const CALLERS: usize = 10;

/// The successful uses of one token on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUse {
    pub token_id: ApiKeyTokenId,
    pub last: LastUse,
    /// The day's first instant, UTC.
    pub day: Timestamp,
    pub count: i64,
}

impl TokenUse {
    /// Merges other uses of the same token. Only the later of two days is kept.
    pub fn absorb(&mut self, other: Self) {
        match other.day.cmp(&self.day) {
            Ordering::Less => {}
            Ordering::Equal => self.count += other.count,
            Ordering::Greater => (self.day, self.count) = (other.day, other.count),
        }
        if self.last.at <= other.last.at {
            self.last = other.last;
        }
    }
}

/// A client that used a key. The list helps to judge what stops working when the key ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedCaller {
    /// The service that reported `address` or `agent` on behalf of its client. Anybody with the key can report any.
    /// None if the client itself sent the request.
    pub reported_by: Option<IpAddr>,
    pub address: Option<IpAddr>,
    pub agent: Option<UserAgent>,
    pub first_used_at: Timestamp,
    pub last_used_at: Timestamp,
}

impl RecordedCaller {
    pub fn is_same_place(&self, other: &Self) -> bool {
        self.reported_by == other.reported_by && self.address == other.address && self.agent == other.agent
    }

    /// The address that the request came from.
    pub fn asker(&self) -> Option<IpAddr> {
        self.reported_by.or(self.address)
    }

    /// Merges another use from the same place.
    pub fn absorb(&mut self, other: &Self) {
        self.first_used_at = self.first_used_at.min(other.first_used_at);
        self.last_used_at = self.last_used_at.max(other.last_used_at);
    }
}

/// A place that presented a token after its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedTokenUse {
    pub token_id: ApiKeyTokenId,
    pub api_key_id: ApiKeyId,
    pub organization_id: OrganizationId,
    pub place: PlaceUse,
}

/// A place, and how often it presented a token on the last day that it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceUse {
    pub caller: RecordedCaller,
    /// The day's first instant, UTC.
    pub day: Timestamp,
    pub count: i64,
}

impl PlaceUse {
    pub fn once(caller: RecordedCaller) -> Self {
        Self { day: caller.last_used_at.start_of_day(), count: 1, caller }
    }

    pub fn count_on(&self, day: Timestamp) -> i64 {
        if self.day == day { self.count } else { 0 }
    }

    fn absorb(&mut self, other: &Self) {
        self.caller.absorb(&other.caller);
        match other.day.cmp(&self.day) {
            Ordering::Less => {}
            Ordering::Equal => self.count += other.count,
            Ordering::Greater => (self.day, self.count) = (other.day, other.count),
        }
    }
}

/// Adds the use of a place, and forgets a place if there are too many.
pub fn add_place_use(places: &mut Vec<PlaceUse>, new: PlaceUse) {
    if let Some(known) = places.iter_mut().find(|known| known.caller.is_same_place(&new.caller)) {
        return known.absorb(&new);
    }
    places.push(new);
    if places.len() > CALLERS
        && let Some(position) = position_to_forget(places, |place| (place.caller.asker(), place.caller.last_used_at))
    {
        places.swap_remove(position);
    }
}

/// Which place to forget first, given the asker and time of each: the oldest of the asker with the most later places.
/// So an asker that invents addresses or agents only displaces its own.
pub fn position_to_forget<T>(places: &[T], source: impl Fn(&T) -> (Option<IpAddr>, Timestamp)) -> Option<usize> {
    let rank = |(index, place)| {
        let (asker, at) = source(place);
        let is_later = |(other, place): (usize, &T)| {
            let (its_asker, its_at) = source(place);
            (its_at, other) > (at, index) && its_asker == asker
        };
        let later = places.iter().enumerate().filter(|other| is_later(*other)).count();
        (later, Reverse(at))
    };
    places.iter().enumerate().max_by_key(|place| rank(*place)).map(|(index, _)| index)
}

/// A summary of one key's day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayOfUse {
    /// Answers that were [`Code::Valid`].
    pub uses: i64,
    /// All other answers. They do not count as use of the key.
    pub refusals: i64,
}

impl DayOfUse {
    pub fn add(&mut self, code: Code, count: i64) {
        if code == Code::Valid {
            self.uses += count;
        } else {
            self.refusals += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds the places one by one, each an asker and a time. Returns the remaining ones if four are kept.
    fn kept(places: &[(u8, i64)]) -> Vec<(u8, i64)> {
        let mut kept = Vec::new();
        for place in places {
            kept.push(*place);
            if kept.len() > 4 {
                let asked =
                    |(asker, at): &(u8, i64)| (Some([10, 0, 0, *asker].into()), Timestamp::from_unix_micros(*at));
                kept.remove(position_to_forget(&kept, asked).unwrap());
            }
        }
        kept
    }

    #[test]
    fn an_asker_with_many_places_takes_none_from_others() {
        assert_eq!(kept(&[(1, 1), (1, 2), (1, 3), (1, 4), (1, 5)]), [(1, 2), (1, 3), (1, 4), (1, 5)]);
        assert_eq!(kept(&[(1, 1), (2, 2), (3, 3), (9, 4), (9, 5), (9, 6)]), [(1, 1), (2, 2), (3, 3), (9, 6)]);
        assert_eq!(kept(&[(9, 1), (9, 2), (9, 3), (9, 4), (1, 5), (2, 6)]), [(9, 3), (9, 4), (1, 5), (2, 6)]);
        assert_eq!(kept(&[(1, 1), (1, 1), (9, 2), (9, 3), (9, 4)]).len(), 4);
        assert_eq!(kept(&[(1, 1), (1, 1), (9, 2), (9, 3), (9, 4)])[..2], [(1, 1), (1, 1)]);
        assert_eq!(kept(&[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]), [(2, 2), (3, 3), (4, 4), (5, 5)]);
    }
    fn place(address: u8, at: i64) -> PlaceUse {
        let at = Timestamp::from_unix_micros(at * 1_000_000);
        let address = Some([10, 0, 0, address].into());
        PlaceUse::once(RecordedCaller { reported_by: None, address, agent: None, first_used_at: at, last_used_at: at })
    }

    #[test]
    fn uses_of_a_place_add_up_by_day_and_places_are_bounded() {
        let (mut places, today) = (Vec::new(), Timestamp::from_unix_micros(86_400_000_000));
        for at in [100, 86_400, 86_500, 200] {
            add_place_use(&mut places, place(1, at));
        }
        assert_eq!((places.len(), places[0].count_on(today)), (1, 2), "a late one of yesterday does not count");
        let RecordedCaller { first_used_at, last_used_at, .. } = places[0].caller;
        assert_eq!((first_used_at.unix_micros(), last_used_at.unix_micros()), (100_000_000, 86_500_000_000));
        for address in 2..30 {
            add_place_use(&mut places, place(address, 90_000 + i64::from(address)));
        }
        assert_eq!(places.len(), CALLERS);
        assert!(places.iter().all(|place| place.caller.last_used_at > Timestamp::from_unix_micros(90_019_000_000)));
    }
}
