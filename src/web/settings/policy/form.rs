//! What is typed into the form of the policy: fields named as the settings are.

use serde::Deserialize;

use super::BoxChoice;
use crate::{
    app::policies::Existing,
    catalogue::Words,
    domain::{
        Policy, Scope,
        policy::{
            DISUSE, KEYS_PER_USER, LIFETIMES, MAX_REMINDERS, PolicyFault, REMINDERS, RowButton, Viewable, WhoMayCreate,
        },
    },
    web::{error::Error, page::Errors, settings::developers::api_keys::fields, visit::Visit},
};

/// Stands for a number that is none: no setting takes it.
const NO_NUMBER: i64 = -1;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Typed {
    pub who_may_create: String,
    pub default_lifetime_days: String,
    pub max_lifetime_days: String,
    pub allow_no_expiry: bool,
    pub max_keys_per_user: String,
    pub viewable: String,
    pub require_copy_confirmation: bool,
    pub system_default_key: bool,
    pub scopes_offered: Vec<String>,
    pub reminder_days: String,
    pub revoke_unused_after_days: String,
    pub one_click_creation: bool,
    pub row_buttons: Vec<String>,
    /// [`crate::store::policies::StoredPolicy::edits`] when the form was shown.
    pub edits: i64,
    /// The numbers of the dry run.
    pub agreed: Option<String>,
    /// What becomes of keys that live too long: `leave` or `shorten`.
    pub long_lived: String,
    pub endless: String,
}

impl Typed {
    pub fn of(policy: &Policy, edits: i64) -> Self {
        let perhaps = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
        let reminders: Vec<String> = policy.reminder_days.iter().map(i64::to_string).collect();
        Self {
            who_may_create: policy.who_may_create.as_str().to_owned(),
            default_lifetime_days: perhaps(policy.default_lifetime_days),
            max_lifetime_days: policy.max_lifetime_days.to_string(),
            allow_no_expiry: policy.allow_no_expiry,
            max_keys_per_user: policy.max_keys_per_user.to_string(),
            viewable: policy.viewable.as_str().to_owned(),
            require_copy_confirmation: policy.require_copy_confirmation,
            system_default_key: policy.system_default_key,
            scopes_offered: policy.scopes_offered.iter().map(|scope| scope.as_str().to_owned()).collect(),
            reminder_days: reminders.join(", "),
            revoke_unused_after_days: perhaps(policy.revoke_unused_after_days),
            one_click_creation: policy.one_click_creation,
            row_buttons: policy.row_buttons.iter().map(|button| button.as_str().to_owned()).collect(),
            edits,
            ..Self::default()
        }
    }

    /// The outer error: no form of this page looks like that.
    pub fn parse(&self, visit: &Visit) -> Result<Result<Policy, Errors>, Error> {
        Ok(self.policy()?.check().map_err(|faults| {
            let mut errors = Errors::default();
            for fault in faults {
                let (field, message) = said(visit.words(), fault);
                errors.push(field, message);
            }
            errors
        }))
    }

    /// What is no number becomes one that cannot be.
    pub fn policy(&self) -> Result<Policy, Error> {
        let scopes: Option<_> = self.scopes_offered.iter().map(|name| Scope::parse(name)).collect();
        let buttons: Option<_> = self.row_buttons.iter().map(|name| RowButton::parse(name)).collect();
        let reminders = self.reminder_days.split([',', ';', ' ']).filter(|part| !part.is_empty());
        Ok(Policy {
            who_may_create: WhoMayCreate::parse(&self.who_may_create).ok_or(Error::Malformed)?,
            default_lifetime_days: perhaps(&self.default_lifetime_days),
            max_lifetime_days: number(&self.max_lifetime_days),
            allow_no_expiry: self.allow_no_expiry,
            max_keys_per_user: number(&self.max_keys_per_user),
            viewable: Viewable::parse(&self.viewable).ok_or(Error::Malformed)?,
            require_copy_confirmation: self.require_copy_confirmation,
            system_default_key: self.system_default_key,
            scopes_offered: scopes.ok_or(Error::Malformed)?,
            reminder_days: reminders.map(number).collect(),
            revoke_unused_after_days: perhaps(&self.revoke_unused_after_days),
            one_click_creation: self.one_click_creation,
            row_buttons: buttons.ok_or(Error::Malformed)?,
        })
    }

