//! The rules that an organization sets on its keys.

mod expiration;
mod impact;
mod preset;
mod setting;

pub use expiration::{ExpirationDate, ExpirationDateError};
pub use impact::Impact;
pub use preset::Preset;
pub use setting::{RowButton, Viewable, WhoMayCreate};

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use time::{Date, Duration};

use super::Scope;

/// As it is stored, exported and applied: one entry for each setting, and those that are left out as by default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Policy {
    pub who_may_create: WhoMayCreate,
    /// Days from the day of creation to the expiration date that the form proposes; none for no date.
    #[serde(with = "none_as_zero")]
    pub default_lifetime_days: Option<i64>,
    /// Days from the day of creation to the latest expiration date.
    pub max_lifetime_days: i64,
    /// A key may also have no expiration date at all.
    pub allow_no_expiry: bool,
    /// Keys that one person may have pending, active or disabled at a time, the one that the system made not counted.
    pub max_keys_per_user: i64,
    /// Whose tokens are kept, encrypted, so that their owners can see them again.
    pub viewable: Viewable,
    /// A key works only once its owner has said that the token was copied.
    pub require_copy_confirmation: bool,
    /// Everybody has a key that the system makes.
    pub system_default_key: bool,
    /// In the order of [`Scope::ALL`].
    pub scopes_offered: Vec<Scope>,
    /// Days before its expiry at which the owner of a key is reminded, the most first.
    pub reminder_days: Vec<i64>,
    /// Keys that nobody has used for so many days are revoked.
    #[serde(with = "none_as_zero")]
    pub revoke_unused_after_days: Option<i64>,
    /// One press makes a key with the name, the dates and the scope that the form would propose.
    pub one_click_creation: bool,
    /// What stands beside the menu in each row of the list, in the order of [`RowButton::ALL`].
    pub row_buttons: Vec<RowButton>,
}

/// How long a key may wait for the confirmation that its token was copied, before it is purged.
pub const CONFIRMATION_WINDOW: Duration = Duration::hours(24);
/// How much time the owners of keys have at least before a change of the policy ends one.
pub const NOTICE: Duration = Duration::days(30);

/// Ten years, in days.
pub const LIFETIMES: RangeInclusive<i64> = 1..=3_650;
pub const KEYS_PER_USER: RangeInclusive<i64> = 1..=10_000;
/// In days before the expiry.
pub const REMINDERS: RangeInclusive<i64> = 1..=365;
pub const MAX_REMINDERS: usize = 5;
/// In days. Less than the notice would revoke keys that were just made.
pub const DISUSE: RangeInclusive<i64> = 30..=3_650;

/// What of a policy cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    #[error("max_lifetime_days must be from {} to {}", LIFETIMES.start(), LIFETIMES.end())]
    MaxLifetime,
    #[error("default_lifetime_days must be from 1 to max_lifetime_days")]
    DefaultLifetime,
    #[error("default_lifetime_days is required unless allow_no_expiry is true")]
    DefaultLifetimeMissing,
    #[error("max_keys_per_user must be from {} to {}", KEYS_PER_USER.start(), KEYS_PER_USER.end())]
    MaxKeys,
    #[error("scopes_offered must have at least one scope")]
    NoScope,
    #[error(
        "reminder_days must have at most {MAX_REMINDERS} numbers, each from {} to {}",
        REMINDERS.start(),
        REMINDERS.end()
    )]
    Reminders,
    #[error("revoke_unused_after_days must be from {} to {}", DISUSE.start(), DISUSE.end())]
    Disuse,
}

impl Default for Policy {
    fn default() -> Self {
        Preset::CopyConfirmed.policy()
    }
}

impl Policy {
    /// The same with lists sorted and without repetition, if it can be.
    pub fn check(mut self) -> Result<Self, Vec<PolicyFault>> {
        self.scopes_offered = Scope::ALL.into_iter().filter(|scope| self.scopes_offered.contains(scope)).collect();
        self.row_buttons = RowButton::ALL.into_iter().filter(|button| self.row_buttons.contains(button)).collect();
        self.reminder_days.sort_unstable_by(|one, other| other.cmp(one));
        self.reminder_days.dedup();

        let mut faults = Vec::new();
        let mut expect = |is_so: bool, fault| {
            if !is_so {
                faults.push(fault);
            }
        };
        let has_good_maximum = LIFETIMES.contains(&self.max_lifetime_days);
        expect(has_good_maximum, PolicyFault::MaxLifetime);
        let longest = if has_good_maximum { self.max_lifetime_days } else { i64::MAX };
        let has_good_default = self.default_lifetime_days.is_none_or(|days| (1..=longest).contains(&days));
        expect(has_good_default, PolicyFault::DefaultLifetime);
        let has_default = self.default_lifetime_days.is_some() || self.allow_no_expiry;
        expect(has_default, PolicyFault::DefaultLifetimeMissing);
        expect(KEYS_PER_USER.contains(&self.max_keys_per_user), PolicyFault::MaxKeys);
        expect(!self.scopes_offered.is_empty(), PolicyFault::NoScope);
        let are_good = self.reminder_days.iter().all(|days| REMINDERS.contains(days));
        expect(are_good && self.reminder_days.len() <= MAX_REMINDERS, PolicyFault::Reminders);
        expect(self.revoke_unused_after_days.is_none_or(|days| DISUSE.contains(&days)), PolicyFault::Disuse);
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    /// Whether the token of such a key is kept.
    pub fn keeps_token_of(&self, scope: Scope) -> bool {
        match self.viewable {
            Viewable::Never => false,
            Viewable::WebAndMobile => matches!(scope, Scope::Web | Scope::Mobile),
            Viewable::All => true,
        }
    }

    /// The scope that the form proposes.
    pub fn default_scope(&self) -> Scope {
        self.scopes_offered.first().copied().unwrap_or_default()
    }
}

/// TOML knows no null.
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
            ..Policy::default()
        };
        let faults = [
            PolicyFault::DefaultLifetime,
            PolicyFault::MaxKeys,
            PolicyFault::NoScope,
            PolicyFault::Reminders,
            PolicyFault::Disuse,
        ];
        assert_eq!(bad.check(), Err(faults.to_vec()));
        let endless = Policy { max_lifetime_days: 3_651, ..Policy::default() };
        assert_eq!(endless.check(), Err(vec![PolicyFault::MaxLifetime]));
        let dateless = Policy { default_lifetime_days: None, ..Policy::default() };
        assert_eq!(dateless.clone().check(), Err(vec![PolicyFault::DefaultLifetimeMissing]));
        assert!(Policy { allow_no_expiry: true, ..dateless }.check().is_ok());
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
