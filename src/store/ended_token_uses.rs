//! Who presented tokens after their end, and when Latchkey reported that to the owners of the keys.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Nullable, Text},
};
use serde_json::json;

use super::api_key_tokens::label_and_hint;
use super::{
    Conn, Error,
    json_rows::{JsonColumn, json_rows},
    sql::Sql,
    usage::{CLOCK_TOLERANCE, address, agent},
};
use crate::domain::{
    ApiKeyId, ApiKeyTokenId, OrganizationId, Timestamp, UserAgent, UserId,
    usage::{CALLERS, EndedTokenUse, PlaceUse, RecordedCaller},
};

const COLUMNS: [JsonColumn; 10] = [
    ("token_id", "TEXT"),
    ("reported_by", "TEXT"),
    ("address", "TEXT"),
    ("agent", "TEXT"),
    ("api_key_id", "TEXT"),
    ("organization_id", "TEXT"),
    ("first_used_at", "BIGINT"),
    ("last_used_at", "BIGINT"),
    ("used_on", "BIGINT"),
    ("used_count", "BIGINT"),
];

/// Adds to the stored uses, and keeps the latest places of each key.
pub fn add(conn: &mut Conn, mut uses: Vec<EndedTokenUse>) -> Result<(), Error> {
    if uses.is_empty() {
        return Ok(());
    }
    // Several instances do so at once, and all must lock rows in the same order.
    uses.sort_by(|one, other| (&one.api_key_id, &one.token_id).cmp(&(&other.api_key_id, &other.token_id)));
    let names = COLUMNS.map(|(name, _)| name).join(", ");
    let latest = |column: &str| {
        format!(
            "{column} = CASE WHEN excluded.last_used_at > ended_token_uses.last_used_at THEN excluded.{column} \
             ELSE ended_token_uses.{column} END"
        )
    };
    let rows: Vec<_> = uses.iter().map(row).collect();
    let insert = Sql::new(format!("INSERT INTO ended_token_uses ({names}) SELECT {names} FROM "))
        .then_sql(json_rows(conn, &COLUMNS, &rows)?)
        .then(&format!(
            " WHERE 1 = 1 ON CONFLICT (token_id, reported_by, address, agent) DO UPDATE SET {}, \
             used_count = CASE WHEN excluded.used_on > ended_token_uses.used_on THEN excluded.used_count \
             WHEN excluded.used_on < ended_token_uses.used_on THEN ended_token_uses.used_count \
             ELSE ended_token_uses.used_count + excluded.used_count END, \
             used_on = CASE WHEN excluded.used_on > ended_token_uses.used_on THEN excluded.used_on \
             ELSE ended_token_uses.used_on END",
            latest("last_used_at")
        ));
    insert.cached_if(true).execute_on(conn)?;
    forget_places(conn, &uses)
}

/// By the rule of [`position_to_forget`](crate::domain::usage::position_to_forget): the latest places of each asker
/// stay.
fn forget_places(conn: &mut Conn, uses: &[EndedTokenUse]) -> Result<(), Error> {
    let rows: Vec<_> = uses.iter().map(|new| json!({ "id": new.api_key_id.as_str() })).collect();
    let keys = json_rows(conn, &[("id", "TEXT")], &rows)?;
    Sql::new(
        "DELETE FROM ended_token_uses WHERE (token_id, reported_by, address, agent) IN \
         (SELECT token_id, reported_by, address, agent FROM (SELECT token_id, reported_by, address, agent, \
         row_number() OVER (PARTITION BY api_key_id ORDER BY rank_of_asker, last_used_at DESC) AS place \
         FROM (SELECT token_id, reported_by, address, agent, api_key_id, last_used_at, \
         row_number() OVER (PARTITION BY api_key_id, COALESCE(NULLIF(reported_by, ''), address) \
         ORDER BY last_used_at DESC) AS rank_of_asker FROM ended_token_uses WHERE api_key_id IN (SELECT id FROM ",
    )
    .then_sql(keys)
    .then(&format!(")) AS ranked) AS known WHERE place > {CALLERS})"))
    .cached_if(true)
    .execute_on(conn)?;
    Ok(())
}

fn row(new: &EndedTokenUse) -> serde_json::Value {
    let caller = &new.place.caller;
    json!({
        "token_id": new.token_id.as_str(),
        "reported_by": address(caller.reported_by).unwrap_or_default(),
        "address": address(caller.address).unwrap_or_default(),
        "agent": agent(caller.agent.as_ref()).unwrap_or_default(),
        "api_key_id": new.api_key_id.as_str(),
        "organization_id": new.organization_id.as_str(),
        "first_used_at": caller.first_used_at.unix_micros(),
        "last_used_at": caller.last_used_at.unix_micros(),
        "used_on": new.place.day.unix_micros(),
        "used_count": new.place.count,
    })
}

#[derive(QueryableByName)]
struct EndedTokenUseRow {
    #[diesel(sql_type = Text)]
    token_id: String,
    #[diesel(sql_type = Text)]
    api_key_id: String,
    #[diesel(sql_type = Text)]
    organization_id: String,
    #[diesel(sql_type = Text)]
    reported_by: String,
    #[diesel(sql_type = Text)]
    address: String,
    #[diesel(sql_type = Text)]
    agent: String,
    #[diesel(sql_type = BigInt)]
    first_used_at: i64,
    #[diesel(sql_type = BigInt)]
    last_used_at: i64,
    #[diesel(sql_type = BigInt)]
    used_on: i64,
    #[diesel(sql_type = BigInt)]
    used_count: i64,
    #[diesel(sql_type = Nullable<Text>)]
    hint: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
}

