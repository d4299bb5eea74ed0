//! A scan reads some of the keys of a list through one index. A list is one scan, or several merged.

use super::{
    SortKey,
    indexes::{BY_EXPIRY, BY_STATUS_AND_USE, Index, LIVE_BY_DISUSE, LIVE_BY_EXPIRY, TableBeside, WORDS},
    seek_key::{Counted, NumberedRow, SeekKey, union_all},
};
use crate::store::{Conn, Error, sql::Sql};

#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub source: Source,
    /// Conditions that the index answers.
    pub seek: Vec<Sql>,
    /// Conditions that are checked for each key found.
    pub conditions: Vec<Sql>,
    /// Whether the index has the keys in the order of the list.
    pub is_sorted: bool,
    /// The range of the sorted column: above the first value, up to the second.
    pub bounds: (Option<i64>, Option<i64>),
    /// Whether the statement stays prepared: the index is right for all values, and there are few such statements.
    pub is_cached: bool,
    /// Whether it reads the keys that have expired and are not marked so yet.
    pub is_of_unmarked: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Source {
    Index(Index),
    /// The database chooses the index.
    Any,
    /// Keys with certain words: a selection of `id`, possibly with duplicates.
    Words(Sql),
    /// The same without reading the keys: a selection of `id` and `created_at`.
    WordsOnly(Sql),
    /// Part of a table `w` that has some of the keys in the order of their creation. With `only`, the keys are not read.
    Beside {
        table: TableBeside,
        only: bool,
    },
}

/// Which part of a list is read: at most `limit` keys after a seek key, in one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'a> {
    pub sort_key: SortKey,
    pub ascending: bool,
    pub after: Option<&'a SeekKey>,
    pub limit: usize,
}

impl Window<'_> {
    fn contains(&self, seek_key: &SeekKey) -> bool {
        self.after.is_none_or(|after| if self.ascending { seek_key > after } else { seek_key < after })
    }

    /// The first keys of the window, given those of all scans. A key may be in several of them.
    fn first_of(&self, mut seek_keys: Vec<SeekKey>) -> Vec<SeekKey> {
        seek_keys.sort();
        seek_keys.dedup();
        if !self.ascending {
            seek_keys.reverse();
        }
        seek_keys.truncate(self.limit);
        seek_keys
    }
}

impl Scan {
    /// A scan in no order, of which the statement does not stay prepared.
    pub fn new(source: Source, seek: impl IntoIterator<Item = Sql>, conditions: Vec<Sql>) -> Self {
        let seek = seek.into_iter().collect();
        Self {
            source,
            seek,
            conditions,
            is_sorted: false,
            bounds: (None, None),
            is_cached: false,
            is_of_unmarked: false,
        }
    }

    /// Whether the other scan reads no fewer keys than this one, because both read the same part of the filter.
    pub fn reads_like(&self, other: &Self) -> bool {
        match (&self.source, &other.source) {
            (Source::Words(_), Source::Beside { table, .. }) => *table == WORDS,
            (Source::Beside { table, .. }, Source::Beside { table: other, .. }) => table == other,
            (Source::Index(index), Source::Index(other)) => match index.name {
                name if name == LIVE_BY_EXPIRY.name => other.name == BY_EXPIRY.name,
                name if name == LIVE_BY_DISUSE.name => other.name == BY_STATUS_AND_USE.name,
                name => name == other.name,
            },
            _ => false,
        }
    }

    fn select_window(&self, conn: &Conn, window: Window<'_>) -> Sql {
        self.select(conn, &self.columns(window.sort_key), window).cached_if(self.is_cached)
    }

    /// Loads the seek keys of all its keys, in no order.
    fn load_all(&self, conn: &mut Conn, sort_key: SortKey) -> Result<Vec<SeekKey>, Error> {
        Sql::new(format!("SELECT {}", self.columns(sort_key)))
            .then_sql(self.from(conn, &self.all_conditions()))
            .load(conn)
    }

    /// Selects one row for each key that the index finds.
    pub fn select_found(&self, conn: &Conn) -> Sql {
        match &self.source {
            Source::Words(ids) => Sql::new("SELECT 1 AS one FROM (").then_sql(ids.clone()).then(") w"),
            _ => Sql::new("SELECT 1 AS one").then_sql(self.unfiltered().from(conn, &self.seek)).then(&self.order()),
        }
    }

