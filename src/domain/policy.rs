//! The rules that an organization sets on its keys.

mod expiration;
mod impact;
mod preset;
mod setting;
mod settings;
mod text_rule;
pub mod token_pattern;

pub use expiration::{ExpirationDate, ExpirationDateError};
pub use impact::PolicyImpact;
pub use preset::Preset;
pub use setting::{OfferedAttribute, RowButton, Viewable, WhoMayCreate};
pub use settings::{SETTINGS, Setting, SettingGroup, SettingKind, SettingOption};
pub use text_rule::TextRule;

use std::{collections::BTreeSet, num::NonZeroU32, ops::RangeInclusive};

use serde::{Deserialize, Serialize};
use time::{Date, Duration};

use super::{
    Scope,
    api_key::{
        attributes::Environment,
        restrictions::{List, Network},
    },
    key_limits::{KeyLimits, Quota, QuotaPeriod, RateLimit, RatePeriod},
    token::{TokenLabel, TokenPrefix},
};

/// The policy as it is stored, exported and applied: one entry per setting. Settings that are left out have their
/// default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Policy {
    pub who_may_create: WhoMayCreate,
    /// Days from creation to the expiration date that the form proposes. None for no date.
    #[serde(with = "none_as_zero")]
    pub default_lifetime_days: Option<i64>,
    /// Days from creation to the latest expiration date.
    pub max_lifetime_days: i64,
    /// Whether a key may have no expiration date.
    pub allow_no_expiry: bool,
    /// How many pending, active or disabled keys one person may have. The system key does not count.
    pub max_keys_per_user: i64,
    /// Whose tokens are stored encrypted, so that owners can see them again.
    pub viewable: Viewable,
    /// A key works only after its owner has confirmed that they copied the token.
    pub require_copy_confirmation: bool,
    /// The system creates a key for every person.
    pub system_default_key: bool,
    /// In the order of [`Scope::ALL`].
    pub scopes_offered: Vec<Scope>,
    /// How many days before expiry the owner of a key gets a reminder, largest first.
    pub reminder_days: Vec<i64>,
    /// After how many days without use a key is revoked.
    #[serde(with = "none_as_zero")]
    pub revoke_unused_after_days: Option<i64>,
    /// After how many days a key is due for rotation. A key may be rotated more often.
    #[serde(with = "none_as_zero")]
    pub rotate_every_days: Option<i64>,
    /// One click creates a key with the proposed name, dates and scope.
    pub one_click_creation: bool,
    /// The buttons beside the menu in each row of the list, in the order of [`RowButton::ALL`].
    pub row_buttons: Vec<RowButton>,
    /// How many hours the former token works after a rotation, as the form proposes.
    pub rotation_overlap_hours: i64,
    /// How many hours it works at most. 0 ends it as soon as the new token is confirmed.
    pub max_rotation_overlap_hours: i64,
    /// See [`Policy::token_prefix`]. A text, so that a form can have a wrong one.
    pub token_prefix: String,
    /// See [`Policy::environments`].
    pub environments: Vec<String>,
    /// In the order of [`OfferedAttribute::ALL`].
    pub attributes_offered: Vec<OfferedAttribute>,
    /// See [`Policy::allowed_networks`].
    pub allowed_networks: Vec<String>,
    /// A server key that a browser presents has leaked into a page.
    pub refuse_browsers_with_server_keys: bool,
    /// How often a key may be used in any period of this length.
    #[serde(with = "none_as_zero")]
    pub rate_limit: Option<i64>,
    pub rate_limit_period: RatePeriod,
    /// How many of these may be in any one second.
    #[serde(with = "none_as_zero")]
    pub rate_limit_burst: Option<i64>,
    /// How often a key may be used in a calendar period.
    #[serde(with = "none_as_zero")]
    pub quota: Option<i64>,
    pub quota_period: QuotaPeriod,
}

/// How long a pending key, or the pending token of a rotation, waits for confirmation before it is purged.
pub const CONFIRMATION_WINDOW: Duration = Duration::hours(24);
/// The possible intervals of rotations, in days. In less than a week there is no time for reminders and an overlap.
pub const ROTATION_DAYS: RangeInclusive<i64> = 7..=3_650;
/// The least time before a policy change ends a key.
pub const NOTICE: Duration = Duration::days(30);

/// A value that a setting cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    #[error("{}", .0.rule())]
    OutOfRange(&'static Setting),
    #[error("default_lifetime_days must be from 1 to max_lifetime_days")]
    DefaultLifetime,
    #[error("default_lifetime_days is required unless allow_no_expiry is true")]
    DefaultLifetimeMissing,
    #[error("scopes_offered must have at least one scope")]
    NoScope,
    #[error("rotation_overlap_hours must be at most max_rotation_overlap_hours")]
    RotationOverlap,
    /// Tokens say the environment without hyphens.
    #[error("environments must differ in more than hyphens")]
    AmbiguousEnvironments,
    #[error("rate_limit_burst must be at most rate_limit")]
    RateLimitBurst,
}

