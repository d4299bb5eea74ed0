//! Access paths: the scans that have the order of a list, and for each part of a filter the scans that its index
//! answers.

use super::{
    SortKey, attribute_conditions,
    conditions::{besides_status, bounds, conditions, keys_with, name_begins, project, scope, whose},
    indexes::{
        BY_CREATION, BY_EXPIRY, BY_NAME, BY_PROJECT, BY_SCOPE, BY_STATUS, BY_STATUS_AND_USE, BY_USE, ENABLED_LATER,
        Index, LIVE_BY_DISUSE, LIVE_BY_EXPIRY, OF_PERSON_BY_CREATION, OF_PERSON_BY_EXPIRY, UNUSED_PERMISSIONS,
    },
    rotation,
    scan::{Scan, Source},
};
use crate::domain::{
    Status, Timestamp,
    api_key::{
        listing::{Criteria, Filter, Whose},
        search::{Search, Terms},
    },
};
use crate::store::sql::Sql;

/// Scans in the order of a list.
#[derive(Debug)]
pub(super) struct OrderedScans {
    pub scans: Vec<Scan>,
    /// Whether nearly every key that the indexes find is in the list.
    pub is_exact: bool,
}

/// Whether the filter has these criteria and no others.
#[expect(clippy::needless_pass_by_value, reason = "the criteria are written where they are asked about")]
pub(super) fn is_only(filter: &Filter, criteria: Criteria) -> bool {
    filter.criteria == criteria
}

pub(super) fn ordered_scans(filter: &Filter, sort_key: SortKey, now: Timestamp) -> OrderedScans {
    let sorted = |index, more: Option<Sql>| Scan {
        is_sorted: true,
        bounds: bounds(filter, sort_key, now),
        ..Scan::new(Source::Index(index), [whose(filter)].into_iter().chain(more), conditions(filter, now))
    };
    if matches!(filter.whose, Whose::Person(_)) {
        return scans_of_person(sorted(OF_PERSON_BY_CREATION, None), sort_key, filter.has_no_criteria());
    }
    let has_rare_status = filter.criteria.status.is_some_and(|status| status != Status::Active);
    if let (SortKey::Created, Some(scan)) = (sort_key, unused_permissions(filter, now)) {
        let scan = Scan { is_sorted: true, bounds: bounds(filter, sort_key, now), ..scan };
        return ordered(vec![scan], is_only(filter, Criteria { has_unused_permissions: true, ..Criteria::default() }));
    }
    match sort_key {
        SortKey::Created if filter.criteria.project.is_some() => {
            let is_exact =
                is_only(filter, Criteria { project: filter.criteria.project.clone(), ..Criteria::default() });
            ordered(vec![sorted(BY_PROJECT, filter.criteria.project.as_ref().map(project))], is_exact)
        }
        SortKey::Created if filter.criteria.scope.is_some() && !has_rare_status => {
            let is_exact = is_only(filter, Criteria { scope: filter.criteria.scope, ..Criteria::default() });
            ordered(vec![sorted(BY_SCOPE, filter.criteria.scope.map(scope))], is_exact)
        }
        SortKey::Created | SortKey::Used if filter.criteria.status.is_some() || filter.criteria.is_of_live() => {
            ordered_scans_of_status(filter, sort_key, now)
        }
        SortKey::Created => ordered(vec![sorted(BY_CREATION, None)], filter.has_no_criteria()),
        SortKey::Expires => {
            let is_exact =
                is_only(filter, Criteria { expires_within: filter.criteria.expires_within, ..Criteria::default() });
            ordered(vec![sorted(BY_EXPIRY, None)], is_exact)
        }
        SortKey::Used => ordered(vec![sorted(BY_USE, None)], filter.has_no_criteria()),
        SortKey::Name => ordered(vec![sorted(BY_NAME, None)], filter.has_no_criteria()),
    }
}

fn ordered(mut scans: Vec<Scan>, is_exact: bool) -> OrderedScans {
    for scan in &mut scans {
        scan.is_cached |= is_exact;
    }
    OrderedScans { scans, is_exact }
}

