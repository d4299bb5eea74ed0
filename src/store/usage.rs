//! How often and from where keys are used.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
    net::IpAddr,
};

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Text},
    upsert::excluded,
};
use time::Duration;

use super::{
    Conn, Error,
    in_list::{InList, load_on_either},
    schema::{api_key_uses, api_keys, verification_counts},
    usage_summaries,
};
use crate::domain::{
    ApiKeyId, LastUse, Timestamp, UserAgent,
    usage::{DayOfUse, RecordedCaller, UseCount},
    verification::Code,
};

/// Rows per insert: PostgreSQL allows 65,535 values in a statement.
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

#[derive(Insertable)]
#[diesel(table_name = api_key_uses)]
struct CallerRow<'a> {
    api_key_id: &'a str,
    reported_by: String,
    address: String,
    agent: &'a str,
    first_used_at: i64,
    last_used_at: i64,
}

/// Adds to the stored counts and their sums. Several instances do so at once, so `counts` must be ordered by key, day and code: then
/// all lock rows in the same order.
pub fn add_counts(conn: &mut Conn, counts: &[UseCount]) -> Result<(), Error> {
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
    usage_summaries::add(conn, counts)
}

/// Keys whose use is to be stored.
#[derive(Debug, Default)]
pub struct LockedRows {
    /// Locked until the end of the transaction.
    pub free: HashSet<String>,
    /// Somebody else is changing these right now: waiting for them could deadlock.
    pub busy: HashSet<String>,
}

/// The existing ones of these keys, in the order of `ids`.
pub fn lock_free(conn: &mut Conn, ids: &[&ApiKeyId]) -> Result<LockedRows, Error> {
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let present = api_keys::table.filter(api_keys::id.eq_any(&ids)).select(api_keys::id);
    let present: HashSet<String> = present.load(conn)?.into_iter().collect();
    match conn {
        // SQLite has only one writer.
        Conn::Sqlite(_) => Ok(LockedRows { free: present, busy: HashSet::new() }),
        Conn::Postgres(postgres) => {
            let free = api_keys::table
                .filter(api_keys::id.eq_any(&ids))
                .order(api_keys::id)
                .select(api_keys::id)
                .for_update()
                .skip_locked()
                .load(postgres)?
                .into_iter()
                .collect();
            let busy = present.difference(&free).cloned().collect();
            Ok(LockedRows { free, busy })
        }
    }
}

/// How far in the future another server's last use may be. One further away comes from a wrong clock.
pub(super) const CLOCK_TOLERANCE: Duration = Duration::HOUR;

/// Stores last uses, unless a later one is known. The keys must be locked.
pub fn update_last_uses(conn: &mut Conn, uses: &BTreeMap<&ApiKeyId, &LastUse>) -> Result<(), Error> {
    match conn {
        Conn::Sqlite(sqlite) => {
            for (id, last_use) in uses {
                let at = last_use.at.unix_micros();
                let wrong_from = last_use.at.plus(CLOCK_TOLERANCE).unix_micros();
                let is_wrong = api_keys::last_used_at.gt(wrong_from);
                let is_later = api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(at)).or(is_wrong);
                diesel::update(api_keys::table.find(id.as_str()).filter(is_later))
                    .set((
                        api_keys::last_used_at.eq(at),
                        api_keys::last_used_address.eq(address(last_use.address)),
                        api_keys::last_used_agent.eq(agent(last_use.agent.as_ref())),
                    ))
                    .execute(sqlite)?;
            }
        }
        Conn::Postgres(postgres) => {
            let each = || uses.values();
            diesel::sql_query(
                "UPDATE api_keys SET last_used_at = new.at, last_used_address = new.address, \
                 last_used_agent = new.agent FROM unnest($1, $2, $3, $4) AS new (id, at, address, agent) \
                 WHERE api_keys.id = new.id COLLATE \"C\" \
                 AND (api_keys.last_used_at IS NULL OR api_keys.last_used_at < new.at \
                 OR api_keys.last_used_at > new.at + $5)",
            )
            .bind::<Array<Text>, _>(uses.keys().map(|id| id.as_str()).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(each().map(|last| last.at.unix_micros()).collect::<Vec<_>>())
            .bind::<Array<Nullable<Text>>, _>(each().map(|last| address(last.address)).collect::<Vec<_>>())
            .bind::<Array<Nullable<Text>>, _>(each().map(|last| agent(last.agent.as_ref())).collect::<Vec<_>>())
            .bind::<BigInt, _>(Timestamp::from_unix_micros(0).plus(CLOCK_TOLERANCE).unix_micros())
            .execute(postgres)?;
        }
    }
    Ok(())
}

