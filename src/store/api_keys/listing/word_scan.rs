//! Scans of the index of words. It has the keys of a word in the order of their creation, so the newest keys with all
//! words of a search are found without reading the others.

use std::collections::BTreeMap;

use super::{
    ReadOptions, SortKey,
    access_paths::is_only,
    conditions::{bounds, conditions, has_word_of, word_ranges},
    indexes,
    scan::{Scan, Source},
    seek_key::{NumberedRow, union_all},
};
use crate::{
    domain::{
        OrganizationId,
        api_key::{
            listing::{Criteria, Filter, Whose},
            search::{Search, Term, Terms},
        },
    },
    store::{Conn, Error, sql::Sql},
};

/// Words that may match a term: each is a scan.
const WORDS: usize = 4;

#[derive(Debug)]
pub(super) struct WordScan {
    /// The keys with the rarest term, one scan for each word that matches it.
    pub scans: Vec<Scan>,
    /// The index of that term.
    pub rarest: usize,
    /// Whether few keys have it, so that they are better fetched.
    pub is_rare: bool,
    /// Whether the filter is only a search, so that hardly any key is read.
    pub is_only_search: bool,
}

/// A term with the words that match it.
struct TermWords<'a> {
    index: usize,
    term: &'a Term,
    /// None if there are more than [`WORDS`].
    words: Option<Vec<String>>,
    /// The lower, the fewer keys have one of the words.
    frequency: i64,
}

/// Returns None if more than [`WORDS`] match every term: their keys would have to be sorted.
pub(super) fn find(conn: &mut Conn, filter: &Filter, options: ReadOptions) -> Result<Option<WordScan>, Error> {
    let (Whose::Organization(id), Some(Terms::Words(terms))) =
        (&filter.whose, filter.criteria.search.as_ref().map(Search::terms))
    else {
        return Ok(None);
    };
    let mut matched = words_of_terms(conn, id, terms)?;
    compare_frequencies(conn, id, &mut matched, options.limits.rare)?;
    matched.sort_by_key(|term| term.frequency);
    let Some((TermWords { words: Some(words), index: rarest, frequency, .. }, others)) = matched.split_first() else {
        return Ok(None);
    };
    let is_only_search = is_only(filter, Criteria { search: filter.criteria.search.clone(), ..Criteria::default() });
    let conditions = if is_only_search {
        others.iter().map(|other| other.condition(conn, id)).collect()
    } else {
        conditions(filter, options.now)
    };
    let scan = |word: &String| Scan {
        is_sorted: true,
        bounds: bounds(filter, SortKey::Created, options.now),
        ..Scan::new(
            Source::Beside { table: indexes::WORDS, only: is_only_search },
            [is_word("w", id, word)],
            conditions.clone(),
        )
    };
    let scans = words.iter().map(scan).collect();
    Ok(Some(WordScan { scans, rarest: *rarest, is_rare: *frequency == i64::MIN, is_only_search }))
}

fn is_word(table: &str, id: &OrganizationId, word: &str) -> Sql {
    Sql::new(format!("{table}.organization_id = ? AND {table}.word = ?")).with(id.as_str()).with(word)
}

