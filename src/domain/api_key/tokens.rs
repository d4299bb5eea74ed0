//! The tokens of an API key: one, or two during a rotation.

use super::{ApiKey, LastUse};
use crate::domain::{ApiKeyId, ApiKeyTokenId, OrganizationId, Timestamp};

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
            created_at: api_key.created_at,
            confirmed_at: api_key.confirmed_at,
            ends_at: None,
            last_use: api_key.last_use.clone(),
            used_on: None,
            used_count: 0,
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
}
