//! Events as documents of the Elastic Common Schema (ECS), for the audit stream. Own facts are under `latchkey`.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::chain::StoredEvent;
use crate::domain::Timestamp;

/// The version of ECS whose fields and categories these are.
pub const VERSION: &str = "8.17.0";

/// An event with what its row does not contain.
#[derive(Clone, Copy, Debug)]
pub struct StreamedEvent<'a> {
    pub event: &'a StoredEvent,
    /// Its place in the organization's chain.
    pub number: i64,
    pub hash: Option<&'a str>,
    pub organization_name: &'a str,
}

/// The document of an event. Works for events of a later version, too.
pub fn document(streamed: &StreamedEvent<'_>) -> Value {
    let StreamedEvent { event, number, hash, organization_name } = *streamed;
    let (category, kinds) = classify(&event.subject_kind, &event.action);
    let name = event.subject_name.as_deref();
    let mut document = json!({
        "@timestamp": Timestamp::from_unix_micros(event.at).to_string(),
        "ecs": { "version": VERSION },
        "event": {
            "action": event.action,
            "category": [category],
            "dataset": "latchkey.audit",
            "hash": hash,
            "id": event.id,
            "kind": "event",
            "module": "latchkey",
            "outcome": outcome(&event.action),
            "sequence": number,
            "type": kinds,
        },
        "message": match name {
            Some(name) => format!("{} {name}", event.action),
            None => event.action.clone(),
        },
        "organization": { "id": event.organization_id, "name": organization_name },
        "service": { "name": "latchkey", "type": "latchkey", "version": env!("CARGO_PKG_VERSION") },
        "latchkey": {
            "actor": { "kind": event.actor_kind, "api_key_id": event.credential_id },
            "details": serde_json::from_str::<Value>(&event.details).unwrap_or(Value::Null),
            "subject": { "kind": event.subject_kind, "id": event.subject_id, "name": name },
        },
    });
    add_people(&mut document, event);
    add_request(&mut document, event);
    without_nulls(&mut document);
    document
}

/// Who did it, and to whom.
fn add_people(document: &mut Value, event: &StoredEvent) {
    let mut related: Vec<_> = event.actor_id.iter().map(String::as_str).collect();
    document["user"] = json!({ "id": event.actor_id });
    if event.subject_kind == "user" {
        document["user"]["target"] = json!({ "id": event.subject_id, "full_name": event.subject_name });
        if !related.contains(&event.subject_id.as_str()) {
            related.push(&event.subject_id);
        }
    }
    document["related"]["user"] = related.into();
}

/// Where the request came from.
fn add_request(document: &mut Value, event: &StoredEvent) {
    if let Some(address) = &event.address {
        let is_ip = address.parse::<IpAddr>().is_ok();
        document["source"] = json!({ "address": address, "ip": is_ip.then_some(address) });
        document["related"]["ip"] = if is_ip { json!([address]) } else { Value::Null };
    }
    document["http"]["request"]["id"] = event.request_id.as_deref().into();
}

/// `event.category`, and `event.type` with the values that ECS expects for this category.
fn classify(subject_kind: &str, action: &str) -> (&'static str, Vec<&'static str>) {
    let (noun, verb) = action.split_once('.').unwrap_or((action, ""));
    let change = match verb {
        "accepted" | "created" | "invited" => "creation",
        "deleted" | "forgotten" | "purged" | "removed" => "deletion",
        "exported"
        | "mail_failed"
        | "password_confirmed"
        | "refused"
        | "registration_refused"
        | "reminder_sent"
        | "token_shown"
        | "viewed" => "info",
        _ => "change",
    };
    match (noun, verb) {
        ("session", "started") => ("authentication", vec!["start"]),
        ("session", "ended") => ("session", vec!["end"]),
        ("session", _) => ("authentication", vec!["info"]),
        ("api_key" | "api_keys" | "role", _) => ("iam", vec!["admin", change]),
        ("invitation" | "member" | "user", _) => ("iam", vec!["user", change]),
        _ if matches!(subject_kind, "user" | "invitation") => ("iam", vec!["user", change]),
        _ => ("configuration", vec![change]),
    }
}

fn outcome(action: &str) -> &'static str {
    match action {
        "invitation.mail_failed"
        | "invitation.refused"
        | "master_key.rotation_undone"
        | "session.failures_began"
        | "session.failures_ended"
        | "user.registration_refused" => "failure",
        _ => "success",
    }
}

