//! The tokens of an API key: one, or two during a rotation.

use time::Duration;

use super::{ApiKey, LastUse};
use crate::domain::{ApiKeyId, ApiKeyTokenId, OrganizationId, Timestamp, TokenLabel, UserId};

/// How long a token is unused before the page suggests to end its overlap.
const QUIET: Duration = Duration::days(1);
/// A token that was used within this time is in use.
pub const IN_USE: Duration = Duration::hours(1);
/// An overlap is about to end when less than one part of so many is left.
const LAST_PART: i32 = 10;

/// What is known about a token besides its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyToken {
    pub id: ApiKeyTokenId,
    pub api_key_id: ApiKeyId,
    pub organization_id: OrganizationId,
    /// The public part that finds the token.
    pub lookup: String,
    /// The last characters of the token.
    pub hint: String,
    /// What the token begins with.
    pub label: TokenLabel,
    pub created_at: Timestamp,
    /// When the owner of the key confirmed that they had copied the token.
    pub confirmed_at: Option<Timestamp>,
    /// The first instant at which it no longer verifies. None if only the key's own expiry counts.
    pub ends_at: Option<Timestamp>,
    pub last_use: Option<LastUse>,
    /// The first instant of the day of the last use, UTC. None for a use that an earlier version stored.
    pub used_on: Option<Timestamp>,
    /// The uses on that day.
    pub used_count: i64,
    /// How long the former token works after this one is confirmed. None for a key's first token.
    pub overlap: Option<Duration>,
    /// Who started the rotation. None for a key's first token, which its owner created.
    pub created_by: Option<UserId>,
}

/// The tokens of a key that people deal with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The token that lists display. Not confirmed if none was ever.
    pub current: ApiKeyToken,
    /// The new token of a rotation, until its copy is confirmed.
    pub pending: Option<ApiKeyToken>,
    /// The token before the current one. It works until it ends.
    pub previous: Option<ApiKeyToken>,
}

/// The time in which the current and the previous token work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// When the current token was confirmed.
    pub began_at: Timestamp,
    pub ends_at: Timestamp,
    /// The last use of the previous token.
    pub last_used_at: Option<Timestamp>,
}

impl Tokens {
    /// None if every token has an end.
    pub fn of(tokens: &[ApiKeyToken]) -> Option<Self> {
        let current = current(tokens)?.clone();
        let is_pending = |token: &&ApiKeyToken| token.confirmed_at.is_none() && token.ends_at.is_none();
        Some(Self {
            pending: tokens.iter().filter(is_pending).find(|token| token.id != current.id).cloned(),
            previous: tokens.iter().filter(|token| token.ends_at.is_some()).max_by_key(|token| token.ends_at).cloned(),
            current,
        })
    }

    /// None if the previous token has ended, or does not exist.
    pub fn overlap(&self, now: Timestamp) -> Option<Overlap> {
        let previous = self.previous.as_ref()?;
        let ends_at = previous.ends_at.filter(|end| *end > now)?;
        let began_at = self.current.confirmed_at.unwrap_or(self.current.created_at);
        Some(Overlap { began_at, ends_at, last_used_at: previous.last_use.as_ref().map(|last| last.at) })
    }
}

impl Overlap {
    /// The previous token is in use, and less than a tenth of the overlap is left.
    pub fn ends_in_use(self, now: Timestamp) -> bool {
        let is_last_part = self.ends_at.since(now) * LAST_PART < self.ends_at.since(self.began_at);
        is_last_part && self.last_used_at.is_some_and(|at| at >= now.minus(IN_USE))
    }

    /// Nobody has used the previous token for a day.
    pub fn is_quiet(self, now: Timestamp) -> bool {
        self.last_used_at.unwrap_or(self.began_at).max(self.began_at) <= now.minus(QUIET)
    }
}

impl ApiKeyToken {
    /// The first token of a new key.
    pub fn first_of(api_key: &ApiKey) -> Self {
        Self {
            id: ApiKeyTokenId::first_of(&api_key.id),
            api_key_id: api_key.id.clone(),
            organization_id: api_key.organization_id.clone(),
            lookup: api_key.lookup.clone(),
            hint: api_key.hint.clone(),
            label: api_key.token_label.clone(),
            created_at: api_key.created_at,
            confirmed_at: api_key.confirmed_at,
            ends_at: None,
            last_use: api_key.last_use.clone(),
            used_on: None,
            used_count: 0,
            overlap: None,
            created_by: None,
        }
    }

    /// How often it was used successfully on the day of `now`, UTC.
    pub fn uses_today(&self, now: Timestamp) -> i64 {
        if self.used_on == Some(now.start_of_day()) { self.used_count } else { 0 }
    }
}

/// Whether a token with this end no longer verifies.
pub fn has_ended(ends_at: Option<Timestamp>, now: Timestamp) -> bool {
    ends_at.is_some_and(|end| end <= now)
}

