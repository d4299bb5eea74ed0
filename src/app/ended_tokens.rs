//! The reuse alarm: somebody presents a token after its end. Latchkey reports to the owner of the key from where, so
//! that they can find what still has it. Nothing changes by itself.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt, mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use time::Duration;
use url::Url;

use super::{
    By, Context, Error,
    mail::{EmailMessage, EndOfToken, EndedTokenNotice, Mail},
    usage::UsageSource,
};
use crate::{
    domain::{
        ApiKeyEvent, ApiKeyId, OrganizationId, Sha256Digest, Timestamp, Token, TokenKeys, UserId,
        usage::{EndedTokenUse, PlaceUse, add_place_use},
    },
    store::{self, Conn, ended_token_uses::KnownUse},
};

/// The owner of a key gets at most one email in this time.
const ALARM_INTERVAL: Duration = Duration::DAY;
/// How long tokens of deleted keys are recognized, and uses are kept.
const MEMORY: Duration = Duration::days(400);
/// Uses are displayed for this time.
const SHOWN: Duration = Duration::days(30);
/// Keys need attention for this time after somebody presented such a token.
const NEEDS_ATTENTION: Duration = Duration::days(7);
/// How many places are read for the home page.
const PLACES: i64 = 500;
/// How many unknown tokens wait to be looked up. Others are answered and forgotten.
const UNKNOWN: usize = 2_000;

/// Well-formed tokens that no key has. Some may be of deleted keys, which is found out later: the answer costs the same
/// for all of them.
#[derive(Default)]
pub struct UnknownTokens(Mutex<HashMap<Sha256Digest, UnknownToken>>);

/// A token that no key has, and the places that presented it.
#[derive(Debug)]
pub struct UnknownToken {
    token: Token,
    places: Vec<PlaceUse>,
}

impl UnknownTokens {
    /// Call this only if the sender has not sent too many wrong tokens.
    pub fn add(&self, token: &Token, now: Timestamp, source: UsageSource<'_>) {
        let mut tokens = self.lock();
        let digest = Sha256Digest::compute(token.expose());
        if tokens.len() >= UNKNOWN && !tokens.contains_key(&digest) {
            return;
        }
        let unknown = tokens.entry(digest).or_insert_with(|| UnknownToken { token: token.clone(), places: Vec::new() });
        add_place_use(&mut unknown.places, PlaceUse::once(source.caller(now)));
    }

    pub fn take(&self) -> Vec<UnknownToken> {
        mem::take(&mut *self.lock()).into_values().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Sha256Digest, UnknownToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for UnknownTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownTokens").field("tokens", &self.lock().len()).finish()
    }
}

/// The uses of those tokens that belong to deleted keys. Wrong secrets belong to none.
pub fn recognize(conn: &mut Conn, keys: &TokenKeys, unknown: &[UnknownToken]) -> Result<Vec<EndedTokenUse>, Error> {
    let lookups: BTreeSet<_> = unknown.iter().map(|unknown| unknown.token.lookup()).collect();
    let lookups: Vec<_> = lookups.into_iter().collect();
    let deleted = store::deleted_api_key_tokens::list(conn, &lookups)?;
    let deleted: BTreeMap<_, _> = deleted.iter().map(|token| (token.lookup.as_str(), token)).collect();
    let mut uses = Vec::new();
    for UnknownToken { token, places } in unknown {
        let Some(deleted) = deleted.get(token.lookup()) else { continue };
        let is_same = keys.knows(deleted.digest.version())
            && deleted.digest.matches(&keys.digest_like(Some(deleted.stored_digest()), token));
        if is_same {
            uses.extend(places.iter().map(|place| EndedTokenUse {
                token_id: deleted.id.clone(),
                api_key_id: deleted.api_key_id.clone(),
                organization_id: deleted.organization_id.clone(),
                place: place.clone(),
            }));
        }
    }
    Ok(uses)
}

/// Stores uses of tokens that have ended.
pub fn record(conn: &mut Conn, uses: &[EndedTokenUse]) -> Result<(), Error> {
    Ok(store::ended_token_uses::add(conn, uses.to_vec())?)
}

/// Records an alarm for each of these keys unless there was one within a day. Returns the emails to their owners, which
/// the caller sends.
pub fn raise(
    conn: &mut Conn,
    context: &mut Context,
    ids: &BTreeSet<ApiKeyId>,
    base_url: &Url,
) -> Result<Vec<Mail>, Error> {
    let (now, mut mails) = (context.now, Vec::new());
    for id in ids {
        let uses = store::ended_token_uses::list_latest(conn, id)?;
        let Some(latest) = uses.first() else { continue };
        if !store::ended_token_uses::raise_alarm(conn, id, now.minus(ALARM_INTERVAL), now)? {
            continue;
        }
        let today = now.start_of_day();
        let count_today = uses.iter().map(|known| known.ended.place.count_on(today)).sum();
        let alarm = Alarm { latest, count_today };
        if let Some((owner_id, name, end)) = alarm.record(conn, context)? {
            mails.extend(alarm.mail(conn, &owner_id, name, end, base_url)?);
        }
    }
    Ok(mails)
}

struct Alarm<'a> {
    latest: &'a KnownUse,
    count_today: i64,
}

