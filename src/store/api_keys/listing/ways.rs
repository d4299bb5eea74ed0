//! The strands of a list: those in its order, and for each part of its filter those that an index finds.

use super::{
    Base,
    conditions::{besides_status, bounds, conditions, keys_with, name_begins, project, scope, whose},
    indexes::{
        BY_CREATION, BY_EXPIRY, BY_NAME, BY_PROJECT, BY_SCOPE, BY_STATUS, BY_STATUS_AND_USE, BY_USE, ENABLED_LATER,
        Index, LIVE_BY_DISUSE, LIVE_BY_EXPIRY, OF_PERSON_BY_CREATION, OF_PERSON_BY_EXPIRY,
    },
    strand::{Source, Strand},
};
use crate::domain::{
    Status, Timestamp,
    api_key::{
        listing::{Filter, Whose},
        search::{Search, Terms},
    },
};
use crate::store::sql::Sql;

/// Strands in the order of a list.
#[derive(Debug)]
pub(super) struct Walk {
    pub strands: Vec<Strand>,
    /// Every key that the indexes find is of the list, or nearly every.
    pub is_exact: bool,
}

/// Whether the filter asks for this and nothing else.
pub(super) fn is_only(filter: &Filter, part: impl FnOnce(Filter) -> Filter) -> bool {
    *filter == part(Filter::from(filter.whose.clone()))
}

pub(super) fn walk(filter: &Filter, base: Base, now: Timestamp) -> Walk {
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
        return walk_of_person(strand(OF_PERSON_BY_CREATION, seek), base, only(whole));
    }
    let has_rare_status = filter.status.is_some_and(|status| status != Status::Active);
    match base {
        Base::Created if filter.project.is_some() => {
            let seek = seek.into_iter().chain(filter.project.as_ref().map(project)).collect();
            let is_exact = only(Filter { project: filter.project.clone(), ..whole });
            walk_of(vec![strand(BY_PROJECT, seek)], is_exact)
        }
        Base::Created if filter.scope.is_some() && !has_rare_status => {
            let seek = seek.into_iter().chain(filter.scope.map(scope)).collect();
            let is_exact = only(Filter { scope: filter.scope, ..whole });
            walk_of(vec![strand(BY_SCOPE, seek)], is_exact)
        }
        Base::Created | Base::Used if filter.status.is_some() || filter.is_of_live() => {
            let index = match base {
                Base::Used => BY_STATUS_AND_USE,
                _ => BY_STATUS,
            };
            let is_exact = match base {
                Base::Used => only(Filter { status: filter.status, unused_for: filter.unused_for, ..whole }),
                _ => only(Filter { status: filter.status, ..whole }),
            };
            // Few filters, so few statements.
            let is_kept = only(Filter { expires_within: filter.expires_within, ..Filter::from(filter.whose.clone()) })
                || only(Filter { unused_for: filter.unused_for, ..Filter::from(filter.whose.clone()) });
            let bounds = bounds(filter, base, now);
            let strands = of_status(filter, now).into_iter().map(|strand| {
                let (source, bounds) =
                    if strand.is_sorted { (Source::Index(index), bounds) } else { (strand.source, strand.bounds) };
                Strand { source, bounds, is_kept, ..strand }
            });
            walk_of(strands.collect(), is_exact)
        }
        Base::Created => walk_of(vec![strand(BY_CREATION, seek)], only(whole)),
        Base::Expires => {
            let is_exact = only(Filter { expires_within: filter.expires_within, ..whole });
            walk_of(vec![strand(BY_EXPIRY, seek)], is_exact)
        }
        Base::Used => walk_of(vec![strand(BY_USE, seek)], only(whole)),
        Base::Name => walk_of(vec![strand(BY_NAME, seek)], only(whole)),
    }
}

fn walk_of(mut strands: Vec<Strand>, is_exact: bool) -> Walk {
    for strand in &mut strands {
        strand.is_kept |= is_exact;
    }
    Walk { strands, is_exact }
}

