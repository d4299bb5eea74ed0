//! Which permissions requests ask for, so that unused ones can be taken from a key.

use std::{
    array,
    sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
};

use crate::domain::{ApiPermissionCatalogue, ApiPermissionSet, PermissionSet, Timestamp};

/// Permissions that a request asked for. Recorded only if the key has them all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExercisedPermissions {
    pub latchkey: PermissionSet,
    /// As positions in the catalogue of the key's organization.
    pub api: ApiPermissionSet,
}

/// What requests have asked for on one day, to record each permission once. A key that is read again begins with
/// nothing, so the same may be recorded again.
#[derive(Debug, Default)]
pub struct ExercisedToday {
    /// The first microsecond of the day.
    day: AtomicI64,
    latchkey: AtomicU64,
    api: [AtomicU64; ApiPermissionSet::WORDS],
}

impl ExercisedPermissions {
    pub fn is_empty(&self) -> bool {
        self.latchkey == PermissionSet::default() && self.api.is_empty()
    }
}

impl ExercisedToday {
    /// None if the organization's API has no permissions. Then nothing is recorded, since nobody could see it.
    pub fn of(catalogue: &ApiPermissionCatalogue) -> Option<Self> {
        (!catalogue.is_empty()).then(Self::default)
    }

    /// Returns what nobody has asked for on this day, which begins at `day`. Usually nothing: then the request changes
    /// no memory that threads share. At midnight, something may be returned twice.
    pub fn add(&self, day: Timestamp, exercised: &ExercisedPermissions) -> ExercisedPermissions {
        if exercised.is_empty() {
            return ExercisedPermissions::default();
        }
        let day = day.unix_micros();
        if self.day.load(Relaxed) != day && self.day.swap(day, Relaxed) != day {
            for word in self.api.iter().chain([&self.latchkey]) {
                word.store(0, Relaxed);
            }
        }
        let words = exercised.api.words();
        let is_known = |(bits, word): (&u64, &AtomicU64)| bits & !word.load(Relaxed) == 0;
        if is_known((&exercised.latchkey.bits(), &self.latchkey)) && words.iter().zip(&self.api).all(is_known) {
            return ExercisedPermissions::default();
        }
        let new = array::from_fn(|position| add_bits(&self.api[position], words[position]));
        ExercisedPermissions {
            latchkey: PermissionSet::from_bits(add_bits(&self.latchkey, exercised.latchkey.bits())),
            api: ApiPermissionSet::from_words(new),
        }
    }
}

/// Returns the new ones.
fn add_bits(word: &AtomicU64, bits: u64) -> u64 {
    match bits & !word.load(Relaxed) {
        0 => 0,
        new => new & !word.fetch_or(new, Relaxed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ApiPermissionName, Permission};

    fn set(positions: &[usize]) -> ExercisedPermissions {
        let mut exercised = ExercisedPermissions::default();
        for position in positions {
            exercised.api.insert(*position);
        }
        exercised
    }

    #[test]
    fn each_permission_is_new_once_a_day() {
        let name = |number| ApiPermissionName::parse(&format!("invoices:{number}")).unwrap();
        let today = ExercisedToday::of(&(0..130).map(name).collect()).unwrap();
        let day = |number: i64| Timestamp::from_unix_micros(number * 86_400_000_000);
        for (number, asked, new) in [
            (1, &[0, 64, 129][..], &[0, 64, 129][..]),
            (1, &[0, 1, 129], &[1]),
            (1, &[0, 1, 64, 129], &[]),
            (2, &[0, 2], &[0, 2]),
            (2, &[0, 1], &[1]),
        ] {
            assert_eq!(today.add(day(number), &set(asked)), set(new), "{number} {asked:?}");
        }
        let see = ExercisedPermissions { latchkey: [Permission::SeeMembers].into_iter().collect(), ..set(&[5]) };
        assert_eq!(today.add(day(2), &see), see);
        assert!(today.add(day(2), &see).is_empty());
        assert!(ExercisedToday::of(&ApiPermissionCatalogue::default()).is_none(), "nobody could see it");
    }
}
