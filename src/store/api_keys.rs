//! API keys.

mod attributes;
mod listing;
mod lookups;
mod row;
pub mod search_index;
mod status_marks;

pub(super) use attributes::{ATTRIBUTE_COLUMNS, AttributesRow};
pub use listing::*;
pub use lookups::*;
pub(super) use row::{RestrictionColumns, restrictions};
pub use status_marks::*;

use std::{collections::BTreeSet, ops::RangeInclusive};

use diesel::{prelude::*, sql_types::Bool};

use self::row::{ApiKeyRow, COLUMNS};
use super::{
    Conn, Error, api_key_tokens as tokens,
    connection::MultiBackend,
    deleted_api_key_tokens,
    schema::{api_key_tokens, api_keys},
    trusted_domains,
};
use crate::domain::{
    ApiKey, ApiKeyId, ApiKeyToken, Description, ProjectId, Timestamp, TokenDigest, UserAgent, UserId,
    api_key::{listing::Whose, search, tokens::current},
};

/// Stands for "never" in the column `expires_at`.
pub(super) const NEVER: i64 = i64::MAX;

/// Also inserts its first token. [`Error::Duplicate`] if the owner has a key with that name, or the lookup is taken.
pub fn insert(conn: &mut Conn, api_key: &ApiKey, digest: &TokenDigest) -> Result<(), Error> {
    let last_use = api_key.last_use.as_ref();
    let words = search::words_of(api_key);
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(api_key.id.as_str()),
            api_keys::organization_id.eq(api_key.organization_id.as_str()),
            api_keys::owner_id.eq(api_key.owner_id.as_str()),
            api_keys::name.eq(api_key.name.as_str()),
            api_keys::name_folded.eq(api_key.name.folded()),
            api_keys::description.eq(api_key.description.as_str()),
            api_keys::lookup.eq(&api_key.lookup),
            api_keys::hint.eq(tokens::stored_hint(&api_key.token_label, &api_key.hint)),
            api_keys::created_at.eq(api_key.created_at.unix_micros()),
            api_keys::confirmed_at.eq(api_key.confirmed_at.map(Timestamp::unix_micros)),
            api_keys::disabled_at.eq(api_key.disabled_at.map(Timestamp::unix_micros)),
            api_keys::expires_at.eq(or_never(api_key.expires_at)),
            api_keys::revoked_at.eq(api_key.revoked_at.map(Timestamp::unix_micros)),
            api_keys::last_used_at.eq(last_use.map(|last| last.at.unix_micros())),
            api_keys::last_used_address.eq(last_use.and_then(|last| last.address).map(|address| address.to_string())),
            api_keys::last_used_agent.eq(last_use.and_then(|last| last.agent.as_ref()).map(UserAgent::as_str)),
            api_keys::project_id.eq(api_key.project_id.as_ref().map(ProjectId::as_str)),
            api_keys::scope.eq(api_key.scope.as_str()),
            api_keys::disabled_until.eq(api_key.disabled_until.map(Timestamp::unix_micros)),
            api_keys::revocation_reason.eq(api_key.revocation_reason.as_ref().map(Description::as_str)),
            api_keys::rotate_every_days.eq(api_key.rotate_every_days),
            api_keys::rotated_at.eq(api_key.rotated_at.map(Timestamp::unix_micros)),
            api_keys::rotation_marked_for.eq(api_key.rotation_marked_for.map(Timestamp::unix_micros)),
            api_keys::created_by.eq(api_key.created_by.as_ref().map(UserId::as_str)),
            api_keys::edits.eq(api_key.edits),
            api_keys::trusted_domains.eq(api_key.restrictions.trusted_domains.to_string()),
            api_keys::app_identifiers.eq(api_key.restrictions.app_identifiers.to_string()),
            api_keys::allowed_networks.eq(api_key.restrictions.allowed_networks.to_string()),
            api_keys::permissions.eq(api_key.permissions.to_stored()),
            api_keys::search_text.eq(search_index::search_text(&words)),
        ))
        .execute(conn)?;
    tokens::insert(conn, &ApiKeyToken::first_of(api_key), digest)?;
    trusted_domains::insert(conn, api_key)?;
    attributes::insert(conn, api_key)?;
    search_index::insert(conn, api_key, &words)
}

