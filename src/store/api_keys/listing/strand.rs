//! A strand: some of the keys of a list, all found by way of one index. A list is one strand or several, merged.

use super::{
    Base,
    sql::{Counted, Place, Sql},
};
use crate::store::{Conn, Error};

#[derive(Clone, Debug)]
pub(super) struct Strand {
    pub source: Source,
    /// What the index finds.
    pub seek: Vec<Sql>,
    /// What decides about each key that was found.
    pub conditions: Vec<Sql>,
    /// Whether the index has the keys in the order of the list.
    pub is_sorted: bool,
    /// Between which values of the sorted column the keys lie: above the first, up to the second.
    pub bounds: (Option<i64>, Option<i64>),
}

#[derive(Clone, Debug)]
pub(super) enum Source {
    /// SQLite keeps no statistics here and is told; PostgreSQL finds it by itself.
    Index(&'static str),
    /// No index is better than another.
    Any,
    /// The keys with these words: a selection of `api_key_id`.
    Words(Sql),
    /// The same, where nothing else is to be known of a key than when it was made: a selection of `id` and `created_at`.
    WordsAlone(Sql),
}

/// Where to begin, and how to go on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    pub base: Base,
    pub ascending: bool,
    pub after: Option<&'a Place>,
    pub limit: usize,
}

impl Strand {
    /// The next places.
    pub fn places(&self, conn: &mut Conn, way: Way<'_>) -> Result<Vec<Place>, Error> {
        let expression = self.expression(way.base);
        let (text, number) =
            if way.base == Base::Name { (expression, "CAST(0 AS BIGINT)") } else { ("CAST('' AS TEXT)", expression) };
        let sorted = self.sorted(conn, &format!("{text} AS text, {number} AS number, k.id AS id"), way);
        sorted.load(conn)
    }

    /// How many keys the index finds, up to `limit`.
    pub fn probe(&self, conn: &mut Conn, limit: i64) -> Result<i64, Error> {
        if let Source::Words(ids) = &self.source {
            let found = Sql::new("SELECT 1 AS one FROM (").then_sql(ids.clone());
            return count_rows(conn, found.then(&format!(") w LIMIT {limit}")));
        }
        let found = Sql::new("SELECT 1 AS one").then_sql(self.found(conn, &self.seek));
        count_rows(conn, found.then(&format!(" LIMIT {limit}")))
    }

    /// How many keys it has, up to `limit`, every one that is found being looked at.
    pub fn count(&self, conn: &mut Conn, limit: i64) -> Result<i64, Error> {
        let all: Vec<Sql> = self.seek.iter().chain(&self.conditions).cloned().collect();
        let found = Sql::new("SELECT 1 AS one").then_sql(self.found(conn, &all));
        count_rows(conn, found.then(&format!(" LIMIT {limit}")))
    }

    /// How many of the first `visits` keys that are found belong to it, and whether there are no more.
    pub fn sample(&self, conn: &mut Conn, base: Base, visits: usize) -> Result<(i64, bool), Error> {
        let way = Way { base, ascending: false, after: None, limit: visits };
        let unfiltered = Self { conditions: Vec::new(), ..self.clone() };
        let visited = unfiltered.sorted(conn, "k.*", way);
        let passes = Sql::joined(self.conditions.iter().cloned(), " AND ");
        let rows: Vec<Counted> = Sql::new("SELECT count(*) AS visited, CAST(COALESCE(SUM(CASE WHEN ")
            .then_sql(passes)
            .then(" THEN 1 ELSE 0 END), 0) AS BIGINT) AS passed FROM (")
            .then_sql(visited)
            .then(") k")
            .load(conn)?;
        Ok(rows.first().map_or((0, true), |row| (row.passed, usize::try_from(row.visited).unwrap_or(0) < visits)))
    }

