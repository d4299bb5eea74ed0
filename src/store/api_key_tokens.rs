//! The tokens of API keys. Encrypted tokens are in [`sealed_tokens`](super::sealed_tokens).

use std::ops::RangeInclusive;

use diesel::prelude::*;
use serde_json::json;
use time::Duration;

use super::{
    Conn, Error,
    json_rows::{JsonColumn, json_rows},
    schema::{api_key_tokens, api_keys},
    sql::Sql,
    usage::{CLOCK_TOLERANCE, address, agent},
};
use crate::domain::{
    ApiKeyId, ApiKeyToken, ApiKeyTokenId, LastUse, OrganizationId, Timestamp, TokenDigest, TokenLabel, UserAgent,
    UserId, usage::TokenUse,
};

#[derive(Queryable)]
struct TokenRow {
    id: String,
    api_key_id: String,
    organization_id: String,
    lookup: String,
    hint: String,
    created_at: i64,
    confirmed_at: Option<i64>,
    ends_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    last_used_agent: Option<String>,
    used_on: Option<i64>,
    used_count: i64,
    overlap_seconds: Option<i64>,
    created_by: Option<String>,
}

/// The columns `hint` have the last characters of a token, after its label unless that is the default: `a9F2` or
/// `acme_live_a9F2`.
pub(super) fn stored_hint(label: &TokenLabel, hint: &str) -> String {
    if label.is_default() { hint.to_owned() } else { format!("{label}_{hint}") }
}

/// Reads the result of [`stored_hint`].
pub(super) fn label_and_hint(stored: &str) -> (TokenLabel, String) {
    match stored.rsplit_once('_') {
        Some((label, hint)) => (TokenLabel::from_stored(label), hint.to_owned()),
        None => (TokenLabel::default(), stored.to_owned()),
    }
}

/// [`Error::Duplicate`] if the lookup is taken, or the key has another token without an end that is confirmed, or not
/// confirmed, like this one. Call [`update_current_token`](super::api_keys::update_current_token) afterwards.
pub fn insert(conn: &mut Conn, token: &ApiKeyToken, digest: &TokenDigest) -> Result<(), Error> {
    let last_use = token.last_use.as_ref();
    diesel::insert_into(api_key_tokens::table)
        .values((
            api_key_tokens::id.eq(token.id.as_str()),
            api_key_tokens::api_key_id.eq(token.api_key_id.as_str()),
            api_key_tokens::organization_id.eq(token.organization_id.as_str()),
            api_key_tokens::lookup.eq(&token.lookup),
            api_key_tokens::hint.eq(stored_hint(&token.label, &token.hint)),
            api_key_tokens::digest.eq(digest.to_stored()),
            api_key_tokens::digest_version.eq(digest.version()),
            api_key_tokens::created_at.eq(token.created_at.unix_micros()),
            api_key_tokens::confirmed_at.eq(token.confirmed_at.map(Timestamp::unix_micros)),
            api_key_tokens::ends_at.eq(token.ends_at.map(Timestamp::unix_micros)),
            api_key_tokens::last_used_at.eq(last_use.map(|last| last.at.unix_micros())),
            api_key_tokens::last_used_address.eq(last_use.and_then(|last| address(last.address))),
            api_key_tokens::last_used_agent.eq(last_use.and_then(|last| agent(last.agent.as_ref()))),
            api_key_tokens::used_on.eq(token.used_on.map(Timestamp::unix_micros)),
            api_key_tokens::used_count.eq(token.used_count),
            api_key_tokens::overlap_seconds.eq(token.overlap.map(Duration::whole_seconds)),
            api_key_tokens::created_by.eq(token.created_by.as_ref().map(UserId::as_str)),
        ))
        .execute(conn)?;
    Ok(())
}

