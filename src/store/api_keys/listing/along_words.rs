//! A search along the index of words: there a word has its keys in the order of their creation, so that the first ones
//! with all words of a search are found without reading the others.

use std::collections::BTreeMap;

use super::{
    Base, Reading,
    conditions::{bounds, conditions, fitting, has_too},
    place::{NumberedPlace, numbered},
    strand::{Source, Strand},
    ways::is_only,
};
use crate::{
    domain::{
        OrganizationId,
        api_key::{
            listing::{Filter, Whose},
            search::{Search, Term, Terms},
        },
    },
    store::{Conn, Error, sql::Sql},
};

/// So many words may fit a term; each is a strand.
const WORDS: usize = 4;

#[derive(Debug)]
pub(super) struct AlongWords {
    /// The keys with the rarest word that is searched for, one strand for each form of it.
    pub strands: Vec<Strand>,
    /// Of which number that word is.
    pub rarest: usize,
    /// Whether so few keys have it that they are better fetched.
    pub are_few: bool,
    /// Whether nothing but words is asked for: then hardly a key is read.
    pub is_alone: bool,
}

/// A term, with the words that fit it.
struct Fitted<'a> {
    number: usize,
    term: &'a Term,
    /// None when they are too many.
    words: Option<Vec<String>>,
    /// The earlier, the fewer keys have one of the words.
    yardstick: i64,
}

/// None when every term fits many words: their keys would have to be sorted.
pub(super) fn find(conn: &mut Conn, filter: &Filter, reading: Reading) -> Result<Option<AlongWords>, Error> {
    let (Whose::Organization(id), Some(Terms::Words(terms))) =
        (&filter.whose, filter.search.as_ref().map(Search::terms))
    else {
        return Ok(None);
    };
    let mut fitted = fit(conn, id, terms)?;
    measure(conn, id, &mut fitted, reading.limits.rare)?;
    fitted.sort_by_key(|fitted| fitted.yardstick);
    let Some((Fitted { words: Some(words), number: rarest, yardstick, .. }, others)) = fitted.split_first() else {
        return Ok(None);
    };
    let is_alone = is_only(filter, |whole| Filter { search: filter.search.clone(), ..whole });
    let conditions = if is_alone {
        others.iter().map(|other| other.is_fitted_too(conn, id)).collect()
    } else {
        conditions(filter, reading.now)
    };
    let strand = |word: &String| Strand {
        source: Source::Word { is_alone },
        seek: vec![Sql::new("w.organization_id = ? AND w.word = ?").with(id.as_str()).with(word.as_str())],
        conditions: conditions.clone(),
        is_sorted: true,
        bounds: bounds(filter, Base::Created, reading.now),
        is_kept: false,
        is_late: false,
    };
    let strands = words.iter().map(strand).collect();
    Ok(Some(AlongWords { strands, rarest: *rarest, are_few: *yardstick == i64::MIN, is_alone }))
}

/// The words that fit each term, one more than are borne at most, each found from the one before it.
fn fit<'a>(conn: &mut Conn, id: &OrganizationId, terms: &'a [Term]) -> Result<Vec<Fitted<'a>>, Error> {
    let ways: Vec<_> = terms
        .iter()
        .enumerate()
        .flat_map(|(number, term)| fitting(term).into_iter().map(move |fits| (number, fits)))
        .collect();
    let words = ways.iter().zip(0..).map(|((_, fits), way)| {
        let words = Sql::new("WITH RECURSIVE fitting(word, step) AS (SELECT min(w.word), 0")
            .then(" FROM api_key_words w WHERE w.organization_id = ? AND w.word >= ? AND w.word < ?")
            .with(id.as_str())
            .with(fits.from.as_str())
            .with(fits.until.as_str())
            .then(" UNION ALL SELECT (SELECT min(w.word) FROM api_key_words w WHERE w.organization_id = ?")
            .with(id.as_str())
            .then(" AND w.word > fitting.word AND w.word < ?), step + 1 FROM fitting")
            .with(fits.until.as_str())
            .then(&format!(" WHERE word IS NOT NULL AND step < {WORDS})"))
            .then(" SELECT word AS text, CAST(step AS BIGINT) AS number, CAST('' AS TEXT) AS id FROM fitting")
            .then(" WHERE word IS NOT NULL")
            .kept_if(true);
        (way, words)
    });
    let found: Vec<NumberedPlace> = numbered(words).load(conn)?;
    let mut words = vec![Vec::new(); terms.len()];
    for NumberedPlace { selection, place } in found {
        let way = usize::try_from(selection).unwrap_or_default();
        words[ways[way].0].push(place.text);
    }
    let fitted = terms.iter().zip(words).enumerate().map(|(number, (term, words))| {
        let words = Some(words).filter(|words| words.len() <= WORDS);
        Fitted { number, term, words, yardstick: i64::MAX }
    });
    Ok(fitted.collect())
}

