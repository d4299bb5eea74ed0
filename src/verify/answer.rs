//! The content of a verification answer: ids, role, permissions, the names of the key and its project. Never a person's
//! name or address, because the keys of web pages are public.

use std::{borrow::Cow, fmt::Write as _, sync::LazyLock};

use super::limits;
use crate::app::key_limits::LimitReadings;
use crate::domain::{
    Permission, PermissionSet, Role, Timestamp,
    api_key::attributes::Metadata,
    policy::WhoMayCreate,
    verification::{Code, PermissionNames, PresentedKey, WantedNames, permission_names::write_scope},
};

/// In bytes, as long as the parts of an answer that have the same length for all keys, with both limits.
const USUAL_LENGTH: usize = 256;
/// In bytes. By default, nginx refuses answers whose headers do not fit into 4 KiB together.
const LONGEST_HEADER: usize = 2_048;

/// The answer in JSON (RFC 8259). Written without serde, because every verification needs it, and only names and ids of
/// others may need escaping.
pub fn known(code: Code, subject: &PresentedKey, readings: &LimitReadings) -> String {
    let texts = subject.json_texts.get_or_write(|| [before_permissions(subject), after_permissions(subject)]);
    let [before, after] = texts.texts();
    let metadata = subject.attributes.as_deref().and_then(|attributes| attributes.metadata.as_ref());
    let metadata = metadata.map_or("null", Metadata::as_str);
    // Latchkey's permissions and, after them, those of the organization's API.
    let latchkey = latchkey_permissions(code, subject);
    let (latchkey, api) = match &latchkey {
        Some(latchkey) => (&*latchkey.json, &*subject.api_permissions.names.json),
        None => ("", ""),
    };
    let between = if latchkey.is_empty() || api.is_empty() { "" } else { "," };
    let parts = [before, latchkey, between, api, after, metadata];
    let mut json = String::with_capacity(USUAL_LENGTH + parts.iter().map(|part| part.len()).sum::<usize>());
    open(&mut json, code);
    for part in parts {
        json.push_str(part);
    }
    limits::write_json(&mut json, code, readings);
    json.push('}');
    json
}

fn before_permissions(subject: &PresentedKey) -> String {
    let mut json = String::new();
    text(&mut json, ",\"key\":{\"id\":", subject.api_key_id.as_str());
    name(&mut json, &subject.name);
    match &subject.project {
        Some(project) => {
            text(&mut json, "},\"project\":{\"id\":", project.id.as_str());
            name(&mut json, &project.name);
            json.push('}');
        }
        None => json.push_str("},\"project\":null"),
    }
    text(&mut json, ",\"owner\":{\"id\":", subject.owner_id.as_str());
    text(&mut json, "},\"organization\":{\"id\":", subject.organization_id.as_str());
    text(&mut json, "},\"scope\":", subject.scope.as_str());
    text(&mut json, ",\"role\":", subject.owner_role.as_str());
    json.push_str(",\"permissions\":[");
    json
}

/// As far as the metadata, which is JSON already.
fn after_permissions(subject: &PresentedKey) -> String {
    let mut json = String::new();
    instant(&mut json, "],\"expires_at\":", subject.expires_at);
    text(&mut json, ",\"token\":", subject.token_role().as_str());
    instant(&mut json, ",\"token_ends_at\":", subject.token_ends_at);
    text(&mut json, ",\"environment\":", subject.environment());
    let attributes = subject.attributes.as_deref();
    match attributes.and_then(|attributes| attributes.external_id.as_ref()) {
        Some(id) => typed(&mut json, ",\"external_id\":", id.as_str()),
        None => json.push_str(",\"external_id\":null"),
    }
    json.push_str(",\"metadata\":");
    json
}

/// The value of `X-Latchkey-External-Id`: percent-encoded where it is not visible ASCII. Empty without one.
pub fn external_id_header(subject: &PresentedKey) -> Cow<'_, str> {
    let Some(id) = subject.attributes.as_deref().and_then(|attributes| attributes.external_id.as_ref()) else {
        return Cow::Borrowed("");
    };
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'%';
    if id.as_str().bytes().all(is_plain) {
        return Cow::Borrowed(id.as_str());
    }
    let encoded = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    Cow::Owned(id.as_str().bytes().map(encoded).collect())
}

/// The answer for an unknown key or a wrong secret.
pub fn unknown() -> String {
    let mut json = String::new();
    open(&mut json, Code::NotFound);
    json.push('}');
    json
}

