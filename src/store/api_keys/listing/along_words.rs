//! A search along the index of words: there a word has its keys in the order of their creation, so that the first ones
//! with all words of a search are found without reading the others.

use diesel::{QueryableByName, sql_types::Text};

use super::{
    Base,
    conditions::{bounds, conditions, fitting, has_too},
    plan::is_only,
    sql::{Place, Sql},
    strand::{Source, Strand},
};
use crate::{
    domain::{
        OrganizationId, Timestamp,
        api_key::{
            listing::{Filter, Whose},
            search::{Search, Term, Terms},
        },
    },
    store::{Conn, Error},
};

/// So many words may fit a term; each is a strand.
const WORDS: usize = 4;
/// By how old its key of this number is, a word is told to be rare.
const YARDSTICK: usize = 200;

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// The keys with the rarest word that is searched for, one strand for each form of it. None when every term fits many
/// words: those would have to be sorted.
pub(super) fn strands(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<Option<Vec<Strand>>, Error> {
    let (Whose::Organization(id), Some(Terms::Words(terms))) =
        (&filter.whose, filter.search.as_ref().map(Search::terms))
    else {
        return Ok(None);
    };
    let mut rarest: Option<(i64, &Term, Vec<String>)> = None;
    for term in terms {
        let words = list_fitting(conn, id, term)?;
        if words.len() > WORDS {
            continue;
        }
        let mut age = i64::MIN;
        // Nothing to compare with where there is one term.
        for word in words.iter().filter(|_| terms.len() > 1) {
            age = age.max(yardstick(conn, id, word)?);
        }
        if rarest.as_ref().is_none_or(|(other, ..)| age < *other) {
            rarest = Some((age, term, words));
        }
    }
    let Some((_, rarest, words)) = rarest else { return Ok(None) };
    let is_alone = is_only(filter, |whole| Filter { search: filter.search.clone(), ..whole });
    let others = || terms.iter().filter(|term| *term != rarest).map(has_too).collect();
    let strand = |word: &String| Strand {
        source: Source::Word { is_alone },
        seek: vec![Sql::new("w.organization_id = ? AND w.word = ?").with(id.as_str()).with(word.as_str())],
        conditions: if is_alone { others() } else { conditions(filter, now) },
        is_sorted: true,
        bounds: bounds(filter, Base::Created, now),
        is_kept: false,
    };
    Ok(Some(words.iter().map(strand).collect()))
}

/// The words that fit, one more than are borne at most, each found from the one before it.
fn list_fitting(conn: &mut Conn, id: &OrganizationId, term: &Term) -> Result<Vec<String>, Error> {
    let mut words = Vec::new();
    for fits in fitting(term) {
        let found: Vec<Word> = Sql::new("WITH RECURSIVE fitting(word, step) AS (SELECT min(w.word), 0")
            .then(" FROM api_key_words w WHERE w.organization_id = ? AND w.word >= ? AND w.word < ?")
            .with(id.as_str())
            .with(fits.from.as_str())
            .with(fits.until.as_str())
            .then(" UNION ALL SELECT (SELECT min(w.word) FROM api_key_words w WHERE w.organization_id = ?")
            .with(id.as_str())
            .then(" AND w.word > fitting.word AND w.word < ?), step + 1 FROM fitting")
            .with(fits.until.as_str())
            .then(&format!(" WHERE word IS NOT NULL AND step < {WORDS}) SELECT word FROM fitting WHERE word IS NOT NULL"))
            .kept_if(true)
            .load(conn)?;
        words.extend(found.into_iter().map(|found| found.word));
    }
    Ok(words)
}

/// When the key of this number was made, the newest being the first. Before everything when there are fewer.
fn yardstick(conn: &mut Conn, id: &OrganizationId, word: &str) -> Result<i64, Error> {
    let places: Vec<Place> = Sql::new("SELECT CAST('' AS TEXT) AS text, w.created_at AS number, w.api_key_id AS id")
        .then(" FROM api_key_words w WHERE w.organization_id = ? AND w.word = ?")
        .with(id.as_str())
        .with(word)
        .then(&format!(" ORDER BY w.created_at DESC, w.api_key_id DESC LIMIT 1 OFFSET {YARDSTICK}"))
        .kept_if(true)
        .load(conn)?;
    Ok(places.first().map_or(i64::MIN, |place| place.number))
}
