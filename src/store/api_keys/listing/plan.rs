//! Selects the access path of a list, so that a page does not cost more when there are more keys.
//!
//! 1. If an index has exactly the filter in the order of the list, it is scanned.
//! 2. A search is read from the index of words, which has the keys of a word in the order of their creation.
//! 3. If the index of one part of the filter finds few keys, they are fetched and sorted. A list with several parts, or
//!    in another order than by creation, fetches more of them: a scan might pass over most keys.
//! 4. Otherwise many keys pass every part, and the list is scanned in its order until the page is full.

use super::{
    SortKey,
    access_paths::{filter_paths, is_only, only_expiring, ordered_scans},
    conditions::{conditions, keys_with, whose},
    probes::Probes,
    rotation,
    rotation_conditions::without_own_date,
    scan::{self, Scan, Source, Window},
    seek_key::{SeekKey, count_rows},
};
use crate::{
    domain::{
        Status,
        api_key::{
            listing::{Criteria, Filter, Whose},
            rotation_schedule::in_use_before,
            search::{Search, Terms},
        },
    },
    store::{Conn, Error, sql::Sql},
};

/// The keys of a window, as seek keys.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub seek_keys: Vec<SeekKey>,
    /// How many keys pass the filter, if all were read.
    pub count: Option<i64>,
}

pub(super) fn find(conn: &mut Conn, probes: &mut Probes<'_>, window: Window<'_>) -> Result<Found, Error> {
    let (filter, now, limits) = (probes.filter, probes.options.now, probes.options.limits);
    if is_empty(filter) {
        return Ok(Found { seek_keys: Vec::new(), count: Some(0) });
    }
    let mut ordered = ordered_scans(filter, window.sort_key, now);
    let mut paths = filter_paths(filter, now);
    drop_needless(conn, probes, std::iter::once(&mut ordered.scans).chain(&mut paths))?;
    if ordered.is_exact {
        return merge(conn, &ordered.scans, window);
    }
    let mut scans = ordered.scans;
    if window.sort_key == SortKey::Created
        && let Some(words) = probes.word_scan(conn)?
    {
        if words.is_rare {
            return fetch(conn, &paths[words.rarest], window);
        }
        if words.is_only_search {
            return merge(conn, &words.scans, window);
        }
        scans.clone_from(&words.scans);
    }
    if let Some(scan) = only_expiring(filter, window.sort_key, now) {
        let scans = [vec![scan]];
        if let Some(scans) = probes.path_within(conn, &scans, limits.index_rows)? {
            return merge(conn, scans, window);
        }
    }
    if let Some(scans) = path_to_fetch(conn, probes, paths, &scans, window.sort_key)? {
        return fetch(conn, &scans, window);
    }
    if pass_often(conn, probes, &scans, window.sort_key)? {
        return merge(conn, &scans, window);
    }
    if let Some(scan) = scan_of_common_words(conn, probes, window.sort_key)? {
        return merge(conn, &[scan], window);
    }
    let scans = skip_new_keys(conn, probes, scans, window.sort_key)?;
    merge(conn, &scans, window)
}

/// Whether so many keys pass that a scan finds a page of them sooner than the words of the search are intersected. A
/// twentieth is enough: a page is found among a thousand keys.
fn pass_often(conn: &mut Conn, probes: &Probes<'_>, scans: &[Scan], sort_key: SortKey) -> Result<bool, Error> {
    let ([scan], Some(_), Whose::Organization(_)) = (scans, &probes.filter.criteria.search, &probes.filter.whose)
    else {
        return Ok(false);
    };
    let visits = (probes.options.limits.sample / 4).max(1);
    let (passed, _) = scan.sample(conn, sort_key, visits)?;
    Ok(usize::try_from(passed).unwrap_or_default() * 20 >= visits)
}

/// Selects the access path of a part of the filter that finds few enough keys. `scans` have the order of the list.
fn path_to_fetch(
    conn: &mut Conn,
    probes: &mut Probes<'_>,
    mut paths: Vec<Vec<Scan>>,
    scans: &[Scan],
    sort_key: SortKey,
) -> Result<Option<Vec<Scan>>, Error> {
    let limits = probes.options.limits;
    if let Some(path) = probes.path_within(conn, &paths, limits.fetch)? {
        return Ok(Some(path.to_vec()));
    }
    let parts = probes.filter.criteria.count();
    let is_combined = parts > 1 || sort_key != SortKey::Created;
    if !is_combined || matches!(probes.filter.whose, Whose::Person(_)) {
        return Ok(None);
    }
    let limit = limits.fetch_combined * i64::try_from(parts).unwrap_or(1);
    // Where the order reads the same part, scanning reads at most as many keys as fetching.
    paths.retain(|path| !path.iter().zip(scans).any(|(scan, ordered)| scan.reads_like(ordered)));
    Ok(probes.path_within(conn, &paths, limit)?.map(<[Scan]>::to_vec))
}

