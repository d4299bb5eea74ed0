//! The keys that a change of API permissions concerns.

use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};

use super::super::{Conn, Error, policies::impact::live, schema::api_keys, sql::Sql};
use crate::domain::{ApiGrant, ApiGrants, ApiKeyId, ApiPermissionName, OrganizationId, Timestamp, UserId};

/// Current keys of one owner with the same permissions selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlikeKeys {
    pub owner_id: UserId,
    /// The API permissions selected for them. None for all of their owner's.
    pub selected: Option<ApiGrants>,
    pub count: i64,
    pub used_recently: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    owner_id: String,
    #[diesel(sql_type = Nullable<Text>)]
    permissions: Option<String>,
    #[diesel(sql_type = BigInt)]
    count_of_keys: i64,
    #[diesel(sql_type = BigInt)]
    used_recently: i64,
}

/// The keys that are neither expired nor revoked. Those used since `since` count as used recently.
pub fn list_alike(
    conn: &mut Conn,
    of: &OrganizationId,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<AlikeKeys>, Error> {
    let statement = Sql::new(
        "SELECT k.owner_id, k.permissions, COUNT(*) AS count_of_keys, \
         SUM(CASE WHEN k.last_used_at >= ? THEN 1 ELSE 0 END) AS used_recently FROM api_keys k WHERE ",
    );
    let statement = statement.with(since.unix_micros()).then_sql(live(of, now));
    let rows: Vec<Row> = statement.then(" GROUP BY k.owner_id, k.permissions").load(conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(AlikeKeys {
                owner_id: UserId::parse(&row.owner_id).map_err(|_| Error::Corrupt("api_keys.owner_id"))?,
                selected: row.permissions.as_deref().map(selected).transpose()?,
                count: row.count_of_keys,
                used_recently: row.used_recently,
            })
        })
        .collect()
}

/// Removes a permission from the selection of every key that has it by its name, even of ended keys. A key
/// whose selection is empty afterwards has no permissions; it does not inherit those of its owner.
pub fn deselect(conn: &mut Conn, of: &OrganizationId, name: &ApiPermissionName) -> Result<(), Error> {
    // Finds more than these, since `_` stands for any character.
    let rows: Vec<(String, Option<String>)> = api_keys::table
        .filter(api_keys::organization_id.eq(of.as_str()).and(api_keys::permissions.like(format!("%{name}%"))))
        .order(api_keys::id)
        .select((api_keys::id, api_keys::permissions))
        .load(conn)?;
    for (id, names) in rows {
        let Some(rest) = names.as_deref().and_then(|names| without(names, name.as_str())) else { continue };
        let id = ApiKeyId::parse(&id).map_err(|_| Error::Corrupt("api_keys.id"))?;
        diesel::update(api_keys::table.find(id.as_str()))
            .set((api_keys::permissions.eq(rest), api_keys::edits.eq(api_keys::edits + 1)))
            .execute(conn)?;
    }
    Ok(())
}

/// The names without this one. None if it is not among them.
fn without(names: &str, name: &str) -> Option<String> {
    let rest: Vec<_> = names.split_whitespace().filter(|other| *other != name).collect();
    (rest.len() < names.split_whitespace().count()).then(|| rest.join(" "))
}

/// Latchkey's own permissions have dots, and API permissions do not.
fn selected(names: &str) -> Result<ApiGrants, Error> {
    let of_api = names.split_whitespace().filter(|name| !name.contains('.'));
    of_api.map(|name| ApiGrant::parse(name).map_err(|_| Error::Corrupt("api_keys.permissions"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_removed_as_a_whole_and_nothing_else_is() {
        let names = "api_keys.create invoices:* invoices:read invoices:read_all";
        let rest = "api_keys.create invoices:* invoices:read_all";
        assert_eq!(without(names, "invoices:read").as_deref(), Some(rest));
        assert_eq!(without("invoices:read", "invoices:read").as_deref(), Some(""));
        for other in ["invoices", "read", "invoices:rea", "invoices:write"] {
            assert_eq!(without(names, other), None, "{other}");
        }
    }

    #[test]
    fn permissions_of_latchkey_are_not_of_the_api() {
        assert_eq!(selected("api_keys.create invoices:* a").unwrap().to_string(), "a invoices:*");
        assert!(selected("").unwrap().is_empty() && selected("Invoices").is_err());
    }
}
