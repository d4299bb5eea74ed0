//! By which way a list is read, so that no page costs more when there are more keys.
//!
//! Where an index has just the keys of the filter in the order of the list, it is walked. Else each filter is asked
//! whether it lets only a few keys pass, which its own index counts: those are fetched and sorted. When all let many
//! pass, the order is walked for a while, where enough keys that pass come soon, or the rarest word of a search, which
//! has its keys in order too. Where they do not come soon, up to some thousands are fetched all the same; and when there
//! are more, the walk goes on until the page is full.

use super::{
    Base, Reading, along_words,
    conditions::{besides_status, bounds, conditions, keys_with, name_begins, project, scope, whose},
    sql::{Counted, Place, Sql},
    strand::{self, Source, Strand, Way, count_rows},
};
use crate::{
    domain::{
        Status, Timestamp,
        api_key::{
            listing::{Count, Filter, Whose},
            search::{Search, Terms},
        },
    },
    store::{Conn, Error},
};

/// What one is certain of when keys were not all looked at: as many as a page has.
const CERTAIN: i64 = 50;

/// Strands in the order of a list.
#[derive(Debug)]
pub(super) struct Walk {
    pub strands: Vec<Strand>,
    /// Every key that the indexes find is of the list, or nearly every.
    pub is_exact: bool,
}

/// The next places of a list.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub places: Vec<Place>,
    /// How many keys pass, if all of them were looked at.
    pub count: Option<i64>,
}

pub(super) fn find(conn: &mut Conn, filter: &Filter, way: Way<'_>, reading: Reading) -> Result<Found, Error> {
    let Reading { now, limits } = reading;
    if is_empty(filter) {
        return Ok(Found { places: Vec::new(), count: Some(0) });
    }
    let not_counted = |places| Ok(Found { places, count: None });
    let mut walk = walk(filter, way.base, now);
    let mut ways = ways_to_fetch(filter, now);
    leave_out_late(conn, filter, now, std::iter::once(&mut walk.strands).chain(&mut ways))?;
    if walk.is_exact {
        return not_counted(strand::merged(conn, &walk.strands, way)?);
    }
    let fetched = |conn: &mut Conn, strands: &[Strand]| {
        let (places, count) = strand::fetched(conn, strands, way)?;
        Ok(Found { places, count: Some(i64::try_from(count).unwrap_or(i64::MAX)) })
    };
    let along_words = if way.base == Base::Created { along_words::strands(conn, filter, now)? } else { None };
    let strands = along_words.unwrap_or(walk.strands);
    // Hardly a key is read where words are all that is asked.
    let is_of_words = strands.iter().all(|strand| matches!(strand.source, Source::Word { is_alone: true }));
    let few = if is_of_words { limits.few / 8 } else { limits.few };
    if let Some(strands) = with_at_most(conn, &ways, few)? {
        return fetched(conn, strands);
    }
    if is_of_words {
        return not_counted(strand::merged(conn, &strands, way)?);
    }
    if let Some(places) = strand::merged_within(conn, &strands, way, limits.steps)? {
        return not_counted(places);
    }
    if let Some(strands) = with_at_most(conn, &ways, limits.fetch)? {
        return fetched(conn, strands);
    }
    if let Some(strands) = expiring_alone(filter, way.base, now)
        && with_at_most(conn, std::slice::from_ref(&strands), limits.words)?.is_some()
    {
        return not_counted(strand::merged(conn, &strands, way)?);
    }
    match common_words(conn, filter, way.base, reading)? {
        Some(strand) => not_counted(strand::merged(conn, &[strand], way)?),
        None => not_counted(strand::merged(conn, &strands, way)?),
    }
}