    /// Selects one row for each of its keys.
    pub fn select_passed(&self, conn: &Conn) -> Sql {
        let rows = Sql::new("SELECT 1 AS one").then_sql(self.from(conn, &self.all_conditions()));
        rows.then(&self.order()).cached_if(self.is_cached)
    }

    fn order(&self) -> String {
        match &self.source {
            Source::Index(index) => format!(" ORDER BY {}", index.order),
            _ => String::new(),
        }
    }

    /// Counts its keys among the first `visits` that the index finds. Also returns whether there are no others.
    pub fn sample(&self, conn: &mut Conn, sort_key: SortKey, visits: usize) -> Result<(i64, bool), Error> {
        let window = Window { sort_key, ascending: false, after: None, limit: visits };
        let (columns, name) = match self.source {
            Source::Beside { .. } => ("w.api_key_id, w.created_at", "w"),
            _ => ("k.*", "k"),
        };
        let passes = Sql::joined(self.conditions.iter().cloned(), " AND ");
        let passes = if self.conditions.is_empty() { Sql::new("1 = 1") } else { passes };
        let keys = match self.source {
            Source::Beside { only: false, .. } => " CROSS JOIN api_keys k WHERE k.id = w.api_key_id",
            _ => "",
        };
        let rows: Vec<Counted> = Sql::new("SELECT count(*) AS visited, CAST(COALESCE(SUM(CASE WHEN ")
            .then_sql(passes)
            .then(" THEN 1 ELSE 0 END), 0) AS BIGINT) AS passed FROM (")
            .then_sql(self.unfiltered().select(conn, columns, window))
            .then(&format!(") {name}{keys}"))
            .load(conn)?;
        Ok(rows.first().map_or((0, true), |row| (row.passed, usize::try_from(row.visited).unwrap_or(0) < visits)))
    }

    fn all_conditions(&self) -> Vec<Sql> {
        self.seek.iter().chain(&self.conditions).cloned().collect()
    }

    /// The same scan without conditions that the index cannot answer.
    fn unfiltered(&self) -> Self {
        let source = match &self.source {
            Source::Beside { table, .. } => Source::Beside { table: *table, only: true },
            other => other.clone(),
        };
        Self { source, conditions: Vec::new(), is_cached: false, ..self.clone() }
    }

    /// The columns of [`SeekKey`].
    fn columns(&self, sort_key: SortKey) -> String {
        let (expression, id) = (self.expression(sort_key), self.id());
        if sort_key == SortKey::Name {
            format!("{expression} AS text, CAST(0 AS BIGINT) AS number, {id} AS id")
        } else {
            format!("CAST('' AS TEXT) AS text, {expression} AS number, {id} AS id")
        }
    }

    fn select(&self, conn: &Conn, columns: &str, window: Window<'_>) -> Sql {
        let mut all = self.all_conditions();
        let (expression, id) = (self.expression(window.sort_key), self.id());
        let (above, up_to) = self.bounds;
        // A bound on the side of the seek key says less than the seek key, and the database might use it instead.
        if let Some(above) = above.filter(|_| !(window.ascending && window.after.is_some())) {
            all.push(Sql::new(format!("{expression} > ?")).with(above));
        }
        if let Some(up_to) = up_to.filter(|_| window.ascending || window.after.is_none()) {
            all.push(Sql::new(format!("{expression} <= ?")).with(up_to));
        }
        let (sign, direction) = if window.ascending { (">", "ASC") } else { ("<", "DESC") };
        if let Some(after) = window.after {
            if window.sort_key == SortKey::Used {
                // SQLite does not seek by a row value that contains an expression.
                all.push(Sql::new(format!("{expression} {sign}= ?")).with(after.number));
            }
            let seek = Sql::new(format!("({expression}, {id}) {sign} (?, ?)"));
            let is_text = window.sort_key == SortKey::Name;
            let seek = if is_text { seek.with(after.text.as_str()) } else { seek.with(after.number) };
            all.push(seek.with(after.id.as_str()));
        }
        Sql::new(format!("SELECT {columns}"))
            .then_sql(self.from(conn, &all))
            .then(&format!(" ORDER BY {expression} {direction}, {id} {direction} LIMIT {}", window.limit))
    }

