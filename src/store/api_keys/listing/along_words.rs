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

/// A term, with the words that fit it.
struct Fitted<'a> {
    term: &'a Term,
    /// None when they are too many.
    words: Option<Vec<String>>,
    /// The earlier, the fewer keys have one of the words.
    yardstick: i64,
}

/// The keys with the rarest word that is searched for, one strand for each form of it. None when every term fits many
/// words: those would have to be sorted.
pub(super) fn strands(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<Option<Vec<Strand>>, Error> {
    let (Whose::Organization(id), Some(Terms::Words(terms))) =
        (&filter.whose, filter.search.as_ref().map(Search::terms))
    else {
        return Ok(None);
    };
    let mut fitted = Vec::new();
    for term in terms {
        fitted.push(Fitted::find(conn, id, term, terms.len() > 1)?);
    }
    fitted.sort_by_key(|fitted| fitted.yardstick);
    let Some((Fitted { words: Some(words), .. }, others)) = fitted.split_first() else { return Ok(None) };
    let is_alone = is_only(filter, |whole| Filter { search: filter.search.clone(), ..whole });
    let conditions = if is_alone {
        others.iter().map(|other| other.is_fitted_too(conn, id)).collect()
    } else {
        conditions(filter, now)
    };
    let strand = |word: &String| Strand {
        source: Source::Word { is_alone },
        seek: vec![Sql::new("w.organization_id = ? AND w.word = ?").with(id.as_str()).with(word.as_str())],
        conditions: conditions.clone(),
        is_sorted: true,
        bounds: bounds(filter, Base::Created, now),
        is_kept: false,
        is_late: false,
    };
    Ok(Some(words.iter().map(strand).collect()))
}

impl<'a> Fitted<'a> {
    fn find(conn: &mut Conn, id: &OrganizationId, term: &'a Term, is_compared: bool) -> Result<Self, Error> {
        let words = list_fitting(conn, id, term)?;
        if words.len() > WORDS {
            return Ok(Self { term, words: None, yardstick: i64::MAX });
        }
        let mut latest = i64::MIN;
        for word in words.iter().filter(|_| is_compared) {
            latest = latest.max(yardstick(conn, id, word)?);
        }
        Ok(Self { term, words: Some(words), yardstick: latest })
    }

    /// That the key of the word at hand has one of these too. It is looked for where the keys of a word are beside each
    /// other, so that the next one that is looked for is mostly on the same page of the index.
    fn is_fitted_too(&self, conn: &Conn, id: &OrganizationId) -> Sql {
        let Some(words) = self.words.as_ref().filter(|words| !words.is_empty()) else { return has_too(self.term) };
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
            .then(&format!(
                " WHERE word IS NOT NULL AND step < {WORDS}) SELECT word FROM fitting WHERE word IS NOT NULL"
            ))
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
