//! By which way a list is read, so that no page costs more when there are more keys.
//!
//! Where an index has just the keys of the filter in the order of the list, it is walked. Else each filter is asked
//! whether it lets only a few keys pass, which its own index counts: those are fetched and sorted. When all let many
//! pass, the order is walked for a while, where enough keys that pass come soon, or the rarest word of a search, which
//! has its keys in order too. Where they do not come soon, up to some thousands are fetched all the same; and when there
//! are more, the walk goes on until the page is full.

use super::{
    Base,
    conditions::{conditions, keys_with, whose},
    place::{Place, count_rows},
    strand::{self, Source, Strand, Way},
    survey::Survey,
    ways::{expiring_alone, is_only, walk, ways_to_fetch},
};
use crate::{
    domain::{
        Status,
        api_key::{
            listing::{Filter, Whose},
            search::{Search, Terms},
        },
    },
    store::{Conn, Error, sql::Sql},
};

/// The next places of a list.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub places: Vec<Place>,
    /// How many keys pass, if all of them were looked at.
    pub count: Option<i64>,
}

pub(super) fn find(conn: &mut Conn, survey: &mut Survey<'_>, way: Way<'_>) -> Result<Found, Error> {
    let (filter, now, limits) = (survey.filter, survey.reading.now, survey.reading.limits);
    if is_empty(filter) {
        return Ok(Found { places: Vec::new(), count: Some(0) });
    }
    let not_counted = |places| Ok(Found { places, count: None });
    let mut walk = walk(filter, way.base, now);
    let mut ways = ways_to_fetch(filter, now);
    leave_out_late(conn, survey, std::iter::once(&mut walk.strands).chain(&mut ways))?;
    if walk.is_exact {
        return not_counted(strand::merged(conn, &walk.strands, way)?);
    }
    let fetched = |conn: &mut Conn, strands: &[Strand]| {
        let (places, count) = strand::fetched(conn, strands, way)?;
        Ok(Found { places, count: Some(i64::try_from(count).unwrap_or(i64::MAX)) })
    };
    let mut strands = walk.strands;
    if way.base == Base::Created
        && let Some(along) = survey.along_words(conn)?
    {
        if along.are_few {
            return fetched(conn, &ways[along.rarest]);
        }
        if along.is_alone {
            return not_counted(strand::merged(conn, &along.strands, way)?);
        }
        strands.clone_from(&along.strands);
    }
    if let Some(strands) = expiring_alone(filter, way.base, now)
        && survey.way_with_at_most(conn, std::slice::from_ref(&strands), limits.sorted)?.is_some()
    {
        return not_counted(strand::merged(conn, &strands, way)?);
    }
    if let Some(strands) = survey.way_with_at_most(conn, &ways, limits.few)? {
        return fetched(conn, strands);
    }
    if let Some(places) = strand::merged_within(conn, &strands, way, limits.steps)? {
        return not_counted(places);
    }
    if let Some(strands) = survey.way_with_at_most(conn, &ways, limits.fetch)? {
        return fetched(conn, strands);
    }
    match common_words(conn, survey, way.base)? {
        Some(strand) => not_counted(strand::merged(conn, &[strand], way)?),
        None => not_counted(strand::merged(conn, &strands, way)?),
    }
}

/// No key has what is asked for.
pub(super) fn is_empty(filter: &Filter) -> bool {
    filter.is_of_live() && filter.status.is_some_and(|status| !status.is_live())
}

/// Of a list of expired keys, the strands of those of which that is not noted yet, when there are none: mostly.
pub(super) fn leave_out_late<'a>(
    conn: &mut Conn,
    survey: &mut Survey<'_>,
    all: impl Iterator<Item = &'a mut Vec<Strand>>,
) -> Result<(), Error> {
    let filter = survey.filter;
    let is_of_expired = filter.status == Some(Status::Expired) && matches!(filter.whose, Whose::Organization(_));
    if is_of_expired && !survey.have_expired_unnoted(conn)? {
        for strands in all {
            strands.retain(|strand| !strand.is_late);
        }
    }
    Ok(())
}

/// A search for words that many keys have: as long as they are not too many, those that have all of them are found
/// without reading a key.
fn common_words(conn: &mut Conn, survey: &Survey<'_>, base: Base) -> Result<Option<Strand>, Error> {
    let (filter, reading) = (survey.filter, survey.reading);
    let (Whose::Organization(id), Some(Terms::Words(terms))) =
        (&filter.whose, filter.search.as_ref().map(Search::terms))
    else {
        return Ok(None);
    };
    let mut bearable = Vec::new();
    for term in terms {
        let keys = keys_with(id.as_str(), term);
        let probe = Sql::new("SELECT 1 AS one FROM (").then_sql(keys.clone());
        let found = count_rows(conn, probe.then(&format!(") w LIMIT {}", reading.limits.words + 1)))?;
        if found <= reading.limits.words {
            bearable.push(distinct("id, created_at", keys));
        }
    }
    if bearable.is_empty() {
        return Ok(None);
    }
    let is_all = bearable.len() == terms.len()
        && base == Base::Created
        && is_only(filter, |whole| Filter { search: filter.search.clone(), ..whole });
    let keys = Sql::joined(bearable, " INTERSECT ");
    let (source, seek, conditions) = if is_all {
        (Source::WordsAlone(keys), Vec::new(), Vec::new())
    } else {
        (Source::Words(keys), vec![whose(filter)], conditions(filter, reading.now))
    };
    Ok(Some(Strand {
        source,
        seek,
        conditions,
        is_sorted: false,
        bounds: (None, None),
        is_kept: false,
        is_late: false,
    }))
}

fn distinct(columns: &str, keys: Sql) -> Sql {
    Sql::new(format!("SELECT DISTINCT {columns} FROM (")).then_sql(keys).then(") w")
}
