//! What is found out about a filter while its list is read and counted, so that no question is put twice.

use std::cell::OnceCell;

use super::{
    Reading,
    along_words::{self, AlongWords},
    conditions::whose,
    indexes::LIVE_BY_EXPIRY,
    place::{Place, count_rows},
    strand::Strand,
};
use crate::{
    domain::api_key::listing::Filter,
    store::{Conn, Error, sql::Sql},
};

#[derive(Debug)]
pub(super) struct Survey<'a> {
    pub filter: &'a Filter,
    pub reading: Reading,
    /// Rows, up to how many of them were counted, and how many there were.
    counted: Vec<(Sql, i64, i64)>,
    along_words: OnceCell<Option<AlongWords>>,
    have_expired_unnoted: Option<bool>,
}

impl<'a> Survey<'a> {
    pub fn new(filter: &'a Filter, reading: Reading) -> Self {
        Self { filter, reading, counted: Vec::new(), along_words: OnceCell::new(), have_expired_unnoted: None }
    }

    /// How many keys the index of the strand finds, up to `limit`.
    pub fn probe(&mut self, conn: &mut Conn, strand: &Strand, limit: i64) -> Result<i64, Error> {
        self.count_up_to(conn, strand.keys_found(conn), limit)
    }

    /// How many keys the strand has, up to `limit`, every one that is found being looked at.
    pub fn count(&mut self, conn: &mut Conn, strand: &Strand, limit: i64) -> Result<i64, Error> {
        self.count_up_to(conn, strand.keys(conn), limit)
    }

    fn count_up_to(&mut self, conn: &mut Conn, rows: Sql, limit: i64) -> Result<i64, Error> {
        let known = self
            .counted
            .iter()
            .find(|(counted, up_to, found)| counted.is_same(&rows) && (found < up_to || limit <= *up_to));
        if let Some((.., found)) = known {
            return Ok(limit.min(*found));
        }
        let is_kept = rows.is_kept();
        let found = count_rows(conn, rows.clone().then(&format!(" LIMIT {limit}")).kept_if(is_kept))?;
        self.counted.push((rows, limit, found));
        Ok(found)
    }

    /// The first of these ways whose index finds no more keys than `limit`.
    pub fn way_with_at_most<'w>(
        &mut self,
        conn: &mut Conn,
        ways: &'w [Vec<Strand>],
        limit: i64,
    ) -> Result<Option<&'w [Strand]>, Error> {
        for strands in ways {
            let mut found = 0;
            for strand in strands {
                found += self.probe(conn, strand, limit + 1)?;
            }
            if found <= limit {
                return Ok(Some(strands));
            }
        }
        Ok(None)
    }

    pub fn along_words(&mut self, conn: &mut Conn) -> Result<Option<&AlongWords>, Error> {
        let known = match self.along_words.take() {
            Some(known) => known,
            None => along_words::find(conn, self.filter, self.reading)?,
        };
        Ok(self.along_words.get_or_init(|| known).as_ref())
    }

    /// Whether there are keys that have expired without its being noted.
    pub fn have_expired_unnoted(&mut self, conn: &mut Conn) -> Result<bool, Error> {
        if let Some(known) = self.have_expired_unnoted {
            return Ok(known);
        }
        let index = if matches!(conn, Conn::Sqlite(_)) {
            format!(" INDEXED BY {}", LIVE_BY_EXPIRY.name)
        } else {
            String::new()
        };
        let places: Vec<Place> = Sql::new("SELECT CAST('' AS TEXT) AS text, k.expires_at AS number, k.id AS id")
            .then(&format!(" FROM api_keys k{index} WHERE k.noted_status < 3 AND "))
            .then_sql(whose(self.filter))
            .then(&format!(" ORDER BY {} LIMIT 1", LIVE_BY_EXPIRY.order))
            .kept_if(true)
            .load(conn)?;
        let have = places.first().is_some_and(|place| place.number <= self.reading.now.unix_micros());
        self.have_expired_unnoted = Some(have);
        Ok(have)
    }
}