/// All tokens of this key, oldest first.
pub fn list(conn: &mut Conn, id: &ApiKeyId) -> Result<Vec<ApiKeyToken>, Error> {
    let rows: Vec<TokenRow> = api_key_tokens::table
        .filter(api_key_tokens::api_key_id.eq(id.as_str()))
        .order((api_key_tokens::created_at, api_key_tokens::id))
        .select((
            api_key_tokens::id,
            api_key_tokens::api_key_id,
            api_key_tokens::organization_id,
            api_key_tokens::lookup,
            api_key_tokens::hint,
            api_key_tokens::created_at,
            api_key_tokens::confirmed_at,
            api_key_tokens::ends_at,
            api_key_tokens::last_used_at,
            api_key_tokens::last_used_address,
            api_key_tokens::last_used_agent,
            api_key_tokens::used_on,
            api_key_tokens::used_count,
            api_key_tokens::overlap_seconds,
            api_key_tokens::created_by,
        ))
        .load(conn)?;
    rows.into_iter().map(ApiKeyToken::try_from).collect()
}

/// A rotation that nobody has confirmed: the key, and its owner, whose keys are to be locked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AbandonedRotation {
    pub owner_id: UserId,
    pub api_key_id: ApiKeyId,
}

/// Rotations that were not started in `kept` and not confirmed, in the order of locking.
pub fn list_abandoned(conn: &mut Conn, kept: &RangeInclusive<Timestamp>) -> Result<Vec<AbandonedRotation>, Error> {
    let (oldest, latest) = (kept.start().unix_micros(), kept.end().unix_micros());
    let is_outside = api_key_tokens::created_at.lt(oldest).or(api_key_tokens::created_at.gt(latest));
    let pending = api_key_tokens::confirmed_at.is_null().and(api_key_tokens::ends_at.is_null());
    let rows: Vec<(String, String)> = api_key_tokens::table
        .inner_join(api_keys::table.on(api_keys::id.eq(api_key_tokens::api_key_id)))
        .filter(pending.and(is_outside))
        .filter(api_keys::confirmed_at.is_not_null())
        .select((api_keys::owner_id, api_keys::id))
        .load(conn)?;
    let abandoned = |(owner_id, id): (String, String)| {
        Ok(AbandonedRotation {
            owner_id: UserId::parse(&owner_id).map_err(|_| Error::Corrupt("api_keys.owner_id"))?,
            api_key_id: ApiKeyId::parse(&id).map_err(|_| Error::Corrupt("api_keys.id"))?,
        })
    };
    let mut rotations = rows.into_iter().map(abandoned).collect::<Result<Vec<_>, Error>>()?;
    rotations.sort_unstable();
    Ok(rotations)
}

/// Deletes the token that is not confirmed.
pub fn delete_pending(conn: &mut Conn, id: &ApiKeyId) -> Result<(), Error> {
    let pending = api_key_tokens::confirmed_at.is_null().and(api_key_tokens::ends_at.is_null());
    diesel::delete(api_key_tokens::table.filter(api_key_tokens::api_key_id.eq(id.as_str())).filter(pending))
        .execute(conn)?;
    Ok(())
}

/// Deletes the new token of a rotation that is not confirmed, if there is one.
pub(super) fn delete_rotation(conn: &mut Conn, id: &ApiKeyId) -> Result<(), Error> {
    let pending = api_key_tokens::confirmed_at.is_null().and(api_key_tokens::ends_at.is_null());
    let of_rotation = api_key_tokens::api_key_id.eq(id.as_str()).and(api_key_tokens::overlap_seconds.is_not_null());
    diesel::delete(api_key_tokens::table.filter(of_rotation).filter(pending)).execute(conn)?;
    Ok(())
}

/// Deletes tokens that ended before `instant`.
pub fn delete_ended_before(conn: &mut Conn, instant: Timestamp) -> Result<usize, Error> {
    let ended = api_key_tokens::ends_at.lt(instant.unix_micros());
    Ok(diesel::delete(api_key_tokens::table.filter(ended)).execute(conn)?)
}

