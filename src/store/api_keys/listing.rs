//! Reading and counting many keys at once.

use std::collections::BTreeMap;

use diesel::{dsl::count_star, prelude::*};

use super::{ApiKeyRow, COLUMNS, or_never, passes, project_id};
use crate::{
    domain::{
        ApiKey, ApiKeyId, ApiKeyName, ProjectId, Timestamp, UserId,
        api_key::listing::{Column, Cursor, CursorValue, Filter, Order, Page, Position},
    },
    store::{Conn, Error, connection::MultiBackend, schema::api_keys},
};

/// Those of `ids` that the filter lets pass, by name.
pub fn list(conn: &mut Conn, filter: &Filter, ids: &[ApiKeyId]) -> Result<Vec<ApiKey>, Error> {
    let rows: Vec<ApiKeyRow> = api_keys::table
        .filter(passes(filter))
        .filter(api_keys::id.eq_any(ids.iter().map(ApiKeyId::as_str)))
        .order((api_keys::name_folded, api_keys::id))
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// The page at `position`, at most `size` keys, found by seeking and not by counting.
pub fn page(conn: &mut Conn, filter: &Filter, order: Order, position: &Position, size: usize) -> Result<Page, Error> {
    let (cursor, backwards) = match position {
        Position::First => (None, false),
        Position::After(cursor) => (Some(cursor), false),
        Position::Before(cursor) => (Some(cursor), true),
    };
    let mut query = api_keys::table
        .filter(passes(filter))
        .select(COLUMNS)
        .limit(i64::try_from(size + 1).unwrap_or(i64::MAX))
        .into_boxed::<MultiBackend>();

    macro_rules! seek {
        ($column:expr, $value:expr) => {{
            if let Some(Cursor { id, .. }) = cursor {
                let (value, id) = ($value, id.as_str().to_owned());
                query = if order.descending == backwards {
                    query.filter($column.gt(value.clone()).or($column.eq(value).and(api_keys::id.gt(id))))
                } else {
                    query.filter($column.lt(value.clone()).or($column.eq(value).and(api_keys::id.lt(id))))
                };
            }
            if order.descending == backwards {
                query.order(($column.asc(), api_keys::id.asc()))
            } else {
                query.order(($column.desc(), api_keys::id.desc()))
            }
        }};
    }
    let instant = match cursor {
        Some(Cursor { value: CursorValue::Instant(instant), .. }) => or_never(*instant),
        _ => 0,
    };
    let query = match order.column {
        Column::Name => {
            let name = match cursor {
                Some(Cursor { value: CursorValue::Name(name), .. }) => name.clone(),
                _ => String::new(),
            };
            seek!(api_keys::name_folded, name)
        }
        Column::Created => seek!(api_keys::created_at, instant),
        Column::Expires => seek!(api_keys::expires_at, instant),
    };

    let mut rows: Vec<ApiKeyRow> = query.load(conn)?;
    let has_more = rows.len() > size;
    rows.truncate(size);
    if backwards {
        rows.reverse();
    }
    let api_keys = rows.into_iter().map(ApiKey::try_from).collect::<Result<_, _>>()?;
    let (has_previous, has_next) = if backwards { (has_more, true) } else { (cursor.is_some(), has_more) };
    Ok(Page { api_keys, has_previous, has_next })
}

/// One person's keys whose expiry lies between two instants, soonest first.
pub fn list_expiring(
    conn: &mut Conn,
    owner_id: &UserId,
    from: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<ApiKey>, Error> {
    let rows: Vec<ApiKeyRow> = api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::expires_at.gt(from.unix_micros()).and(api_keys::expires_at.le(until.unix_micros())))
        .filter(api_keys::revoked_at.is_null())
        .order((api_keys::expires_at, api_keys::id))
        .limit(limit)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// One person's keys that have been used, the one used last first.
pub fn list_recently_used(conn: &mut Conn, owner_id: &UserId, limit: i64) -> Result<Vec<ApiKey>, Error> {
    let rows: Vec<ApiKeyRow> = api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::last_used_at.is_not_null())
        .order((api_keys::last_used_at.desc(), api_keys::id.desc()))
        .limit(limit)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// The folded names of one person's keys that begin with `prefix`, which must be folded and hold no `%`, `_` or `\`.
pub fn list_names(conn: &mut Conn, owner_id: &UserId, prefix: &str) -> Result<Vec<String>, Error> {
    Ok(api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::name_folded.like(format!("{prefix}%")))
        .select(api_keys::name_folded)
        .load(conn)?)
}

pub fn has_name(conn: &mut Conn, owner_id: &UserId, name: &ApiKeyName) -> Result<bool, Error> {
    let same = api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::name_folded.eq(name.folded()));
    Ok(same.select(api_keys::id).first::<String>(conn).optional()?.is_some())
}

pub fn count(conn: &mut Conn, filter: &Filter) -> Result<i64, Error> {
    Ok(api_keys::table.filter(passes(filter)).count().get_result(conn)?)
}

/// Those that count towards the limit: neither expired nor revoked.
pub fn count_live_of_owner(conn: &mut Conn, owner_id: &UserId, now: Timestamp) -> Result<i64, Error> {
    Ok(api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(now.unix_micros()))
        .count()
        .get_result(conn)?)
}

pub fn count_active_of_owner(conn: &mut Conn, owner_id: &UserId, now: Timestamp) -> Result<i64, Error> {
    Ok(api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::confirmed_at.is_not_null())
        .filter(api_keys::disabled_at.is_null().and(api_keys::revoked_at.is_null()))
        .filter(api_keys::expires_at.gt(now.unix_micros()))
        .count()
        .get_result(conn)?)
}

pub fn count_pending_of_owner(conn: &mut Conn, owner_id: &UserId, now: Timestamp) -> Result<i64, Error> {
    Ok(api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::confirmed_at.is_null().and(api_keys::revoked_at.is_null()))
        .filter(api_keys::expires_at.gt(now.unix_micros()))
        .count()
        .get_result(conn)?)
}

/// How many live keys lie in each of these projects; those that have none are missing.
pub fn count_live_of_projects(
    conn: &mut Conn,
    ids: &[&ProjectId],
    now: Timestamp,
) -> Result<BTreeMap<ProjectId, i64>, Error> {
    let rows: Vec<(Option<String>, i64)> = api_keys::table
        .filter(api_keys::project_id.eq_any(ids.iter().map(|id| id.as_str())))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(now.unix_micros()))
        .group_by(api_keys::project_id)
        .select((api_keys::project_id, count_star()))
        .load(conn)?;
    rows.into_iter().filter_map(|(id, count)| Some(project_id(&id?).map(|id| (id, count)))).collect()
}

pub fn count_used_since(conn: &mut Conn, filter: &Filter, instant: Timestamp) -> Result<i64, Error> {
    Ok(api_keys::table
        .filter(passes(filter))
        .filter(api_keys::last_used_at.ge(instant.unix_micros()))
        .count()
        .get_result(conn)?)
}