/// How many keys pass, given that there are `known` at least; as far as it can be said without looking at many.
pub(super) fn count(conn: &mut Conn, filter: &Filter, known: i64, reading: Reading) -> Result<Count, Error> {
    let Reading { now, limits } = reading;
    if is_empty(filter) {
        return Ok(Count::Exactly(0));
    }
    let counted = |conn: &mut Conn, strands: &[Strand]| {
        let mut count = 0;
        for strand in strands {
            count += strand.count(conn, limits.count + 1)?;
        }
        Ok(Count::up_to(count, limits.count))
    };
    if let Some(mut strands) = counted_by_index(conn, filter, now)? {
        leave_out_late(conn, filter, now, std::iter::once(&mut strands))?;
        return counted(conn, &strands);
    }
    if let Some(count) = count_of_word(conn, filter, limits.count)? {
        return Ok(count);
    }
    let mut walk = walk(filter, Base::Created, now);
    let mut ways = ways_to_fetch(filter, now);
    leave_out_late(conn, filter, now, std::iter::once(&mut walk.strands).chain(&mut ways))?;
    if let Some(strands) = with_at_most(conn, &ways, limits.few)? {
        return counted(conn, strands);
    }
    let along_words = along_words::strands(conn, filter, now)?;
    let may_repeat = along_words.as_ref().is_some_and(|strands| strands.len() > 1);
    let strands = along_words.unwrap_or(walk.strands);
    let (mut count, mut most, mut is_all) = (0, 0, !may_repeat);
    let all = i64::try_from(limits.sample).unwrap_or(i64::MAX);
    let mut found = 0;
    for strand in &strands {
        found += strand.probe(conn, all + 1)?;
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
        least if least > CERTAIN => Ok(Count::MoreThan((least - 1) / CERTAIN * CERTAIN)),
        _ => count_a_page(conn, filter, reading),
    }
}

/// Strands that have every key of the list and no other, so that an index alone counts them.
fn counted_by_index(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<Option<Vec<Strand>>, Error> {
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
        return Ok((!have_expired_unnoted(conn, filter, now)?).then(|| alone(strands)));
    }
    let walk = walk(filter, Base::Created, now);
    Ok(walk.is_exact.then_some(walk.strands))
}

/// Of a list of expired keys, the strands of those of which that is not noted yet, when there are none: mostly.
fn leave_out_late<'a>(
    conn: &mut Conn,
    filter: &Filter,
    now: Timestamp,
    all: impl Iterator<Item = &'a mut Vec<Strand>>,
) -> Result<(), Error> {
    let is_of_expired = filter.status == Some(Status::Expired) && matches!(filter.whose, Whose::Organization(_));
    if is_of_expired && !have_expired_unnoted(conn, filter, now)? {
        for strands in all {
            strands.retain(|strand| !strand.is_late);
        }
    }
    Ok(())
}

/// Whether there are keys that have expired without its being noted. The first one is asked for, in the order of the
/// index: PostgreSQL believes that there are many, and would look for any one through the whole table.
fn have_expired_unnoted(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<bool, Error> {
    let index = if matches!(conn, Conn::Sqlite(_)) { " INDEXED BY api_keys_live_by_expiry" } else { "" };
    let places: Vec<Place> = Sql::new("SELECT CAST('' AS TEXT) AS text, k.expires_at AS number, k.id AS id")
        .then(&format!(" FROM api_keys k{index} WHERE k.noted_status < 3 AND "))
        .then_sql(whose(filter))
        .then(" ORDER BY k.expires_at, k.created_at, k.id LIMIT 1")
        .kept_if(true)
        .load(conn)?;
    Ok(places.first().is_some_and(|place| place.number <= now.unix_micros()))
}

/// The live keys that end soon, as that is asked; among what their index finds is no other key.
fn expiring(filter: &Filter, now: Timestamp) -> Option<Vec<Strand>> {
    let end = filter.expires_before(now)?;
    let ends = Sql::new("k.noted_status < 3 AND k.expires_at > ? AND k.expires_at <= ?");
    let ends = ends.with(now.unix_micros()).with(end.unix_micros());
    Some(vec![indexed(filter, "api_keys_live_by_expiry", ends, now)])
}

/// The same where nothing else is asked: then the index has the list, if not in its order.
fn expiring_alone(filter: &Filter, base: Base, now: Timestamp) -> Option<Vec<Strand>> {
    let is_alone = matches!(filter.whose, Whose::Organization(_))
        && matches!(base, Base::Created | Base::Expires)
        && is_only(filter, |whole| Filter { expires_within: filter.expires_within, ..whole });
    let strands = expiring(filter, now).filter(|_| is_alone)?;
    Some(strands.into_iter().map(|strand| Strand { conditions: Vec::new(), ..strand }).collect())
}

/// The live keys that are not used, as that is asked; and such that have expired, as long as that is not noted.
fn unused(filter: &Filter, now: Timestamp) -> Option<Vec<Strand>> {
    let since = filter.unused_since(now)?;
    let unused = Sql::new("k.noted_status < 3 AND COALESCE(k.last_used_at, k.created_at) <= ?");
    Some(vec![indexed(filter, "api_keys_live_by_disuse", unused.with(since.unix_micros()), now)])
}

fn indexed(filter: &Filter, index: &'static str, condition: Sql, now: Timestamp) -> Strand {
    fetched_by(Source::Index(index), vec![whose(filter), condition], filter, now)
}

fn fetched_by(source: Source, seek: Vec<Sql>, filter: &Filter, now: Timestamp) -> Strand {
    let conditions = conditions(filter, now);
    Strand { source, seek, conditions, is_sorted: false, bounds: (None, None), is_kept: false, is_late: false }
}

/// As many as a page needs are certain.
fn count_a_page(conn: &mut Conn, filter: &Filter, reading: Reading) -> Result<Count, Error> {
    let limit = usize::try_from(CERTAIN).unwrap_or_default() + 1;
    let found = find(conn, filter, Way { base: Base::Created, ascending: false, after: None, limit }, reading)?;
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
        _ if passed > CERTAIN => Some(Count::MoreThan((passed - 1) / CERTAIN * CERTAIN)),
        _ => None,
    })
}