/// The key's current permissions, separated by spaces like OAuth scopes (RFC 6749 §3.3): those of its organization's
/// API, or Latchkey's own if the API has none. Empty if the key is not valid.
pub fn scope(code: Code, subject: &PresentedKey) -> Cow<'_, str> {
    if subject.rules.api_permissions().is_empty() || !shows_permissions(code) {
        return match latchkey_permissions(code, subject) {
            None => Cow::Borrowed(""),
            Some(Cow::Borrowed(names)) => Cow::Borrowed(&names.scope),
            Some(Cow::Owned(names)) => Cow::Owned(names.scope.into()),
        };
    }
    Cow::Borrowed(&subject.api_permissions.names.scope)
}

/// The value of `X-Latchkey-Permissions`: the same, unless that is too long for a proxy. Then only those of `wanted` that
/// the API has; nothing if these are too long, too.
pub fn permissions_header<'a>(code: Code, subject: &'a PresentedKey, wanted: Option<&WantedNames>) -> Cow<'a, str> {
    let all = scope(code, subject);
    if all.len() <= LONGEST_HEADER {
        return all;
    }
    let catalogue = subject.rules.api_permissions();
    let wanted = wanted.into_iter().flat_map(WantedNames::iter).filter(|name| catalogue.position(name).is_some());
    let some = scope_of(wanted);
    Cow::Owned(if some.len() <= LONGEST_HEADER { some } else { String::new() })
}

fn scope_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut scope = String::new();
    write_scope(&mut scope, names);
    scope
}

fn shows_permissions(code: Code) -> bool {
    matches!(code, Code::Valid | Code::InsufficientPermissions)
}

fn names_of(permissions: PermissionSet) -> PermissionNames {
    PermissionNames::new(permissions.iter().map(Permission::as_str))
}

/// None if the key is not valid. The texts for every role and policy setting are made once, and a verification only
/// copies one. Only a key with its own permissions needs a new text.
fn latchkey_permissions(code: Code, subject: &PresentedKey) -> Option<Cow<'static, PermissionNames>> {
    static ALL: LazyLock<Vec<PermissionNames>> = LazyLock::new(|| {
        let of_role =
            |role: Role| WhoMayCreate::ALL.map(|who_may_create| names_of(role.permissions_where(who_may_create)));
        Role::ALL.into_iter().flat_map(of_role).collect()
    });
    if !shows_permissions(code) {
        return None;
    }
    if subject.chosen.is_some() {
        return Some(Cow::Owned(names_of(subject.permissions())));
    }
    let index = subject.owner_role as usize * WhoMayCreate::ALL.len() + subject.who_may_create as usize;
    ALL.get(index).map(Cow::Borrowed)
}

fn open(json: &mut String, code: Code) {
    json.push_str(if code == Code::Valid { "{\"valid\":true" } else { "{\"valid\":false" });
    text(json, ",\"code\":", code.as_str());
}

/// `value` is a name or id of ours, without anything to escape.
fn text(json: &mut String, before: &str, value: &str) {
    for part in [before, "\"", value, "\""] {
        json.push_str(part);
    }
}

fn instant(json: &mut String, before: &str, value: Option<Timestamp>) {
    json.push_str(before);
    match value {
        Some(instant) => {
            // Writing to memory cannot fail.
            let _ = write!(json, "\"{instant}\"");
        }
        None => json.push_str("null"),
    }
}

fn name(json: &mut String, name: &str) {
    typed(json, ",\"name\":", name);
}

