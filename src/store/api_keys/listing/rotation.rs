//! Scans of keys that are due for rotation: by a date of their own, or by the interval of the policy.

use super::{
    conditions::{conditions, whose},
    indexes::{LIVE_BY_ROTATION_DUE, LIVE_BY_TOKEN_AGE},
    rotation_conditions::{IN_USE_SINCE, without_own_date},
    scan::{Scan, Source},
};
use crate::{
    domain::{
        Timestamp,
        api_key::{listing::Filter, rotation_schedule::in_use_before},
    },
    store::sql::Sql,
};

/// The keys with a date of their own, and the others. Together they have all keys that are due, each once.
pub(super) fn scans(filter: &Filter, now: Timestamp) -> Vec<Scan> {
    let Some(state) = filter.criteria.rotation else { return Vec::new() };
    let (after, until) = state.due_dates(now);
    let seek = |column: &str, above: Option<Sql>, up_to: Sql| {
        let above = above.map(|above| Sql::new(format!(" AND {column}")).then_sql(above)).unwrap_or_default();
        Sql::new("k.noted_status < 3").then_sql(above).then(&format!(" AND {column}")).then_sql(up_to)
    };
    let number = |sign: &str, instant: Timestamp| Sql::new(format!(" {sign} ?")).with(instant.unix_micros());
    let own = seek("k.rotation_due_at", after.map(|after| number(">", after)), number("<=", until));
    // The index is partial.
    let own = own.then(" AND k.rotation_due_at IS NOT NULL");
    let scan = |index, seek| Scan::new(Source::Index(index), [whose(filter), seek], conditions(filter, now));
    let mut scans = vec![scan(LIVE_BY_ROTATION_DUE, own)];
    if let Some(days) = filter.policy_rotation_days {
        let above = after.map(|after| number(">=", in_use_before(after, days)));
        let age = seek(IN_USE_SINCE, above, number("<", in_use_before(until, days)));
        let mut others = scan(LIVE_BY_TOKEN_AGE, age);
        others.conditions.push(without_own_date(until));
        scans.push(others);
    }
    scans
}