/// A use with the hint of the token and the name of its key.
#[derive(Clone, Debug)]
pub struct KnownUse {
    pub ended: EndedTokenUse,
    pub hint: Option<String>,
    pub name: Option<String>,
}

const READ: &str = "SELECT u.token_id, u.api_key_id, u.organization_id, u.reported_by, u.address, u.agent, \
                    u.first_used_at, u.last_used_at, u.used_on, u.used_count, COALESCE(d.hint, t.hint) AS hint, \
                    COALESCE(k.name, d.name) AS name FROM ended_token_uses u \
                    LEFT JOIN api_key_tokens t ON t.id = u.token_id LEFT JOIN api_keys k ON k.id = u.api_key_id \
                    LEFT JOIN deleted_api_key_tokens d ON d.id = u.token_id";

/// Those of this key since an instant, latest first.
pub fn list_of_key(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    id: &ApiKeyId,
    since: Timestamp,
) -> Result<Vec<KnownUse>, Error> {
    let rows = Sql::new(READ)
        .then(" WHERE u.api_key_id = ? AND u.organization_id = ? AND u.last_used_at >= ?")
        .with(id.as_str())
        .with(organization_id.as_str())
        .with(since.unix_micros())
        .then(" ORDER BY u.last_used_at DESC, u.address, u.agent");
    read(conn, rows.cached_if(true))
}

/// Those of this key, whatever organization it is of, latest first.
pub fn list_latest(conn: &mut Conn, id: &ApiKeyId) -> Result<Vec<KnownUse>, Error> {
    let rows = Sql::new(READ).then(" WHERE u.api_key_id = ?").with(id.as_str());
    read(conn, rows.then(" ORDER BY u.last_used_at DESC, u.address, u.agent").cached_if(true))
}

/// Those since an instant, latest first, at most `limit`: an organization's, or one person's.
pub fn list_recent(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    owner_id: Option<&UserId>,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<KnownUse>, Error> {
    let mut rows = Sql::new(READ)
        .then(" WHERE u.organization_id = ? AND u.last_used_at >= ?")
        .with(organization_id.as_str())
        .with(since.unix_micros());
    if let Some(id) = owner_id {
        rows = rows.then(" AND COALESCE(k.owner_id, d.owner_id) = ?").with(id.as_str());
    }
    read(conn, rows.then(" ORDER BY u.last_used_at DESC, u.token_id LIMIT ?").with(limit).cached_if(true))
}

fn read(conn: &mut Conn, statement: Sql) -> Result<Vec<KnownUse>, Error> {
    let rows: Vec<EndedTokenUseRow> = statement.load(conn)?;
    rows.into_iter().map(KnownUse::try_from).collect()
}

/// Whether the last alarm about this key was before `earliest`. If so, there is one now.
pub fn raise_alarm(conn: &mut Conn, id: &ApiKeyId, earliest: Timestamp, now: Timestamp) -> Result<bool, Error> {
    let raised = Sql::new("INSERT INTO ended_token_alarms (api_key_id, raised_at) VALUES (?, ?)")
        .with(id.as_str())
        .with(now.unix_micros())
        // A stored time in the future comes from a wrong clock.
        .then(
            " ON CONFLICT (api_key_id) DO UPDATE SET raised_at = excluded.raised_at \
             WHERE ended_token_alarms.raised_at <= ? OR ended_token_alarms.raised_at > ?",
        )
        .with(earliest.unix_micros())
        .with(now.plus(CLOCK_TOLERANCE).unix_micros());
    Ok(raised.cached_if(true).execute_on(conn)? == 1)
}

/// Deletes uses and alarms before `instant`.
pub fn delete_before(conn: &mut Conn, instant: Timestamp) -> Result<(), Error> {
    for (table, column) in [("ended_token_uses", "last_used_at"), ("ended_token_alarms", "raised_at")] {
        Sql::new(format!("DELETE FROM {table} WHERE {column} < ?")).with(instant.unix_micros()).execute_on(conn)?;
    }
    Ok(())
}

impl TryFrom<EndedTokenUseRow> for KnownUse {
    type Error = Error;

    fn try_from(row: EndedTokenUseRow) -> Result<Self, Error> {
        let caller = RecordedCaller {
            reported_by: row.reported_by.parse().ok(),
            address: row.address.parse().ok(),
            agent: UserAgent::from_header(row.agent.as_bytes()),
            first_used_at: Timestamp::from_unix_micros(row.first_used_at),
            last_used_at: Timestamp::from_unix_micros(row.last_used_at),
        };
        let ended = EndedTokenUse {
            token_id: ApiKeyTokenId::parse(&row.token_id).map_err(|_| Error::Corrupt("ended_token_uses.token_id"))?,
            api_key_id: ApiKeyId::parse(&row.api_key_id).map_err(|_| Error::Corrupt("ended_token_uses.api_key_id"))?,
            organization_id: OrganizationId::parse(&row.organization_id)
                .map_err(|_| Error::Corrupt("ended_token_uses.organization_id"))?,
            place: PlaceUse { caller, day: Timestamp::from_unix_micros(row.used_on), count: row.used_count },
        };
        Ok(Self { ended, hint: row.hint.map(|hint| label_and_hint(&hint).1), name: row.name })
    }
}