fn scans_of_person(scan: Scan, sort_key: SortKey, is_exact: bool) -> OrderedScans {
    let scan = match sort_key {
        SortKey::Created => scan,
        SortKey::Expires => Scan { source: Source::Index(OF_PERSON_BY_EXPIRY), ..scan },
        // The index of the unique name has no name of its own.
        SortKey::Name => Scan { source: Source::Any, ..scan },
        // Few people have many keys, so there is no index.
        SortKey::Used => Scan { is_sorted: false, ..scan },
    };
    let is_exact = is_exact && scan.is_sorted;
    ordered(vec![scan], is_exact)
}

fn ordered_scans_of_status(filter: &Filter, sort_key: SortKey, now: Timestamp) -> OrderedScans {
    let index = if sort_key == SortKey::Used { BY_STATUS_AND_USE } else { BY_STATUS };
    let unused_for = filter.criteria.unused_for.filter(|_| sort_key == SortKey::Used);
    let is_exact = is_only(filter, Criteria { status: filter.criteria.status, unused_for, ..Criteria::default() });
    // Few filters, so few statements.
    let is_cached = is_only(filter, Criteria { expires_within: filter.criteria.expires_within, ..Criteria::default() })
        || is_only(filter, Criteria { unused_for: filter.criteria.unused_for, ..Criteria::default() });
    let scans = scans_of_status(filter, now).into_iter().map(|scan| {
        if scan.is_sorted {
            Scan { source: Source::Index(index), bounds: bounds(filter, sort_key, now), is_cached, ..scan }
        } else {
            Scan { is_cached, ..scan }
        }
    });
    ordered(scans.collect(), is_exact)
}

/// The keys of a status, or all live ones. They are found by their marked status, and besides by the times that have
/// passed and are not marked yet.
fn scans_of_status(filter: &Filter, now: Timestamp) -> Vec<Scan> {
    let unmarked = |index, seek: Sql| Scan {
        is_of_unmarked: filter.criteria.status == Some(Status::Expired),
        ..Scan::new(Source::Index(index), [whose(filter), seek.with(now.unix_micros())], conditions(filter, now))
    };
    let marked = |status| scan_of_marked(filter, status, now);
    match filter.criteria.status {
        None => vec![marked(Status::Pending), marked(Status::Active), marked(Status::Disabled)],
        Some(Status::Active) => {
            let enabled_again = Sql::new("k.noted_status = 2 AND k.disabled_until <= ?");
            vec![marked(Status::Active), unmarked(ENABLED_LATER, enabled_again)]
        }
        Some(Status::Expired) => {
            let expired_since = Sql::new("k.noted_status < 3 AND k.expires_at <= ?");
            vec![marked(Status::Expired), unmarked(LIVE_BY_EXPIRY, expired_since)]
        }
        Some(status) => vec![marked(status)],
    }
}

/// The keys that are marked with this status and still have it.
fn scan_of_marked(filter: &Filter, marked: Status, now: Timestamp) -> Scan {
    let instant = now.unix_micros();
    let number = Status::ALL.iter().position(|status| *status == marked).unwrap_or_default();
    // A number in the text: partial indexes are not used for bound values.
    let seek = Sql::new(format!("k.noted_status = {number}"));
    let mut conditions = besides_status(filter, now);
    match filter.criteria.status {
        Some(Status::Revoked) => {}
        Some(Status::Expired) => conditions.push(Sql::new("+k.expires_at <= ?").with(instant)),
        _ => conditions.push(Sql::new("+k.expires_at > ?").with(instant)),
    }
    if filter.criteria.status == Some(Status::Disabled) {
        conditions.push(Sql::new("(k.disabled_until IS NULL OR k.disabled_until > ?)").with(instant));
    }
    Scan { is_sorted: true, ..Scan::new(Source::Index(BY_STATUS), [whose(filter), seek], conditions) }
}

