//! The audit log: who did what to what, when and from where. Events are written in the transaction of every change.

pub mod chain;
mod command;
pub mod ecs;
mod event;
mod fields;
mod subject;

pub use command::{OperatorCommand, SystemUser};
pub use event::{
    ApiKeyEvent, EndedSession, Event, InvitationEvent, OrganizationEvent, PasswordFailures, PasswordPrompt,
    ProjectEvent, ReminderAbout, UserEvent,
};
pub use fields::{ApiKeyFacts, ApiKeyFields, Difference, InvitationFacts, MemberFacts, ProjectFacts};
pub use subject::{AuditSubject, OrganizationSubject, Subject, SubjectKind, UserSubject};

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
    /// The spelling of the database.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ApiKey { .. } => "api_key",
            Self::CommandLine(_) => "command_line",
            Self::Visitor => "visitor",
            Self::Server => "server",
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
