//! Probes: counts of what an access path finds, each cached while a page is read and counted.

use std::cell::OnceCell;

use super::{
    ReadOptions,
    conditions::whose,
    indexes::LIVE_BY_EXPIRY,
    scan::Scan,
    seek_key::{SeekKey, count_rows},
    word_scan::{self, WordScan},
};
use crate::{
    domain::api_key::listing::Filter,
    store::{Conn, Error, sql::Sql},
};

/// A filter with what was probed for it.
#[derive(Debug)]
pub(super) struct Probes<'a> {
    pub filter: &'a Filter,
    pub options: ReadOptions,
    counts: Vec<CachedCount>,
    word_scan: OnceCell<Option<WordScan>>,
    has_unmarked_expired: Option<bool>,
}

/// How many of these rows were found, when counting stopped at `limit`.
#[derive(Debug)]
struct CachedCount {
    rows: Sql,
    limit: i64,
    found: i64,
}

impl<'a> Probes<'a> {
    pub fn new(filter: &'a Filter, options: ReadOptions) -> Self {
        Self { filter, options, counts: Vec::new(), word_scan: OnceCell::new(), has_unmarked_expired: None }
    }

    /// Counts the keys that the index of the scan finds, up to `limit`.
    pub fn count_found(&mut self, conn: &mut Conn, scan: &Scan, limit: i64) -> Result<i64, Error> {
        self.count_up_to(conn, scan.select_found(conn), limit)
    }

    /// Counts the keys of the scan, up to `limit`. Reads every key that its index finds.
    pub fn count_passed(&mut self, conn: &mut Conn, scan: &Scan, limit: i64) -> Result<i64, Error> {
        self.count_up_to(conn, scan.select_passed(conn), limit)
    }

    fn count_up_to(&mut self, conn: &mut Conn, rows: Sql, limit: i64) -> Result<i64, Error> {
        let answers = |cached: &&CachedCount| {
            cached.rows.is_same(&rows) && (cached.found < cached.limit || limit <= cached.limit)
        };
        if let Some(cached) = self.counts.iter().find(answers) {
            return Ok(limit.min(cached.found));
        }
        let is_cached = rows.is_cached();
        let found = count_rows(conn, rows.clone().then(&format!(" LIMIT {limit}")).cached_if(is_cached))?;
        self.counts.push(CachedCount { rows, limit, found });
        Ok(found)
    }

    /// Returns the first access path whose index finds at most `limit` keys.
    pub fn path_within<'p>(
        &mut self,
        conn: &mut Conn,
        paths: &'p [Vec<Scan>],
        limit: i64,
    ) -> Result<Option<&'p [Scan]>, Error> {
        for scans in paths {
            let mut found = 0;
            for scan in scans {
                found += self.count_found(conn, scan, limit + 1)?;
            }
            if found <= limit {
                return Ok(Some(scans));
            }
        }
        Ok(None)
    }

    pub fn word_scan(&mut self, conn: &mut Conn) -> Result<Option<&WordScan>, Error> {
        let known = match self.word_scan.take() {
            Some(known) => known,
            None => word_scan::find(conn, self.filter, self.options)?,
        };
        Ok(self.word_scan.get_or_init(|| known).as_ref())
    }

    /// Whether some keys have expired and are not marked so yet.
    pub fn has_unmarked_expired(&mut self, conn: &mut Conn) -> Result<bool, Error> {
        if let Some(known) = self.has_unmarked_expired {
            return Ok(known);
        }
        let index = match conn {
            Conn::Sqlite(_) => format!(" INDEXED BY {}", LIVE_BY_EXPIRY.name),
            Conn::Postgres(_) => String::new(),
        };
        let earliest: Vec<SeekKey> = Sql::new("SELECT CAST('' AS TEXT) AS text, k.expires_at AS number, k.id AS id")
            .then(&format!(" FROM api_keys k{index} WHERE k.noted_status < 3 AND "))
            .then_sql(whose(self.filter))
            .then(&format!(" ORDER BY {} LIMIT 1", LIVE_BY_EXPIRY.order))
            .cached_if(true)
            .load(conn)?;
        let has = earliest.first().is_some_and(|key| key.number <= self.options.now.unix_micros());
        self.has_unmarked_expired = Some(has);
        Ok(has)
    }
}