    fn from(&self, conn: &Conn, conditions: &[Sql]) -> Sql {
        let from = match (&self.source, conn) {
            (Source::WordsOnly(keys), _) => {
                let all = Sql::joined(conditions.iter().cloned(), " AND ");
                let all = if conditions.is_empty() { all } else { Sql::new(" WHERE ").then_sql(all) };
                return Sql::new(" FROM (").then_sql(keys.clone()).then(") k").then_sql(all);
            }
            (Source::Index(index), Conn::Sqlite(_)) => {
                Sql::new(format!(" FROM api_keys k INDEXED BY {} WHERE ", index.name))
            }
            (Source::Index(_) | Source::Any, _) => Sql::new(" FROM api_keys k WHERE "),
            // SQLite reads the tables of a cross join in their order.
            (Source::Words(ids), _) => Sql::new(" FROM (SELECT DISTINCT id AS api_key_id FROM (")
                .then_sql(ids.clone())
                .then(") i) w CROSS JOIN api_keys k WHERE k.id = w.api_key_id AND "),
            (Source::Beside { table, only }, _) => {
                let TableBeside { name, index } = table;
                let index =
                    if matches!(conn, Conn::Sqlite(_)) { format!(" INDEXED BY {index}") } else { String::new() };
                let keys = if *only { " WHERE " } else { " CROSS JOIN api_keys k WHERE k.id = w.api_key_id AND " };
                Sql::new(format!(" FROM {name} w{index}{keys}"))
            }
        };
        from.then_sql(Sql::joined(conditions.iter().cloned(), " AND "))
    }

    /// What the list is sorted by. If the index does not have that order, an expression that no index has: otherwise
    /// the database might scan the whole list in its order to find a few keys.
    fn expression(&self, sort_key: SortKey) -> &'static str {
        match (sort_key, self.is_sorted) {
            (SortKey::Created, true) if matches!(self.source, Source::Beside { .. }) => "w.created_at",
            (SortKey::Name, true) => "k.name_folded",
            (SortKey::Name, false) => "(k.name_folded || '')",
            (SortKey::Created, true) => "k.created_at",
            (SortKey::Created, false) => "(k.created_at + 0)",
            (SortKey::Expires, true) => "k.expires_at",
            (SortKey::Expires, false) => "(k.expires_at + 0)",
            (SortKey::Used, true) => "COALESCE(k.last_used_at, 0)",
            (SortKey::Used, false) => "(COALESCE(k.last_used_at, 0) + 0)",
        }
    }

    fn id(&self) -> &'static str {
        match (&self.source, self.is_sorted) {
            (Source::Beside { .. }, true) => "w.api_key_id",
            (_, true) => "k.id",
            (_, false) => "(k.id || '')",
        }
    }
}

/// Reads the window of several scans in one statement, and merges them.
pub(super) fn merge(conn: &mut Conn, scans: &[Scan], window: Window<'_>) -> Result<Vec<SeekKey>, Error> {
    if scans.is_empty() {
        return Ok(Vec::new());
    }
    let windows: Vec<_> =
        scans.iter().zip(0..).map(|(scan, number)| (number, scan.select_window(conn, window))).collect();
    let found: Vec<NumberedRow> = union_all(windows).load(conn)?;
    Ok(window.first_of(found.into_iter().map(|row| row.seek_key).collect()))
}

/// Reads all keys of the scans, and sorts them here. Also returns how many there are in all.
pub(super) fn fetch_all(conn: &mut Conn, scans: &[Scan], window: Window<'_>) -> Result<(Vec<SeekKey>, i64), Error> {
    let mut seek_keys = Vec::new();
    for scan in scans {
        seek_keys.append(&mut scan.load_all(conn, window.sort_key)?);
    }
    let count = i64::try_from(seek_keys.len()).unwrap_or(i64::MAX);
    seek_keys.retain(|seek_key| window.contains(seek_key));
    Ok((window.first_of(seek_keys), count))
}