/// No key has what is asked for.
fn is_empty(filter: &Filter) -> bool {
    filter.is_of_live() && filter.status.is_some_and(|status| !status.is_live())
}

/// Whether the filter asks for this and nothing else.
pub(super) fn is_only(filter: &Filter, part: impl FnOnce(Filter) -> Filter) -> bool {
    *filter == part(Filter::from(filter.whose.clone()))
}

/// The first of these ways whose index finds no more keys than `limit`.
fn with_at_most<'a>(conn: &mut Conn, ways: &'a [Vec<Strand>], limit: i64) -> Result<Option<&'a [Strand]>, Error> {
    for strands in ways {
        let mut found = 0;
        for strand in strands {
            found += strand.probe(conn, limit + 1)?;
        }
        if found <= limit {
            return Ok(Some(strands));
        }
    }
    Ok(None)
}

fn walk(filter: &Filter, base: Base, now: Timestamp) -> Walk {
    let seek = vec![whose(filter)];
    let strand = |index, seek| Strand {
        source: Source::Index(index),
        seek,
        conditions: conditions(filter, now),
        is_sorted: true,
        bounds: bounds(filter, base, now),
        is_kept: false,
        is_late: false,
    };
    let only = |part: Filter| *filter == part;
    let whole = Filter::from(filter.whose.clone());
    if matches!(filter.whose, Whose::Person(_)) {
        return walk_of_person(strand("api_keys_by_creation", seek), base, only(whole));
    }
    let has_rare_status = filter.status.is_some_and(|status| status != Status::Active);
    match base {
        Base::Created if filter.project.is_some() => {
            let seek = seek.into_iter().chain(filter.project.as_ref().map(project)).collect();
            let is_exact = only(Filter { project: filter.project.clone(), ..whole });
            walk_of(vec![strand("api_keys_of_organization_by_project", seek)], is_exact)
        }
        Base::Created if filter.scope.is_some() && !has_rare_status => {
            let seek = seek.into_iter().chain(filter.scope.map(scope)).collect();
            let is_exact = only(Filter { scope: filter.scope, ..whole });
            walk_of(vec![strand("api_keys_of_organization_by_scope", seek)], is_exact)
        }
        Base::Created | Base::Used if filter.status.is_some() || filter.is_of_live() => {
            let index = match base {
                Base::Used => "api_keys_of_organization_by_status_and_use",
                _ => "api_keys_of_organization_by_status",
            };
            let is_exact = match base {
                Base::Used => only(Filter { status: filter.status, unused_for: filter.unused_for, ..whole }),
                _ => only(Filter { status: filter.status, ..whole }),
            };
            let bounds = bounds(filter, base, now);
            let strands = of_status(filter, now).into_iter().map(|strand| {
                let (source, bounds) =
                    if strand.is_sorted { (Source::Index(index), bounds) } else { (strand.source, strand.bounds) };
                Strand { source, bounds, ..strand }
            });
            walk_of(strands.collect(), is_exact)
        }
        Base::Created => walk_of(vec![strand("api_keys_of_organization_by_creation", seek)], only(whole)),
        Base::Expires => {
            let is_exact = only(Filter { expires_within: filter.expires_within, ..whole });
            walk_of(vec![strand("api_keys_of_organization_by_expiry", seek)], is_exact)
        }
        Base::Used => walk_of(vec![strand("api_keys_of_organization_by_use", seek)], only(whole)),
        Base::Name => walk_of(vec![strand("api_keys_of_organization_by_name", seek)], only(whole)),
    }
}

fn walk_of(mut strands: Vec<Strand>, is_exact: bool) -> Walk {
    for strand in &mut strands {
        strand.is_kept = is_exact;
    }
    Walk { strands, is_exact }
}

