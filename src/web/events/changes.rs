//! What an event changed, field by field: its label, and the values before and after in words.

use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::EventWords;
use crate::{
    catalogue::Words,
    domain::{
        ApiKeyEvent, ApiPermissionEvent, OrganizationEvent, Permission, ProjectId, Role, Scope, Timestamp, UserEvent,
        UserId,
        audit::{ApiKeyFields, Difference, Event},
        key_limits::{OwnLimit, Quota, RateLimit},
        policy::Setting,
    },
    store::audit_events::PastEvent,
    web::{
        labels,
        settings::{developers::api_keys::fields, policy::field},
    },
};

/// A field of an event.
pub struct EventChange {
    pub label: String,
    /// None if the event has only one value.
    pub before: Option<String>,
    pub after: String,
}

/// Longer values are cut, since an event is one row of a page.
const LONGEST: usize = 500;

impl EventWords<'_> {
    pub(super) fn changes(&self, past: &PastEvent) -> Vec<EventChange> {
        let of_command = ["command", "system_user", "sudo_user"];
        let of_command = of_command.into_iter().filter_map(|name| Some(self.one(name, past.details.get(name)?)));
        // The details of an event of a later version are displayed as they are.
        let unknown = || past.details.iter().map(|(name, value)| self.one(name, value)).collect();
        match &past.event {
            None => unknown(),
            Some(event) => self.of_event(event).into_iter().chain(of_command).collect(),
        }
    }

    fn of_event(&self, event: &Event) -> Vec<EventChange> {
        match event {
            Event::ApiKey(
                ApiKeyEvent::Edited(difference)
                | ApiKeyEvent::ExpiryShortened(difference)
                | ApiKeyEvent::HandedOver(difference)
                | ApiKeyEvent::Renamed(difference),
            )
            | Event::ApiPermission(ApiPermissionEvent::Changed(difference)) => self.of_difference(difference),
            Event::ApiKey(ApiKeyEvent::Rotated { before, after, .. }) => {
                self.of_difference(&Difference::of("hint", before.as_str(), after.as_str()))
            }
            Event::ApiKey(
                ApiKeyEvent::OverlapEnded { hint }
                | ApiKeyEvent::RotationStarted { hint, .. }
                | ApiKeyEvent::EndedTokenUsed { token_hint: hint, .. },
            ) => {
                vec![self.one("hint", &Value::from(hint.as_str()))]
            }
            Event::ApiKey(ApiKeyEvent::RotationMarked { note: Some(note), .. }) => {
                vec![self.one("description", &Value::from(note.as_str()))]
            }
            Event::ApiKey(ApiKeyEvent::Created { fields, .. }) => self.of_fields(fields),
            Event::ApiPermission(ApiPermissionEvent::Created { description }) if !description.is_empty() => {
                vec![self.one("description", &Value::from(description.as_str()))]
            }
            Event::ApiPermission(ApiPermissionEvent::Removed { roles, members, api_keys, .. }) => {
                let list = |name, values: Vec<&str>| (!values.is_empty()).then(|| self.one(name, &values.into()));
                let roles = list("role", roles.iter().map(|role| role.as_str()).collect());
                let members = list("members", members.iter().map(UserId::as_str).collect());
                let keys = self.of_counts(&[("event-keys-changed", count(*api_keys))]);
                roles.into_iter().chain(members).chain(keys).collect()
            }
            Event::Organization(OrganizationEvent::RoleApiGrantsChanged { difference, .. })
            | Event::User(UserEvent::ApiGrantsChanged(difference)) => self.of_grants(difference),
            Event::Organization(
                OrganizationEvent::ApiKeysExported { query, .. } | OrganizationEvent::AuditLogExported { query, .. },
            ) => query.iter().map(|(name, value)| self.one(name, &Value::from(value.as_str()))).collect(),
            Event::Organization(OrganizationEvent::PolicyChanged { difference, shortened, tokens_erased, .. }) => {
                let counts = [("event-keys-shortened", count(*shortened)), ("event-tokens-erased", *tokens_erased)];
                self.of_difference(difference).into_iter().chain(self.of_counts(&counts)).collect()
            }
            Event::User(
                UserEvent::PasswordChanged { sessions_ended } | UserEvent::PasswordReset { sessions_ended },
            ) => self.of_counts(&[("event-sessions-ended", count(*sessions_ended))]),
            Event::User(UserEvent::PasswordFailuresBegan(failures) | UserEvent::PasswordFailuresEnded(failures)) => {
                vec![EventChange {
                    label: self.words.say("event-addresses").into(),
                    before: None,
                    after: failures.addresses.join(", ") + if failures.has_more_addresses { ", …" } else { "" },
                }]
            }
            Event::User(UserEvent::Removed { api_keys_revoked, api_keys_handed_over, handed_over_to, .. }) => {
                let counts = [
                    ("event-keys-revoked", count(*api_keys_revoked)),
                    ("event-keys-handed-over", count(*api_keys_handed_over)),
                ];
                let heir = handed_over_to.as_ref().map(|id| EventChange {
                    label: self.words.say("event-new-owner").into(),
                    before: None,
                    after: self.person(id),
                });
                self.of_counts(&counts).into_iter().chain(heir).collect()
            }
            _ => Vec::new(),
        }
    }

    fn of_difference(&self, Difference { before, after }: &Difference) -> Vec<EventChange> {
        let change = |(name, value): (&String, &Value)| EventChange {
            label: label(self.words, name),
            before: Some(self.value(name, before.get(name).unwrap_or(&Value::Null))),
            after: self.value(name, value),
        };
        after.iter().map(change).collect()
    }

    /// What was granted and what was taken away, and all grants before and after.
    fn of_grants(&self, difference: &Difference) -> Vec<EventChange> {
        let names = |fields: &Map<String, Value>| -> Vec<String> {
            let grants = fields.get("api_grants").and_then(Value::as_array).into_iter().flatten();
            grants.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let (before, after) = (names(&difference.before), names(&difference.after));
        let only = |label, one: &[String], other: &[String]| {
            let only: Vec<_> = one.iter().filter(|name| !other.contains(name)).map(String::as_str).collect();
            (!only.is_empty()).then(|| self.one(label, &only.into()))
        };
        let (granted, taken) = (only("granted", &after, &before), only("taken_away", &before, &after));
        granted.into_iter().chain(taken).chain(self.of_difference(difference)).collect()
    }

    /// The fields of a new key that are not empty. The sentence has its name.
    fn of_fields(&self, fields: &ApiKeyFields) -> Vec<EventChange> {
        let Ok(Value::Object(fields)) = serde_json::to_value(fields) else { return Vec::new() };
        let is_empty = |value: &Value| match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(entries) => entries.is_empty(),
            _ => false,
        };
        let set = fields.iter().filter(|(name, value)| *name != "name" && !is_empty(value));
        set.map(|(name, value)| self.one(name, value)).collect()
    }

    /// Leaves out counts of zero.
    fn of_counts(&self, counts: &[(&'static str, i64)]) -> Vec<EventChange> {
        let present = counts.iter().filter(|(_, count)| *count > 0);
        let change = |(label, count): &(&'static str, i64)| EventChange {
            label: self.words.say(label).into(),
            before: None,
            after: self.words.number(*count),
        };
        present.map(change).collect()
    }

    fn one(&self, name: &str, value: &Value) -> EventChange {
        EventChange { label: label(self.words, name), before: None, after: self.value(name, value) }
    }

    /// A value in words.
    fn value(&self, name: &str, value: &Value) -> String {
        let text = self.setting(name, value).unwrap_or_else(|| match (name, value) {
            ("expires_at", Value::Null) => self.words.say("api-key-never-expires").into(),
            ("expires_at", Value::String(text)) => {
                instant(text).map_or_else(|| text.clone(), |at| labels::last_day(self.words, at).text)
            }
            ("permissions", Value::Null) => self.words.say("key-form-permissions-inherited").into(),
            ("own_rate_limit" | "own_quota", Value::Null) => self.words.say("limit-as-policy").into(),
            ("project_id", Value::Null) => self.words.say("api-key-no-project").into(),
            (_, Value::String(text)) if !text.is_empty() => self.text(name, text),
            (_, Value::Array(entries)) if !entries.is_empty() => {
                let entries = entries.iter().map(|entry| self.value(name, entry));
                entries.collect::<Vec<_>>().join(", ")
            }
            (_, Value::Number(_) | Value::Bool(_) | Value::Object(_)) => value.to_string(),
            _ => self.words.say("event-nothing").into(),
        });
        text.chars().take(LONGEST).collect()
    }

    fn text(&self, name: &str, text: &str) -> String {
        let words = self.words;
        let known = match name {
            "scope" => Scope::parse(text).map(|scope| fields::scope(words, scope)),
            "role" => Role::parse(text).ok().map(|role| labels::role(words, role)),
            "permissions" => Permission::parse(text).map(|permission| fields::sentence(words, permission)),
            "project_id" | "project" => {
                ProjectId::parse(text).ok().and_then(|id| self.names.projects.get(&id).cloned())
            }
            "external_id" | "metadata" => return text.to_owned(),
            "own_rate_limit" => {
                OwnLimit::<RateLimit>::parse_text(text).map(|limit| labels::own_limit(words, limit, labels::rate_limit))
            }
            "own_quota" => {
                OwnLimit::<Quota>::parse_text(text).map(|quota| labels::own_limit(words, quota, labels::quota))
            }
            _ => UserId::parse(text).ok().map(|id| self.person(&id)),
        };
        let known = known.or_else(|| instant(text).map(|at| labels::minute(words, at).text));
        known.unwrap_or_else(|| text.to_owned())
    }

    /// The value of a setting of the policy.
    fn setting(&self, name: &str, value: &Value) -> Option<String> {
        let setting = Setting::find(name)?;
        Some(field::value_in_words(self.words, setting, value))
    }
}

/// The name of a field, as forms and pages have it. Others are displayed as they are stored.
pub(super) fn label(words: Words, field: &str) -> String {
    let id = match field {
        "name" => "name",
        "description" => "description",
        "project_id" | "project" => "project",
        "expires_at" => "api-key-expires",
        "trusted_domains" => "key-form-trusted-domains",
        "app_identifiers" => "key-form-app-identifiers",
        "allowed_networks" => "key-form-allowed-networks",
        "permissions" => "key-form-permissions",
        "scope" => "list-scope",
        "environment" => "attribute-environment",
        "external_id" => "attribute-external-id",
        "metadata" => "attribute-metadata",
        "own_rate_limit" => "limit-rate",
        "own_quota" => "limit-quota",
        "status" => "api-key-status",
        "owner_id" | "owner" => "owner",
        "role" => "role",
        "email" => "email",
        "members" => "members",
        "api_grants" => "api-permissions",
        "granted" => "event-granted",
        "taken_away" => "event-taken-away",
        "hint" => "event-last-characters",
        "command" => "event-command",
        "system_user" => "event-system-user",
        "sudo_user" => "event-sudo-user",
        other => match Setting::find(other) {
            Some(setting) => setting.label,
            None => return other.to_owned(),
        },
    };
    words.say(id).into()
}

/// A text of a field. Empty if it has none.
pub(super) fn text_of(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn instant(text: &str) -> Option<Timestamp> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(Timestamp::from)
}
