//! How many keys a filter lets pass, without looking at many of them.

use super::{
    Base,
    conditions::keys_with,
    place::Counted,
    plan::{find, is_empty, leave_out_late},
    strand::{Strand, Way},
    survey::Survey,
    ways::{expiring_alone, is_only, unused, walk, ways_to_fetch},
};
use crate::{
    domain::api_key::{
        listing::{Count, Filter, Whose},
        search::{Search, Terms},
    },
    store::{Conn, Error, sql::Sql},
};

/// What one is certain of when keys were not all looked at: as many as a page has.
const CERTAIN: i64 = 50;

/// How many keys pass, given that there are `known` at least; as far as it can be said without looking at many.
pub(super) fn count(conn: &mut Conn, survey: &mut Survey<'_>, known: i64) -> Result<Count, Error> {
    let (filter, now, limits) = (survey.filter, survey.reading.now, survey.reading.limits);
    if is_empty(filter) {
        return Ok(Count::Exactly(0));
    }
    if let Some(mut strands) = counted_by_index(conn, survey)? {
        leave_out_late(conn, survey, std::iter::once(&mut strands))?;
        return count_strands(conn, survey, &strands);
    }
    if let Some(count) = count_of_word(conn, filter, limits.count)? {
        return Ok(count);
    }
    let mut walk = walk(filter, Base::Created, now);
    let mut ways = ways_to_fetch(filter, now);
    leave_out_late(conn, survey, std::iter::once(&mut walk.strands).chain(&mut ways))?;
    let along_words = survey.along_words(conn)?;
    if along_words.is_some_and(|along| along.is_alone) && known > CERTAIN {
        // There are more than fit on the page; few of those that would be looked at are likely to be among them.
        return Ok(more_than_page(known));
    }
    let along_words = along_words.map(|along| along.strands.clone());
    if let Some(strands) = survey.way_with_at_most(conn, &ways, limits.few)? {
        return count_strands(conn, survey, strands);
    }
    let may_repeat = along_words.as_ref().is_some_and(|strands| strands.len() > 1);
    let strands = along_words.unwrap_or(walk.strands);
    let (mut count, mut most, mut is_all) = (0, 0, !may_repeat);
    let all = i64::try_from(limits.sample).unwrap_or(i64::MAX);
    let mut found = 0;
    for strand in &strands {
        found += survey.probe(conn, strand, all + 1)?;
    }
    // Where they are too many to look at all of them, a part says as much.
    let visits = if found <= all { limits.sample } else { limits.sample / 4 };
    for strand in &strands {
        let (passed, ended) = strand.sample(conn, Base::Created, visits + 1)?;
        count += passed;
        most = most.max(passed);
        is_all &= ended;
    }
    if is_all {
        return Ok(Count::Exactly(count));
    }
    match known.max(if may_repeat { most } else { count }) {
        least if least > CERTAIN => Ok(more_than_page(least)),
        _ => count_a_page(conn, survey),
    }
}

/// In steps of a page, so that it changes seldom.
fn more_than_page(least: i64) -> Count {
    Count::MoreThan((least - 1) / CERTAIN * CERTAIN)
}

fn count_strands(conn: &mut Conn, survey: &mut Survey<'_>, strands: &[Strand]) -> Result<Count, Error> {
    let limit = survey.reading.limits.count;
    let mut count = 0;
    for strand in strands {
        count += survey.count(conn, strand, limit + 1)?;
    }
    Ok(Count::up_to(count, limit))
}

/// Strands that have every key of the list and no other, so that an index alone counts them.
fn counted_by_index(conn: &mut Conn, survey: &mut Survey<'_>) -> Result<Option<Vec<Strand>>, Error> {
    let (filter, now) = (survey.filter, survey.reading.now);
    let alone = |strands: Vec<Strand>| {
        strands.into_iter().map(|strand| Strand { conditions: Vec::new(), is_kept: true, ..strand }).collect()
    };
    if let Some(strands) = expiring_alone(filter, Base::Created, now) {
        return Ok(Some(alone(strands)));
    }
    let is_unused_alone = matches!(filter.whose, Whose::Organization(_))
        && is_only(filter, |whole| Filter { unused_for: filter.unused_for, ..whole });
    if let Some(strands) = unused(filter, now).filter(|_| is_unused_alone) {
        // That index does not know when keys expire.
        return Ok((!survey.have_expired_unnoted(conn)?).then(|| alone(strands)));
    }
    let walk = walk(filter, Base::Created, now);
    Ok(walk.is_exact.then_some(walk.strands))
}

/// As many as a page needs are certain.
fn count_a_page(conn: &mut Conn, survey: &mut Survey<'_>) -> Result<Count, Error> {
    let limit = usize::try_from(CERTAIN).unwrap_or_default() + 1;
    let found = find(conn, survey, Way { base: Base::Created, ascending: false, after: None, limit })?;
    let some = i64::try_from(found.places.len()).unwrap_or(i64::MAX);
    Ok(found.count.map_or(Count::up_to(some, CERTAIN), Count::Exactly))
}

/// How many keys have the one word that is searched for, where that is all that is asked.
fn count_of_word(conn: &mut Conn, filter: &Filter, limit: i64) -> Result<Option<Count>, Error> {
    let (Whose::Organization(id), Some(Terms::Words(terms))) =
        (&filter.whose, filter.search.as_ref().map(Search::terms))
    else {
        return Ok(None);
    };
    let [term] = terms.as_slice() else { return Ok(None) };
    if !is_only(filter, |whole| Filter { search: filter.search.clone(), ..whole }) {
        return Ok(None);
    }
    let rows: Vec<Counted> =
        Sql::new("SELECT count(*) AS visited, count(DISTINCT id) AS passed FROM (SELECT id FROM (")
            .then_sql(keys_with(id.as_str(), term))
            .then(&format!(") w LIMIT {}) w", limit + 1))
            .load(conn)?;
    let (visited, passed) = rows.first().map_or((0, 0), |row| (row.visited, row.passed));
    Ok(match visited {
        _ if visited <= limit => Some(Count::Exactly(passed)),
        _ if passed > CERTAIN => Some(more_than_page(passed)),
        _ => None,
    })
}
