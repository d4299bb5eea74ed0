//! The settings of a policy, each described once. The file, the form, its page, conflicts and range checks all read
//! this table.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::domain::api_key::restrictions::{Network, Rule as _};

use super::{Policy, PolicyFault, ROTATION_DAYS, TextRule};

/// A setting: a field of [`Policy`], a field of the form, and an entry of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub kind: SettingKind,
    pub group: SettingGroup,
    /// Its position on the page, within its group.
    pub position: u8,
    /// Its explanation in the file.
    pub meaning: &'static str,
    /// Message ids of the catalogue.
    pub label: &'static str,
    pub hint: &'static str,
}

/// The possible values of a setting, and how they are typed.
#[derive(Debug, PartialEq, Eq)]
pub enum SettingKind {
    Switch,
    OneOf(&'static [SettingOption]),
    /// Any of these, in this order.
    AnyOf(&'static [SettingOption]),
    Number {
        range: RangeInclusive<i64>,
        /// Whether 0 means none. The form displays and accepts an empty text for it.
        has_none: bool,
        /// The message for a number out of range, with `min` and `max`.
        fault: &'static str,
    },
    /// Numbers separated by commas.
    Numbers {
        most: usize,
        range: RangeInclusive<i64>,
        fault: &'static str,
    },
    Text {
        rule: TextRule,
        fault: &'static str,
    },
    /// Texts on lines of their own, or separated by commas.
    Texts {
        count: RangeInclusive<usize>,
        rule: TextRule,
        /// The message for a wrong text, with `text`, and for too few or too many, with `min` and `max`.
        fault: &'static str,
        count_fault: &'static str,
    },
}

/// A section of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingGroup {
    People,
    Lifetime,
    Tokens,
    Pages,
    /// What keys say to the services that check them.
    Api,
}

#[derive(Debug, PartialEq, Eq)]
pub struct SettingOption {
    pub value: &'static str,
    /// A message id of the catalogue.
    pub label: &'static str,
    /// Another message id, if an explanation is needed.
    pub text: Option<&'static str>,
}

/// Stands for a text that is not a number. No setting allows it.
const NOT_A_NUMBER: i64 = -1;

/// In the order of the file.
pub static SETTINGS: [Setting; 26] = [
    Setting {
        name: "who_may_create",
        kind: SettingKind::OneOf(&[
            explained("administrators", "policy-who-administrators", "policy-who-administrators-text"),
            explained("everyone", "policy-who-everyone", "policy-who-everyone-text"),
        ]),
        group: SettingGroup::People,
        position: 1,
        meaning: "Who may create and manage their own keys: \"administrators\" or \"everyone\"",
        label: "policy-who-may-create",
        hint: "",
    },
    Setting {
        name: "default_lifetime_days",
        // `Policy::check` also compares it with the longest lifetime.
        kind: SettingKind::Number {
            range: i64::MIN..=i64::MAX,
            has_none: true,
            fault: "policy-fault-default-lifetime",
        },
        group: SettingGroup::Lifetime,
        position: 2,
        meaning: "Default lifetime of a new key in days; 0 for no expiration date",
        label: "policy-default-lifetime",
        hint: "policy-default-lifetime-hint",
    },
    Setting {
        name: "max_lifetime_days",
        kind: SettingKind::Number { range: 1..=3_650, has_none: false, fault: "policy-fault-max-lifetime" },
        group: SettingGroup::Lifetime,
        position: 1,
        meaning: "Longest lifetime of a key in days, 1 to 3650",
        label: "policy-max-lifetime",
        hint: "policy-max-lifetime-hint",
    },
    Setting {
        name: "allow_no_expiry",
        kind: SettingKind::Switch,
        group: SettingGroup::Lifetime,
        position: 3,
        meaning: "Whether a key may have no expiration date",
        label: "policy-allow-no-expiry",
        hint: "policy-allow-no-expiry-hint",
    },
    Setting {
        name: "max_keys_per_user",
        kind: SettingKind::Number { range: 1..=10_000, has_none: false, fault: "policy-fault-max-keys" },
        group: SettingGroup::People,
        position: 2,
        meaning: "How many keys one person may have, 1 to 10000; the key that the system creates does not count",
        label: "policy-max-keys",
        hint: "policy-max-keys-hint",
    },
    Setting {
        name: "viewable",
        kind: SettingKind::OneOf(&[
            explained("never", "policy-viewable-never", "policy-viewable-never-text"),
            explained("web_and_mobile", "policy-viewable-web-and-mobile", "policy-viewable-web-and-mobile-text"),
            explained("all", "policy-viewable-all", "policy-viewable-all-text"),
        ]),
        group: SettingGroup::Tokens,
        position: 1,
        meaning: "Scopes whose tokens are stored encrypted, so that owners can view them again: \"never\", \
                  \"web_and_mobile\" or \"all\"",
        label: "policy-viewable",
        hint: "",
    },
    Setting {
        name: "require_copy_confirmation",
        kind: SettingKind::Switch,
        group: SettingGroup::Tokens,
        position: 2,
        meaning: "Whether a key works only after its owner has confirmed that they copied it",
        label: "policy-require-copy",
        hint: "policy-require-copy-hint",
    },
    Setting {
        name: "system_default_key",
        kind: SettingKind::Switch,
        group: SettingGroup::People,
        position: 3,
        meaning: "Whether the system creates a key for each person at sign-in",
        label: "policy-system-key",
        hint: "policy-system-key-hint",
    },
    Setting {
        name: "scopes_offered",
        kind: SettingKind::AnyOf(&[
            option("server", "key-form-scope-server"),
            option("web", "key-form-scope-web"),
            option("mobile", "key-form-scope-mobile"),
            option("analytics", "key-form-scope-analytics"),
        ]),
        group: SettingGroup::Pages,
        position: 1,
        meaning: "Scopes offered for new keys: \"server\", \"web\", \"mobile\", \"analytics\"",
        label: "policy-scopes",
        hint: "policy-scopes-hint",
    },
    Setting {
        name: "reminder_days",
        kind: SettingKind::Numbers { most: 5, range: 1..=365, fault: "policy-fault-reminders" },
        group: SettingGroup::Lifetime,
        position: 4,
        meaning: "How many days before a key expires, or is due for rotation, its owner gets an email: up to five \
                  numbers, 1 to 365",
        label: "policy-reminders",
        hint: "policy-reminders-hint",
    },
    Setting {
        name: "revoke_unused_after_days",
        // With fewer days than the notice period, keys that were just created would be revoked.
        kind: SettingKind::Number { range: 30..=3_650, has_none: true, fault: "policy-fault-disuse" },
        group: SettingGroup::Lifetime,
        position: 5,
        meaning: "Revoke keys that were not used for this many days, 30 to 3650; 0 for never",
        label: "policy-revoke-unused",
        hint: "policy-revoke-unused-hint",
    },
    Setting {
        name: "rotate_every_days",
        kind: SettingKind::Number { range: ROTATION_DAYS, has_none: true, fault: "policy-fault-rotation" },
        group: SettingGroup::Lifetime,
        position: 6,
        meaning: "After how many days a key is due for rotation, 7 to 3650; 0 for no schedule. Keys that are overdue \
                  keep working",
        label: "policy-rotate-every",
        hint: "policy-rotate-every-hint",
    },
    Setting {
        name: "one_click_creation",
        kind: SettingKind::Switch,
        group: SettingGroup::Pages,
        position: 2,
        meaning: "Whether \"Create key\" creates a key at once, without a form",
        label: "policy-one-click",
        hint: "policy-one-click-hint",
    },
    Setting {
        name: "row_buttons",
        kind: SettingKind::AnyOf(&[
            option("view", "policy-button-view"),
            option("show", "policy-button-show"),
            option("copy", "policy-button-copy"),
            option("edit", "policy-button-edit"),
            option("revoke", "policy-button-revoke"),
            option("delete", "policy-button-delete"),
        ]),
        group: SettingGroup::Pages,
        position: 3,
        meaning: "Buttons in each row of the list: \"view\", \"show\", \"copy\", \"edit\", \"revoke\", \"delete\"",
        label: "policy-row-buttons",
        hint: "policy-row-buttons-hint",
    },
    Setting {
        name: "rotation_overlap_hours",
        // `Policy::check` also compares it with the longest overlap.
        kind: SettingKind::Number { range: 0..=720, has_none: false, fault: "policy-fault-rotation-overlap" },
        group: SettingGroup::Tokens,
        position: 3,
        meaning: "How many hours the former token of a key works after a rotation, unless its form says otherwise",
        label: "policy-rotation-overlap",
        hint: "policy-rotation-overlap-hint",
    },
    Setting {
        name: "max_rotation_overlap_hours",
        kind: SettingKind::Number { range: 0..=720, has_none: false, fault: "policy-fault-rotation-overlap" },
        group: SettingGroup::Tokens,
        position: 4,
        meaning: "How many hours it works at most, 0 to 720; with 0 it ends when the new token is confirmed",
        label: "policy-max-rotation-overlap",
        hint: "policy-max-rotation-overlap-hint",
    },
    Setting {
        name: "token_prefix",
        kind: SettingKind::Text { rule: TextRule::TokenPrefix, fault: "policy-fault-token-prefix" },
        group: SettingGroup::Api,
        position: 1,
        meaning: "What new tokens begin with: 2 to 16 lower-case letters and digits. Tokens made before keep working",
        label: "policy-token-prefix",
        hint: "policy-token-prefix-hint",
    },
    Setting {
        name: "environments",
        kind: SettingKind::Texts {
            count: 1..=5,
            rule: TextRule::Environment,
            fault: "policy-fault-environment",
            count_fault: "policy-fault-environments",
        },
        group: SettingGroup::Api,
        position: 2,
        meaning: "Environments of keys, one to five, such as \"live\" and \"test\". Forms propose the first",
        label: "policy-environments",
        hint: "policy-environments-hint",
    },
    Setting {
        name: "attributes_offered",
        kind: SettingKind::AnyOf(&[
            option("external_id", "policy-attribute-external-id"),
            option("metadata", "policy-attribute-metadata"),
            option("limits", "policy-attribute-limits"),
        ]),
        group: SettingGroup::Api,
        position: 3,
        meaning: "Fields of a key that people who manage all keys can fill in: \"external_id\", \"metadata\", \
                  \"limits\"",
        label: "policy-attributes",
        hint: "policy-attributes-hint",
    },
    Setting {
        name: "allowed_networks",
        kind: SettingKind::Texts {
            count: 0..=Network::MAX,
            rule: TextRule::Network,
            fault: "policy-fault-network",
            count_fault: "policy-fault-networks",
        },
        group: SettingGroup::Api,
        position: 4,
        meaning: "Networks from which the organization's keys can be used, in CIDR notation; none for all networks. With \
                  any, introspection reports every token as not active",
        label: "policy-networks",
        hint: "policy-networks-hint",
    },
    Setting {
        name: "refuse_browsers_with_server_keys",
        kind: SettingKind::Switch,
        group: SettingGroup::Api,
        position: 5,
        meaning: "Whether a server key that a browser presents is refused",
        label: "policy-refuse-browsers",
        hint: "policy-refuse-browsers-hint",
    },
    Setting {
        name: "rate_limit",
        kind: SettingKind::Number { range: 1..=1_000_000_000, has_none: true, fault: "policy-fault-limit" },
        group: SettingGroup::Api,
        position: 6,
        meaning: "How often a key may be used in any period of the length of rate_limit_period; 0 for no limit",
        label: "policy-rate-limit",
        hint: "policy-rate-limit-hint",
    },
    Setting {
        name: "rate_limit_period",
        kind: SettingKind::OneOf(&[
            option("second", "policy-period-second"),
            option("minute", "policy-period-minute"),
            option("hour", "policy-period-hour"),
            option("day", "policy-period-day"),
        ]),
        group: SettingGroup::Api,
        position: 7,
        meaning: "The period of rate_limit: \"second\", \"minute\", \"hour\" or \"day\"",
        label: "policy-rate-limit-period",
        hint: "",
    },
    Setting {
        name: "rate_limit_burst",
        kind: SettingKind::Number { range: 1..=1_000_000_000, has_none: true, fault: "policy-fault-limit" },
        group: SettingGroup::Api,
        position: 8,
        meaning: "How many of these uses may be in any one second; 0 for no such limit",
        label: "policy-rate-limit-burst",
        hint: "policy-rate-limit-burst-hint",
    },
    Setting {
        name: "quota",
        kind: SettingKind::Number { range: 1..=1_000_000_000, has_none: true, fault: "policy-fault-limit" },
        group: SettingGroup::Api,
        position: 9,
        meaning: "How often a key may be used in a calendar day or month, UTC; 0 for no quota",
        label: "policy-quota",
        hint: "policy-quota-hint",
    },
    Setting {
        name: "quota_period",
        kind: SettingKind::OneOf(&[
            option("day", "policy-period-calendar-day"),
            option("month", "policy-period-calendar-month"),
        ]),
        group: SettingGroup::Api,
        position: 10,
        meaning: "The period of quota: \"day\" or \"month\"",
        label: "policy-quota-period",
        hint: "",
    },
];

const fn option(value: &'static str, label: &'static str) -> SettingOption {
    SettingOption { value, label, text: None }
}

const fn explained(value: &'static str, label: &'static str, text: &'static str) -> SettingOption {
    SettingOption { value, label, text: Some(text) }
}

impl SettingGroup {
    pub const ALL: [Self; 5] = [Self::People, Self::Lifetime, Self::Tokens, Self::Pages, Self::Api];