/// When the key of the number `rare` was made that has such a word, the newest being the first. Before everything when
/// there are fewer.
fn measure(conn: &mut Conn, id: &OrganizationId, fitted: &mut [Fitted<'_>], rare: usize) -> Result<(), Error> {
    let words: Vec<_> = fitted
        .iter()
        .enumerate()
        .flat_map(|(index, fitted)| fitted.words.iter().flatten().map(move |word| (index, word)))
        .collect();
    let places = words.iter().zip(0..).map(|((_, word), number)| {
        let place = Sql::new("SELECT CAST('' AS TEXT) AS text, w.created_at AS number, w.api_key_id AS id")
            .then(" FROM api_key_words w WHERE w.organization_id = ? AND w.word = ?")
            .with(id.as_str())
            .with(word.as_str())
            .then(&format!(" ORDER BY w.created_at DESC, w.api_key_id DESC LIMIT 1 OFFSET {rare}"))
            .kept_if(true);
        (number, place)
    });
    let places: Vec<NumberedPlace> = if words.is_empty() { Vec::new() } else { numbered(places).load(conn)? };
    let mut latest = BTreeMap::new();
    for NumberedPlace { selection, place } in places {
        let index = words[usize::try_from(selection).unwrap_or_default()].0;
        let known = latest.entry(index).or_insert(i64::MIN);
        *known = place.number.max(*known);
    }
    for (index, fitted) in fitted.iter_mut().enumerate().filter(|(_, fitted)| fitted.words.is_some()) {
        fitted.yardstick = latest.get(&index).copied().unwrap_or(i64::MIN);
    }
    Ok(())
}

impl Fitted<'_> {
    /// That the key of the word at hand has one of these too. It is looked for where the keys of a word are beside each
    /// other, in their order, so that the next one is mostly on the same page of the index.
    fn is_fitted_too(&self, conn: &Conn, id: &OrganizationId) -> Sql {
        let words = match self.words.as_deref() {
            None | Some([]) => return has_too(self.term),
            Some(words) => words,
        };
        // PostgreSQL goes through both in step.
        if let (Conn::Postgres(_), [word]) = (conn, words) {
            let others =
                "SELECT o.created_at, o.api_key_id FROM api_key_words o WHERE o.organization_id = ? AND o.word = ?";
            let is_among = Sql::new(format!("(w.created_at, w.api_key_id) IN ({others})"));
            return is_among.with(id.as_str()).with(word.as_str());
        }
        let index = if matches!(conn, Conn::Sqlite(_)) { " INDEXED BY api_key_words_by_word" } else { "" };
        let is_there = words.iter().map(|word| {
            Sql::new(format!("(SELECT 1 FROM api_key_words o{index} WHERE o.organization_id = ? AND o.word = ?"))
                .with(id.as_str())
                .with(word.as_str())
                .then(" AND o.created_at = w.created_at AND o.api_key_id = w.api_key_id) = 1")
        });
        Sql::joined(is_there, " OR ").in_parentheses()
    }
}
