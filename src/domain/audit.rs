//! The audit log: who did what to what, when and from where. Events are written in the transaction of every change.

mod action;
pub mod chain;
mod command;
pub mod ecs;
mod event;
mod fields;
mod filter;
mod subject;

pub use action::{ActionGroup, actions_about};
pub use command::{OperatorCommand, SystemUser};
pub use event::{
    ApiKeyEvent, ApiPermissionEvent, EndedSession, Event, InvitationEvent, OrganizationEvent, PasswordFailures,
    PasswordPrompt, ProjectEvent, ReminderAbout, UserEvent,
};
pub use fields::{
    ApiKeyFacts, ApiKeyFields, DeletedApiKeyFacts, Difference, InvitationFacts, MemberFacts, ProjectFacts,
};
pub use filter::{
    ActionFilter, EventCriteria, EventFilter, EventPosition, EventTime, FoundSubjects, InitiatorKind, SubjectId,
    WhoseEvents,
};
pub use subject::{ApiPermissionSubject, AuditSubject, OrganizationSubject, Subject, SubjectKind, UserSubject};

use serde_json::{Map, Value};

use super::{ApiKeyId, AuditEventId, OrganizationId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    pub id: AuditEventId,
    pub organization_id: OrganizationId,
    pub at: Timestamp,
    pub initiator: Initiator,
    pub subject: Subject,
    /// The event's stable name.
    pub action: String,
    /// What a reader needs to understand the event after its subject is gone. Never a secret.
    pub details: Map<String, Value>,
    /// Where the request came from. None for the command line and background tasks.
    pub address: Option<String>,
    pub request_id: Option<String>,
}

/// Who or what caused an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Initiator {
    /// A person who is signed in.
    User(UserId),
    /// A program with this person's key.
    ApiKey { owner: UserId, id: ApiKeyId },
    /// A command of the server's operator, and the person that it acts for.
    CommandLine(Option<UserId>),
    /// Somebody who is not signed in.
    Visitor,
    /// The server by itself.
    Server,
}

impl Initiator {
    /// Reads an initiator as the database keeps it. None for one of a later version.
    pub fn parse(kind: &str, user_id: Option<UserId>, credential_id: Option<ApiKeyId>) -> Option<Self> {
        let kind = InitiatorKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
        Some(match (kind, user_id, credential_id) {
            (InitiatorKind::User, Some(id), _) => Self::User(id),
            (InitiatorKind::ApiKey, Some(owner), Some(id)) => Self::ApiKey { owner, id },
            (InitiatorKind::User | InitiatorKind::ApiKey, ..) => return None,
            (InitiatorKind::CommandLine, id, _) => Self::CommandLine(id),
            (InitiatorKind::Visitor, ..) => Self::Visitor,
            (InitiatorKind::Server, ..) => Self::Server,
        })
    }

    /// The spelling of the database.
    pub fn kind(&self) -> &'static str {
        self.initiator_kind().as_str()
    }

    pub fn initiator_kind(&self) -> InitiatorKind {
        match self {
            Self::User(_) => InitiatorKind::User,
            Self::ApiKey { .. } => InitiatorKind::ApiKey,
            Self::CommandLine(_) => InitiatorKind::CommandLine,
            Self::Visitor => InitiatorKind::Visitor,
            Self::Server => InitiatorKind::Server,
        }
    }

    pub fn user_id(&self) -> Option<&UserId> {
        match self {
            Self::User(id) | Self::ApiKey { owner: id, .. } | Self::CommandLine(Some(id)) => Some(id),
            Self::CommandLine(None) | Self::Visitor | Self::Server => None,
        }
    }

    pub fn credential_id(&self) -> Option<&ApiKeyId> {
        if let Self::ApiKey { id, .. } = self { Some(id) } else { None }
    }
}