    /// Its settings in the order of the page.
    pub fn settings(self) -> Vec<&'static Setting> {
        let mut settings: Vec<_> = SETTINGS.iter().filter(|setting| setting.group == self).collect();
        settings.sort_by_key(|setting| setting.position);
        settings
    }
}

impl Setting {
    pub fn find(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// The value as form fields: one field per text.
    pub fn texts(&self, value: &Value) -> Vec<String> {
        let number = |value: &Value| value.as_i64().unwrap_or(NOT_A_NUMBER).to_string();
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match &self.kind {
            SettingKind::Switch => {
                value.as_bool().filter(|is_on| *is_on).map(|_| "true".to_owned()).into_iter().collect()
            }
            SettingKind::OneOf(_) | SettingKind::Text { .. } => vec![name(value)],
            SettingKind::AnyOf(_) => list.iter().map(name).collect(),
            SettingKind::Number { has_none: true, .. } if value.as_i64() == Some(0) => vec![String::new()],
            SettingKind::Number { .. } => vec![number(value)],
            SettingKind::Numbers { .. } => vec![list.iter().map(number).collect::<Vec<_>>().join(", ")],
            SettingKind::Texts { .. } => vec![list.iter().map(name).collect::<Vec<_>>().join("\n")],
        }
    }

    /// The value of these form fields. None if no form sends such fields. A text that is not a number becomes a number
    /// out of range.
    pub fn parse(&self, texts: &[String]) -> Option<Value> {
        if let SettingKind::AnyOf(options) = &self.kind {
            let is_known = |text: &String| options.iter().any(|option| option.value == text);
            return texts.iter().all(is_known).then(|| texts.into());
        }
        let text = match texts {
            [] if self.kind == SettingKind::Switch => "false",
            [] => "",
            [text] => text,
            _ => return None,
        };
        match &self.kind {
            SettingKind::Switch => text.parse::<bool>().ok().map(Value::from),
            SettingKind::OneOf(options) => options.iter().any(|option| option.value == text).then(|| Value::from(text)),
            SettingKind::Number { has_none: true, .. } if text.trim().is_empty() => Some(0.into()),
            // Nobody who types a zero means that there is no limit.
            SettingKind::Number { has_none: true, .. } if number(text) == 0 => Some(NOT_A_NUMBER.into()),
            SettingKind::Number { .. } => Some(number(text).into()),
            SettingKind::Text { .. } => Some(text.trim().into()),
            SettingKind::Texts { .. } => {
                let parts = text.split([',', ';', ' ', '\t', '\n', '\r']).filter(|part| !part.is_empty());
                Some(parts.collect::<Vec<_>>().into())
            }
            SettingKind::Numbers { .. } | SettingKind::AnyOf(_) => {
                let parts = text.split([',', ';', ' ']).filter(|part| !part.is_empty());
                Some(parts.map(number).collect::<Vec<_>>().into())
            }
        }
    }

    /// Whether each number is in range, and there are not too many.
    fn allows(&self, value: &Value) -> bool {
        let is_in = |range: &RangeInclusive<i64>, value: &Value| value.as_i64().is_some_and(|it| range.contains(&it));
        match &self.kind {
            SettingKind::Number { range, has_none, .. } => {
                (*has_none && value.as_i64() == Some(0)) || is_in(range, value)
            }
            SettingKind::Numbers { most, range, .. } => value
                .as_array()
                .is_some_and(|numbers| numbers.len() <= *most && numbers.iter().all(|number| is_in(range, number))),
            SettingKind::Text { rule, .. } => value.as_str().is_some_and(|text| rule.allows(text)),
            SettingKind::Texts { count, rule, .. } => value.as_array().is_some_and(|texts| {
                let allows = |text: &Value| text.as_str().is_some_and(|text| rule.allows(text));
                count.contains(&texts.len()) && texts.iter().all(allows)
            }),
            SettingKind::Switch | SettingKind::OneOf(_) | SettingKind::AnyOf(_) => true,
        }
    }

    /// The allowed values, for messages of the command line.
    pub(super) fn rule(&self) -> String {
        match &self.kind {
            SettingKind::Number { range, .. } => {
                format!("{} must be from {} to {}", self.name, range.start(), range.end())
            }
            SettingKind::Numbers { most, range, .. } => {
                let (name, start, end) = (self.name, range.start(), range.end());
                format!("{name} must have at most {most} numbers, each from {start} to {end}")
            }
            SettingKind::Text { rule, .. } => format!("{} must be {}", self.name, rule.meaning()),
            SettingKind::Texts { count, rule, .. } => {
                let (name, least, most) = (self.name, count.start(), count.end());
                format!("{name} must have {least} to {most} entries, each of them {}", rule.meaning())
            }
            SettingKind::Switch | SettingKind::OneOf(_) | SettingKind::AnyOf(_) => format!("{} is unknown", self.name),
        }
    }
}

fn number(text: &str) -> i64 {
    text.trim().parse().unwrap_or(NOT_A_NUMBER)
}

impl Policy {
    /// The value of each setting by its name, as it is stored.
    pub fn values(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(values)) => values,
            _ => Map::new(),
        }
    }

    /// Reads the result of [`Self::values`]. None if a value does not belong to its setting.
    pub fn from_values(values: Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(values)).ok()
    }

    pub(super) fn out_of_range(&self) -> impl Iterator<Item = PolicyFault> {
        let values = self.values();
        let is_out = move |setting: &&Setting| values.get(setting.name).is_some_and(|value| !setting.allows(value));
        SETTINGS.iter().filter(is_out).map(PolicyFault::OutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::policy::Preset;

    #[test]
    fn each_field_of_a_policy_is_a_setting_and_each_has_its_place() {
        let fields: BTreeSet<_> = Policy::default().values().into_iter().map(|(name, _)| name).collect();
        assert_eq!(SETTINGS.iter().map(|setting| setting.name.to_owned()).collect::<BTreeSet<_>>(), fields);
        assert_eq!(SETTINGS.len(), fields.len());
        for group in SettingGroup::ALL {
            let positions: Vec<_> = group.settings().iter().map(|setting| usize::from(setting.position)).collect();
            assert_eq!(positions, (1..=positions.len()).collect::<Vec<_>>(), "{group:?}");
        }
    }

    #[test]
    fn the_texts_of_a_form_mean_what_they_were_made_from() {
        for preset in Preset::ALL {
            let values = preset.policy().values();
            let parsed = SETTINGS.iter().map(|setting| {
                let texts = setting.texts(&values[setting.name]);
                (setting.name.to_owned(), setting.parse(&texts).unwrap())
            });
            assert_eq!(Policy::from_values(parsed.collect()), Some(preset.policy()));
        }
    }

    #[test]
    fn every_option_is_a_value_of_its_setting_and_no_other_text_is() {
        for setting in &SETTINGS {
            let (SettingKind::OneOf(options) | SettingKind::AnyOf(options)) = &setting.kind else { continue };
            for option in *options {
                let mut values = Policy::default().values();
                values.insert(setting.name.to_owned(), setting.parse(&[option.value.to_owned()]).unwrap());
                assert!(Policy::from_values(values).is_some(), "{} {}", setting.name, option.value);
            }
            assert_eq!(setting.parse(&["moon".to_owned()]), None, "{}", setting.name);
        }
        let parse = |name, texts: &[&str]| {
            let texts: Vec<_> = texts.iter().map(|text| (*text).to_owned()).collect();
            Setting::find(name).unwrap().parse(&texts)
        };
        assert_eq!(parse("viewable", &[]), None);
        assert_eq!(parse("viewable", &["all", "never"]), None);
        assert_eq!(parse("allow_no_expiry", &["yes"]), None);
        assert_eq!(parse("allow_no_expiry", &[]), Some(false.into()));
        assert_eq!(parse("max_keys_per_user", &["many"]), Some(NOT_A_NUMBER.into()));
        assert_eq!(parse("token_prefix", &[" acme "]), Some("acme".into()));
        assert_eq!(parse("environments", &["live\r\n test,,Moon"]), Some(vec!["live", "test", "Moon"].into()));
        assert_eq!(parse("reminder_days", &["30, soon;7"]), Some(vec![30, NOT_A_NUMBER, 7].into()));
    }
}
