//! A strand: some of the keys of a list, all found by way of one index. A list is one strand or several, merged.

use std::collections::BTreeMap;

use super::{
    Base,
    indexes::Index,
    place::{Counted, NumberedPlace, Place, numbered},
};
use crate::store::{Conn, Error, sql::Sql};

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
    /// The index is the best for whatever values, and statements like this one are few.
    pub is_kept: bool,
    /// Keys that have expired, as long as that is not noted.
    pub is_late: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Source {
    Index(Index),
    /// No index is better than another.
    Any,
    /// The keys with these words: a selection of `id`, in which some may be twice.
    Words(Sql),
    /// The same, where nothing else is to be known of a key than when it was made: a selection of `id` and `created_at`.
    WordsAlone(Sql),
    /// One word in the order in which its keys were made; alone, or with the keys.
    Word {
        is_alone: bool,
    },
}

/// Where to begin, and how to go on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    pub base: Base,
    pub ascending: bool,
    pub after: Option<&'a Place>,
    pub limit: usize,
}

impl Way<'_> {
    /// Whether one place comes after another on this way.
    fn is_beyond(&self, place: &Place, other: &Place) -> bool {
        if self.ascending { place > other } else { place < other }
    }
}

impl Strand {
    /// The next places, no further than `horizon`.
    fn places(&self, conn: &Conn, way: Way<'_>, horizon: Option<&Place>) -> Sql {
        let columns = self.columns(way.base);
        self.sorted(conn, &columns, way, horizon).kept_if(self.is_kept)
    }

    /// All places, in no order.
    fn all_places(&self, conn: &mut Conn, base: Base) -> Result<Vec<Place>, Error> {
        let all: Vec<Sql> = self.seek.iter().chain(&self.conditions).cloned().collect();
        Sql::new(format!("SELECT {}", self.columns(base))).then_sql(self.found(conn, &all)).load(conn)
    }

    /// The place of the key that is so many further on, if there are so many.
    fn place_after(&self, conn: &Conn, way: Way<'_>, steps: usize) -> Sql {
        let walked = self.unfiltered();
        let place = walked.sorted(conn, &walked.columns(way.base), Way { limit: 1, ..way }, None);
        // PostgreSQL plans longer than it walks.
        place.then(&format!(" OFFSET {steps}")).kept_if(matches!(conn, Conn::Postgres(_)))
    }

    /// The keys that the index finds, one row each.
    pub fn keys_found(&self, conn: &Conn) -> Sql {
        match &self.source {
            Source::Words(ids) => Sql::new("SELECT 1 AS one FROM (").then_sql(ids.clone()).then(") w"),
            _ => Sql::new("SELECT 1 AS one").then_sql(self.unfiltered().found(conn, &self.seek)).then(&self.order()),
        }
    }

    /// Its keys, one row each.
    pub fn keys(&self, conn: &Conn) -> Sql {
        let all: Vec<Sql> = self.seek.iter().chain(&self.conditions).cloned().collect();
        Sql::new("SELECT 1 AS one").then_sql(self.found(conn, &all)).then(&self.order()).kept_if(self.is_kept)
    }

    fn order(&self) -> String {
        match &self.source {
            Source::Index(index) => format!(" ORDER BY {}", index.order),
            _ => String::new(),
        }
    }

    /// How many of the first `visits` keys that are found belong to it, and whether there are no more.
    pub fn sample(&self, conn: &mut Conn, base: Base, visits: usize) -> Result<(i64, bool), Error> {
        let way = Way { base, ascending: false, after: None, limit: visits };
        let walked = self.unfiltered();
        let (columns, name) = match self.source {
            Source::Word { .. } => ("w.api_key_id, w.created_at", "w"),
            _ => ("k.*", "k"),
        };
        let passes = Sql::joined(self.conditions.iter().cloned(), " AND ");
        let passes = if self.conditions.is_empty() { Sql::new("1 = 1") } else { passes };
        let keys = match self.source {
            Source::Word { is_alone: false } => " CROSS JOIN api_keys k WHERE k.id = w.api_key_id",
            _ => "",
        };
        let rows: Vec<Counted> = Sql::new("SELECT count(*) AS visited, CAST(COALESCE(SUM(CASE WHEN ")
            .then_sql(passes)
            .then(" THEN 1 ELSE 0 END), 0) AS BIGINT) AS passed FROM (")
            .then_sql(walked.sorted(conn, columns, way, None))
            .then(&format!(") {name}{keys}"))
            .load(conn)?;
        Ok(rows.first().map_or((0, true), |row| (row.passed, usize::try_from(row.visited).unwrap_or(0) < visits)))
    }

    /// All that the index finds, whether it passes or not.
    fn unfiltered(&self) -> Self {
        let source = match &self.source {
            Source::Word { .. } => Source::Word { is_alone: true },
            other => other.clone(),
        };
        Self { source, conditions: Vec::new(), is_kept: false, ..self.clone() }
    }

    fn columns(&self, base: Base) -> String {
        let (expression, id) = (self.expression(base), self.id());
        if base == Base::Name {
            format!("{expression} AS text, CAST(0 AS BIGINT) AS number, {id} AS id")
        } else {
            format!("CAST('' AS TEXT) AS text, {expression} AS number, {id} AS id")
        }
    }