pub fn find(conn: &mut Conn, id: &ApiKeyId) -> Result<Option<ApiKey>, Error> {
    // Not `first`, here and wherever at most one row exists: SQLite would prepare its bound LIMIT every time.
    let row: Option<ApiKeyRow> = api_keys::table.find(id.as_str()).select(COLUMNS).get_result(conn).optional()?;
    row.map(|row| with_attributes(conn, row)).transpose()
}

fn with_attributes(conn: &mut Conn, row: ApiKeyRow) -> Result<ApiKey, Error> {
    let mut api_key = ApiKey::try_from(row)?;
    attributes::load(conn, std::slice::from_mut(&mut api_key))?;
    Ok(api_key)
}

fn all_with_attributes(conn: &mut Conn, rows: Vec<ApiKeyRow>) -> Result<Vec<ApiKey>, Error> {
    let mut api_keys = rows.into_iter().map(ApiKey::try_from).collect::<Result<Vec<_>, _>>()?;
    attributes::load(conn, &mut api_keys)?;
    Ok(api_keys)
}

/// Writes the editable fields and counts the edit, if the key still has `expected` edits. Returns whether it had.
/// [`Error::Duplicate`] if the owner has another key with that name.
pub fn update(conn: &mut Conn, api_key: &ApiKey, expected: i64) -> Result<bool, Error> {
    let row = api_keys::table.find(api_key.id.as_str()).filter(api_keys::edits.eq(expected));
    let updated = diesel::update(row)
        .set((
            api_keys::name.eq(api_key.name.as_str()),
            api_keys::name_folded.eq(api_key.name.folded()),
            api_keys::description.eq(api_key.description.as_str()),
            api_keys::project_id.eq(api_key.project_id.as_ref().map(ProjectId::as_str)),
            api_keys::expires_at.eq(or_never(api_key.expires_at)),
            api_keys::trusted_domains.eq(api_key.restrictions.trusted_domains.to_string()),
            api_keys::app_identifiers.eq(api_key.restrictions.app_identifiers.to_string()),
            api_keys::allowed_networks.eq(api_key.restrictions.allowed_networks.to_string()),
            api_keys::permissions.eq(api_key.permissions.to_stored()),
            api_keys::rotate_every_days.eq(api_key.rotate_every_days),
            api_keys::rotation_marked_for.eq(api_key.rotation_marked_for.map(Timestamp::unix_micros)),
            api_keys::edits.eq(api_keys::edits + 1),
        ))
        .execute(conn)?;
    if updated == 1 {
        search_index::replace(conn, api_key)?;
        trusted_domains::replace(conn, api_key)?;
        attributes::replace(conn, api_key)?;
    }
    Ok(updated == 1)
}

/// The key of a token, and the digest of that token.
pub fn find_by_lookup(conn: &mut Conn, lookup: &str) -> Result<Option<(ApiKey, TokenDigest)>, Error> {
    let row: Option<(ApiKeyRow, i32, String)> = api_keys::table
        .inner_join(api_key_tokens::table.on(api_key_tokens::api_key_id.eq(api_keys::id)))
        .filter(api_key_tokens::lookup.eq(lookup))
        .select((COLUMNS, api_key_tokens::digest_version, api_key_tokens::digest))
        .get_result(conn)
        .optional()?;
    row.map(|(row, version, digest)| {
        let digest = TokenDigest::from_stored(version, &digest).ok_or(Error::Corrupt("api_key_tokens.digest"))?;
        Ok((with_attributes(conn, row)?, digest))
    })
    .transpose()
}

pub fn update_confirmed(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set(api_keys::confirmed_at.eq(now.unix_micros()))
        .execute(conn)?;
    tokens::update_confirmed(conn, id, now)
}

