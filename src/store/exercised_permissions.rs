//! Which permissions requests asked for with a key, and when they last did.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use serde_json::json;

use super::{
    Conn, Error,
    in_list::{InList, load_on_either},
    json_rows::{JsonColumn, json_rows},
    schema::{api_keys, exercised_permissions},
    sql::Sql,
};
use crate::domain::{ApiKeyId, ApiPermissionName, OrganizationId, Timestamp};

const COLUMNS: [JsonColumn; 3] = [("api_key_id", "TEXT"), ("permission", "TEXT"), ("used_on", "BIGINT")];
/// Rows per statement, which has each of them in memory several times.
const ROWS: usize = 500;

/// A permission that was used with a key on the day that begins at `day`.
#[derive(Clone, Copy, Debug)]
pub struct ExercisedPermission<'a> {
    pub api_key_id: &'a ApiKeyId,
    pub permission: &'a str,
    pub day: Timestamp,
}

/// Stores days of use, unless a later one is known. The keys must be locked.
pub fn upsert(conn: &mut Conn, exercised: &[ExercisedPermission<'_>]) -> Result<(), Error> {
    let names = COLUMNS.map(|(name, _)| name).join(", ");
    for part in exercised.chunks(ROWS) {
        let rows: Vec<_> = part
            .iter()
            .map(|new| {
                json!({
                    "api_key_id": new.api_key_id.as_str(),
                    "permission": new.permission,
                    "used_on": new.day.unix_micros(),
                })
            })
            .collect();
        Sql::new(format!("INSERT INTO exercised_permissions ({names}) SELECT {names} FROM "))
            .then_sql(json_rows(conn, &COLUMNS, &rows)?)
            .then(
                " WHERE 1 = 1 ON CONFLICT (api_key_id, permission) DO UPDATE SET used_on = excluded.used_on \
                 WHERE exercised_permissions.used_on < excluded.used_on",
            )
            .cached_if(true)
            .execute_on(conn)?;
    }
    Ok(())
}

/// Forgets the use of a permission that is removed: one of the same name would be another.
pub fn delete_of_permission(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    permission: &ApiPermissionName,
) -> Result<(), Error> {
    let keys = api_keys::table.filter(api_keys::organization_id.eq(organization_id.as_str())).select(api_keys::id);
    diesel::delete(exercised_permissions::table)
        .filter(exercised_permissions::permission.eq(permission.as_str()))
        .filter(exercised_permissions::api_key_id.eq_any(keys))
        .execute(conn)?;
    Ok(())
}

/// For each of these keys, the last day of use of each permission that was ever asked for with it.
pub fn list_of_keys<'a>(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = &'a ApiKeyId>,
) -> Result<HashMap<String, BTreeMap<String, Timestamp>>, Error> {
    let of_keys = InList::new(exercised_permissions::api_key_id, ids.into_iter().map(ApiKeyId::as_str));
    let rows = exercised_permissions::table.filter(of_keys).select((
        exercised_permissions::api_key_id,
        exercised_permissions::permission,
        exercised_permissions::used_on,
    ));
    let rows: Vec<(String, String, i64)> = load_on_either!(conn, rows);
    let mut days: HashMap<String, BTreeMap<String, Timestamp>> = HashMap::new();
    for (api_key_id, name, day) in rows {
        days.entry(api_key_id).or_default().insert(name, Timestamp::from_unix_micros(day));
    }
    Ok(days)
}

/// The last day of use of each permission that was ever asked for with this key.
pub fn list(conn: &mut Conn, id: &ApiKeyId) -> Result<BTreeMap<String, Timestamp>, Error> {
    let rows: Vec<(String, i64)> = exercised_permissions::table
        .filter(exercised_permissions::api_key_id.eq(id.as_str()))
        .select((exercised_permissions::permission, exercised_permissions::used_on))
        .load(conn)?;
    Ok(rows.into_iter().map(|(name, day)| (name, Timestamp::from_unix_micros(day))).collect())
}
