//! API keys.

use std::collections::BTreeMap;

use diesel::{
    dsl::count_star,
    prelude::*,
    sql_types::{Bool, Nullable},
};

use super::{Conn, Error, connection::MultiBackend, schema::api_keys};
use crate::domain::{
    ApiKey, ApiKeyId, ApiKeyName, Description, LastUse, OrganizationId, ProjectId, Timestamp, TokenDigest, UserAgent,
    UserId,
    api_key::listing::{Column, Cursor, CursorValue, Filter, InProject, Order, Page, Position, Whose},
};

/// How the column `expires_at` says "never".
pub(super) const NEVER: i64 = i64::MAX;

#[derive(Queryable)]
struct ApiKeyRow {
    id: String,
    organization_id: String,
    owner_id: String,
    name: String,
    description: String,
    lookup: String,
    hint: String,
    created_at: i64,
    confirmed_at: Option<i64>,
    disabled_at: Option<i64>,
    expires_at: i64,
    revoked_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    last_used_agent: Option<String>,
    project_id: Option<String>,
}

/// [`Error::Duplicate`] when the owner has a key of that name, or the lookup is taken.
pub fn insert(conn: &mut Conn, api_key: &ApiKey, digest: &TokenDigest) -> Result<(), Error> {
    let last_use = api_key.last_use.as_ref();
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(api_key.id.as_str()),
            api_keys::organization_id.eq(api_key.organization_id.as_str()),
            api_keys::owner_id.eq(api_key.owner_id.as_str()),
            api_keys::name.eq(api_key.name.as_str()),
            api_keys::name_folded.eq(api_key.name.folded()),
            api_keys::description.eq(api_key.description.as_str()),
            api_keys::lookup.eq(&api_key.lookup),
            api_keys::hint.eq(&api_key.hint),
            api_keys::digest.eq(digest.hex()),
            api_keys::digest_version.eq(digest.version()),
            api_keys::created_at.eq(api_key.created_at.unix_micros()),
            api_keys::confirmed_at.eq(api_key.confirmed_at.map(Timestamp::unix_micros)),
            api_keys::disabled_at.eq(api_key.disabled_at.map(Timestamp::unix_micros)),
            api_keys::expires_at.eq(or_never(api_key.expires_at)),
            api_keys::revoked_at.eq(api_key.revoked_at.map(Timestamp::unix_micros)),
            api_keys::last_used_at.eq(last_use.map(|last| last.at.unix_micros())),
            api_keys::last_used_address.eq(last_use.and_then(|last| last.address).map(|address| address.to_string())),
            api_keys::last_used_agent.eq(last_use.and_then(|last| last.agent.as_ref()).map(UserAgent::as_str)),
            api_keys::project_id.eq(api_key.project_id.as_ref().map(ProjectId::as_str)),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: &ApiKeyId) -> Result<Option<ApiKey>, Error> {
    let row: Option<ApiKeyRow> = api_keys::table.find(id.as_str()).select(COLUMNS).first(conn).optional()?;
    row.map(ApiKey::try_from).transpose()
}

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

pub fn update_confirmed(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set(api_keys::confirmed_at.eq(now.unix_micros()))
        .execute(conn)?;
    Ok(())
}

/// Whether it was still there.
pub fn delete(conn: &mut Conn, id: &ApiKeyId) -> Result<bool, Error> {
    Ok(diesel::delete(api_keys::table.find(id.as_str())).execute(conn)? == 1)
}

/// Deletes all keys that the filter lets pass and gives what they were.
pub fn delete_all(conn: &mut Conn, filter: &Filter) -> Result<Vec<ApiKey>, Error> {
    let rows: Vec<ApiKeyRow> =
        diesel::delete(api_keys::table.filter(passes(filter))).returning(COLUMNS).get_results(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// Who owns keys made before `instant` that nobody has confirmed; in the order of their ids, in which they are to be
/// locked.
pub fn list_owners_of_unconfirmed(conn: &mut Conn, instant: Timestamp) -> Result<Vec<UserId>, Error> {
    let ids: Vec<String> = api_keys::table
        .filter(api_keys::confirmed_at.is_null().and(api_keys::created_at.lt(instant.unix_micros())))
        .select(api_keys::owner_id)
        .distinct()
        .order(api_keys::owner_id)
        .load(conn)?;
    ids.iter().map(|id| UserId::parse(id).map_err(|_| Error::Corrupt("api_keys.owner_id"))).collect()
}

/// Deletes the keys made before `instant` that nobody has confirmed, and gives what they were.
pub fn delete_unconfirmed(conn: &mut Conn, instant: Timestamp) -> Result<Vec<ApiKey>, Error> {
    let abandoned = api_keys::confirmed_at.is_null().and(api_keys::created_at.lt(instant.unix_micros()));
    let rows: Vec<ApiKeyRow> =
        diesel::delete(api_keys::table.filter(abandoned)).returning(COLUMNS).get_results(conn)?;
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
    rows.into_iter().map(ApiKey::try_from).collect()
}

pub fn update_revoked(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str())).set(api_keys::revoked_at.eq(now.unix_micros())).execute(conn)?;
    Ok(())
}