    fn sorted(&self, conn: &Conn, columns: &str, way: Way<'_>) -> Sql {
        let mut all: Vec<Sql> = self.seek.iter().chain(&self.conditions).cloned().collect();
        let (expression, id) = (self.expression(way.base), self.id());
        let (above, up_to) = self.bounds;
        // A bound on the side of the place where one begins says less than that place, and might be used instead of it.
        if let Some(above) = above.filter(|_| !(way.ascending && way.after.is_some())) {
            all.push(Sql::new(format!("{expression} > ?")).with(above));
        }
        if let Some(up_to) = up_to.filter(|_| way.ascending || way.after.is_none()) {
            all.push(Sql::new(format!("{expression} <= ?")).with(up_to));
        }
        let (sign, direction) = if way.ascending { (">", "ASC") } else { ("<", "DESC") };
        if let Some(place) = way.after {
            let seek = Sql::new(format!("({expression}, {id}) {sign} (?, ?)"));
            let seek = if way.base == Base::Name { seek.with(place.text.as_str()) } else { seek.with(place.number) };
            all.push(seek.with(place.id.as_str()));
        }
        Sql::new(format!("SELECT {columns}"))
            .then_sql(self.found(conn, &all))
            .then(&format!(" ORDER BY {expression} {direction}, {id} {direction} LIMIT {}", way.limit))
    }

    fn found(&self, conn: &Conn, conditions: &[Sql]) -> Sql {
        let from = match &self.source {
            Source::WordsAlone(keys) => {
                let all = Sql::joined(conditions.iter().cloned(), " AND ");
                let all = if conditions.is_empty() { all } else { Sql::new(" WHERE ").then_sql(all) };
                return Sql::new(" FROM (").then_sql(keys.clone()).then(") k").then_sql(all);
            }
            Source::Index(name) if matches!(conn, Conn::Sqlite(_)) => {
                Sql::new(format!(" FROM api_keys k INDEXED BY {name} WHERE "))
            }
            Source::Index(_) | Source::Any => Sql::new(" FROM api_keys k WHERE "),
            // The order of a cross join is that in which SQLite reads.
            Source::Words(ids) => Sql::new(" FROM (")
                .then_sql(ids.clone())
                .then(") w CROSS JOIN api_keys k WHERE k.id = w.api_key_id AND "),
        };
        from.then_sql(Sql::joined(conditions.iter().cloned(), " AND "))
    }

    /// Where the index does not have the order, an expression that no index has either: else the database might walk
    /// through the whole list in search of the few keys that pass.
    fn expression(&self, base: Base) -> &'static str {
        match (base, self.is_sorted) {
            (Base::Name, true) => "k.name_folded",
            (Base::Name, false) => "(k.name_folded || '')",
            (Base::Created, true) => "k.created_at",
            (Base::Created, false) => "(k.created_at + 0)",
            (Base::Expires, true) => "k.expires_at",
            (Base::Expires, false) => "(k.expires_at + 0)",
            (Base::Used, true) => "COALESCE(k.last_used_at, 0)",
            (Base::Used, false) => "(COALESCE(k.last_used_at, 0) + 0)",
        }
    }

    fn id(&self) -> &'static str {
        if self.is_sorted { "k.id" } else { "(k.id || '')" }
    }
}

/// The strands as one, in order.
pub(super) fn merged(conn: &mut Conn, strands: &[Strand], way: Way<'_>) -> Result<Vec<Place>, Error> {
    let mut places = Vec::new();
    for strand in strands {
        places.append(&mut strand.places(conn, way)?);
    }
    places.sort();
    if !way.ascending {
        places.reverse();
    }
    places.truncate(way.limit);
    Ok(places)
}

/// How many rows there are.
pub(super) fn count_rows(conn: &mut Conn, rows: Sql) -> Result<i64, Error> {
    let counted = Sql::new("SELECT count(*) AS visited, count(*) AS passed FROM (").then_sql(rows).then(") c");
    Ok(counted.load::<Counted>(conn)?.first().map_or(0, |row| row.passed))
}
