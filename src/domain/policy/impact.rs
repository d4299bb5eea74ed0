//! What a policy change affects among existing keys and people. No change ends a key at once.

use time::Duration;

use super::{ExpirationDate, NOTICE, Policy, after};
use crate::domain::{Role, Scope, Timestamp, api_key::attributes::Environment, policy::WhoMayCreate};

/// Counts. Zero where the change makes no difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyImpact {
    /// Live keys that expire later than the new longest lifetime allows.
    pub long_lived: i64,
    /// Live keys that never expire, which the new policy does not allow.
    pub endless: i64,
    /// Stored tokens that owners can see now and could no longer see.
    pub tokens_erased: i64,
    /// People with more keys than the new limit.
    pub people_over_limit: i64,
    /// People who can create and manage keys now, but could not under the new policy.
    pub people_losing_keys: i64,
    /// Live keys of scopes that are no longer offered.
    pub out_of_scope: Vec<(Scope, i64)>,
    /// Active keys that have been unused for longer than the new policy allows.
    pub unused: i64,
    /// Keys that become overdue for rotation.
    pub overdue: i64,
    /// People who would get a system key at their next sign-in.
    pub people_getting_system_key: i64,
    /// System keys that would no longer be replaced.
    pub system_keys_left: i64,
    /// Live keys that were last used outside of the networks of the new policy.
    pub outside_networks: i64,
    /// Live server keys that were last used by a browser, which the new policy refuses.
    pub used_by_browsers: i64,
    /// Live keys without limits of their own, which the new policy may refuse more often.
    pub limited: i64,
}

impl PolicyImpact {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The counts in one line. The form carries it, so that a person never confirms counts that have changed.
    pub fn agreement(&self) -> String {
        let Self { long_lived, endless, tokens_erased, people_over_limit, people_losing_keys, .. } = self;
        let Self { out_of_scope, unused, overdue, people_getting_system_key, system_keys_left, .. } = self;
        let Self { outside_networks, used_by_browsers, limited, .. } = self;
        let scopes: Vec<_> = out_of_scope.iter().map(|(scope, count)| format!("{}:{count}", scope.as_str())).collect();
        format!(
            "{long_lived} {endless} {tokens_erased} {people_over_limit} {people_losing_keys} {} {unused} {overdue} \
             {people_getting_system_key} {system_keys_left} {outside_networks} {used_by_browsers} {limited}",
            scopes.join(",")
        )
    }
}

impl Policy {
    /// The latest possible end of a key created at `created_at`.
    pub fn latest_end(&self, created_at: Timestamp) -> Timestamp {
        ExpirationDate(after(created_at.date(), self.max_lifetime_days)).expires_at()
    }

    /// The new end of a key that this policy shortens, with notice. None if the key ends no later anyway.
    pub fn shortened(&self, created_at: Timestamp, expires_at: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let end = self.latest_end(created_at).max(end_of_notice(now));
        expires_at.is_none_or(|present| end < present).then_some(end)
    }

    /// From when on unused keys are revoked. `before` is the policy in force, `present` its date. A setting that is no
    /// stricter keeps the date, because owners have had their notice.
    pub fn unused_revoked_from(&self, before: &Self, present: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let days = self.revoke_unused_after_days?;
        match (before.revoke_unused_after_days, present) {
            (Some(earlier), Some(from)) if days >= earlier && !self.spares_fewer(before) => Some(from),
            _ => Some(end_of_notice(now)),
        }
    }

    /// Whether keys are due earlier than under `before`.
    pub fn rotates_more_often(&self, before: &Self) -> bool {
        let days = self.rotate_every_days.unwrap_or(i64::MAX);
        days < before.rotate_every_days.unwrap_or(i64::MAX)
    }

    /// Whether system keys are revoked like others now, and were not before.
    pub fn spares_fewer(&self, before: &Self) -> bool {
        before.system_default_key && !self.system_default_key
    }

    /// Roles that may create and manage keys under `before`, but not under this policy.
    pub fn roles_losing_keys(&self, before: &Self) -> Vec<Role> {
        let may = |role: &Role, who: WhoMayCreate| role.may_where(crate::domain::Permission::ManageOwnApiKeys, who);
        let loses = |role: &Role| may(role, before.who_may_create) && !may(role, self.who_may_create);
        Role::ALL.into_iter().filter(loses).collect()
    }

    /// Scopes that `before` offers and this policy does not.
    pub fn scopes_lost(&self, before: &Self) -> Vec<Scope> {
        let is_lost = |scope: &Scope| before.scopes_offered.contains(scope) && !self.scopes_offered.contains(scope);
        Scope::ALL.into_iter().filter(is_lost).collect()
    }

    /// Whether some tokens that `before` keeps are no longer kept.
    pub fn keeps_fewer_tokens(&self, before: &Self) -> bool {
        self.viewable < before.viewable || self.spares_fewer(before)
    }

    /// Environments of `before` that this policy does not have.
    pub fn environments_lost(&self, before: &Self) -> Vec<Environment> {
        let present = self.environments();
        before.environments().into_iter().filter(|environment| !present.contains(environment)).collect()
    }

