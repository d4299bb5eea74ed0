//! What a service learns about a key: ids, role, permissions, the key's name; never a person's name or address, since
//! the keys of web pages are public by nature.

use serde::{Serialize, Serializer};

use crate::domain::{
    Permission, Policy, Timestamp,
    verification::{Code, Subject},
};

/// All but the first two are told only to who holds the right secret.
#[derive(Serialize)]
pub struct Answer<'a> {
    valid: bool,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Key<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<Id<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Permissions<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Expiry>,
}

#[derive(Serialize)]
struct Key<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

/// As RFC 3339 writes it; `null` for a key that never expires.
struct Expiry(Option<Timestamp>);

/// What a key may do now; nothing when it is not good.
pub struct Permissions<'a> {
    subject: &'a Subject,
    policy: &'a Policy,
    may_act: bool,
}

impl<'a> Answer<'a> {
    pub fn known(code: Code, subject: &'a Subject, policy: &'a Policy) -> Self {
        Self {
            valid: code == Code::Valid,
            code: code.as_str(),
            key: Some(Key { id: subject.api_key_id.as_str(), name: &subject.name }),
            owner: Some(Id { id: subject.owner_id.as_str() }),
            organization: Some(Id { id: subject.organization_id.as_str() }),
            role: Some(subject.owner_role.as_str()),
            permissions: Some(Permissions::of(code, subject, policy)),
            expires_at: Some(Expiry(subject.expires_at)),
        }
    }

    pub fn unknown() -> Self {
        Self {
            valid: false,
            code: Code::NotFound.as_str(),
            key: None,
            owner: None,
            organization: None,
            role: None,
            permissions: None,
            expires_at: None,
        }
    }
}

impl<'a> Permissions<'a> {
    pub fn of(code: Code, subject: &'a Subject, policy: &'a Policy) -> Self {
        let may_act = matches!(code, Code::Valid | Code::InsufficientPermissions);
        Self { subject, policy, may_act }
    }

    /// Separated by spaces, as OAuth writes scopes (RFC 6749 §3.3).
    pub fn as_scope(&self) -> String {
        self.names().collect::<Vec<_>>().join(" ")
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        let permissions = self.may_act.then(|| self.subject.permissions(self.policy));
        permissions.into_iter().flatten().map(Permission::as_str)
    }
}

impl Serialize for Permissions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl Serialize for Expiry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(instant) => serializer.collect_str(&instant),
            None => serializer.serialize_none(),
        }
    }
}