/// [`Error::Duplicate`] when the new owner has a key of that name.
pub fn update_owner(conn: &mut Conn, id: &ApiKeyId, owner_id: &UserId, name: &ApiKeyName) -> Result<(), Error> {
    diesel::update(api_keys::table.find(id.as_str()))
        .set((
            api_keys::owner_id.eq(owner_id.as_str()),
            api_keys::name.eq(name.as_str()),
            api_keys::name_folded.eq(name.folded()),
        ))
        .execute(conn)?;
    Ok(())
}

type Condition<'a, Answer> = Box<dyn BoxableExpression<api_keys::table, MultiBackend, SqlType = Answer> + 'a>;

fn passes(filter: &Filter) -> Condition<'_, Nullable<Bool>> {
    let whose: Condition<'_, Bool> = match &filter.whose {
        Whose::Person(id) => Box::new(api_keys::owner_id.eq(id.as_str())),
        Whose::Organization(id) => Box::new(api_keys::organization_id.eq(id.as_str())),
    };
    match &filter.project {
        None => Box::new(whose.nullable()),
        Some(InProject::None) => Box::new(whose.and(api_keys::project_id.is_null()).nullable()),
        Some(InProject::This(id)) => Box::new(whose.and(api_keys::project_id.eq(id.as_str()))),
    }
}

type Columns = (
    api_keys::id,
    api_keys::organization_id,
    api_keys::owner_id,
    api_keys::name,
    api_keys::description,
    api_keys::lookup,
    api_keys::hint,
    api_keys::created_at,
    api_keys::confirmed_at,
    api_keys::disabled_at,
    api_keys::expires_at,
    api_keys::revoked_at,
    api_keys::last_used_at,
    api_keys::last_used_address,
    api_keys::last_used_agent,
    api_keys::project_id,
);

/// The columns of [`ApiKeyRow`] in its order: `as_returning` does not exist for two databases at once.
const COLUMNS: Columns = (
    api_keys::id,
    api_keys::organization_id,
    api_keys::owner_id,
    api_keys::name,
    api_keys::description,
    api_keys::lookup,
    api_keys::hint,
    api_keys::created_at,
    api_keys::confirmed_at,
    api_keys::disabled_at,
    api_keys::expires_at,
    api_keys::revoked_at,
    api_keys::last_used_at,
    api_keys::last_used_address,
    api_keys::last_used_agent,
    api_keys::project_id,
);

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = Error;

    fn try_from(row: ApiKeyRow) -> Result<Self, Error> {
        Ok(Self {
            id: ApiKeyId::parse(&row.id).map_err(|_| Error::Corrupt("api_keys.id"))?,
            organization_id: OrganizationId::parse(&row.organization_id)
                .map_err(|_| Error::Corrupt("api_keys.organization_id"))?,
            owner_id: UserId::parse(&row.owner_id).map_err(|_| Error::Corrupt("api_keys.owner_id"))?,
            name: ApiKeyName::parse(&row.name).map_err(|_| Error::Corrupt("api_keys.name"))?,
            description: Description::parse(&row.description).map_err(|_| Error::Corrupt("api_keys.description"))?,
            project_id: row.project_id.as_deref().map(project_id).transpose()?,
            lookup: row.lookup,
            hint: row.hint,
            created_at: Timestamp::from_unix_micros(row.created_at),
            confirmed_at: row.confirmed_at.map(Timestamp::from_unix_micros),
            disabled_at: row.disabled_at.map(Timestamp::from_unix_micros),
            expires_at: (row.expires_at != NEVER).then(|| Timestamp::from_unix_micros(row.expires_at)),
            revoked_at: row.revoked_at.map(Timestamp::from_unix_micros),
            last_use: row.last_used_at.map(|at| LastUse {
                at: Timestamp::from_unix_micros(at),
                address: row.last_used_address.and_then(|address| address.parse().ok()),
                agent: row.last_used_agent.and_then(|agent| UserAgent::of(agent.as_bytes())),
            }),
        })
    }
}

fn project_id(text: &str) -> Result<ProjectId, Error> {
    ProjectId::parse(text).map_err(|_| Error::Corrupt("api_keys.project_id"))
}

fn or_never(instant: Option<Timestamp>) -> i64 {
    instant.map_or(NEVER, Timestamp::unix_micros)
}