impl PolicyFault {
    /// The name of the setting.
    pub fn field(self) -> &'static str {
        match self {
            Self::OutOfRange(setting) => setting.name,
            Self::DefaultLifetime | Self::DefaultLifetimeMissing => "default_lifetime_days",
            Self::NoScope => "scopes_offered",
            Self::RotationOverlap => "rotation_overlap_hours",
            Self::AmbiguousEnvironments => "environments",
            Self::RateLimitBurst => "rate_limit_burst",
        }
    }
}

/// The policy of an organization that has set none, and the preset [`Preset::CopyConfirmed`].
impl Default for Policy {
    fn default() -> Self {
        Self {
            who_may_create: WhoMayCreate::Administrators,
            default_lifetime_days: Some(365),
            max_lifetime_days: 365,
            allow_no_expiry: false,
            max_keys_per_user: 10,
            viewable: Viewable::Never,
            require_copy_confirmation: true,
            system_default_key: false,
            scopes_offered: Scope::ALL.to_vec(),
            reminder_days: vec![30, 7, 1],
            revoke_unused_after_days: None,
            rotate_every_days: None,
            one_click_creation: false,
            row_buttons: Vec::new(),
            rotation_overlap_hours: 24,
            max_rotation_overlap_hours: 720,
            token_prefix: TokenPrefix::default().to_string(),
            environments: vec![Environment::default().to_string()],
            attributes_offered: Vec::new(),
            allowed_networks: Vec::new(),
            refuse_browsers_with_server_keys: false,
            rate_limit: None,
            rate_limit_period: RatePeriod::default(),
            rate_limit_burst: None,
            quota: None,
            quota_period: QuotaPeriod::default(),
        }
    }
}

