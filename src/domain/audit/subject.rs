//! What an event is about, with the name that it had then.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    ApiKeyEvent, ApiKeyFacts, ApiPermissionEvent, DeletedApiKeyFacts, InvitationEvent, InvitationFacts, MemberFacts,
    OrganizationEvent, ProjectEvent, ProjectFacts, UserEvent,
};
use crate::domain::{
    ApiKey, ApiPermissionName, DeletedApiKeyToken, Invitation, Member, OrganizationId, Project, Timestamp, UserId,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: String,
    /// None when it was not known.
    pub name: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    ApiKey,
    ApiPermission,
    Invitation,
    Organization,
    Project,
    User,
}

impl SubjectKind {
    pub const ALL: [Self; 6] =
        [Self::ApiKey, Self::ApiPermission, Self::Invitation, Self::Organization, Self::Project, Self::User];

    /// The spelling of the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::ApiPermission => "api_permission",
            Self::Invitation => "invitation",
            Self::Organization => "organization",
            Self::Project => "project",
            Self::User => "user",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Has events of its own, so that no event can be recorded about a wrong subject.
pub trait AuditSubject {
    type Event: Serialize;
    /// What each of its events keeps about it.
    type Facts: Serialize;

    fn organization_id(&self) -> &OrganizationId;
    fn subject(&self) -> Subject;
    fn facts(&self, now: Timestamp) -> Self::Facts;

    /// The event's name, and its details: the facts and the event's contents.
    fn describe(&self, event: &Self::Event, now: Timestamp) -> serde_json::Result<(String, Map<String, Value>)> {
        let mut details = to_map(&self.facts(now))?;
        details.extend(to_map(event)?);
        let action = details.remove("action");
        let action = action.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok((action, details))
    }
}

fn to_map(value: &impl Serialize) -> serde_json::Result<Map<String, Value>> {
    Ok(match serde_json::to_value(value)? {
        Value::Object(map) => map,
        _ => Map::new(),
    })
}

/// A permission of the organization's own API. Its name is its id.
#[derive(Clone, Debug)]
pub struct ApiPermissionSubject {
    pub organization_id: OrganizationId,
    pub name: ApiPermissionName,
}

/// An organization where only this is known.
#[derive(Clone, Debug)]
pub struct OrganizationSubject {
    pub id: OrganizationId,
    pub name: Option<String>,
}

/// An account where only this is known.
#[derive(Clone, Debug)]
pub struct UserSubject {
    pub organization_id: OrganizationId,
    pub id: UserId,
    pub name: Option<String>,
}

impl AuditSubject for ApiKey {
    type Event = ApiKeyEvent;
    type Facts = ApiKeyFacts;

    fn organization_id(&self) -> &OrganizationId {
        &self.organization_id
    }

    fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::ApiKey, id: self.id.to_string(), name: Some(self.name.as_str().to_owned()) }
    }

    fn facts(&self, now: Timestamp) -> ApiKeyFacts {
        ApiKeyFacts::of(self, now)
    }
}

/// The subject is the key.
impl AuditSubject for DeletedApiKeyToken {
    type Event = ApiKeyEvent;
    type Facts = DeletedApiKeyFacts;

    fn organization_id(&self) -> &OrganizationId {
        &self.organization_id
    }

    fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::ApiKey, id: self.api_key_id.to_string(), name: Some(self.name.clone()) }
    }

    fn facts(&self, _now: Timestamp) -> DeletedApiKeyFacts {
        DeletedApiKeyFacts {
            name: self.name.clone(),
            lookup: self.lookup.clone(),
            hint: self.hint.clone(),
            owner_id: self.owner_id.clone(),
            deleted_at: self.deleted_at,
        }
    }
}

impl AuditSubject for ApiPermissionSubject {
    type Event = ApiPermissionEvent;
    type Facts = ();

    fn organization_id(&self) -> &OrganizationId {
        &self.organization_id
    }

    fn subject(&self) -> Subject {
        let name = self.name.to_string();
        Subject { kind: SubjectKind::ApiPermission, id: name.clone(), name: Some(name) }
    }

    fn facts(&self, _now: Timestamp) {}
}

impl AuditSubject for Invitation {
    type Event = InvitationEvent;
    type Facts = InvitationFacts;

    fn organization_id(&self) -> &OrganizationId {
        &self.organization_id
    }

    fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::Invitation, id: self.id.to_string(), name: Some(self.email.as_str().to_owned()) }
    }

    fn facts(&self, _now: Timestamp) -> InvitationFacts {
        InvitationFacts::of(self)
    }
}

impl AuditSubject for Member {
    type Event = UserEvent;
    type Facts = MemberFacts;

    fn organization_id(&self) -> &OrganizationId {
        &self.organization_id
    }

    fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::User, id: self.id.to_string(), name: Some(self.name.clone()) }
    }

    fn facts(&self, _now: Timestamp) -> MemberFacts {
        MemberFacts { name: self.name.clone(), email: self.email.clone() }
    }
}

impl AuditSubject for OrganizationSubject {
    type Event = OrganizationEvent;
    type Facts = ();

    fn organization_id(&self) -> &OrganizationId {
        &self.id
    }

    fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::Organization, id: self.id.to_string(), name: self.name.clone() }
    }

    fn facts(&self, _now: Timestamp) {}
}

impl AuditSubject for Project {
    type Event = ProjectEvent;
    type Facts = ProjectFacts;

    fn organization_id(&self) -> &OrganizationId {
        &self.organization_id
    }

    fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::Project, id: self.id.to_string(), name: Some(self.name.as_str().to_owned()) }
    }

    fn facts(&self, _now: Timestamp) -> ProjectFacts {
        ProjectFacts { name: self.name.as_str().to_owned() }
    }
}

impl AuditSubject for UserSubject {
    type Event = UserEvent;
    type Facts = ();

    fn organization_id(&self) -> &OrganizationId {
        &self.organization_id
    }

    fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::User, id: self.id.to_string(), name: self.name.clone() }
    }

    fn facts(&self, _now: Timestamp) {}
}