/// Confirms the token of a key that is not confirmed yet, or the new one of a rotation.
pub fn update_confirmed(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<(), Error> {
    let pending = api_key_tokens::confirmed_at.is_null().and(api_key_tokens::ends_at.is_null());
    diesel::update(api_key_tokens::table.filter(api_key_tokens::api_key_id.eq(id.as_str())).filter(pending))
        .set(api_key_tokens::confirmed_at.eq(now.unix_micros()))
        .execute(conn)?;
    Ok(())
}

/// From this instant on, the token no longer verifies.
pub fn update_end(conn: &mut Conn, id: &ApiKeyTokenId, ends_at: Timestamp) -> Result<(), Error> {
    diesel::update(api_key_tokens::table.find(id.as_str()))
        .set(api_key_tokens::ends_at.eq(ends_at.unix_micros()))
        .execute(conn)?;
    Ok(())
}

const USE_COLUMNS: [JsonColumn; 6] =
    [("id", "TEXT"), ("at", "BIGINT"), ("address", "TEXT"), ("agent", "TEXT"), ("day", "BIGINT"), ("uses", "BIGINT")];

/// Adds uses of the same day. Stores last uses, unless a later one is known. The keys must be locked.
pub fn update_last_uses(conn: &mut Conn, uses: &[&TokenUse]) -> Result<(), Error> {
    if uses.is_empty() {
        return Ok(());
    }
    // A stored time in the future comes from a wrong clock.
    let wrong = format!("t.last_used_at > new.at + {}", CLOCK_TOLERANCE.whole_microseconds());
    let later = format!("(t.last_used_at IS NULL OR t.last_used_at < new.at OR {wrong})");
    let new_day = format!("(t.used_on IS NULL OR t.used_on < new.day OR (t.used_on > new.day AND {wrong}))");
    let set = format!(
        "UPDATE api_key_tokens AS t SET \
         last_used_at = CASE WHEN {later} THEN new.at ELSE t.last_used_at END, \
         last_used_address = CASE WHEN {later} THEN new.address ELSE t.last_used_address END, \
         last_used_agent = CASE WHEN {later} THEN new.agent ELSE t.last_used_agent END, \
         used_count = CASE WHEN {new_day} THEN new.uses WHEN t.used_on = new.day THEN t.used_count + new.uses \
         ELSE t.used_count END, \
         used_on = CASE WHEN {new_day} THEN new.day ELSE t.used_on END FROM "
    );
    let row = |new: &&TokenUse| {
        json!({
            "id": new.token_id.as_str(),
            "at": new.last.at.unix_micros(),
            "address": address(new.last.address),
            "agent": agent(new.last.agent.as_ref()),
            "day": new.day.unix_micros(),
            "uses": new.count,
        })
    };
    let rows: Vec<_> = uses.iter().map(row).collect();
    let new = json_rows(conn, &USE_COLUMNS, &rows)?;
    Sql::new(set).then_sql(new).then(" WHERE t.id = new.id").cached_if(true).execute_on(conn)?;
    Ok(())
}

impl TryFrom<TokenRow> for ApiKeyToken {
    type Error = Error;

    fn try_from(row: TokenRow) -> Result<Self, Error> {
        let (label, hint) = label_and_hint(&row.hint);
        Ok(Self {
            label,
            id: ApiKeyTokenId::parse(&row.id).map_err(|_| Error::Corrupt("api_key_tokens.id"))?,
            api_key_id: ApiKeyId::parse(&row.api_key_id).map_err(|_| Error::Corrupt("api_key_tokens.api_key_id"))?,
            organization_id: OrganizationId::parse(&row.organization_id)
                .map_err(|_| Error::Corrupt("api_key_tokens.organization_id"))?,
            lookup: row.lookup,
            hint,
            created_at: Timestamp::from_unix_micros(row.created_at),
            confirmed_at: row.confirmed_at.map(Timestamp::from_unix_micros),
            ends_at: row.ends_at.map(Timestamp::from_unix_micros),
            last_use: row.last_used_at.map(|at| LastUse {
                at: Timestamp::from_unix_micros(at),
                address: row.last_used_address.and_then(|address| address.parse().ok()),
                agent: row.last_used_agent.map(UserAgent::from_stored),
            }),
            used_on: row.used_on.map(Timestamp::from_unix_micros),
            used_count: row.used_count,
            overlap: row.overlap_seconds.map(Duration::seconds),
            created_by: row
                .created_by
                .map(|id| UserId::parse(&id).map_err(|_| Error::Corrupt("api_key_tokens.created_by")))
                .transpose()?,
        })
    }
}