fn merge(conn: &mut Conn, scans: &[Scan], window: Window<'_>) -> Result<Found, Error> {
    Ok(Found { seek_keys: scan::merge(conn, scans, window)?, count: None })
}

fn fetch(conn: &mut Conn, scans: &[Scan], window: Window<'_>) -> Result<Found, Error> {
    let (seek_keys, count) = scan::fetch_all(conn, scans, window)?;
    Ok(Found { seek_keys, count: Some(count) })
}

/// Scans by creation that begin where keys can be due. Under the interval of a policy, keys that were created within it
/// are not: a list with the newest first would pass over all of them. Keys with a date of their own are read beside, if
/// there are few.
fn skip_new_keys(
    conn: &mut Conn,
    probes: &mut Probes<'_>,
    ordered: Vec<Scan>,
    sort_key: SortKey,
) -> Result<Vec<Scan>, Error> {
    let (filter, now, limits) = (probes.filter, probes.options.now, probes.options.limits);
    let (Some(state), Some(days), Whose::Organization(_), SortKey::Created) =
        (filter.criteria.rotation, filter.policy_rotation_days, &filter.whose, sort_key)
    else {
        return Ok(ordered);
    };
    let mut own = rotation::scans(filter, now);
    own.truncate(1);
    if probes.path_within(conn, std::slice::from_ref(&own), limits.fetch)?.is_none() {
        return Ok(ordered);
    }
    let (_, until) = state.due_dates(now);
    let created_before = in_use_before(until, days).unix_micros();
    let of_policy = ordered.into_iter().map(|mut scan| {
        let (above, up_to) = scan.bounds;
        let up_to = up_to.map_or(created_before, |up_to| up_to.min(created_before));
        scan.bounds = (above, Some(up_to));
        scan.conditions.push(without_own_date(until));
        scan
    });
    Ok(own.into_iter().chain(of_policy).collect())
}

/// Whether the filter contradicts itself.
pub(super) fn is_empty(filter: &Filter) -> bool {
    let Criteria { status, has_unused_permissions, .. } = &filter.criteria;
    status.is_some_and(|status| {
        filter.criteria.is_of_live() && !status.is_live() || *has_unused_permissions && status != Status::Active
    })
}

/// Drops the scans of keys that have expired and are not marked so yet, if there are none, as usual.
pub(super) fn drop_needless<'a>(
    conn: &mut Conn,
    probes: &mut Probes<'_>,
    paths: impl Iterator<Item = &'a mut Vec<Scan>>,
) -> Result<(), Error> {
    let filter = probes.filter;
    let is_of_expired =
        filter.criteria.status == Some(Status::Expired) && matches!(filter.whose, Whose::Organization(_));
    if is_of_expired && !probes.has_unmarked_expired(conn)? {
        for scans in paths {
            scans.retain(|scan| !scan.is_of_unmarked);
        }
    }
    Ok(())
}

/// Keys with all words of a search, for words that many keys have, but not too many: the index of words intersects
/// them without reading a key.
fn scan_of_common_words(conn: &mut Conn, probes: &Probes<'_>, sort_key: SortKey) -> Result<Option<Scan>, Error> {
    let (filter, options) = (probes.filter, probes.options);
    let (Whose::Organization(id), Some(Terms::Words(terms))) =
        (&filter.whose, filter.criteria.search.as_ref().map(Search::terms))
    else {
        return Ok(None);
    };
    let mut selections = Vec::new();
    for term in terms {
        let keys = keys_with(id.as_str(), term);
        let probe = Sql::new("SELECT 1 AS one FROM (").then_sql(keys.clone());
        let found = count_rows(conn, probe.then(&format!(") w LIMIT {}", options.limits.word_rows + 1)))?;
        if found <= options.limits.word_rows {
            selections.push(Sql::new("SELECT DISTINCT id, created_at FROM (").then_sql(keys).then(") w"));
        }
    }
    if selections.is_empty() {
        return Ok(None);
    }
    let is_search_only = selections.len() == terms.len()
        && sort_key == SortKey::Created
        && is_only(filter, Criteria { search: filter.criteria.search.clone(), ..Criteria::default() });
    let keys = Sql::joined(selections, " INTERSECT ");
    Ok(Some(if is_search_only {
        Scan::new(Source::WordsOnly(keys), [], Vec::new())
    } else {
        Scan::new(Source::Words(keys), [whose(filter)], conditions(filter, options.now))
    }))
}
