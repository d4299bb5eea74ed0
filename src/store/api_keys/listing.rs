//! Reading and counting many keys at once.

mod along_words;
mod conditions;
mod count;
mod indexes;
mod place;
mod plan;
mod strand;
mod survey;
mod ways;

use std::collections::BTreeMap;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

use self::{indexes::LIVE_OF_PROJECT, place::Place, strand::Way, survey::Survey};
use super::{
    NEVER, is_of,
    row::{ApiKeyRow, COLUMNS},
};
use crate::{
    domain::{
        ApiKey, ApiKeyId, ApiKeyName, ProjectId, Scope, Status, Timestamp, UserId,
        api_key::listing::{Column, Count, Cursor, CursorValue, End, Filter, Order, Page, Position, Whose},
    },
    store::{
        Conn, Error,
        among::{Among, json_of, on_either},
        schema::api_keys,
        sql::Sql,
    },
};

/// Up to how many keys are looked at, for what.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Where they are fetched to be sorted, rather than that the list is walked.
    pub few: i64,
    /// Where the list is walked, before another way is tried.
    pub steps: usize,
    /// Where they are fetched, after it was walked in vain.
    pub fetch: i64,
    /// The same where the index of words has all that is to be known.
    pub words: i64,
    /// Where the index has all that is asked, if not in the order of the list.
    pub sorted: i64,
    /// Where they are counted.
    pub count: i64,
    /// Where it is not known how many of them pass.
    pub sample: usize,
    /// A word that no more keys have is rare: they are fetched rather than walked.
    pub rare: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            few: 1_000,
            steps: 1_000,
            fetch: 2_000,
            words: 15_000,
            sorted: 6_000,
            count: 1_000,
            sample: 1_000,
            rare: 150,
        }
    }
}

/// When, and with how much patience, a list is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub now: Timestamp,
    pub limits: Limits,
}

impl From<Timestamp> for Reading {
    fn from(now: Timestamp) -> Self {
        Self { now, limits: Limits::default() }
    }
}

/// Keys of each project that are counted.
const PROJECT_COUNT_LIMIT: i64 = 1_000;
/// By which column an index has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Name,
    Created,
    Expires,
    Used,
}