    fn sorted(&self, conn: &Conn, columns: &str, way: Way<'_>, horizon: Option<&Place>) -> Sql {
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
        let (sign, until, direction) = if way.ascending { (">", "<=", "ASC") } else { ("<", ">=", "DESC") };
        let mut compare = |sign: &str, place: &Place| {
            if way.base == Base::Used {
                // SQLite finds no place in an index by a pair with an expression in it.
                all.push(Sql::new(format!("{expression} {}= ?", &sign[..1])).with(place.number));
            }
            let seek = Sql::new(format!("({expression}, {id}) {sign} (?, ?)"));
            let seek = if way.base == Base::Name { seek.with(place.text.as_str()) } else { seek.with(place.number) };
            all.push(seek.with(place.id.as_str()));
        };
        if let Some(place) = way.after {
            compare(sign, place);
        }
        if let Some(place) = horizon {
            compare(until, place);
        }
        Sql::new(format!("SELECT {columns}"))
            .then_sql(self.found(conn, &all))
            .then(&format!(" ORDER BY {expression} {direction}, {id} {direction} LIMIT {}", way.limit))
    }

    fn found(&self, conn: &Conn, conditions: &[Sql]) -> Sql {
        let from = match (&self.source, conn) {
            (Source::WordsAlone(keys), _) => {
                let all = Sql::joined(conditions.iter().cloned(), " AND ");
                let all = if conditions.is_empty() { all } else { Sql::new(" WHERE ").then_sql(all) };
                return Sql::new(" FROM (").then_sql(keys.clone()).then(") k").then_sql(all);
            }
            (Source::Index(index), Conn::Sqlite(_)) => {
                Sql::new(format!(" FROM api_keys k INDEXED BY {} WHERE ", index.name))
            }
            (Source::Index(_) | Source::Any, _) => Sql::new(" FROM api_keys k WHERE "),
            // The order of a cross join is that in which SQLite reads.
            (Source::Words(ids), _) => Sql::new(" FROM (SELECT DISTINCT id AS api_key_id FROM (")
                .then_sql(ids.clone())
                .then(") i) w CROSS JOIN api_keys k WHERE k.id = w.api_key_id AND "),
            (Source::Word { is_alone }, _) => {
                let index = if matches!(conn, Conn::Sqlite(_)) { " INDEXED BY api_key_words_by_word" } else { "" };
                let keys = if *is_alone { " WHERE " } else { " CROSS JOIN api_keys k WHERE k.id = w.api_key_id AND " };
                Sql::new(format!(" FROM api_key_words w{index}{keys}"))
            }
        };
        from.then_sql(Sql::joined(conditions.iter().cloned(), " AND "))
    }

    /// Where the index does not have the order, an expression that no index has either: else the database might walk
    /// through the whole list in search of the few keys that pass.
    fn expression(&self, base: Base) -> &'static str {
        match (base, self.is_sorted) {
            (Base::Created, true) if matches!(self.source, Source::Word { .. }) => "w.created_at",
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
        match (&self.source, self.is_sorted) {
            (Source::Word { .. }, true) => "w.api_key_id",
            (_, true) => "k.id",
            (_, false) => "(k.id || '')",
        }
    }
}

/// The strands as one, in order.
pub(super) fn merged(conn: &mut Conn, strands: &[Strand], way: Way<'_>) -> Result<Vec<Place>, Error> {
    let places = places_of(conn, strands, |strand, conn| Some(strand.places(conn, way, None)))?;
    Ok(in_order(places.into_iter().map(|found| found.place).collect(), way))
}

/// The same, provided that no more than `steps` keys of each strand have to be looked at for it.
pub(super) fn merged_within(
    conn: &mut Conn,
    strands: &[Strand],
    way: Way<'_>,
    steps: usize,
) -> Result<Option<Vec<Place>>, Error> {
    let ends = places_of(conn, strands, |strand, conn| strand.is_sorted.then(|| strand.place_after(conn, way, steps)))?;
    let mut ends: BTreeMap<_, _> = ends.into_iter().map(|end| (end.selection, end.place)).collect();
    let places = strands.iter().zip(0..).map(|(strand, number)| (number, strand.places(conn, way, ends.get(&number))));
    let places: Vec<NumberedPlace> = numbered(places).load(conn)?;
    // A strand that fills the page was not looked at up to its end, and need not be.
    ends.retain(|number, _| places.iter().filter(|found| found.selection == *number).count() < way.limit);
    // Up to where every strand was looked at.
    let horizon = ends.into_values().reduce(|one, other| if way.is_beyond(&one, &other) { other } else { one });
    let places = in_order(places.into_iter().map(|found| found.place).collect(), way);
    let is_certain = horizon.is_none_or(|horizon| {
        places.len() == way.limit && places.last().is_some_and(|last| !way.is_beyond(last, &horizon))
    });
    Ok(is_certain.then_some(places))
}

/// What is asked of each strand, in one statement.
fn places_of(
    conn: &mut Conn,
    strands: &[Strand],
    ask: impl Fn(&Strand, &Conn) -> Option<Sql>,
) -> Result<Vec<NumberedPlace>, Error> {
    let asked: Vec<_> =
        strands.iter().zip(0..).filter_map(|(strand, number)| Some((number, ask(strand, conn)?))).collect();
    if asked.is_empty() { Ok(Vec::new()) } else { numbered(asked).load(conn) }
}

/// All of the strands that are fetched are looked at: gives also how many there are before and after these places.
pub(super) fn fetched(conn: &mut Conn, strands: &[Strand], way: Way<'_>) -> Result<(Vec<Place>, usize), Error> {
    let mut places = Vec::new();
    for strand in strands {
        places.append(&mut strand.all_places(conn, way.base)?);
    }
    let count = places.len();
    places.retain(|place| way.after.is_none_or(|after| way.is_beyond(place, after)));
    Ok((in_order(places, way), count))
}

/// A key may be in several strands.
fn in_order(mut places: Vec<Place>, way: Way<'_>) -> Vec<Place> {
    places.sort();
    places.dedup();
    if !way.ascending {
        places.reverse();
    }
    places.truncate(way.limit);
    places
}
