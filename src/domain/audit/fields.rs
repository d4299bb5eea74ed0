//! What events keep about their subjects, so that a reader understands them when the subjects are gone.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::{ApiKey, Invitation, KeyPermissions, ProjectId, Role, Scope, Status, Timestamp, UserId};

/// Of a key, in each of its events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyFacts {
    pub name: String,
    pub lookup: String,
    pub hint: String,
    pub owner_id: UserId,
    pub scope: Scope,
    pub project_id: Option<ProjectId>,
    pub status: String,
    pub expires_at: Option<Timestamp>,
    pub was_confirmed: bool,
}

impl ApiKeyFacts {
    pub fn of(api_key: &ApiKey, now: Timestamp) -> Self {
        let status = api_key.status(now);
        Self {
            name: api_key.name.as_str().to_owned(),
            lookup: api_key.lookup.clone(),
            hint: api_key.hint.clone(),
            owner_id: api_key.owner_id.clone(),
            scope: api_key.scope,
            project_id: api_key.project_id.clone(),
            status: status.as_str().to_owned(),
            expires_at: api_key.expires_at,
            was_confirmed: status != Status::Pending,
        }
    }
}

/// What the forms that create and edit a key decide. A key that the system made has none of it in its event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiKeyFields {
    pub name: String,
    pub description: String,
    pub project_id: Option<ProjectId>,
    pub expires_at: Option<Timestamp>,
    pub trusted_domains: Vec<String>,
    pub app_identifiers: Vec<String>,
    pub allowed_networks: Vec<String>,
    /// None for those of its owner.
    pub permissions: Option<Vec<String>>,
    /// None for the interval of the policy.
    pub rotate_every_days: Option<i64>,
    /// The end of the day by which somebody wants it rotated.
    pub rotation_marked_for: Option<Timestamp>,
    /// None for the environment of keys for which none was given.
    pub environment: Option<String>,
    pub external_id: Option<String>,
    /// The text of a JSON object.
    pub metadata: Option<String>,
    /// Such as "600/minute". None for the limit of the policy.
    pub own_rate_limit: Option<String>,
    pub own_quota: Option<String>,
}

impl From<&ApiKey> for ApiKeyFields {
    fn from(api_key: &ApiKey) -> Self {
        let (restrictions, attributes) = (&api_key.restrictions, &api_key.attributes);
        Self {
            name: api_key.name.as_str().to_owned(),
            description: api_key.description.as_str().to_owned(),
            project_id: api_key.project_id.clone(),
            expires_at: api_key.expires_at,
            trusted_domains: restrictions.trusted_domains.iter().map(ToString::to_string).collect(),
            app_identifiers: restrictions.app_identifiers.iter().map(ToString::to_string).collect(),
            allowed_networks: restrictions.allowed_networks.iter().map(ToString::to_string).collect(),
            rotate_every_days: api_key.rotate_every_days,
            rotation_marked_for: api_key.rotation_marked_for,
            environment: (!attributes.environment.is_default()).then(|| attributes.environment.to_string()),
            external_id: attributes.external_id.as_ref().map(|id| id.as_str().to_owned()),
            metadata: attributes.metadata.as_ref().map(|metadata| metadata.as_str().to_owned()),
            own_rate_limit: attributes.limits.rate.text(),
            own_quota: attributes.limits.quota.text(),
            permissions: match &api_key.permissions {
                KeyPermissions::Inherited => None,
                KeyPermissions::Only(chosen) => Some(chosen.names().map(str::to_owned).collect()),
            },
        }
    }
}

/// Of a deleted key, in what happens to its tokens afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeletedApiKeyFacts {
    pub name: String,
    pub lookup: String,
    pub hint: String,
    pub owner_id: UserId,
    pub deleted_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InvitationFacts {
    pub email: String,
    pub role: Role,
    pub invited_by: UserId,
    pub expires_at: Timestamp,
}

impl InvitationFacts {
    pub fn of(invitation: &Invitation) -> Self {
        Self {
            email: invitation.email.as_str().to_owned(),
            role: invitation.role,
            invited_by: invitation.invited_by.clone(),
            expires_at: invitation.expires_at,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberFacts {
    pub name: String,
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProjectFacts {
    pub name: String,
}

/// The fields that differ, as they were and as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub before: Map<String, Value>,
    pub after: Map<String, Value>,
}

impl Difference {
    /// Between two of one type that serde writes as a map. A field that only one of them has is left out.
    pub fn between<T: Serialize>(before: &T, after: &T) -> Self {
        let fields = |of: &T| match serde_json::to_value(of) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let (mut before, mut after) = (fields(before), fields(after));
        before.retain(|name, value| after.get(name).is_some_and(|other| other != value));
        after.retain(|name, _| before.contains_key(name));
        Self { before, after }
    }

    /// Of one field.
    pub fn of(field: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        Self::default().and(field, before, after)
    }

    #[must_use]
    pub fn and(mut self, field: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        self.before.insert(field.to_owned(), before.into());
        self.after.insert(field.to_owned(), after.into());
        self
    }

    pub fn is_empty(&self) -> bool {
        self.after.is_empty()
    }
}
