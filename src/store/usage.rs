//! How often and from where keys are used.

use std::collections::{BTreeMap, HashSet};

use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Text},
    upsert::excluded,
};

use super::{
    Conn, Error,
    schema::{api_keys, verification_counts},
};
use crate::domain::{
    ApiKeyId, LastUse, Timestamp, UserAgent,
    usage::{Count, DayOfUse},
    verification::Code,
};

/// Rows that one statement inserts: PostgreSQL takes 65,535 values.
const ROWS: usize = 5_000;

#[derive(Insertable)]
#[diesel(table_name = verification_counts)]
struct CountRow<'a> {
    organization_id: &'a str,
    api_key_id: &'a str,
    day: i64,
    code: &'a str,
    count: i64,
}

/// Adds to what is there. Several instances do so at once: `counts` must be in the order of key, day and code, so that
/// they lock rows in the same order.
pub fn add_counts(conn: &mut Conn, counts: &[Count]) -> Result<(), Error> {
    macro_rules! upsert {
        ($conn:expr, $rows:expr) => {
            diesel::insert_into(verification_counts::table)
                .values($rows)
                .on_conflict((verification_counts::api_key_id, verification_counts::day, verification_counts::code))
                .do_update()
                .set(verification_counts::count.eq(verification_counts::count + excluded(verification_counts::count)))
                .execute($conn)?
        };
    }
    for part in counts.chunks(ROWS) {
        match conn {
            Conn::Postgres(postgres) => {
                upsert!(postgres, &part.iter().map(CountRow::from).collect::<Vec<_>>());
            }
            Conn::Sqlite(sqlite) => {
                for count in part {
                    upsert!(sqlite, &CountRow::from(count));
                }
            }
        }
    }
    Ok(())
}

/// Notes last uses, unless a later one is known. Gives the keys that somebody else is changing right now, for which it
/// is to be tried again: waiting for them could end in a deadlock. Keys that are gone are passed over.
pub fn update_last_uses(conn: &mut Conn, uses: &BTreeMap<&ApiKeyId, &LastUse>) -> Result<HashSet<String>, Error> {
    match conn {
        Conn::Sqlite(sqlite) => {
            for (id, last_use) in uses {
                let at = last_use.at.unix_micros();
                let is_later = api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(at));
                diesel::update(api_keys::table.find(id.as_str()).filter(is_later))
                    .set((
                        api_keys::last_used_at.eq(at),
                        api_keys::last_used_address.eq(address(last_use)),
                        api_keys::last_used_agent.eq(agent(last_use)),
                    ))
                    .execute(sqlite)?;
            }
            Ok(HashSet::new())
        }
        Conn::Postgres(postgres) => {
            let ids: Vec<&str> = uses.keys().map(|id| id.as_str()).collect();
            let present: Vec<String> =
                api_keys::table.filter(api_keys::id.eq_any(&ids)).select(api_keys::id).load(postgres)?;
            let free: HashSet<String> = api_keys::table
                .filter(api_keys::id.eq_any(&ids))
                .order(api_keys::id)
                .select(api_keys::id)
                .for_update()
                .skip_locked()
                .load(postgres)?
                .into_iter()
                .collect();
            let of_free: Vec<_> = uses.iter().filter(|(id, _)| free.contains(id.as_str())).collect();
            diesel::sql_query(
                "UPDATE api_keys SET last_used_at = new.at, last_used_address = new.address, \
                 last_used_agent = new.agent FROM unnest($1, $2, $3, $4) AS new (id, at, address, agent) \
                 WHERE api_keys.id = new.id COLLATE \"C\" \
                 AND (api_keys.last_used_at IS NULL OR api_keys.last_used_at < new.at)",
            )
            .bind::<Array<Text>, _>(of_free.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(of_free.iter().map(|(_, last)| last.at.unix_micros()).collect::<Vec<_>>())
            .bind::<Array<Nullable<Text>>, _>(of_free.iter().map(|(_, last)| address(last)).collect::<Vec<_>>())
            .bind::<Array<Nullable<Text>>, _>(of_free.iter().map(|(_, last)| agent(last)).collect::<Vec<_>>())
            .execute(postgres)?;
            Ok(present.into_iter().filter(|id| !free.contains(id)).collect())
        }
    }
}

/// How often these keys were presented on the day that begins at `day`; those that were not are missing.
pub fn list_of_day(conn: &mut Conn, ids: &[&ApiKeyId], day: Timestamp) -> Result<BTreeMap<ApiKeyId, DayOfUse>, Error> {
    let rows: Vec<(String, String, i64)> = verification_counts::table
        .filter(verification_counts::api_key_id.eq_any(ids.iter().map(|id| id.as_str())))
        .filter(verification_counts::day.eq(day.unix_micros()))
        .select((verification_counts::api_key_id, verification_counts::code, verification_counts::count))
        .load(conn)?;
    let mut days = BTreeMap::<ApiKeyId, DayOfUse>::new();
    for (id, code, count) in rows {
        let id = ApiKeyId::parse(&id).map_err(|_| Error::Corrupt("verification_counts.api_key_id"))?;
        let code = Code::parse(&code).ok_or(Error::Corrupt("verification_counts.code"))?;
        days.entry(id).or_default().add(code, count);
    }
    Ok(days)
}

/// How often this key got which answer on each day since the one that begins at `from`, the latest day first.
pub fn list_of_key(conn: &mut Conn, id: &ApiKeyId, from: Timestamp) -> Result<Vec<(Timestamp, Code, i64)>, Error> {
    let rows: Vec<(i64, String, i64)> = verification_counts::table
        .filter(verification_counts::api_key_id.eq(id.as_str()))
        .filter(verification_counts::day.ge(from.unix_micros()))
        .order((verification_counts::day.desc(), verification_counts::code))
        .select((verification_counts::day, verification_counts::code, verification_counts::count))
        .load(conn)?;
    rows.into_iter()
        .map(|(day, code, count)| {
            let code = Code::parse(&code).ok_or(Error::Corrupt("verification_counts.code"))?;
            Ok((Timestamp::from_unix_micros(day), code, count))
        })
        .collect()
}

pub fn delete_counts_before(conn: &mut Conn, day: Timestamp) -> Result<usize, Error> {
    let old = verification_counts::day.lt(day.unix_micros());
    Ok(diesel::delete(verification_counts::table.filter(old)).execute(conn)?)
}

impl<'a> From<&'a Count> for CountRow<'a> {
    fn from(count: &'a Count) -> Self {
        Self {
            organization_id: count.organization_id.as_str(),
            api_key_id: count.api_key_id.as_str(),
            day: count.day.unix_micros(),
            code: count.code.as_str(),
            count: count.count,
        }
    }
}

fn address(last_use: &LastUse) -> Option<String> {
    last_use.address.map(|address| address.to_string())
}

fn agent(last_use: &LastUse) -> Option<&str> {
    last_use.agent.as_ref().map(UserAgent::as_str)
}