/// Removes members without a value, and objects and arrays that are empty, but nothing inside the details.
fn without_nulls(document: &mut Value) {
    fn clean(members: &mut Map<String, Value>) {
        for (name, value) in members.iter_mut() {
            if let Value::Object(inner) = value
                && name != "details"
            {
                clean(inner);
            }
        }
        members.retain(|_, value| match value {
            Value::Null => false,
            Value::Object(inner) => !inner.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        });
    }
    if let Value::Object(members) = document {
        clean(members);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> StoredEvent {
        StoredEvent {
            action: "api_key.disabled".to_owned(),
            actor_id: Some("user_1".to_owned()),
            actor_kind: "user".to_owned(),
            address: Some("10.0.0.7".to_owned()),
            at: 1_793_491_200_000_001,
            credential_id: None,
            details: r#"{"name":"Shop\nA","until":null}"#.to_owned(),
            id: "event_1".to_owned(),
            organization_id: "org_1".to_owned(),
            request_id: Some("req_1".to_owned()),
            subject_id: "key_1".to_owned(),
            subject_kind: "api_key".to_owned(),
            subject_name: Some("Shop\nA".to_owned()),
        }
    }

    fn streamed(event: &StoredEvent) -> Value {
        document(&StreamedEvent { event, number: 7, hash: Some("ab12"), organization_name: "Acme" })
    }

    #[test]
    fn an_event_is_one_line_with_the_names_of_the_schema() {
        let found = streamed(&event());
        assert!(!found.to_string().contains('\n'));
        let expected = json!({
            "@timestamp": "2026-11-01T00:00:00.000001Z",
            "ecs": { "version": "8.17.0" },
            "event": {
                "action": "api_key.disabled", "category": ["iam"], "dataset": "latchkey.audit", "hash": "ab12",
                "id": "event_1", "kind": "event", "module": "latchkey", "outcome": "success", "sequence": 7,
                "type": ["admin", "change"],
            },
            "http": { "request": { "id": "req_1" } },
            "latchkey": {
                "actor": { "kind": "user" },
                "details": { "name": "Shop\nA", "until": null },
                "subject": { "kind": "api_key", "id": "key_1", "name": "Shop\nA" },
            },
            "message": "api_key.disabled Shop\nA",
            "organization": { "id": "org_1", "name": "Acme" },
            "related": { "ip": ["10.0.0.7"], "user": ["user_1"] },
            "service": { "name": "latchkey", "type": "latchkey", "version": env!("CARGO_PKG_VERSION") },
            "source": { "address": "10.0.0.7", "ip": "10.0.0.7" },
            "user": { "id": "user_1" },
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let event = StoredEvent {
            action: "painted".to_owned(),
            actor_id: None,
            address: None,
            details: "not JSON".to_owned(),
            request_id: None,
            subject_name: None,
            subject_kind: "painting".to_owned(),
            ..event()
        };
        let found = streamed(&event);
        for member in ["user", "source", "http", "related"] {
            assert!(found.get(member).is_none(), "{member}: {found}");
        }
        assert_eq!(found["event"]["category"], json!(["configuration"]));
    }

    #[test]
    fn categories_are_those_of_the_schema() {
        for (kind, action, category, kinds, outcome) in [
            ("user", "session.started", "authentication", vec!["start"], "success"),
            ("user", "session.ended", "session", vec!["end"], "success"),
            ("user", "session.failures_began", "authentication", vec!["info"], "failure"),
            ("user", "member.role_changed", "iam", vec!["user", "change"], "success"),
            ("invitation", "member.invited", "iam", vec!["user", "creation"], "success"),
            ("api_key", "api_key.viewed", "iam", vec!["admin", "info"], "success"),
            ("organization", "api_keys.exported", "iam", vec!["admin", "info"], "success"),
            ("organization", "policy.changed", "configuration", vec!["change"], "success"),
            ("project", "project.created", "configuration", vec!["creation"], "success"),
        ] {
            let event = StoredEvent { subject_kind: kind.to_owned(), action: action.to_owned(), ..event() };
            let found = streamed(&event)["event"].clone();
            assert_eq!(found["category"], json!([category]), "{action}");
            assert_eq!((&found["type"], &found["outcome"]), (&json!(kinds), &json!(outcome)), "{action}");
        }
    }
}