/// Stores the callers of keys, and keeps only `kept` of each key, by the rule of
/// [`position_to_forget`](crate::domain::usage::position_to_forget): the latest callers of each asker stay. The keys
/// must be locked.
pub fn upsert_callers(
    conn: &mut Conn,
    callers: &BTreeMap<&ApiKeyId, &[RecordedCaller]>,
    kept: usize,
) -> Result<(), Error> {
    let kept = i64::try_from(kept).unwrap_or(i64::MAX);
    macro_rules! upsert {
        ($conn:expr, $rows:expr, $later:literal) => {
            diesel::insert_into(api_key_uses::table)
                .values($rows)
                .on_conflict((
                    api_key_uses::api_key_id,
                    api_key_uses::reported_by,
                    api_key_uses::address,
                    api_key_uses::agent,
                ))
                .do_update()
                .set(api_key_uses::last_used_at.eq(sql::<BigInt>($later)))
                .execute($conn)?
        };
    }
    let rows: Vec<_> =
        callers.iter().flat_map(|(id, callers)| callers.iter().map(|caller| CallerRow::new(id, caller))).collect();
    match conn {
        Conn::Sqlite(sqlite) => {
            for row in &rows {
                upsert!(sqlite, row, "max(api_key_uses.last_used_at, excluded.last_used_at)");
            }
            for id in callers.keys() {
                diesel::sql_query(
                    "DELETE FROM api_key_uses WHERE api_key_id = ?1 AND (reported_by, address, agent) IN \
                     (SELECT reported_by, address, agent FROM (SELECT *, row_number() OVER (PARTITION BY \
                     COALESCE(NULLIF(reported_by, ''), address) ORDER BY last_used_at DESC) AS rank_of_asker \
                     FROM api_key_uses WHERE api_key_id = ?1) \
                     ORDER BY rank_of_asker, last_used_at DESC LIMIT -1 OFFSET ?2)",
                )
                .bind::<Text, _>(id.as_str())
                .bind::<BigInt, _>(kept)
                .execute(sqlite)?;
            }
        }
        Conn::Postgres(postgres) => {
            for part in rows.chunks(ROWS) {
                upsert!(postgres, part, "greatest(api_key_uses.last_used_at, excluded.last_used_at)");
            }
            diesel::sql_query(
                "DELETE FROM api_key_uses USING (SELECT api_key_id AS key, reported_by AS reporter, \
                 address AS place, agent AS program, \
                 row_number() OVER (PARTITION BY api_key_id ORDER BY rank_of_asker, last_used_at DESC) AS position \
                 FROM (SELECT *, row_number() OVER (PARTITION BY api_key_id, \
                 COALESCE(NULLIF(reported_by, ''), address) ORDER BY last_used_at DESC) AS rank_of_asker \
                 FROM api_key_uses WHERE api_key_id = ANY($1)) AS ranked) AS known \
                 WHERE position > $2 AND api_key_id = key AND reported_by = reporter AND address = place \
                 AND agent = program",
            )
            .bind::<Array<Text>, _>(callers.keys().map(|id| id.as_str()).collect::<Vec<_>>())
            .bind::<BigInt, _>(kept)
            .execute(postgres)?;
        }
    }
    Ok(())
}