/// Those of `ids` that are there, by name.
pub fn list(conn: &mut Conn, whose: &Whose, ids: &[ApiKeyId]) -> Result<Vec<ApiKey>, Error> {
    let rows: Vec<ApiKeyRow> = api_keys::table
        .filter(is_of(whose))
        .filter(api_keys::id.eq_any(ids.iter().map(ApiKeyId::as_str)))
        .order((api_keys::name_folded, api_keys::id))
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// The page at `position`, at most `size` keys, found by seeking and not by counting.
pub fn page(
    conn: &mut Conn,
    filter: &Filter,
    order: Order,
    position: &Position,
    size: usize,
    reading: impl Into<Reading>,
) -> Result<Page, Error> {
    Ok(turn(conn, &mut Survey::new(filter, reading.into()), order, position, size)?.0)
}

/// The page, and how many keys the filter lets pass, as far as it can be said without looking at too many.
pub fn page_and_count(
    conn: &mut Conn,
    filter: &Filter,
    order: Order,
    position: &Position,
    size: usize,
    reading: impl Into<Reading>,
) -> Result<(Page, Count), Error> {
    let mut survey = Survey::new(filter, reading.into());
    let (page, counted) = turn(conn, &mut survey, order, position, size)?;
    // Beside those of the page, the one that tells that there are more in the direction of reading.
    let is_backwards = matches!(position, Position::Before(_) | Position::Last);
    let has_more = if is_backwards { page.has_previous } else { page.has_next };
    let known = i64::try_from(page.api_keys.len() + usize::from(has_more)).unwrap_or(i64::MAX);
    let count = match counted {
        Some(count) => Count::Exactly(count),
        None if !page.has_previous && !page.has_next => Count::Exactly(known),
        None => count::count(conn, &mut survey, known)?,
    };
    Ok((page, count))
}

/// The page, and how many keys there are if all of them were looked at.
fn turn(
    conn: &mut Conn,
    survey: &mut Survey<'_>,
    order: Order,
    position: &Position,
    size: usize,
) -> Result<(Page, Option<i64>), Error> {
    let (cursor, backwards) = match position {
        Position::First => (None, false),
        Position::After(cursor) => (Some(cursor), false),
        Position::Before(cursor) => (Some(cursor), true),
        Position::Last => (None, true),
    };
    let ascending = order.descending == backwards;
    let (mut ids, count) = seek(conn, survey, order.column, ascending, cursor, size + 1)?;
    let has_more = ids.len() > size;
    ids.truncate(size);
    if backwards {
        ids.reverse();
    }
    let (has_previous, has_next) = if backwards { (has_more, cursor.is_some()) } else { (cursor.is_some(), has_more) };
    Ok((Page { api_keys: load(conn, &ids)?, has_previous, has_next }, count))
}

/// The ids of the first `limit` keys that the filter lets pass, in order.
pub fn list_ids(
    conn: &mut Conn,
    filter: &Filter,
    order: Order,
    limit: usize,
    reading: impl Into<Reading>,
) -> Result<Vec<ApiKeyId>, Error> {
    let mut survey = Survey::new(filter, reading.into());
    let (ids, _) = seek(conn, &mut survey, order.column, !order.descending, None, limit)?;
    ids.iter().map(|id| ApiKeyId::parse(id).map_err(|_| Error::Corrupt("api_keys.id"))).collect()
}

/// How many keys the filter lets pass, as far as it can be said without looking at too many.
pub fn count_up_to(conn: &mut Conn, filter: &Filter, reading: impl Into<Reading>) -> Result<Count, Error> {
    count::count(conn, &mut Survey::new(filter, reading.into()), 0)
}

/// The ids of the next keys after the cursor, in one direction or the other, and how many keys pass if that was counted.
fn seek(
    conn: &mut Conn,
    survey: &mut Survey<'_>,
    column: Column,
    ascending: bool,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<(Vec<String>, Option<i64>), Error> {
    let base = match column {
        Column::Name => Base::Name,
        Column::Created | Column::Status | Column::Scope => Base::Created,
        Column::Expires => Base::Expires,
        Column::Used => Base::Used,
    };
    let (begun, after) = cursor.map(place).unzip();
    let Some(groups) = groups(survey.filter, column, ascending) else {
        let found = plan::find(conn, survey, Way { base, ascending, after: after.as_ref(), limit })?;
        return Ok((found.places.into_iter().map(|place| place.id).collect(), found.count));
    };
    let mut ids = Vec::new();
    for (group, filter) in groups {
        // None is every key, and no group before the place where one begins.
        let after = match begun {
            Some(begun) if group == begun => after.as_ref(),
            Some(begun) if (group < begun) == ascending => continue,
            _ => None,
        };
        // As many of each, although fewer might do: else there would be as many statements as numbers.
        let way = Way { base, ascending, after, limit };
        let found = plan::find(conn, &mut Survey::new(&filter, survey.reading), way)?;
        ids.extend(found.places.into_iter().map(|place| place.id));
        if ids.len() >= limit {
            break;
        }
    }
    ids.truncate(limit);
    Ok((ids, None))
}

/// Lists that follow one upon the other: one for each status, or for each scope, where they are sorted by that.
fn groups(filter: &Filter, column: Column, ascending: bool) -> Option<Vec<(usize, Filter)>> {
    let mut groups: Vec<_> = match column {
        Column::Status => {
            let statuses = Status::ALL.into_iter().enumerate();
            let statuses = statuses.filter(|(_, status)| filter.status.is_none_or(|wanted| wanted == *status));
            statuses.map(|(group, status)| (group, Filter { status: Some(status), ..filter.clone() })).collect()
        }
        Column::Scope => {
            let scopes = Scope::ALL.into_iter().enumerate();
            let scopes = scopes.filter(|(_, scope)| filter.scope.is_none_or(|wanted| wanted == *scope));
            scopes.map(|(group, scope)| (group, Filter { scope: Some(scope), ..filter.clone() })).collect()
        }
        _ => return None,
    };
    if !ascending {
        groups.reverse();
    }
    Some(groups)
}

/// The group of the cursor, and its place there.
fn place(cursor: &Cursor) -> (usize, Place) {
    let (group, text, number) = match &cursor.value {
        CursorValue::Name(name) => (0, name.clone(), 0),
        CursorValue::Instant(instant) | CursorValue::End(End::At(instant)) | CursorValue::Use(Some(instant)) => {
            (0, String::new(), instant.unix_micros())
        }
        CursorValue::End(End::Never) => (0, String::new(), NEVER),
        CursorValue::Use(None) => (0, String::new(), 0),
        CursorValue::Group(group, created) => (*group, String::new(), created.unix_micros()),
    };
    (group, Place { text, number, id: cursor.id.as_str().to_owned() })
}

/// The keys in the order of their ids here. One that has gone meanwhile is missing.
fn load(conn: &mut Conn, ids: &[String]) -> Result<Vec<ApiKey>, Error> {
    let among = api_keys::table.filter(Among::new(api_keys::id, ids.iter().map(String::as_str))).select(COLUMNS);
    let rows: Vec<ApiKeyRow> = on_either!(conn, among);
    let mut rows: BTreeMap<String, ApiKeyRow> = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    ids.iter().filter_map(|id| rows.remove(id)).map(ApiKey::try_from).collect()
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

/// This person's key of that name, whatever its status.
pub fn find_by_name(conn: &mut Conn, owner_id: &UserId, name: &ApiKeyName) -> Result<Option<ApiKey>, Error> {
    let row: Option<ApiKeyRow> = api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::name_folded.eq(name.folded()))
        .select(COLUMNS)
        .get_result(conn)
        .optional()?;
    row.map(ApiKey::try_from).transpose()
}

/// All of them, however many.
pub fn count(conn: &mut Conn, whose: &Whose) -> Result<i64, Error> {
    Ok(api_keys::table.filter(is_of(whose)).count().get_result(conn)?)
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
        .filter(api_keys::disabled_at.is_null().or(api_keys::disabled_until.le(now.unix_micros())))
        .filter(api_keys::revoked_at.is_null())
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

#[derive(QueryableByName)]
struct ProjectCount {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = BigInt)]
    live: i64,
}

/// How many live keys lie in each of these projects, as far as they are counted.
pub fn count_live_of_projects(
    conn: &mut Conn,
    ids: &[&ProjectId],
    now: Timestamp,
) -> Result<BTreeMap<ProjectId, Count>, Error> {
    let (index, among) = match conn {
        Conn::Sqlite(_) => (format!(" INDEXED BY {}", LIVE_OF_PROJECT.name), "IN (SELECT value FROM json_each(?))"),
        Conn::Postgres(_) => (String::new(), "= ANY(ARRAY(SELECT json_array_elements_text(CAST(? AS json))))"),
    };
    let rows: Vec<ProjectCount> = Sql::new("SELECT p.id AS id, (SELECT count(*) FROM (SELECT 1 AS one")
        .then(&format!(" FROM api_keys k{index} WHERE k.project_id = p.id AND k.noted_status < 3 AND k.expires_at > ?"))
        .with(now.unix_micros())
        .then(&format!(" ORDER BY {} LIMIT {}) c) AS live", LIVE_OF_PROJECT.order, PROJECT_COUNT_LIMIT + 1))
        .then(&format!(" FROM projects p WHERE p.id {among}"))
        .with(json_of(ids.iter().map(|id| id.as_str())))
        .kept_if(true)
        .load(conn)?;
    let counted = |row: ProjectCount| {
        let id = ProjectId::parse(&row.id).map_err(|_| Error::Corrupt("projects.id"))?;
        Ok((id, Count::up_to(row.live, PROJECT_COUNT_LIMIT)))
    };
    rows.into_iter().map(counted).collect()
}

pub fn count_used_since(conn: &mut Conn, whose: &Whose, instant: Timestamp) -> Result<i64, Error> {
    Ok(api_keys::table
        .filter(is_of(whose))
        .filter(api_keys::last_used_at.ge(instant.unix_micros()))
        .count()
        .get_result(conn)?)
}