/// Text that a person typed. It rarely needs escaping.
fn typed(json: &mut String, before: &str, value: &str) {
    if value.bytes().any(|byte| matches!(byte, b'"' | b'\\' | ..b' ')) {
        json.push_str(before);
        json.push_str(&serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()));
    } else {
        text(json, before, value);
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::{
        KeyAttributes, ProjectId,
        api_key::attributes::{Environment, ExternalId},
        verification::KeyProject,
    };

    #[test]
    fn the_texts_made_beforehand_are_those_of_the_role_and_the_policy() {
        let mut rng = StdRng::seed_from_u64(1);
        for owner_role in Role::ALL {
            for who_may_create in WhoMayCreate::ALL {
                let subject = PresentedKey { owner_role, who_may_create, ..PresentedKey::sample(&mut rng) };
                let found = latchkey_permissions(Code::Valid, &subject);
                let wanted = names_of(owner_role.permissions_where(who_may_create));
                assert_eq!(found, Some(Cow::Borrowed(&wanted)));
                assert!(matches!(found, Some(Cow::Borrowed(_))), "made beforehand");
                assert_eq!(scope(Code::Disabled, &subject), "");
            }
        }
    }

    #[test]
    fn a_key_with_permissions_of_its_own_says_those_that_its_owner_has_too() {
        let mut rng = StdRng::seed_from_u64(1);
        let (see, manage) = (Permission::SeeOwnApiKeys, Permission::ManageAllApiKeys);
        for (chosen, scope_said, json_said) in
            [(&[manage, see][..], "api_keys.see_own", "[\"api_keys.see_own\"]"), (&[manage], "", "[]"), (&[], "", "[]")]
        {
            let chosen = Some(chosen.iter().copied().collect());
            let subject = PresentedKey { chosen, ..PresentedKey::sample(&mut rng) };
            assert_eq!(scope(Code::Valid, &subject), scope_said);
            let answer: Value = serde_json::from_str(&known(Code::Valid, &subject, &LimitReadings::default())).unwrap();
            assert_eq!(answer["permissions"].to_string(), json_said);
        }
    }

    #[test]
    fn attributes_are_answered_as_they_are() {
        let mut rng = StdRng::seed_from_u64(1);
        for (id, header) in [
            ("cus_9F3", "cus_9F3"),
            ("a \"b\" 100%", "a%20%22b%22%20100%25"),
            ("Клиент", "%D0%9A%D0%BB%D0%B8%D0%B5%D0%BD%D1%82"),
        ] {
            let attributes = KeyAttributes {
                environment: Environment::parse("test").unwrap(),
                external_id: ExternalId::parse(id).unwrap(),
                metadata: Metadata::parse(r#"{"plan":"pro","limit":1.50}"#).unwrap(),
                ..KeyAttributes::default()
            };
            let subject = PresentedKey { attributes: Some(Box::new(attributes)), ..PresentedKey::sample(&mut rng) };
            let answer: Value =
                serde_json::from_str(&known(Code::Revoked, &subject, &LimitReadings::default())).unwrap();
            assert_eq!((&answer["environment"], &answer["external_id"]), (&json!("test"), &json!(id)));
            assert_eq!(answer["metadata"], json!({ "plan": "pro", "limit": 1.5 }));
            assert_eq!(external_id_header(&subject), header.replace("%22", "\""));
        }
        assert_eq!(external_id_header(&PresentedKey::sample(&mut rng)), "");
    }

    #[test]
    fn whatever_the_key_is_called_the_answer_is_json() {
        let mut rng = StdRng::seed_from_u64(1);
        let now = Timestamp::from_unix_micros(1_000_000);
        for name in ["CI", "\"},{\"", "back\\slash", "Отчёт 👩", "\u{7f}\t", "\u{1f}", "\0"] {
            for (expires_at, end) in [(None, Value::Null), (Some(now), json!("1970-01-01T00:00:01Z"))] {
                let project_id = ProjectId::generate(now, &mut rng);
                let (project, said) = match expires_at {
                    Some(_) => (None, Value::Null),
                    None => (
                        Some(KeyProject { id: project_id.clone(), name: name.into() }),
                        json!({ "id": project_id.as_str(), "name": name }),
                    ),
                };
                let subject = PresentedKey {
                    name: name.into(),
                    project,
                    expires_at,
                    token_ends_at: expires_at,
                    ..PresentedKey::sample(&mut rng)
                };
                for (code, permissions) in [
                    (Code::Valid, json!(["api_keys.see_own", "usage.see_own", "audit_log.see_own"])),
                    (Code::Revoked, json!([])),
                ] {
                    let answer: Value =
                        serde_json::from_str(&known(code, &subject, &LimitReadings::default())).unwrap();
                    let wanted = json!({
                        "valid": code == Code::Valid,
                        "code": code.as_str(),
                        "key": { "id": subject.api_key_id.as_str(), "name": name },
                        "project": said,
                        "owner": { "id": subject.owner_id.as_str() },
                        "organization": { "id": subject.organization_id.as_str() },
                        "scope": "server",
                        "role": "member",
                        "permissions": permissions,
                        "expires_at": end,
                        "token": if expires_at.is_some() { "previous" } else { "current" },
                        "token_ends_at": end,
                        "environment": "live",
                        "external_id": null,
                        "metadata": null,
                        "rate_limit": null,
                        "quota": null,
                    });
                    assert_eq!(answer, wanted);
                }
            }
        }
        assert_eq!(unknown(), r#"{"valid":false,"code":"NOT_FOUND"}"#);
    }
}
