//! By which way a list is read, so that no page costs more when there are more keys.
//!
//! Where an index has just the keys of the filter in the order of the list, it is walked. Else each filter is asked how
//! many keys it lets pass, which its own index counts up to a few thousand: those of the one that lets the fewest pass are
//! fetched and sorted. When all let many pass, the order is walked, where enough keys that pass come soon.

use super::{
    Base, Reading,
    conditions::{besides_status, bounds, keys_with, name_begins, project, scope, status, whose},
    sql::Sql,
    strand::{Source, Strand, count_rows},
};
use crate::{
    domain::{
        Status, Timestamp,
        api_key::{
            listing::{Filter, Whose},
            search::{Search, Terms},
        },
    },
    store::{Conn, Error},
};

#[derive(Debug)]
pub(super) struct Plan {
    pub strands: Vec<Strand>,
    pub cost: Cost,
}

/// How many keys are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cost {
    /// Hardly more than are given.
    AsMany,
    /// A few thousand.
    Few,
    /// It depends on how the keys that pass lie.
    Unknown,
}

pub(super) fn choose(conn: &mut Conn, filter: &Filter, base: Base, reading: Reading) -> Result<Plan, Error> {
    let Reading { now, limits } = reading;
    if filter.is_of_live() && filter.status.is_some_and(|status| !status.is_live()) {
        return Ok(Plan { strands: Vec::new(), cost: Cost::AsMany });
    }
    let walk = walk(filter, base, now);
    if walk.cost == Cost::AsMany {
        return Ok(walk);
    }
    for strands in ways_to_fetch(filter, now) {
        let mut found = 0;
        for strand in &strands {
            found += strand.probe(conn, limits.fetch + 1)?;
        }
        if found <= limits.fetch {
            return Ok(Plan { strands, cost: Cost::Few });
        }
    }
    match common_words(conn, filter, base, reading)? {
        Some(strand) => Ok(Plan { strands: vec![strand], cost: Cost::Few }),
        None => Ok(walk),
    }
}

/// What the conditions of a filter are, with its status.
fn conditions(filter: &Filter, now: Timestamp) -> Vec<Sql> {
    let mut all = besides_status(filter, now);
    all.extend(status(filter, now));
    all
}

fn walk(filter: &Filter, base: Base, now: Timestamp) -> Plan {
    let seek = vec![whose(filter)];
    let strand = |index, seek| Strand {
        source: Source::Index(index),
        seek,
        conditions: conditions(filter, now),
        is_sorted: true,
        bounds: bounds(filter, base, now),
    };
    let only = |part: Filter| if *filter == part { Cost::AsMany } else { Cost::Unknown };
    let whole = Filter::from(filter.whose.clone());
    let one = |strand, cost| Plan { strands: vec![strand], cost };
    if matches!(filter.whose, Whose::Person(_)) {
        return walk_of_person(strand("api_keys_by_creation", seek), base, only(whole));
    }
    let has_rare_status = filter.status.is_some_and(|status| status != Status::Active);
    match base {
        Base::Created if filter.project.is_some() => {
            let seek = seek.into_iter().chain(filter.project.as_ref().map(project)).collect();
            let cost = only(Filter { project: filter.project.clone(), ..whole });
            one(strand("api_keys_of_organization_by_project", seek), cost)
        }
        Base::Created if filter.scope.is_some() && !has_rare_status => {
            let seek = seek.into_iter().chain(filter.scope.map(scope)).collect();
            let cost = only(Filter { scope: filter.scope, ..whole });
            one(strand("api_keys_of_organization_by_scope", seek), cost)
        }
        Base::Created | Base::Used if filter.status.is_some() || filter.is_of_live() => {
            let index = match base {
                Base::Used => "api_keys_of_organization_by_status_and_use",
                _ => "api_keys_of_organization_by_status",
            };
            let cost = match base {
                Base::Used => only(Filter { status: filter.status, unused_for: filter.unused_for, ..whole }),
                _ => only(Filter { status: filter.status, ..whole }),
            };
            let bounds = bounds(filter, base, now);
            let strands = of_status(filter, now).into_iter().map(|strand| {
                let (source, bounds) =
                    if strand.is_sorted { (Source::Index(index), bounds) } else { (strand.source, strand.bounds) };
                Strand { source, bounds, ..strand }
            });
            Plan { strands: strands.collect(), cost }
        }
        Base::Created => one(strand("api_keys_of_organization_by_creation", seek), only(whole)),
        Base::Expires => {
            let cost = only(Filter { expires_within: filter.expires_within, ..whole });
            one(strand("api_keys_of_organization_by_expiry", seek), cost)
        }
        Base::Used => one(strand("api_keys_of_organization_by_use", seek), only(whole)),
        Base::Name => one(strand("api_keys_of_organization_by_name", seek), only(whole)),
    }
}