fn walk_of_person(strand: Strand, base: Base, is_exact: bool) -> Walk {
    let strand = match base {
        Base::Created => strand,
        Base::Expires => Strand { source: Source::Index(OF_PERSON_BY_EXPIRY), ..strand },
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
            source: Source::Index(BY_STATUS),
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
            vec![noted(Status::Active), late(ENABLED_LATER, enabled_again)]
        }
        Some(Status::Expired) => {
            let expired_since = Sql::new("k.noted_status < 3 AND k.expires_at <= ?");
            vec![noted(Status::Expired), late(LIVE_BY_EXPIRY, expired_since)]
        }
        Some(status) => vec![noted(status)],
    }
}

/// For each part of the filter what its index finds, those first that are likely to find few.
pub(super) fn ways_to_fetch(filter: &Filter, now: Timestamp) -> Vec<Vec<Strand>> {
    let fetch = |source, seek| vec![fetched_by(source, seek, filter, now)];
    let Whose::Organization(organization_id) = &filter.whose else {
        return vec![fetch(Source::Index(OF_PERSON_BY_CREATION), vec![whose(filter)])];
    };
    let indexed = |index, condition| vec![indexed(filter, index, condition, now)];
    let mut ways = Vec::new();
    match filter.search.as_ref().map(Search::terms) {
        None => {}
        Some(Terms::NameBeginning(beginning)) => {
            ways.push(indexed(BY_NAME, name_begins(beginning)));
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
        ways.push(indexed(BY_PROJECT, project(in_project)));
    }
    ways.extend(expiring(filter, now));
    ways.extend(unused(filter, now));
    if let Some(one) = filter.scope {
        ways.push(indexed(BY_SCOPE, scope(one)));
    }
    ways
}

/// The live keys that end soon, as that is asked; among what their index finds is no other key.
fn expiring(filter: &Filter, now: Timestamp) -> Option<Vec<Strand>> {
    let end = filter.expires_before(now)?;
    let ends = Sql::new("k.noted_status < 3 AND k.expires_at > ? AND k.expires_at <= ?");
    let ends = ends.with(now.unix_micros()).with(end.unix_micros());
    Some(vec![indexed(filter, LIVE_BY_EXPIRY, ends, now)])
}

/// The same where nothing else is asked: then the index has the list, if not in its order.
pub(super) fn expiring_alone(filter: &Filter, base: Base, now: Timestamp) -> Option<Vec<Strand>> {
    let is_alone = matches!(filter.whose, Whose::Organization(_))
        && matches!(base, Base::Created | Base::Expires)
        && is_only(filter, |whole| Filter { expires_within: filter.expires_within, ..whole });
    let strands = expiring(filter, now).filter(|_| is_alone)?;
    Some(strands.into_iter().map(|strand| Strand { conditions: Vec::new(), is_kept: true, ..strand }).collect())
}

/// The live keys that are not used, as that is asked; and such that have expired, as long as that is not noted.
pub(super) fn unused(filter: &Filter, now: Timestamp) -> Option<Vec<Strand>> {
    let since = filter.unused_since(now)?;
    let unused = Sql::new("k.noted_status < 3 AND COALESCE(k.last_used_at, k.created_at) <= ?");
    Some(vec![indexed(filter, LIVE_BY_DISUSE, unused.with(since.unix_micros()), now)])
}

fn indexed(filter: &Filter, index: Index, condition: Sql, now: Timestamp) -> Strand {
    fetched_by(Source::Index(index), vec![whose(filter), condition], filter, now)
}

fn fetched_by(source: Source, seek: Vec<Sql>, filter: &Filter, now: Timestamp) -> Strand {
    let conditions = conditions(filter, now);
    Strand { source, seek, conditions, is_sorted: false, bounds: (None, None), is_kept: false, is_late: false }
}