/// Sets the token that lists display and searches find. Must be called after the key's tokens have changed. If all of
/// them have an end, the last one stays.
pub fn update_current_token(conn: &mut Conn, id: &ApiKeyId) -> Result<(), Error> {
    let all = tokens::list(conn, id)?;
    let (Some(token), Some(api_key)) = (current(&all), find(conn, id)?) else { return Ok(()) };
    if token.lookup == api_key.lookup {
        return Ok(());
    }
    diesel::update(api_keys::table.find(id.as_str()))
        .set((api_keys::lookup.eq(&token.lookup), api_keys::hint.eq(tokens::stored_hint(&token.label, &token.hint))))
        .execute(conn)?;
    search_index::replace(conn, &ApiKey { lookup: token.lookup.clone(), hint: token.hint.clone(), ..api_key })
}

/// Keeps its tokens, so that their use is noticed. Returns whether it existed.
pub fn delete(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<bool, Error> {
    deleted_api_key_tokens::insert_of_key(conn, id, now)?;
    Ok(diesel::delete(api_keys::table.find(id.as_str())).execute(conn)? == 1)
}

/// Deletes all of them and returns them, without their attributes. Keeps their tokens, as [`delete`] does.
pub fn delete_all(conn: &mut Conn, whose: &Whose, now: Timestamp) -> Result<Vec<ApiKey>, Error> {
    deleted_api_key_tokens::insert_of_all(conn, whose, now)?;
    let rows: Vec<ApiKeyRow> =
        diesel::delete(api_keys::table.filter(is_of(whose))).returning(COLUMNS).get_results(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// Owners of unconfirmed keys that were not created in `kept`, in the order of their ids, which is the order of locking.
pub fn list_owners_of_unconfirmed(conn: &mut Conn, kept: &RangeInclusive<Timestamp>) -> Result<Vec<UserId>, Error> {
    let (oldest, latest) = (kept.start().unix_micros(), kept.end().unix_micros());
    // Sorted here: otherwise SQLite would scan all keys by owner, with its write lock held.
    let ids: Vec<String> = api_keys::table
        .filter(api_keys::confirmed_at.is_null())
        .filter(api_keys::created_at.lt(oldest).or(api_keys::created_at.gt(latest)))
        .filter(api_keys::revoked_at.is_null())
        .select(api_keys::owner_id)
        .load(conn)?;
    let ids: BTreeSet<String> = ids.into_iter().collect();
    ids.iter().map(|id| UserId::parse(id).map_err(|_| Error::Corrupt("api_keys.owner_id"))).collect()
}

/// Deletes unconfirmed keys that were not created in `kept`, and returns them without their attributes.
pub fn delete_unconfirmed(conn: &mut Conn, kept: &RangeInclusive<Timestamp>) -> Result<Vec<ApiKey>, Error> {
    let (oldest, latest) = (kept.start().unix_micros(), kept.end().unix_micros());
    let is_outside = api_keys::created_at.lt(oldest).or(api_keys::created_at.gt(latest));
    let abandoned = api_keys::confirmed_at.is_null().and(is_outside);
    let rows: Vec<ApiKeyRow> = diesel::delete(api_keys::table.filter(abandoned).filter(api_keys::revoked_at.is_null()))
        .returning(COLUMNS)
        .get_results(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// One person's keys that are neither expired nor revoked, by name.
pub fn list_live_of_owner(conn: &mut Conn, owner_id: &UserId, now: Timestamp) -> Result<Vec<ApiKey>, Error> {
    let rows: Vec<ApiKeyRow> = api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::revoked_at.is_null().and(api_keys::expires_at.gt(now.unix_micros())))
        .order((api_keys::name_folded, api_keys::id))
        .select(COLUMNS)
        .load(conn)?;
    all_with_attributes(conn, rows)
}

/// At most `limit` keys besides these. With an instant, only keys that are neither expired nor revoked then.
pub fn list_others(
    conn: &mut Conn,
    whose: &Whose,
    beside: &[&ApiKeyId],
    live_at: Option<Timestamp>,
    limit: i64,
) -> Result<Vec<ApiKeyId>, Error> {
    let is_live: KeyCondition<'_> = match live_at {
        Some(now) => Box::new(api_keys::revoked_at.is_null().and(api_keys::expires_at.gt(now.unix_micros()))),
        None => Box::new(api_keys::id.is_not_null()),
    };
    let ids: Vec<String> = api_keys::table
        .filter(is_of(whose))
        .filter(is_live)
        .filter(api_keys::id.ne_all(beside.iter().map(|id| id.as_str())))
        .select(api_keys::id)
        .limit(limit)
        .load(conn)?;
    ids.iter().map(|id| ApiKeyId::parse(id).map_err(|_| Error::Corrupt("api_keys.id"))).collect()
}

/// Also erases the stored token, and ends a rotation that is not confirmed.
pub fn update_revoked(
    conn: &mut Conn,
    id: &ApiKeyId,
    now: Timestamp,
    reason: Option<&Description>,
) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set((
            api_keys::revoked_at.eq(now.unix_micros()),
            api_keys::revocation_reason.eq(reason.map(Description::as_str)),
            api_keys::edits.eq(api_keys::edits + 1),
        ))
        .execute(conn)?;
    tokens::delete_rotation(conn, id)?;
    super::sealed_tokens::delete(conn, id)
}

/// `until` is when it is enabled again automatically.
pub fn update_disabled(conn: &mut Conn, id: &ApiKeyId, now: Timestamp, until: Option<Timestamp>) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set((
            api_keys::disabled_at.eq(now.unix_micros()),
            api_keys::disabled_until.eq(until.map(Timestamp::unix_micros)),
            api_keys::edits.eq(api_keys::edits + 1),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn update_enabled(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set((
            api_keys::disabled_at.eq(None::<i64>),
            api_keys::disabled_until.eq(None::<i64>),
            api_keys::enabled_at.eq(now.unix_micros()),
            api_keys::edits.eq(api_keys::edits + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// A rotation was confirmed: the schedule begins again, and a mark has served its purpose.
pub fn update_rotated(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set((api_keys::rotated_at.eq(now.unix_micros()), api_keys::rotation_marked_for.eq(None::<i64>)))
        .execute(conn)?;
    Ok(())
}

/// Marks the key as due at this instant.
pub fn update_rotation_mark(conn: &mut Conn, id: &ApiKeyId, due_at: Timestamp) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set((api_keys::rotation_marked_for.eq(due_at.unix_micros()), api_keys::edits.eq(api_keys::edits + 1)))
        .execute(conn)?;
    Ok(())
}

/// Writes owner and name. [`Error::Duplicate`] if the owner has another key with that name. Erases the stored token
/// and a rotation that is not confirmed, because the new owner must not see a secret of the former one.
pub fn update_owner(conn: &mut Conn, api_key: &ApiKey) -> Result<(), Error> {
    diesel::update(api_keys::table.find(api_key.id.as_str()))
        .set((
            api_keys::owner_id.eq(api_key.owner_id.as_str()),
            api_keys::name.eq(api_key.name.as_str()),
            api_keys::name_folded.eq(api_key.name.folded()),
            api_keys::edits.eq(api_keys::edits + 1),
        ))
        .execute(conn)?;
    tokens::delete_rotation(conn, &api_key.id)?;
    super::sealed_tokens::delete(conn, &api_key.id)?;
    search_index::replace(conn, api_key)
}

type KeyCondition<'a> = Box<dyn BoxableExpression<api_keys::table, MultiBackend, SqlType = Bool> + 'a>;

fn is_of(whose: &Whose) -> KeyCondition<'_> {
    match whose {
        Whose::Person(id) => Box::new(api_keys::owner_id.eq(id.as_str())),
        Whose::Organization(id) => Box::new(api_keys::organization_id.eq(id.as_str())),
    }
}

fn or_never(instant: Option<Timestamp>) -> i64 {
    instant.map_or(NEVER, Timestamp::unix_micros)
}