impl Policy {
    /// Returns the policy with lists sorted and without duplicates, or all faults.
    pub fn check(mut self) -> Result<Self, Vec<PolicyFault>> {
        self.scopes_offered = Scope::ALL.into_iter().filter(|scope| self.scopes_offered.contains(scope)).collect();
        self.row_buttons = RowButton::ALL.into_iter().filter(|button| self.row_buttons.contains(button)).collect();
        self.attributes_offered =
            OfferedAttribute::ALL.into_iter().filter(|one| self.attributes_offered.contains(one)).collect();
        without_duplicates(&mut self.environments);
        let canonical = |text: &String| List::<Network>::parse(text).map_or_else(|_| text.clone(), |it| it.to_string());
        self.allowed_networks = self.allowed_networks.iter().map(canonical).collect();
        without_duplicates(&mut self.allowed_networks);
        self.reminder_days.sort_unstable_by(|one, other| other.cmp(one));
        self.reminder_days.dedup();

        let mut faults: Vec<_> = self.out_of_range().collect();
        let is_longest_known = !faults.iter().any(|fault| fault.field() == "max_lifetime_days");
        let longest = if is_longest_known { self.max_lifetime_days } else { i64::MAX };
        if self.default_lifetime_days.is_some_and(|days| !(1..=longest).contains(&days)) {
            faults.push(PolicyFault::DefaultLifetime);
        }
        if self.default_lifetime_days.is_none() && !self.allow_no_expiry {
            faults.push(PolicyFault::DefaultLifetimeMissing);
        }
        if self.scopes_offered.is_empty() {
            faults.push(PolicyFault::NoScope);
        }
        let is_out_of_range = |fault: &PolicyFault| fault.field().ends_with("rotation_overlap_hours");
        if self.rotation_overlap_hours > self.max_rotation_overlap_hours && !faults.iter().any(is_out_of_range) {
            faults.push(PolicyFault::RotationOverlap);
        }
        let environments = self.environments();
        let labels: BTreeSet<_> = environments.iter().map(|it| self.token_label(it).to_string()).collect();
        if self.has_environments() && labels.len() < environments.len() {
            faults.push(PolicyFault::AmbiguousEnvironments);
        }
        let is_of_rate_limit = |fault: &PolicyFault| fault.field().starts_with("rate_limit");
        if self.rate_limit_burst > self.rate_limit && !faults.iter().any(is_of_rate_limit) {
            faults.push(PolicyFault::RateLimitBurst);
        }
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    /// The overlaps that a rotation may choose, in hours.
    pub fn overlaps(&self) -> Vec<i64> {
        let usual = [0, 1, 24, 168, 720].into_iter().filter(|hours| *hours <= self.max_rotation_overlap_hours);
        let mut hours: Vec<_> = usual.chain([self.rotation_overlap_hours, self.max_rotation_overlap_hours]).collect();
        hours.sort_unstable();
        hours.dedup();
        hours
    }

    /// The limits of keys without limits of their own.
    pub fn key_limits(&self) -> KeyLimits {
        let count = |limit: Option<i64>| limit.and_then(|limit| u32::try_from(limit).ok()).and_then(NonZeroU32::new);
        let burst = count(self.rate_limit_burst);
        KeyLimits {
            rate: count(self.rate_limit).map(|count| RateLimit { count, period: self.rate_limit_period, burst }),
            quota: count(self.quota).map(|count| Quota { count, period: self.quota_period }),
        }
    }

    /// Whether the token of a key with this scope is stored.
    pub fn keeps_token_of(&self, scope: Scope) -> bool {
        match self.viewable {
            Viewable::Never => false,
            Viewable::WebAndMobile => matches!(scope, Scope::Web | Scope::Mobile),
            Viewable::All => true,
        }
    }

    /// What new tokens begin with.
    pub fn token_prefix(&self) -> TokenPrefix {
        TokenPrefix::parse(&self.token_prefix).unwrap_or_default()
    }

    /// What a new token of a key in this environment begins with.
    pub fn token_label(&self, environment: &Environment) -> TokenLabel {
        TokenLabel::new(&self.token_prefix(), self.has_environments().then_some(environment))
    }

    /// What new tokens begin with.
    pub fn token_labels(&self) -> Vec<TokenLabel> {
        self.environments().iter().map(|environment| self.token_label(environment)).collect()
    }

    /// The environments of new keys, at least one. Forms propose the first.
    pub fn environments(&self) -> Vec<Environment> {
        let mut all: Vec<_> = self.environments.iter().filter_map(|name| Environment::parse(name).ok()).collect();
        if all.is_empty() {
            all.push(Environment::default());
        }
        all
    }

    /// The environment that forms propose.
    pub fn default_environment(&self) -> Environment {
        self.environments().into_iter().next().unwrap_or_default()
    }

    /// Whether pages and tokens say anything about environments.
    pub fn has_environments(&self) -> bool {
        self.environments.len() > 1
    }

    pub fn offers(&self, attribute: OfferedAttribute) -> bool {
        self.attributes_offered.contains(&attribute)
    }

    /// The networks from which keys can be used. None restricts nothing.
    pub fn allowed_networks(&self) -> List<Network> {
        List::parse(&self.allowed_networks.join("\n")).unwrap_or_default()
    }

    /// The scope that the form proposes.
    pub fn default_scope(&self) -> Scope {
        self.scopes_offered.first().copied().unwrap_or_default()
    }
}

fn without_duplicates(texts: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
}

/// TOML has no null.
mod none_as_zero {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub fn serialize<S: Serializer>(days: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        days.unwrap_or(0).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        i64::deserialize(deserializer).map(|days| (days != 0).then_some(days))
    }
}

fn after(date: Date, days: i64) -> Date {
    date.checked_add(Duration::days(days)).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_can_be() {
        for preset in Preset::ALL {
            assert_eq!(preset.policy().check(), Ok(preset.policy()), "{preset:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_named_and_all_of_it() {
        let bad = Policy {
            default_lifetime_days: Some(91),
            max_lifetime_days: 90,
            max_keys_per_user: 0,
            scopes_offered: Vec::new(),
            reminder_days: vec![7, 0],
            revoke_unused_after_days: Some(29),
            rotate_every_days: Some(6),
            ..Policy::default()
        };
        let out = |name| PolicyFault::OutOfRange(Setting::find(name).unwrap());
        let faults = [
            out("max_keys_per_user"),
            out("reminder_days"),
            out("revoke_unused_after_days"),
            out("rotate_every_days"),
            PolicyFault::DefaultLifetime,
            PolicyFault::NoScope,
        ];
        assert_eq!(bad.check(), Err(faults.to_vec()));
        let endless = Policy { max_lifetime_days: 3_651, ..Policy::default() };
        assert_eq!(out("max_lifetime_days").to_string(), "max_lifetime_days must be from 1 to 3650");
        assert_eq!(endless.check(), Err(vec![out("max_lifetime_days")]));
        let negative = Policy { default_lifetime_days: Some(-1), ..Policy::default() };
        assert_eq!(negative.check(), Err(vec![PolicyFault::DefaultLifetime]));
        let short = Policy { max_rotation_overlap_hours: 12, ..Policy::default() };
        assert_eq!(short.check(), Err(vec![PolicyFault::RotationOverlap]));
        let dateless = Policy { default_lifetime_days: None, ..Policy::default() };
        assert_eq!(dateless.clone().check(), Err(vec![PolicyFault::DefaultLifetimeMissing]));
        assert!(Policy { allow_no_expiry: true, ..dateless }.check().is_ok());
        let names = ["live", "pre-prod", "preprod"].map(str::to_owned);
        let ambiguous = Policy { environments: names[..2].to_vec(), ..Policy::default() };
        assert!(ambiguous.clone().check().is_ok());
        let ambiguous = Policy { environments: names.to_vec(), ..ambiguous };
        assert_eq!(ambiguous.check(), Err(vec![PolicyFault::AmbiguousEnvironments]));
        for rate_limit in [Some(10), None] {
            let policy = Policy { rate_limit, rate_limit_burst: Some(11), ..Policy::default() };
            assert_eq!(policy.check(), Err(vec![PolicyFault::RateLimitBurst]));
        }
    }

    #[test]
    fn a_rotation_may_overlap_as_long_as_the_policy_allows() {
        assert_eq!(Policy::default().overlaps(), [0, 1, 24, 168, 720]);
        let short = Policy { rotation_overlap_hours: 2, max_rotation_overlap_hours: 36, ..Policy::default() };
        assert_eq!(short.overlaps(), [0, 1, 2, 24, 36]);
        let none = Policy { rotation_overlap_hours: 0, max_rotation_overlap_hours: 0, ..Policy::default() };
        assert_eq!(none.overlaps(), [0]);
    }

    #[test]
    fn each_text_beyond_its_rule_is_named() {
        let fault = |policy: Policy| policy.check().unwrap_err().iter().map(|fault| fault.field()).collect::<Vec<_>>();
        let texts = |count: usize| (0..count).map(|number| format!("e{number}")).collect::<Vec<_>>();
        let prefixed = |prefix: &str| Policy { token_prefix: prefix.to_owned(), ..Policy::default() };
        for good in ["lk", "acme", "a1", "0123456789abcdef"] {
            assert!(prefixed(good).check().is_ok(), "{good}");
        }
        for bad in ["", "a", "Acme", "a_b", "ac me", "0123456789abcdefg", "ghp", "sk", "org"] {
            assert_eq!(fault(prefixed(bad)), ["token_prefix"], "{bad}");
        }
        assert!(Policy { environments: texts(5), ..Policy::default() }.check().is_ok());
        for bad in [texts(6), Vec::new(), vec!["Live".to_owned()]] {
            assert_eq!(fault(Policy { environments: bad, ..Policy::default() }), ["environments"]);
        }
        for bad in ["10.0.0.0/33", "10.0.0.0/8,10.1.0.0/16", "home"] {
            let policy = Policy { allowed_networks: vec![bad.to_owned()], ..Policy::default() };
            assert_eq!(fault(policy), ["allowed_networks"], "{bad}");
        }
        let twice = Policy {
            environments: vec!["test".to_owned(), "live".to_owned(), "test".to_owned()],
            allowed_networks: vec!["10.0.0.1".to_owned(), "2001:DB8::/32".to_owned(), "10.0.0.1".to_owned()],
            ..Policy::default()
        };
        let checked = twice.check().unwrap();
        assert_eq!(checked.environments, ["test", "live"]);
        assert_eq!(checked.allowed_networks, ["10.0.0.1", "2001:db8::/32"]);
    }

    #[test]
    fn lists_are_put_in_order() {
        let jumbled = Policy {
            scopes_offered: vec![Scope::Mobile, Scope::Web, Scope::Mobile],
            reminder_days: vec![1, 30, 7, 7],
            row_buttons: vec![RowButton::Revoke, RowButton::Show],
            ..Policy::default()
        };
        let sorted = jumbled.check().unwrap();
        assert_eq!(sorted.scopes_offered, [Scope::Web, Scope::Mobile]);
        assert_eq!(sorted.reminder_days, [30, 7, 1]);
        assert_eq!(sorted.row_buttons, [RowButton::Show, RowButton::Revoke]);
    }

    #[test]
    fn what_is_stored_is_read_back_and_what_is_left_out_is_as_by_default() {
        for preset in Preset::ALL {
            let stored = serde_json::to_string(&preset.policy()).unwrap();
            assert_eq!(serde_json::from_str::<Policy>(&stored).unwrap(), preset.policy(), "{stored}");
        }
        let short: Policy = serde_json::from_str(r#"{"max_keys_per_user": 3}"#).unwrap();
        assert_eq!(short, Policy { max_keys_per_user: 3, ..Policy::default() });
        assert!(serde_json::from_str::<Policy>(r#"{"max_keys": 3}"#).is_err());
    }
}