/// The token that lists display: the confirmed one without an end, of which there is at most one. Before any is
/// confirmed, the newest. None if all of them have an end.
pub fn current(tokens: &[ApiKeyToken]) -> Option<&ApiKeyToken> {
    let without_end = tokens.iter().filter(|token| token.ends_at.is_none());
    without_end.max_by_key(|token| (token.confirmed_at.is_some(), token.created_at, &token.id))
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_micros(seconds * 1_000_000)
    }

    fn token(created_at: i64, confirmed_at: Option<i64>, ends_at: Option<i64>) -> ApiKeyToken {
        let rng = &mut StdRng::seed_from_u64(1);
        ApiKeyToken {
            label: TokenLabel::default(),
            id: ApiKeyTokenId::generate(at(created_at), rng),
            api_key_id: ApiKeyId::generate(at(0), rng),
            organization_id: OrganizationId::generate(at(0), rng),
            lookup: "aaaaaaaaaaaa".to_owned(),
            hint: "bbbb".to_owned(),
            created_at: at(created_at),
            confirmed_at: confirmed_at.map(at),
            ends_at: ends_at.map(at),
            last_use: None,
            used_on: None,
            used_count: 0,
            overlap: None,
            created_by: None,
        }
    }

    #[test]
    fn a_token_ends_at_its_instant_and_not_before() {
        assert!(!has_ended(Some(at(10)), Timestamp::from_unix_micros(9_999_999)));
        assert!(has_ended(Some(at(10)), at(10)));
        assert!(!has_ended(None, Timestamp::from_unix_micros(i64::MAX)));
    }

    #[test]
    fn uses_of_an_earlier_day_are_not_those_of_today() {
        let day = at(0).start_of_day();
        let used = ApiKeyToken { used_on: Some(day), used_count: 7, ..token(1, Some(1), None) };
        assert_eq!(used.uses_today(at(86_399)), 7);
        assert_eq!(used.uses_today(at(86_400)), 0);
        assert_eq!(token(1, Some(1), None).uses_today(at(1)), 0);
    }

    #[test]
    fn one_token_of_several_is_current() {
        let (first, pending) = (token(1, Some(1), None), token(5, None, None));
        let (ending, next) = (token(1, Some(1), Some(99)), token(5, Some(6), None));
        for (tokens, expected) in [
            (vec![first.clone()], Some(&first)),
            (vec![pending.clone()], Some(&pending)),
            (vec![first.clone(), pending.clone()], Some(&first)),
            (vec![pending.clone(), first.clone()], Some(&first)),
            (vec![ending.clone(), next.clone()], Some(&next)),
            (vec![token(1, None, None), pending.clone()], Some(&pending)),
            (vec![ending.clone()], None),
            (vec![], None),
        ] {
            assert_eq!(current(&tokens), expected, "{tokens:?}");
        }
    }

    #[test]
    fn a_rotation_has_a_pending_token_and_then_a_previous_one() {
        let (first, pending) = (token(1, Some(1), None), token(5, None, None));
        let tokens = Tokens::of(&[first.clone(), pending.clone()]).unwrap();
        assert_eq!(tokens, Tokens { current: first, pending: Some(pending.clone()), previous: None });
        assert_eq!(Tokens::of(std::slice::from_ref(&pending)).unwrap().pending, None, "it is the current one");
        let (older, former, next) =
            (token(1, Some(1), Some(20)), token(5, Some(6), Some(99)), token(30, Some(31), None));
        let tokens = Tokens::of(&[older, former.clone(), next.clone()]).unwrap();
        assert_eq!(tokens, Tokens { current: next, pending: None, previous: Some(former) });
        let overlap = Overlap { began_at: at(31), ends_at: at(99), last_used_at: None };
        assert_eq!((tokens.overlap(at(98)), tokens.overlap(at(99))), (Some(overlap), None));
        assert_eq!(Tokens::of(&[token(1, Some(1), Some(20))]), None);
    }

    #[test]
    fn an_overlap_ends_in_use_or_is_quiet() {
        const HOUR: i64 = 3_600;
        let overlap = |last_used_at: Option<i64>| Overlap {
            began_at: at(0),
            ends_at: at(100 * HOUR),
            last_used_at: last_used_at.map(at),
        };
        for (used, now, ends_in_use, is_quiet) in [
            (Some(89 * HOUR), 90 * HOUR, false, false),
            (Some(90 * HOUR), 90 * HOUR + 1, true, false),
            (Some(90 * HOUR), 91 * HOUR + 1, false, false),
            (None, 95 * HOUR, false, true),
            (None, 24 * HOUR - 1, false, false),
            (None, 24 * HOUR, false, true),
            (Some(-50 * HOUR), 23 * HOUR, false, false),
            (Some(10 * HOUR), 34 * HOUR, false, true),
        ] {
            let overlap = overlap(used);
            assert_eq!(
                (overlap.ends_in_use(at(now)), overlap.is_quiet(at(now))),
                (ends_in_use, is_quiet),
                "{used:?} {now}"
            );
        }
    }
}
