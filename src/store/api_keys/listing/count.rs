//! Counts the keys that pass a filter, without reading many of them.

use super::{
    SortKey,
    access_paths::{filter_paths, is_only, only_expiring, ordered_scans, unused},
    conditions::keys_with,
    plan::{drop_needless, find, is_empty},
    probes::Probes,
    rotation,
    scan::{Scan, Window},
    seek_key::Counted,
};
use crate::{
    domain::api_key::{
        listing::{Count, Criteria, Filter, Whose},
        search::{Search, Terms},
    },
    store::{Conn, Error, sql::Sql},
};

/// A count is exact up to the size of a page, even if not all keys were read.
const CERTAIN: i64 = 50;

/// Counts the keys that pass, given that there are `known` at least.
pub(super) fn count(conn: &mut Conn, probes: &mut Probes<'_>, known: i64) -> Result<Count, Error> {
    let (filter, now, limits) = (probes.filter, probes.options.now, probes.options.limits);
    if is_empty(filter) {
        return Ok(Count::Exactly(0));
    }
    if let Some(mut scans) = scans_without_others(conn, probes)? {
        drop_needless(conn, probes, std::iter::once(&mut scans))?;
        return count_passed(conn, probes, &scans);
    }
    if let Some(count) = count_of_word(conn, filter, limits.count)? {
        return Ok(count);
    }
    let mut ordered = ordered_scans(filter, SortKey::Created, now);
    let mut paths = filter_paths(filter, now);
    drop_needless(conn, probes, std::iter::once(&mut ordered.scans).chain(&mut paths))?;
    let words = probes.word_scan(conn)?;
    if words.is_some_and(|words| words.is_only_search) && known > CERTAIN {
        // Reading more would hardly find enough of them to say more.
        return Ok(more_than_pages(known));
    }
    let words = words.map(|words| words.scans.clone());
    if let Some(scans) = probes.path_within(conn, &paths, limits.fetch)? {
        return count_passed(conn, probes, scans);
    }
    // A key with two of the words is in two scans.
    let may_repeat = words.as_ref().is_some_and(|scans| scans.len() > 1);
    match sample(conn, probes, &words.unwrap_or(ordered.scans), may_repeat)? {
        Count::Exactly(count) => Ok(Count::Exactly(count)),
        Count::MoreThan(least) if known.max(least) > CERTAIN => Ok(more_than_pages(known.max(least))),
        Count::MoreThan(_) => count_a_page(conn, probes),
    }
}

/// In steps of a page, so that it seldom changes.
fn more_than_pages(least: i64) -> Count {
    Count::MoreThan((least - 1) / CERTAIN * CERTAIN)
}

fn count_passed(conn: &mut Conn, probes: &mut Probes<'_>, scans: &[Scan]) -> Result<Count, Error> {
    let limit = probes.options.limits.count;
    let mut count = 0;
    for scan in scans {
        count += probes.count_passed(conn, scan, limit + 1)?;
    }
    Ok(Count::up_to(count, limit))
}

/// Counts the keys that pass among the first ones of each scan. [`Count::MoreThan`] if there are others.
fn sample(conn: &mut Conn, probes: &mut Probes<'_>, scans: &[Scan], may_repeat: bool) -> Result<Count, Error> {
    let visits = probes.options.limits.sample;
    let limit = i64::try_from(visits).unwrap_or(i64::MAX);
    let mut found = 0;
    for scan in scans {
        found += probes.count_found(conn, scan, limit + 1)?;
    }
    // If not all can be read, a part of them says as much.
    let visits = if found <= limit { visits } else { visits / 4 };
    let (mut count, mut most, mut is_all) = (0, 0, !may_repeat);
    for scan in scans {
        let (passed, has_ended) = scan.sample(conn, SortKey::Created, visits + 1)?;
        count += passed;
        most = most.max(passed);
        is_all &= has_ended;
    }
    Ok(if is_all { Count::Exactly(count) } else { Count::MoreThan(if may_repeat { most } else { count }) })
}

/// Scans that have every key of the list and no other, so that the index alone counts them.
fn scans_without_others(conn: &mut Conn, probes: &mut Probes<'_>) -> Result<Option<Vec<Scan>>, Error> {
    let (filter, now) = (probes.filter, probes.options.now);
    if let Some(scan) = only_expiring(filter, SortKey::Created, now) {
        return Ok(Some(vec![scan]));
    }
    let is_only_unused = matches!(filter.whose, Whose::Organization(_))
        && is_only(filter, Criteria { unused_for: filter.criteria.unused_for, ..Criteria::default() });
    if let Some(scan) = unused(filter, now).filter(|_| is_only_unused) {
        let scan = Scan { conditions: Vec::new(), is_cached: true, ..scan };
        // That index does not know when keys expire.
        return Ok((!probes.has_unmarked_expired(conn)?).then(|| vec![scan]));
    }
    let is_of_organization = matches!(filter.whose, Whose::Organization(_));
    let is_only_due = is_only(filter, Criteria { rotation: filter.criteria.rotation, ..Criteria::default() });
    if is_of_organization && is_only_due && filter.criteria.rotation.is_some() {
        return Ok(Some(rotation::scans(filter, now)));
    }
    let ordered = ordered_scans(filter, SortKey::Created, now);
    Ok(ordered.is_exact.then_some(ordered.scans))
}

fn count_a_page(conn: &mut Conn, probes: &mut Probes<'_>) -> Result<Count, Error> {
    let limit = usize::try_from(CERTAIN).unwrap_or_default() + 1;
    let window = Window { sort_key: SortKey::Created, ascending: false, after: None, limit };
    let found = find(conn, probes, window)?;
    let some = i64::try_from(found.seek_keys.len()).unwrap_or(i64::MAX);
    Ok(found.count.map_or(Count::up_to(some, CERTAIN), Count::Exactly))
}

/// Counts the keys with a word, if the filter is only a search for that word.
fn count_of_word(conn: &mut Conn, filter: &Filter, limit: i64) -> Result<Option<Count>, Error> {
    let (Whose::Organization(id), Some(Terms::Words(terms))) =
        (&filter.whose, filter.criteria.search.as_ref().map(Search::terms))
    else {
        return Ok(None);
    };
    let [term] = terms.as_slice() else { return Ok(None) };
    if !is_only(filter, Criteria { search: filter.criteria.search.clone(), ..Criteria::default() }) {
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
        _ if passed > CERTAIN => Some(more_than_pages(passed)),
        _ => None,
    })
}