    /// All settings, as hidden fields of another form repeat them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("who_may_create", self.who_may_create.clone()),
            ("default_lifetime_days", self.default_lifetime_days.clone()),
            ("max_lifetime_days", self.max_lifetime_days.clone()),
            ("max_keys_per_user", self.max_keys_per_user.clone()),
            ("viewable", self.viewable.clone()),
            ("reminder_days", self.reminder_days.clone()),
            ("revoke_unused_after_days", self.revoke_unused_after_days.clone()),
            ("edits", self.edits.to_string()),
        ];
        let switches = [
            ("allow_no_expiry", self.allow_no_expiry),
            ("require_copy_confirmation", self.require_copy_confirmation),
            ("system_default_key", self.system_default_key),
            ("one_click_creation", self.one_click_creation),
        ];
        fields.extend(switches.into_iter().filter(|(_, is_on)| *is_on).map(|(name, _)| (name, "true".to_owned())));
        fields.extend(self.scopes_offered.iter().map(|scope| ("scopes_offered", scope.clone())));
        fields.extend(self.row_buttons.iter().map(|button| ("row_buttons", button.clone())));
        fields
    }
}

pub fn existing(choice: &str) -> Result<Existing, Error> {
    match choice {
        "" | "leave" => Ok(Existing::Leave),
        "shorten" => Ok(Existing::Shorten),
        _ => Err(Error::Malformed),
    }
}

fn number(text: &str) -> i64 {
    text.trim().parse().unwrap_or(NO_NUMBER)
}

/// Nothing and 0 are none.
fn perhaps(text: &str) -> Option<i64> {
    Some(if text.trim().is_empty() { 0 } else { number(text) }).filter(|days| *days != 0)
}

fn said(words: Words, fault: PolicyFault) -> (&'static str, String) {
    let within = |id, range: &std::ops::RangeInclusive<i64>| {
        words.say(id).with("min", *range.start()).with("max", *range.end()).into()
    };
    match fault {
        PolicyFault::MaxLifetime => ("max_lifetime_days", within("policy-fault-max-lifetime", &LIFETIMES)),
        PolicyFault::DefaultLifetime => ("default_lifetime_days", words.say("policy-fault-default-lifetime").into()),
        PolicyFault::DefaultLifetimeMissing => {
            ("default_lifetime_days", words.say("policy-fault-default-lifetime-missing").into())
        }
        PolicyFault::MaxKeys => ("max_keys_per_user", within("policy-fault-max-keys", &KEYS_PER_USER)),
        PolicyFault::NoScope => ("scopes_offered", words.say("policy-fault-no-scope").into()),
        PolicyFault::Reminders => {
            let text = words.say("policy-fault-reminders").with("count", MAX_REMINDERS);
            let text = text.with("min", *REMINDERS.start()).with("max", *REMINDERS.end());
            ("reminder_days", text.into())
        }
        PolicyFault::Disuse => ("revoke_unused_after_days", within("policy-fault-disuse", &DISUSE)),
    }
}

pub(super) fn boxes<const N: usize>(all: &[(&'static str, String); N], chosen: &[String]) -> Vec<BoxChoice> {
    let of = |(value, label): &(&'static str, String)| BoxChoice {
        value,
        label: label.clone(),
        is_chosen: chosen.iter().any(|one| one == value),
    };
    all.iter().map(of).collect()
}

pub(super) fn scope(words: Words, scope: Scope) -> String {
    fields::scope(words, scope)
}

pub(super) fn row_buttons(words: Words) -> [(&'static str, String); 6] {
    RowButton::ALL.map(|button| {
        let id = match button {
            RowButton::View => "policy-button-view",
            RowButton::Show => "policy-button-show",
            RowButton::Copy => "policy-button-copy",
            RowButton::Edit => "policy-button-edit",
            RowButton::Revoke => "policy-button-revoke",
            RowButton::Delete => "policy-button-delete",
        };
        (button.as_str(), words.say(id).into())
    })
}