/// Finds the words that match each term, up to one too many. Each is found from the one before it, without reading
/// their keys.
fn words_of_terms<'a>(conn: &mut Conn, id: &OrganizationId, terms: &'a [Term]) -> Result<Vec<TermWords<'a>>, Error> {
    let ranges: Vec<_> = terms
        .iter()
        .enumerate()
        .flat_map(|(index, term)| word_ranges(term).into_iter().map(move |range| (index, range)))
        .collect();
    let selections = ranges.iter().zip(0..).map(|((_, range), number)| {
        let words = Sql::new("WITH RECURSIVE matching(word, step) AS (SELECT min(w.word), 0")
            .then(" FROM api_key_words w WHERE w.organization_id = ? AND w.word >= ? AND w.word < ?")
            .with(id.as_str())
            .with(range.from.as_str())
            .with(range.until.as_str())
            .then(" UNION ALL SELECT (SELECT min(w.word) FROM api_key_words w WHERE w.organization_id = ?")
            .with(id.as_str())
            .then(" AND w.word > matching.word AND w.word < ?), step + 1 FROM matching")
            .with(range.until.as_str())
            .then(&format!(" WHERE word IS NOT NULL AND step < {WORDS})"))
            .then(" SELECT word AS text, CAST(step AS BIGINT) AS number, CAST('' AS TEXT) AS id FROM matching")
            .then(" WHERE word IS NOT NULL")
            .cached_if(true);
        (number, words)
    });
    let found: Vec<NumberedRow> = union_all(selections).load(conn)?;
    let mut words = vec![Vec::new(); terms.len()];
    for NumberedRow { selection, seek_key } in found {
        let number = usize::try_from(selection).unwrap_or_default();
        words[ranges[number].0].push(seek_key.text);
    }
    let matched = terms.iter().zip(words).enumerate().map(|(index, (term, words))| {
        let words = Some(words).filter(|words| words.len() <= WORDS);
        TermWords { index, term, words, frequency: i64::MAX }
    });
    Ok(matched.collect())
}

/// Compares words by the time of their key number `rare`, counted from the newest. Counting them would take longer. A
/// term with fewer keys than that gets the lowest frequency.
fn compare_frequencies(
    conn: &mut Conn,
    id: &OrganizationId,
    matched: &mut [TermWords<'_>],
    rare: usize,
) -> Result<(), Error> {
    let words: Vec<_> = matched
        .iter()
        .enumerate()
        .flat_map(|(index, term)| term.words.iter().flatten().map(move |word| (index, word)))
        .collect();
    let selections = words.iter().zip(0..).map(|((_, word), number)| {
        let nth = Sql::new("SELECT CAST('' AS TEXT) AS text, w.created_at AS number, w.api_key_id AS id")
            .then(" FROM api_key_words w WHERE ")
            .then_sql(is_word("w", id, word))
            .then(&format!(" ORDER BY w.created_at DESC, w.api_key_id DESC LIMIT 1 OFFSET {rare}"))
            .cached_if(true);
        (number, nth)
    });
    let found: Vec<NumberedRow> = if words.is_empty() { Vec::new() } else { union_all(selections).load(conn)? };
    let mut latest = BTreeMap::new();
    for NumberedRow { selection, seek_key } in found {
        let index = words[usize::try_from(selection).unwrap_or_default()].0;
        let known = latest.entry(index).or_insert(i64::MIN);
        *known = seek_key.number.max(*known);
    }
    for (index, term) in matched.iter_mut().enumerate().filter(|(_, term)| term.words.is_some()) {
        term.frequency = latest.get(&index).copied().unwrap_or(i64::MIN);
    }
    Ok(())
}

impl TermWords<'_> {
    /// That the scanned key has one of these words too. The words of one time are beside each other in the index, so
    /// the next one is usually on the same page of it.
    fn condition(&self, conn: &Conn, id: &OrganizationId) -> Sql {
        let words = match self.words.as_deref() {
            None | Some([]) => return has_word_of(self.term),
            Some(words) => words,
        };
        // PostgreSQL makes a merge join of this.
        if let (Conn::Postgres(_), [word]) = (conn, words) {
            return Sql::new(
                "(w.created_at, w.api_key_id) IN (SELECT o.created_at, o.api_key_id FROM api_key_words o WHERE ",
            )
            .then_sql(is_word("o", id, word))
            .then(")");
        }
        let index = if matches!(conn, Conn::Sqlite(_)) { " INDEXED BY api_key_words_by_word" } else { "" };
        let has_word = words.iter().map(|word| {
            Sql::new(format!("(SELECT 1 FROM api_key_words o{index} WHERE "))
                .then_sql(is_word("o", id, word))
                .then(" AND o.created_at = w.created_at AND o.api_key_id = w.api_key_id) = 1")
        });
        Sql::joined(has_word, " OR ").in_parentheses()
    }
}