fn walk_of_person(strand: Strand, base: Base, cost: Cost) -> Plan {
    let strand = match base {
        Base::Created => strand,
        Base::Expires => Strand { source: Source::Index("api_keys_by_expiry"), ..strand },
        // The index of the unique name, which has no name of its own.
        Base::Name => Strand { source: Source::Any, ..strand },
        // There is no index: hardly anybody has many keys.
        Base::Used => Strand { is_sorted: false, ..strand },
    };
    let cost = if strand.is_sorted { cost } else { Cost::Unknown };
    Plan { strands: vec![strand], cost }
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
        }
    };
    let late = |index, seek: Sql| Strand {
        source: Source::Index(index),
        seek: vec![whose(filter), seek.with(instant)],
        conditions: conditions(filter, now),
        is_sorted: false,
        bounds: (None, None),
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
    let fetch = |source, seek| {
        vec![Strand { source, seek, conditions: conditions(filter, now), is_sorted: false, bounds: (None, None) }]
    };
    let Whose::Organization(organization_id) = &filter.whose else {
        return vec![fetch(Source::Index("api_keys_by_creation"), vec![whose(filter)])];
    };
    let indexed = |index, condition| fetch(Source::Index(index), vec![whose(filter), condition]);
    let mut ways = Vec::new();
    match filter.search.as_ref().map(Search::terms) {
        None => {}
        Some(Terms::NameBeginning(beginning)) => {
            ways.push(indexed("api_keys_of_organization_by_name", name_begins(beginning)));
        }
        Some(Terms::Words(terms)) => ways.extend(terms.iter().map(|term| {
            let ids = distinct("id AS api_key_id", keys_with(organization_id.as_str(), term));
            fetch(Source::Words(ids), vec![whose(filter)])
        })),
    }
    if filter.status.is_some_and(|status| status != Status::Active) {
        ways.push(of_status(filter, now).into_iter().map(|strand| Strand { is_sorted: false, ..strand }).collect());
    }
    if let Some(in_project) = &filter.project {
        ways.push(indexed("api_keys_of_organization_by_project", project(in_project)));
    }
    if let Some(end) = filter.expires_before(now) {
        let ends = Sql::new("k.noted_status < 3 AND k.expires_at > ? AND k.expires_at <= ?");
        ways.push(indexed("api_keys_live_by_expiry", ends.with(now.unix_micros()).with(end.unix_micros())));
    }
    if let Some(since) = filter.unused_since(now) {
        let unused = Sql::new("k.noted_status < 3 AND COALESCE(k.last_used_at, k.created_at) <= ?");
        ways.push(indexed("api_keys_live_by_disuse", unused.with(since.unix_micros())));
    }
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
        && *filter == Filter { search: filter.search.clone(), ..Filter::from(filter.whose.clone()) };
    let keys = Sql::joined(bearable, " INTERSECT ");
    let (source, seek, conditions) = if is_all {
        (Source::WordsAlone(keys), Vec::new(), Vec::new())
    } else {
        let ids = distinct("id AS api_key_id", keys);
        (Source::Words(ids), vec![whose(filter)], conditions(filter, reading.now))
    };
    Ok(Some(Strand { source, seek, conditions, is_sorted: false, bounds: (None, None) }))
}

fn distinct(columns: &str, keys: Sql) -> Sql {
    Sql::new(format!("SELECT DISTINCT {columns} FROM (")).then_sql(keys).then(") w")
}
