//! Lookups and counts of keys without filters: by id, by name, of one person, of projects.

use std::collections::BTreeMap;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

use super::{
    all_with_attributes, is_of,
    listing::{LIVE_BY_ROTATION_DUE, LIVE_OF_PROJECT},
    row::{ApiKeyRow, COLUMNS},
    with_attributes,
};
use crate::{
    domain::{
        ApiKey, ApiKeyId, ApiKeyName, OrganizationId, ProjectId, Timestamp, UserId,
        api_key::listing::{Count, Whose},
    },
    store::{
        Conn, Error,
        in_list::{InList, json_array, load_on_either},
        schema::api_keys,
        sql::Sql,
    },
};

/// Keys of each project that are counted.
const PROJECT_COUNT_LIMIT: i64 = 1_000;

/// Lists the keys with these ids, by name. Keys of others are missing.
pub fn list(conn: &mut Conn, whose: &Whose, ids: &[ApiKeyId]) -> Result<Vec<ApiKey>, Error> {
    // Only by id: with the organization and the order, SQLite would scan all keys by name.
    let by_id = api_keys::table.filter(InList::new(api_keys::id, ids.iter().map(ApiKeyId::as_str))).select(COLUMNS);
    let rows: Vec<ApiKeyRow> = load_on_either!(conn, by_id);
    let mut keys = all_with_attributes(conn, rows)?;
    keys.retain(|key| match whose {
        Whose::Person(id) => key.owner_id == *id,
        Whose::Organization(id) => key.organization_id == *id,
    });
    keys.sort_by(|one, other| (one.name.folded(), &one.id).cmp(&(other.name.folded(), &other.id)));
    Ok(keys)
}

/// Locks and lists the keys with these ids, in no order and without their attributes. Skips keys that somebody is
/// changing, since waiting for them could deadlock.
pub fn lock_free(conn: &mut Conn, ids: &[ApiKeyId]) -> Result<Vec<ApiKey>, Error> {
    let by_id = api_keys::table.filter(InList::new(api_keys::id, ids.iter().map(ApiKeyId::as_str))).select(COLUMNS);
    let rows: Vec<ApiKeyRow> = match conn {
        Conn::Sqlite(sqlite) => by_id.load(sqlite)?,
        Conn::Postgres(postgres) => by_id.for_update().skip_locked().load(postgres)?,
    };
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// Lists the folded names of one person's keys that begin with `prefix`. It must be folded, without `%`, `_` and `\`.
pub fn list_names(conn: &mut Conn, owner_id: &UserId, prefix: &str) -> Result<Vec<String>, Error> {
    Ok(api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::name_folded.like(format!("{prefix}%")))
        .select(api_keys::name_folded)
        .load(conn)?)
}

/// Finds a person's key by its name, whatever its status.
pub fn find_by_name(conn: &mut Conn, owner_id: &UserId, name: &ApiKeyName) -> Result<Option<ApiKey>, Error> {
    let row: Option<ApiKeyRow> = api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::name_folded.eq(name.folded()))
        .select(COLUMNS)
        .get_result(conn)
        .optional()?;
    row.map(|row| with_attributes(conn, row)).transpose()
}

/// Counts all keys, however many there are.
pub fn count(conn: &mut Conn, whose: &Whose) -> Result<i64, Error> {
    Ok(api_keys::table.filter(is_of(whose)).count().get_result(conn)?)
}

/// Counts the keys that count towards the limit: neither expired nor revoked.
pub fn count_live_of_owner(conn: &mut Conn, owner_id: &UserId, now: Timestamp) -> Result<i64, Error> {
    Ok(api_keys::table
        .filter(api_keys::owner_id.eq(owner_id.as_str()))
        .filter(api_keys::revoked_at.is_null())
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

#[derive(QueryableByName)]
struct DueDate {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "only the number of rows counts")]
    due_at: i64,
}

/// Counts the live keys of each of these projects, up to a limit.
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
        .with(json_array(ids.iter().map(|id| id.as_str())))
        .cached_if(true)
        .load(conn)?;
    let counted = |row: ProjectCount| {
        let id = ProjectId::parse(&row.id).map_err(|_| Error::Corrupt("projects.id"))?;
        Ok((id, Count::up_to(row.live, PROJECT_COUNT_LIMIT)))
    };
    rows.into_iter().map(counted).collect()
}

/// Whether some live key has a due date of its own.
pub fn has_rotation_dates(conn: &mut Conn, organization_id: &OrganizationId) -> Result<bool, Error> {
    let index = match conn {
        Conn::Sqlite(_) => format!(" INDEXED BY {}", LIVE_BY_ROTATION_DUE.name),
        Conn::Postgres(_) => String::new(),
    };
    let one: Vec<DueDate> = Sql::new(format!("SELECT k.rotation_due_at AS due_at FROM api_keys k{index}"))
        .then(" WHERE k.noted_status < 3 AND k.rotation_due_at IS NOT NULL AND k.organization_id = ?")
        .with(organization_id.as_str())
        .then(&format!(" ORDER BY {} LIMIT 1", LIVE_BY_ROTATION_DUE.order))
        .cached_if(true)
        .load(conn)?;
    Ok(!one.is_empty())
}

pub fn count_used_since(conn: &mut Conn, whose: &Whose, instant: Timestamp) -> Result<i64, Error> {
    Ok(api_keys::table
        .filter(is_of(whose))
        .filter(api_keys::last_used_at.ge(instant.unix_micros()))
        .count()
        .get_result(conn)?)
}
