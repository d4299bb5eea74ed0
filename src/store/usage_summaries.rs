//! Sums of the counts of use: by day for an organization or a person, and the keys that were used most. Both cost as
//! much to read with a million keys as with ten.

use std::collections::BTreeMap;

use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Text},
    upsert::excluded,
};

use super::{
    Conn, Error,
    in_list::{InList, json_array, load_on_either},
    schema::{api_keys, busiest_api_keys, usage_days, verification_counts},
    sql::Sql,
};
use crate::domain::{
    ApiKeyId, OrganizationId, Timestamp, UserId, api_key::listing::Whose, usage::UseCount, verification::Code,
};

/// Keys of an organization that are kept for each day.
const KEPT: i64 = 50;
/// Keys whose uses are summed exactly to find the ones that an organization used most.
const CANDIDATES: i64 = 30;
/// Keys of a person whose uses are summed: the ones used last.
const KEYS_OF_PERSON: i64 = 500;
/// Rows per insert: PostgreSQL allows 65,535 values in a statement.
const ROWS: usize = 5_000;

#[derive(Insertable)]
#[diesel(table_name = usage_days)]
struct UsageDayRow<'a> {
    subject_id: &'a str,
    day: i64,
    code: &'a str,
    count: i64,
}

#[derive(Insertable)]
#[diesel(table_name = busiest_api_keys)]
struct BusiestRow<'a> {
    organization_id: &'a str,
    day: i64,
    api_key_id: String,
    count: i64,
}

#[derive(QueryableByName)]
struct KeyUses {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = BigInt)]
    uses: i64,
}

/// Inserts rows. `$count` is the new count where there is a row with the same key.
macro_rules! upsert {
    ($conn:expr, $rows:expr, $table:ident, $key:expr, $count:expr) => {
        for part in $rows.chunks(ROWS) {
            match $conn {
                Conn::Postgres(postgres) => {
                    upsert!(@one postgres, part, $table, $key, $count);
                }
                Conn::Sqlite(sqlite) => {
                    for row in part {
                        upsert!(@one sqlite, row, $table, $key, $count);
                    }
                }
            }
        }
    };
    (@one $conn:expr, $rows:expr, $table:ident, $key:expr, $count:expr) => {
        diesel::insert_into($table::table)
            .values($rows)
            .on_conflict($key)
            .do_update()
            .set($table::count.eq($count))
            .execute($conn)?
    };
}

/// Adds counts that were just stored. Every server locks the rows in the same order, after those of the counts.
pub(super) fn add(conn: &mut Conn, counts: &[UseCount]) -> Result<(), Error> {
    add_to_days(conn, counts)?;
    let mut valid = BTreeMap::<_, Vec<&str>>::new();
    for count in counts.iter().filter(|count| count.code == Code::Valid) {
        valid.entry((&count.organization_id, count.day)).or_default().push(count.api_key_id.as_str());
    }
    for ((organization_id, day), ids) in valid {
        update_busiest(conn, organization_id, day, &ids)?;
    }
    Ok(())
}

fn add_to_days(conn: &mut Conn, counts: &[UseCount]) -> Result<(), Error> {
    let ids = counts.iter().map(|count| count.api_key_id.as_str());
    let owners = api_keys::table.filter(InList::new(api_keys::id, ids)).select((api_keys::id, api_keys::owner_id));
    let owners: Vec<(String, String)> = load_on_either!(conn, owners);
    let owners: BTreeMap<String, String> = owners.into_iter().collect();
    let mut sums = BTreeMap::<(&str, i64, &str), i64>::new();
    for UseCount { organization_id, api_key_id, day, code, count } in counts {
        // Nobody owns a key that was deleted in the meantime.
        let owner = owners.get(api_key_id.as_str()).map(String::as_str);
        for subject in [Some(organization_id.as_str()), owner].into_iter().flatten() {
            *sums.entry((subject, day.unix_micros(), code.as_str())).or_default() += count;
        }
    }
    let row = |((subject_id, day, code), count)| UsageDayRow { subject_id, day, code, count };
    let rows: Vec<_> = sums.into_iter().map(row).collect();
    let key = (usage_days::subject_id, usage_days::day, usage_days::code);
    upsert!(conn, rows, usage_days, key, usage_days::count + excluded(usage_days::count));
    Ok(())
}

/// Stores the keys that are now among the most used ones of the day. Counts only grow, so no other key
/// becomes one.
fn update_busiest(
    conn: &mut Conn,
    organization_id: &OrganizationId,
    day: Timestamp,
    ids: &[&str],
) -> Result<(), Error> {
    let last_kept: Option<i64> = busiest_api_keys::table
        .filter(busiest_api_keys::organization_id.eq(organization_id.as_str()))
        .filter(busiest_api_keys::day.eq(day.unix_micros()))
        .order(busiest_api_keys::count.desc())
        .select(busiest_api_keys::count)
        .offset(KEPT - 1)
        .limit(1)
        .get_result(conn)
        .optional()?;
    let more = verification_counts::table
        .filter(InList::new(verification_counts::api_key_id, ids.iter().copied()))
        .filter(verification_counts::day.eq(day.unix_micros()))
        .filter(verification_counts::code.eq(Code::Valid.as_str()))
        .filter(verification_counts::count.gt(last_kept.unwrap_or(0)))
        .order((verification_counts::count.desc(), verification_counts::api_key_id))
        .limit(KEPT)
        .select((verification_counts::api_key_id, verification_counts::count));
    let mut more: Vec<(String, i64)> = load_on_either!(conn, more);
    more.sort_unstable();
    let row = |(api_key_id, count)| BusiestRow {
        organization_id: organization_id.as_str(),
        day: day.unix_micros(),
        api_key_id,
        count,
    };
    let rows: Vec<_> = more.into_iter().map(row).collect();
    let key = (busiest_api_keys::organization_id, busiest_api_keys::day, busiest_api_keys::api_key_id);
    upsert!(conn, rows, busiest_api_keys, key, excluded(busiest_api_keys::count));
    Ok(())
}