fn walk_of_person(strand: Strand, base: Base, is_exact: bool) -> Walk {
    let strand = match base {
        Base::Created => strand,
        Base::Expires => Strand { source: Source::Index("api_keys_by_expiry"), ..strand },
        // The index of the unique name, which has no name of its own.
        Base::Name => Strand { source: Source::Any, ..strand },
        // There is no index: hardly anybody has many keys.
        Base::Used => Strand { is_sorted: false, ..strand },
    };
    let is_exact = is_exact && strand.is_sorted;
    walk_of(vec![strand], is_exact)
}

/// The keys of a status, or of those that are live, by what is noted about their status; and beside them those about
/// which a time has passed that is not noted yet.
fn of_status(filter: &Filter, now: Timestamp) -> Vec<Strand> {
    let instant = now.unix_micros();
    let noted = |number: Status| {
        let number = Status::ALL.iter().position(|status| *status == number).unwrap_or_default();
        let seek = Sql::new(format!("k.noted_status = {number}"));
        let mut conditions = besides_status(filter, now);
        match filter.status {
            Some(Status::Revoked) => {}
            Some(Status::Expired) => conditions.push(Sql::new("+k.expires_at <= ?").with(instant)),
            _ => conditions.push(Sql::new("+k.expires_at > ?").with(instant)),
        }
        if filter.status == Some(Status::Disabled) {
            conditions.push(Sql::new("(k.disabled_until IS NULL OR k.disabled_until > ?)").with(instant));
        }
        Strand {
            source: Source::Index("api_keys_of_organization_by_status"),
            seek: vec![whose(filter), seek],
            conditions,
            is_sorted: true,
            bounds: (None, None),
            is_kept: false,
            is_late: false,
        }
    };
    let late = |index, seek: Sql| Strand {
        source: Source::Index(index),
        seek: vec![whose(filter), seek.with(instant)],
        conditions: conditions(filter, now),
        is_sorted: false,
        bounds: (None, None),
        is_kept: false,
        is_late: filter.status == Some(Status::Expired),
    };
    match filter.status {
        None => vec![noted(Status::Pending), noted(Status::Active), noted(Status::Disabled)],
        Some(Status::Active) => {
            let enabled_again = Sql::new("k.noted_status = 2 AND k.disabled_until <= ?");
            vec![noted(Status::Active), late("api_keys_enabled_later", enabled_again)]
        }
        Some(Status::Expired) => {
            let expired_since = Sql::new("k.noted_status < 3 AND k.expires_at <= ?");
            vec![noted(Status::Expired), late("api_keys_live_by_expiry", expired_since)]
        }
        Some(status) => vec![noted(status)],
    }
}

/// For each part of the filter what its index finds, those first that are likely to find few.
fn ways_to_fetch(filter: &Filter, now: Timestamp) -> Vec<Vec<Strand>> {
    let fetch = |source, seek| vec![fetched_by(source, seek, filter, now)];
    let Whose::Organization(organization_id) = &filter.whose else {
        return vec![fetch(Source::Index("api_keys_by_creation"), vec![whose(filter)])];
    };
    let indexed = |index, condition| vec![indexed(filter, index, condition, now)];
    let mut ways = Vec::new();
    match filter.search.as_ref().map(Search::terms) {
        None => {}
        Some(Terms::NameBeginning(beginning)) => {
            ways.push(indexed("api_keys_of_organization_by_name", name_begins(beginning)));
        }
        Some(Terms::Words(terms)) => ways.extend(
            terms
                .iter()
                .map(|term| fetch(Source::Words(keys_with(organization_id.as_str(), term)), vec![whose(filter)])),
        ),
    }
    if filter.status.is_some_and(|status| status != Status::Active) {
        ways.push(of_status(filter, now).into_iter().map(|strand| Strand { is_sorted: false, ..strand }).collect());
    }
    if let Some(in_project) = &filter.project {
        ways.push(indexed("api_keys_of_organization_by_project", project(in_project)));
    }
    ways.extend(expiring(filter, now));
    ways.extend(unused(filter, now));
    if let Some(one) = filter.scope {
        ways.push(indexed("api_keys_of_organization_by_scope", scope(one)));
    }
    ways
}

/// A search for words that many keys have: as long as they are not too many, those that have all of them are found
/// without reading a key.
fn common_words(conn: &mut Conn, filter: &Filter, base: Base, reading: Reading) -> Result<Option<Strand>, Error> {
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
