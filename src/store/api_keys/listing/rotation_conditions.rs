//! Which keys are due for rotation, as conditions of a statement: by a date of their own, which is a column, or by the
//! interval of the policy, for which the age of the token counts. The rule is
//! [`crate::domain::ApiKey::rotation_state`].

use crate::{
    domain::{
        Timestamp,
        api_key::{listing::Filter, rotation_schedule::in_use_before},
    },
    store::sql::Sql,
};

/// In microseconds, as a literal: it is the same in all statements.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// The column of the index.
pub(super) const IN_USE_SINCE: &str = "COALESCE(k.rotated_at, k.confirmed_at)";

/// That a key has the state of the filter.
pub(super) fn is_due(filter: &Filter, now: Timestamp) -> Option<Sql> {
    let (after, until) = filter.criteria.rotation?.due_dates(now);
    let mut ways =
        vec![Sql::new("+k.rotation_due_at <= ? AND k.rotation_due_at < k.expires_at").with(until.unix_micros())];
    ways.extend(filter.policy_rotation_days.map(|days| {
        Sql::new(format!("+{IN_USE_SINCE} < ?"))
            .with(in_use_before(until, days).unix_micros())
            .then(&format!(" AND {IN_USE_SINCE} < ((k.expires_at - 1) / {DAY} - ?) * {DAY}"))
            .with(days)
    }));
    let mut all = vec![Sql::new("k.confirmed_at IS NOT NULL"), Sql::joined(ways, " OR ").in_parentheses()];
    if let Some(after) = after {
        // By no other way it was due before.
        let own = Sql::new("(k.rotation_due_at IS NULL OR k.rotation_due_at > ?)").with(after.unix_micros());
        let of_policy = filter
            .policy_rotation_days
            .map(|days| Sql::new(format!("+{IN_USE_SINCE} >= ?")).with(in_use_before(after, days).unix_micros()));
        all.extend([own].into_iter().chain(of_policy));
    }
    Some(Sql::joined(all, " AND "))
}

/// That the scan of keys with a date of their own does not find the key.
pub(super) fn without_own_date(until: Timestamp) -> Sql {
    Sql::new("(k.rotation_due_at IS NULL OR k.rotation_due_at > ?)").with(until.unix_micros())
}