/// The counts of an organization, or of a person's keys, by day and answer, since the day that begins at `from`.
pub fn list_days(conn: &mut Conn, whose: &Whose, from: Timestamp) -> Result<Vec<(Timestamp, Code, i64)>, Error> {
    let rows: Vec<(i64, String, i64)> = usage_days::table
        .filter(usage_days::subject_id.eq(match whose {
            Whose::Person(id) => id.as_str(),
            Whose::Organization(id) => id.as_str(),
        }))
        .filter(usage_days::day.ge(from.unix_micros()))
        .order((usage_days::day, usage_days::code))
        .select((usage_days::day, usage_days::code, usage_days::count))
        .load(conn)?;
    rows.into_iter()
        .map(|(day, code, count)| {
            let code = Code::parse(&code).ok_or(Error::Corrupt("usage_days.code"))?;
            Ok((Timestamp::from_unix_micros(day), code, count))
        })
        .collect()
}

/// The keys that were used most since the day that begins at `from`, with the number of uses, the most used first. Of
/// an organization, keys that were never among the most used ones of a day are not considered.
pub fn list_busiest(
    conn: &mut Conn,
    whose: &Whose,
    from: Timestamp,
    limit: i64,
) -> Result<Vec<(ApiKeyId, i64)>, Error> {
    let rows: Vec<KeyUses> = match whose {
        Whose::Organization(id) => {
            let candidates = list_candidates(conn, id, from)?;
            let among = match conn {
                Conn::Sqlite(_) => "SELECT value AS id FROM json_each(?)",
                Conn::Postgres(_) => "SELECT json_array_elements_text(CAST(? AS json)) AS id",
            };
            let among = Sql::new(among).with(json_array(candidates.iter().map(String::as_str)));
            list_uses(conn, among, from, limit)?
        }
        Whose::Person(id) => list_uses(conn, last_used_of(id, from), from, limit)?,
    };
    let parse = |id: &str| ApiKeyId::parse(id).map_err(|_| Error::Corrupt("verification_counts.api_key_id"));
    rows.into_iter().map(|row| Ok((parse(&row.id)?, row.uses))).collect()
}

fn list_candidates(conn: &mut Conn, id: &OrganizationId, from: Timestamp) -> Result<Vec<String>, Error> {
    let rows: Vec<KeyUses> =
        Sql::new("SELECT api_key_id AS id, CAST(SUM(count) AS BIGINT) AS uses FROM busiest_api_keys b")
            .then(" WHERE b.organization_id = ? AND b.day >= ?")
            .with(id.as_str())
            .with(from.unix_micros())
            .then(&format!(" GROUP BY api_key_id ORDER BY uses DESC, id LIMIT {CANDIDATES}"))
            .cached_if(true)
            .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn last_used_of(id: &UserId, from: Timestamp) -> Sql {
    Sql::new("SELECT id FROM api_keys WHERE owner_id = ? AND last_used_at >= ?")
        .with(id.as_str())
        .with(from.unix_micros())
        .then(&format!(" ORDER BY last_used_at DESC LIMIT {KEYS_OF_PERSON}"))
}

/// Sums the uses of the keys that still exist.
fn list_uses(conn: &mut Conn, ids: Sql, from: Timestamp, limit: i64) -> Result<Vec<KeyUses>, Error> {
    // PostgreSQL takes an index only for its own collation.
    let collation = if matches!(conn, Conn::Sqlite(_)) { "" } else { " COLLATE \"default\"" };
    // CROSS JOIN: otherwise SQLite might read all counts first.
    Sql::new("SELECT k.id AS id, CAST(SUM(v.count) AS BIGINT) AS uses FROM (")
        .then_sql(ids)
        .then(") c CROSS JOIN api_keys k CROSS JOIN verification_counts v")
        .then(&format!(" WHERE k.id = c.id AND v.api_key_id = c.id{collation} AND v.code = 'VALID' AND v.day >= ?"))
        .with(from.unix_micros())
        .then(&format!(" GROUP BY k.id ORDER BY uses DESC, k.id LIMIT {limit}"))
        .cached_if(true)
        .load(conn)
}

/// Deletes the sums of days before `day`. Of the days between it and `today`, keeps the most used keys only.
pub(super) fn delete_before(conn: &mut Conn, day: Timestamp, today: Timestamp) -> Result<(), Error> {
    let day = day.unix_micros();
    diesel::delete(usage_days::table.filter(usage_days::day.lt(day))).execute(conn)?;
    diesel::delete(busiest_api_keys::table.filter(busiest_api_keys::day.lt(day))).execute(conn)?;
    let recent = today.minus(time::Duration::days(2)).unix_micros();
    let delete = Sql::new("DELETE FROM busiest_api_keys WHERE day >= ? AND day < ?")
        .with(recent)
        .with(today.unix_micros())
        .then(" AND (organization_id, day, api_key_id) IN (SELECT organization_id, day, api_key_id FROM (")
        .then("SELECT organization_id, day, api_key_id, row_number() OVER")
        .then(" (PARTITION BY organization_id, day ORDER BY count DESC) AS position")
        .then(" FROM busiest_api_keys WHERE day >= ? AND day < ?")
        .with(recent)
        .with(today.unix_micros())
        .then(&format!(") r WHERE position > {KEPT})"));
    match conn {
        Conn::Sqlite(sqlite) => delete.execute(sqlite)?,
        Conn::Postgres(postgres) => delete.execute(postgres)?,
    };
    Ok(())
}
