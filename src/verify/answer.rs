//! What a service learns about a key: ids, role, permissions, the key's name; never a person's name or address, since
//! the keys of web pages are public by nature.

use serde::Serialize;

use crate::domain::{
    Policy,
    verification::{Code, Subject},
};

#[derive(Serialize)]
pub struct Answer<'a> {
    pub valid: bool,
    pub code: &'static str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    known: Option<Known<'a>>,
}

/// Told only to who holds the right secret.
#[derive(Serialize)]
struct Known<'a> {
    key: Key<'a>,
    owner: Owner<'a>,
    organization: Organization<'a>,
    role: &'static str,
    permissions: Vec<&'static str>,
    /// RFC 3339; none for a key that never expires.
    expires_at: Option<String>,
}

#[derive(Serialize)]
struct Key<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Owner<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct Organization<'a> {
    id: &'a str,
}

impl<'a> Answer<'a> {
    pub fn known(code: Code, subject: &'a Subject, policy: &Policy) -> Self {
        let known = Known {
            key: Key { id: subject.api_key_id.as_str(), name: &subject.name },
            owner: Owner { id: subject.owner_id.as_str() },
            organization: Organization { id: subject.organization_id.as_str() },
            role: subject.owner_role.as_str(),
            permissions: permissions(code, subject, policy),
            expires_at: subject.expires_at.map(|end| end.to_string()),
        };
        Self { valid: code == Code::Valid, code: code.as_str(), known: Some(known) }
    }

    pub fn unknown() -> Self {
        Self { valid: false, code: Code::NotFound.as_str(), known: None }
    }
}

/// What the key may do now; nothing when it is not good.
pub fn permissions(code: Code, subject: &Subject, policy: &Policy) -> Vec<&'static str> {
    let may_act = matches!(code, Code::Valid | Code::InsufficientPermissions);
    let permissions = may_act.then(|| subject.permissions(policy)).into_iter().flatten();
    permissions.map(crate::domain::Permission::as_str).collect()
}
