//! Marks of keys with permissions of the organization's API that nobody asks for. Lists find these keys by them.

use std::collections::HashSet;

use diesel::prelude::*;
use serde_json::json;

use super::{
    Conn, Error,
    in_list::{InList, load_on_either},
    json_rows::{JsonColumn, json_rows},
    schema::unused_permission_marks,
    sql::Sql,
};
use crate::domain::{ApiKey, ApiKeyId};

const COLUMNS: [JsonColumn; 3] = [("api_key_id", "TEXT"), ("organization_id", "TEXT"), ("created_at", "BIGINT")];

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    id: String,
}

/// The next keys whose mark may have to change, by id: fewer than `limit` at the end. Only permissions of keys with
/// which somebody asked for one can be unused.
pub fn list_candidates(conn: &mut Conn, after: Option<&ApiKeyId>, limit: usize) -> Result<Vec<ApiKeyId>, Error> {
    let after = after.map_or("", ApiKeyId::as_str);
    let next = |table: &str| {
        Sql::new(format!("SELECT id FROM (SELECT DISTINCT t.api_key_id AS id FROM {table} t WHERE t.api_key_id > ?"))
            .with(after)
            .then(&format!(" ORDER BY t.api_key_id LIMIT {limit}) t"))
    };
    let rows: Vec<IdRow> = next("exercised_permissions")
        .then(" UNION ")
        .then_sql(next("unused_permission_marks"))
        .then(&format!(" ORDER BY id LIMIT {limit}"))
        .cached_if(true)
        .load(conn)?;
    rows.iter().map(|row| ApiKeyId::parse(&row.id).map_err(|_| Error::Corrupt("api_keys.id"))).collect()
}

/// Marks those of the keys for which that is true, and no others of them. The keys must be locked.
pub fn replace(conn: &mut Conn, keys: &[(&ApiKey, bool)]) -> Result<(), Error> {
    let ids = || InList::new(unused_permission_marks::api_key_id, keys.iter().map(|(api_key, _)| api_key.id.as_str()));
    let marked = unused_permission_marks::table.filter(ids()).select(unused_permission_marks::api_key_id);
    let marked: Vec<String> = load_on_either!(conn, marked);
    let marked: HashSet<_> = marked.iter().map(String::as_str).collect();
    let is_wrong = |api_key: &ApiKey, is_unused| marked.contains(api_key.id.as_str()) != is_unused;
    let wrong = keys.iter().copied().filter(|(api_key, is_unused)| is_wrong(api_key, *is_unused));
    let (added, ended): (Vec<_>, Vec<_>) = wrong.partition(|(_, is_unused)| *is_unused);
    insert(conn, added.into_iter().map(|(api_key, _)| api_key))?;
    for (api_key, _) in ended {
        diesel::delete(unused_permission_marks::table.find(api_key.id.as_str())).execute(conn)?;
    }
    Ok(())
}

fn insert<'a>(conn: &mut Conn, keys: impl Iterator<Item = &'a ApiKey>) -> Result<(), Error> {
    let names = COLUMNS.map(|(name, _)| name).join(", ");
    let rows: Vec<_> = keys
        .map(|api_key| {
            json!({
                "api_key_id": api_key.id.as_str(),
                "organization_id": api_key.organization_id.as_str(),
                "created_at": api_key.created_at.unix_micros(),
            })
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    Sql::new(format!("INSERT INTO unused_permission_marks ({names}) SELECT {names} FROM "))
        .then_sql(json_rows(conn, &COLUMNS, &rows)?)
        .then(" WHERE 1 = 1 ON CONFLICT (api_key_id) DO NOTHING")
        .cached_if(true)
        .execute_on(conn)?;
    Ok(())
}