/// The last callers of these keys, latest first, at most `limit` in all. One asker does not displace the last caller of
/// another.
pub fn list_callers(conn: &mut Conn, ids: &[&ApiKeyId], limit: i64) -> Result<Vec<RecordedCaller>, Error> {
    let rank_of_asker = sql::<BigInt>(
        "row_number() OVER (PARTITION BY COALESCE(NULLIF(reported_by, ''), address) ORDER BY last_used_at DESC)",
    );
    let rows: Vec<(String, String, String, i64, i64)> = api_key_uses::table
        .filter(api_key_uses::api_key_id.eq_any(ids.iter().map(|id| id.as_str())))
        .order((rank_of_asker, api_key_uses::last_used_at.desc(), api_key_uses::address, api_key_uses::agent))
        .limit(limit)
        .select((
            api_key_uses::reported_by,
            api_key_uses::address,
            api_key_uses::agent,
            api_key_uses::first_used_at,
            api_key_uses::last_used_at,
        ))
        .load(conn)?;
    let caller = |(reported_by, address, agent, first, last): (String, String, String, i64, i64)| RecordedCaller {
        reported_by: reported_by.parse().ok(),
        address: address.parse().ok(),
        agent: UserAgent::from_header(agent.as_bytes()),
        first_used_at: Timestamp::from_unix_micros(first),
        last_used_at: Timestamp::from_unix_micros(last),
    };
    let mut callers: Vec<_> = rows.into_iter().map(caller).collect();
    callers.sort_by_key(|caller| Reverse(caller.last_used_at));
    Ok(callers)
}

/// The counts of these keys on the day that begins at `day`. Keys without any are missing.
pub fn list_of_day(conn: &mut Conn, ids: &[&ApiKeyId], day: Timestamp) -> Result<BTreeMap<ApiKeyId, DayOfUse>, Error> {
    let counts = verification_counts::table
        .filter(InList::new(verification_counts::api_key_id, ids.iter().map(|id| id.as_str())))
        .filter(verification_counts::day.eq(day.unix_micros()))
        .select((verification_counts::api_key_id, verification_counts::code, verification_counts::count));
    let rows: Vec<(String, String, i64)> = load_on_either!(conn, counts);
    let mut days = BTreeMap::<ApiKeyId, DayOfUse>::new();
    for (id, code, count) in rows {
        let id = ApiKeyId::parse(&id).map_err(|_| Error::Corrupt("verification_counts.api_key_id"))?;
        let code = Code::parse(&code).ok_or(Error::Corrupt("verification_counts.code"))?;
        days.entry(id).or_default().add(code, count);
    }
    Ok(days)
}

/// The counts of this key by answer and day, for days since the one that begins at `from`, latest first.
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

/// Also deletes the sums of those days, and of the days up to `today` what is not needed any longer.
pub fn delete_counts_before(conn: &mut Conn, day: Timestamp, today: Timestamp) -> Result<usize, Error> {
    usage_summaries::delete_before(conn, day, today)?;
    let old = verification_counts::day.lt(day.unix_micros());
    Ok(diesel::delete(verification_counts::table.filter(old)).execute(conn)?)
}

impl<'a> From<&'a UseCount> for CountRow<'a> {
    fn from(count: &'a UseCount) -> Self {
        Self {
            organization_id: count.organization_id.as_str(),
            api_key_id: count.api_key_id.as_str(),
            day: count.day.unix_micros(),
            code: count.code.as_str(),
            count: count.count,
        }
    }
}

impl<'a> CallerRow<'a> {
    fn new(id: &'a ApiKeyId, caller: &'a RecordedCaller) -> Self {
        Self {
            api_key_id: id.as_str(),
            reported_by: address(caller.reported_by).unwrap_or_default(),
            address: address(caller.address).unwrap_or_default(),
            agent: agent(caller.agent.as_ref()).unwrap_or_default(),
            first_used_at: caller.first_used_at.unix_micros(),
            last_used_at: caller.last_used_at.unix_micros(),
        }
    }
}

pub(super) fn address(address: Option<IpAddr>) -> Option<String> {
    address.map(|address| address.to_string())
}

pub(super) fn agent(agent: Option<&UserAgent>) -> Option<&str> {
    agent.map(UserAgent::as_str)
}