    /// Whether callers may be refused that `before` does not refuse.
    pub fn narrows_networks(&self, before: &Self) -> bool {
        !self.allowed_networks.is_empty() && self.allowed_networks != before.allowed_networks
    }

    /// Whether the rate limit and the quota may refuse what those of `before` do not.
    pub fn tightens_limits(&self, before: &Self) -> (bool, bool) {
        let (limits, before) = (self.key_limits(), before.key_limits());
        let rate = limits.rate.is_some_and(|rate| rate.may_refuse_more(before.rate));
        (rate, limits.quota.is_some_and(|quota| quota.may_refuse_more(before.quota)))
    }

    /// How long before its end a key is displayed as expiring soon.
    pub fn soon(&self) -> Duration {
        Duration::days(self.reminder_days.iter().copied().max().unwrap_or(0).max(7))
    }

    /// The reminder that is due for a key with this end: the nearest one if several are.
    pub fn reminder_due(&self, expires_at: Timestamp, now: Timestamp) -> Option<i64> {
        let left = expires_at.since(now);
        self.reminder_days.iter().copied().filter(|days| left <= Duration::days(*days)).min()
    }
}

/// The end of the last day of the notice period.
fn end_of_notice(now: Timestamp) -> Timestamp {
    ExpirationDate(now.plus(NOTICE).date()).expires_at()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::key_limits::{QuotaPeriod, RatePeriod};
    use crate::domain::policy::Viewable;

    const NOW: Timestamp = Timestamp::from_unix_micros(1_795_262_400_000_000);

    fn at(text: time::OffsetDateTime) -> Timestamp {
        text.into()
    }

    #[test]
    fn a_key_is_shortened_to_what_is_allowed_but_never_without_notice() {
        let policy = Policy { max_lifetime_days: 90, default_lifetime_days: Some(90), ..Policy::default() };
        let far = Some(at(datetime!(2027-11-01 00:00 UTC)));
        // Created today: it works until the end of its 90th day.
        assert_eq!(policy.shortened(NOW, far, NOW), Some(at(datetime!(2027-02-20 00:00 UTC))));
        assert_eq!(policy.shortened(NOW, None, NOW), Some(at(datetime!(2027-02-20 00:00 UTC))));
        // Created long ago: it would have ended, but works until the end of the 30th day from now.
        let old = at(datetime!(2025-01-01 00:00 UTC));
        assert_eq!(policy.shortened(old, far, NOW), Some(at(datetime!(2026-12-22 00:00 UTC))));
        // It ends before that anyway.
        let soon = Some(at(datetime!(2026-12-22 00:00 UTC)));
        assert_eq!(policy.shortened(old, soon, NOW), None);
        assert_eq!(policy.shortened(NOW, soon, NOW), None);
    }

    #[test]
    fn the_notice_begins_anew_only_when_the_patience_gets_shorter() {
        let patience = |days| Policy { revoke_unused_after_days: days, ..Policy::default() };
        let given = Some(at(datetime!(2026-12-01 00:00 UTC)));
        let anew = Some(at(datetime!(2026-12-22 00:00 UTC)));
        assert_eq!(patience(Some(90)).unused_revoked_from(&patience(None), None, NOW), anew);
        assert_eq!(patience(Some(90)).unused_revoked_from(&patience(Some(90)), given, NOW), given);
        assert_eq!(patience(Some(91)).unused_revoked_from(&patience(Some(90)), given, NOW), given);
        assert_eq!(patience(Some(89)).unused_revoked_from(&patience(Some(90)), given, NOW), anew);
        assert_eq!(patience(None).unused_revoked_from(&patience(Some(90)), given, NOW), None);
        // System keys were spared before.
        let sparing = Policy { system_default_key: true, ..patience(Some(90)) };
        assert_eq!(patience(Some(90)).unused_revoked_from(&sparing, given, NOW), anew);
        assert_eq!(sparing.unused_revoked_from(&patience(Some(90)), given, NOW), given);
    }

    #[test]
    fn only_the_nearest_reminder_is_due() {
        let policy = Policy { reminder_days: vec![30, 7, 1], ..Policy::default() };
        let due = |left| policy.reminder_due(NOW.plus(left), NOW);
        assert_eq!(due(Duration::days(30) + Duration::SECOND), None);
        assert_eq!(due(Duration::days(30)), Some(30));
        assert_eq!(due(Duration::days(7) + Duration::SECOND), Some(30));
        assert_eq!(due(Duration::days(7)), Some(7));
        assert_eq!(due(Duration::HOUR), Some(1));
        assert_eq!(Policy { reminder_days: Vec::new(), ..policy }.reminder_due(NOW.plus(Duration::HOUR), NOW), None);
    }

    #[test]
    fn soon_is_when_the_first_reminder_is_due_or_a_week() {
        let soon = |days: &[i64]| Policy { reminder_days: days.to_vec(), ..Policy::default() }.soon();
        assert_eq!(soon(&[30, 7, 1]), Duration::days(30));
        assert_eq!(soon(&[1]), Duration::days(7));
        assert_eq!(soon(&[]), Duration::days(7));
    }

    #[test]
    fn what_is_lost_is_what_was_there_before() {
        let everyone = Policy { who_may_create: WhoMayCreate::Everyone, ..Policy::default() };
        let some = Policy { scopes_offered: vec![Scope::Web], viewable: Viewable::All, ..Policy::default() };
        let default = Policy::default();
        assert_eq!(default.roles_losing_keys(&everyone), [Role::Support, Role::Analytics, Role::Member]);
        assert_eq!(everyone.roles_losing_keys(&default), []);
        assert_eq!(some.scopes_lost(&default), [Scope::Server, Scope::Mobile, Scope::Analytics]);
        assert_eq!(default.scopes_lost(&some), []);
        assert!(default.keeps_fewer_tokens(&some) && !some.keeps_fewer_tokens(&default));
    }

    #[test]
    fn a_shorter_interval_or_the_first_one_rotates_more_often() {
        let every = |days| Policy { rotate_every_days: days, ..Policy::default() };
        assert!(every(Some(90)).rotates_more_often(&every(None)));
        assert!(every(Some(89)).rotates_more_often(&every(Some(90))));
        assert!(!every(Some(90)).rotates_more_often(&every(Some(90))));
        assert!(!every(None).rotates_more_often(&every(Some(90))));
    }

    #[test]
    fn every_number_is_part_of_the_agreement() {
        let nothing = PolicyImpact::default();
        let others = [
            PolicyImpact { long_lived: 1, ..nothing.clone() },
            PolicyImpact { endless: 1, ..nothing.clone() },
            PolicyImpact { tokens_erased: 1, ..nothing.clone() },
            PolicyImpact { people_over_limit: 1, ..nothing.clone() },
            PolicyImpact { people_losing_keys: 1, ..nothing.clone() },
            PolicyImpact { out_of_scope: vec![(Scope::Web, 1)], ..nothing.clone() },
            PolicyImpact { out_of_scope: vec![(Scope::Mobile, 1)], ..nothing.clone() },
            PolicyImpact { unused: 1, ..nothing.clone() },
            PolicyImpact { overdue: 1, ..nothing.clone() },
            PolicyImpact { people_getting_system_key: 1, ..nothing.clone() },
            PolicyImpact { system_keys_left: 1, ..nothing.clone() },
            PolicyImpact { outside_networks: 1, ..nothing.clone() },
            PolicyImpact { used_by_browsers: 1, ..nothing.clone() },
            PolicyImpact { limited: 1, ..nothing.clone() },
        ];
        let agreements: std::collections::BTreeSet<_> = others.iter().map(PolicyImpact::agreement).collect();
        assert_eq!(agreements.len(), others.len());
        assert!(nothing.is_nothing() && others.iter().all(|impact| !impact.is_nothing()));
    }

    #[test]
    fn limits_are_tighter_if_they_may_refuse_more() {
        let policy = |rate: &str, quota: &str| {
            let numbers = |text: &str| text.split('/').map(|part| part.parse().ok()).collect::<Vec<Option<i64>>>();
            let (rate, quota) = (numbers(rate), numbers(quota));
            Policy {
                rate_limit: rate[0],
                rate_limit_burst: rate.get(1).copied().flatten(),
                quota: quota[0],
                ..Policy::default()
            }
        };
        for (before, after, tighter) in [
            (("", ""), ("10", ""), (true, false)),
            (("", ""), ("", "10"), (false, true)),
            (("10", "10"), ("10", "10"), (false, false)),
            (("10", "10"), ("9", "9"), (true, true)),
            (("10", "10"), ("11", ""), (false, false)),
            (("10", "10"), ("", "11"), (false, false)),
            (("10", ""), ("10/5", ""), (true, false)),
            (("10/5", ""), ("10/4", ""), (true, false)),
            (("10/5", ""), ("12/5", ""), (false, false)),
            (("10/5", ""), ("10", ""), (false, false)),
        ] {
            let (before, after) = (policy(before.0, before.1), policy(after.0, after.1));
            assert_eq!(after.tightens_limits(&before), tighter, "{before:?} {after:?}");
        }
        // 10 a minute let 600 an hour pass, and 10 a day let 310 a month pass.
        let longer = |rate: &str, quota: &str| {
            let policy = policy(rate, quota);
            Policy { rate_limit_period: RatePeriod::Hour, quota_period: QuotaPeriod::Month, ..policy }
        };
        let short = Policy { quota_period: QuotaPeriod::Day, ..policy("10", "10") };
        assert_eq!(longer("599", "309").tightens_limits(&short), (true, true));
        assert_eq!(longer("600", "310").tightens_limits(&short), (false, false));
        assert_eq!(short.tightens_limits(&longer("11", "11")), (true, true));
        assert_eq!(short.tightens_limits(&longer("10", "10")), (false, false));
    }
}