impl Alarm<'_> {
    /// The owner and the name of the key, and how its token ended. None if nothing is known about it any longer.
    fn record(&self, conn: &mut Conn, context: &mut Context) -> Result<Option<(UserId, String, EndOfToken)>, Error> {
        let caller = &self.latest.ended.place.caller;
        let event = ApiKeyEvent::EndedTokenUsed {
            token_hint: self.latest.hint.clone().unwrap_or_default(),
            last_used_at: caller.last_used_at,
            used_from: caller.address.map(|address| address.to_string()),
            reported_by: caller.reported_by.map(|address| address.to_string()),
            agent: caller.agent.as_ref().map(ToString::to_string),
            count_today: self.count_today,
        };
        if let Some(api_key) = store::api_keys::find(conn, &self.latest.ended.api_key_id)? {
            context.record(conn, By::Server, &api_key, &event)?;
            let end = if api_key.revoked_at.is_some() { EndOfToken::Revoked } else { EndOfToken::Rotated };
            return Ok(Some((api_key.owner_id, api_key.name.as_str().to_owned(), end)));
        }
        let deleted = store::deleted_api_key_tokens::find(conn, &self.latest.ended.token_id)?;
        let Some(deleted) = deleted else { return Ok(None) };
        context.record(conn, By::Server, &deleted, &event)?;
        Ok(Some((deleted.owner_id, deleted.name, EndOfToken::Deleted)))
    }

    /// None if the owner has no account any longer.
    fn mail(
        &self,
        conn: &mut Conn,
        owner_id: &UserId,
        name: String,
        end: EndOfToken,
        base_url: &Url,
    ) -> Result<Option<Mail>, Error> {
        let Some(owner) = store::users::find_account(conn, owner_id)?.filter(|owner| owner.disabled_at.is_none())
        else {
            return Ok(None);
        };
        let ended = &self.latest.ended;
        let mut link = base_url.clone();
        link.set_path(&format!("/settings/developers/api-keys/{}", ended.api_key_id));
        let message = EmailMessage::EndedTokenUsed(EndedTokenNotice {
            name,
            organization: owner.organization_name,
            hint: self.latest.hint.clone().unwrap_or_default(),
            end,
            at: ended.place.caller.last_used_at,
            address: ended.place.caller.address.map(|address| address.to_string()),
            agent: ended.place.caller.agent.as_ref().map(ToString::to_string),
            count_today: self.count_today,
            link: link.into(),
        });
        let organization_id = ended.organization_id.clone();
        Ok(Some(Mail { organization_id, to: owner.email, language: owner.language, message }))
    }
}

/// Who presented ended tokens of this key lately, latest first. The caller has checked that the actor may see the key,
/// or could see it when it was there.
pub fn list(
    conn: &mut Conn,
    context: &Context,
    organization_id: &OrganizationId,
    id: &ApiKeyId,
) -> Result<Vec<KnownUse>, Error> {
    Ok(store::ended_token_uses::list_of_key(conn, organization_id, id, context.now.minus(SHOWN))?)
}

/// A key that somebody still uses with a token that has ended.
#[derive(Debug)]
pub struct KeyStillInUse {
    pub id: ApiKeyId,
    pub name: String,
    /// The last of its places.
    pub latest: PlaceUse,
    pub count_today: i64,
}

/// Keys that need attention because somebody presented an ended token, the latest use first. Deleted ones are among
/// them. With an owner only this person's. The caller has checked that the actor may see them.
pub fn list_keys(
    conn: &mut Conn,
    context: &Context,
    of: &OrganizationId,
    owner: Option<&UserId>,
) -> Result<Vec<KeyStillInUse>, Error> {
    let since = context.now.minus(NEEDS_ATTENTION);
    let today = context.now.start_of_day();
    let mut keys: Vec<KeyStillInUse> = Vec::new();
    for known in store::ended_token_uses::list_recent(conn, of, owner, since, PLACES)? {
        let count_today = known.ended.place.count_on(today);
        match keys.iter_mut().find(|key| key.id == known.ended.api_key_id) {
            Some(key) => key.count_today += count_today,
            None => keys.push(KeyStillInUse {
                id: known.ended.api_key_id,
                name: known.name.unwrap_or_default(),
                latest: known.ended.place,
                count_today,
            }),
        }
    }
    Ok(keys)
}

/// Deletes what is kept no longer.
pub fn purge(conn: &mut Conn, context: &Context) -> Result<(), Error> {
    let oldest = context.now.minus(MEMORY);
    store::ended_token_uses::delete_before(conn, oldest)?;
    store::deleted_api_key_tokens::delete_before(conn, oldest)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::domain::TokenLabel;

    #[test]
    fn tokens_that_wait_are_bounded_and_the_first_ones_stay() {
        let (unknown, mut rng) = (UnknownTokens::default(), StdRng::seed_from_u64(1));
        let add = |token: &Token, seconds: i64| {
            let source = UsageSource { reported_by: None, address: None, agent: b"curl" };
            unknown.add(token, Timestamp::from_unix_micros(seconds * 1_000_000), source);
        };
        let first = Token::generate(&TokenLabel::default(), &mut rng);
        add(&first, 1);
        for seconds in 2..i64::try_from(UNKNOWN).unwrap() * 2 {
            add(&Token::generate(&TokenLabel::default(), &mut rng), seconds);
        }
        add(&first, 9_000);
        let waiting = unknown.take();
        assert_eq!(waiting.len(), UNKNOWN);
        let places = &waiting.iter().find(|waiting| waiting.token == first).unwrap().places;
        assert_eq!((places.len(), places[0].count), (1, 2), "both times from one place");
        assert!(unknown.take().is_empty());
    }
}