/// The access path of each part of the filter, the most selective kinds first.
pub(super) fn filter_paths(filter: &Filter, now: Timestamp) -> Vec<Vec<Scan>> {
    let Whose::Organization(organization_id) = &filter.whose else {
        let source = Source::Index(OF_PERSON_BY_CREATION);
        return vec![vec![Scan::new(source, [whose(filter)], conditions(filter, now))]];
    };
    let by_index = |index, condition| vec![by_index(filter, index, condition, now)];
    let mut paths = Vec::new();
    match filter.criteria.search.as_ref().map(Search::terms) {
        None => {}
        Some(Terms::Id(id)) => {
            let key = Sql::new("SELECT id, created_at FROM api_keys WHERE id = ?").with(id.as_str());
            paths.push(vec![Scan::new(Source::Words(key), [whose(filter)], conditions(filter, now))]);
        }
        Some(Terms::NameBeginning(beginning)) => paths.push(by_index(BY_NAME, name_begins(beginning))),
        Some(Terms::Words(terms)) => paths.extend(terms.iter().map(|term| {
            let source = Source::Words(keys_with(organization_id.as_str(), term));
            vec![Scan::new(source, [whose(filter)], conditions(filter, now))]
        })),
    }
    paths.extend(
        attribute_conditions::selections(organization_id.as_str(), &filter.criteria)
            .into_iter()
            .map(|keys| vec![Scan::new(Source::Words(keys), [whose(filter)], conditions(filter, now))]),
    );
    paths.extend(unused_permissions(filter, now).map(|scan| vec![scan]));
    if filter.criteria.status.is_some_and(|status| status != Status::Active) {
        paths.push(scans_of_status(filter, now).into_iter().map(|scan| Scan { is_sorted: false, ..scan }).collect());
    }
    if let Some(in_project) = &filter.criteria.project {
        paths.push(by_index(BY_PROJECT, project(in_project)));
    }
    paths.extend(expiring(filter, now).map(|scan| vec![scan]));
    if filter.criteria.rotation.is_some() {
        paths.push(rotation::scans(filter, now));
    }
    paths.extend(unused(filter, now).map(|scan| vec![scan]));
    if let Some(one) = filter.criteria.scope {
        paths.push(by_index(BY_SCOPE, scope(one)));
    }
    paths
}

/// The keys that are marked as such with unused permissions.
fn unused_permissions(filter: &Filter, now: Timestamp) -> Option<Scan> {
    let Whose::Organization(id) = &filter.whose else { return None };
    let seek = Sql::new("w.organization_id = ?").with(id.as_str());
    let source = Source::Beside { table: UNUSED_PERMISSIONS, only: false };
    filter.criteria.has_unused_permissions.then(|| Scan::new(source, [seek], conditions(filter, now)))
}

/// The live keys that expire soon enough. The index finds no others.
fn expiring(filter: &Filter, now: Timestamp) -> Option<Scan> {
    let end = filter.criteria.expires_before(now)?;
    let ends = Sql::new("k.noted_status < 3 AND k.expires_at > ? AND k.expires_at <= ?");
    let ends = ends.with(now.unix_micros()).with(end.unix_micros());
    Some(by_index(filter, LIVE_BY_EXPIRY, ends, now))
}

/// The same if the filter has no other part: the index has all of the list, but not in its order.
pub(super) fn only_expiring(filter: &Filter, sort_key: SortKey, now: Timestamp) -> Option<Scan> {
    let is_only = matches!(filter.whose, Whose::Organization(_))
        && matches!(sort_key, SortKey::Created | SortKey::Expires)
        && is_only(filter, Criteria { expires_within: filter.criteria.expires_within, ..Criteria::default() });
    let scan = expiring(filter, now).filter(|_| is_only)?;
    Some(Scan { conditions: Vec::new(), is_cached: true, ..scan })
}

/// The live keys that were not used for long enough, and the keys that have expired and are not marked so yet.
pub(super) fn unused(filter: &Filter, now: Timestamp) -> Option<Scan> {
    let since = filter.criteria.unused_since(now)?;
    let unused = Sql::new("k.noted_status < 3 AND COALESCE(k.last_used_at, k.created_at) <= ?");
    Some(by_index(filter, LIVE_BY_DISUSE, unused.with(since.unix_micros()), now))
}

fn by_index(filter: &Filter, index: Index, condition: Sql, now: Timestamp) -> Scan {
    Scan::new(Source::Index(index), [whose(filter), condition], conditions(filter, now))
}
