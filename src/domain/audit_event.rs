//! What happened, for ever: who did what to what, when and from where. Written in the transaction of every change.

use serde_json::{Map, Value};

use super::{ApiKey, ApiKeyId, AuditEventId, Invitation, Member, OrganizationId, Project, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    pub id: AuditEventId,
    pub organization_id: OrganizationId,
    pub at: Timestamp,
    pub initiator: Initiator,
    pub action: Action,
    pub subject: Subject,
    /// What one needs to understand the event after its subject is gone. Never a secret.
    pub details: Map<String, Value>,
    /// Where the request came from; none for the command line and background tasks.
    pub address: Option<String>,
    pub request_id: Option<String>,
}

/// Who or what brought an event about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Initiator {
    /// A person who is signed in.
    User(UserId),
    /// A program with the key of this person.
    ApiKey { owner: UserId, id: ApiKeyId },
    /// A command of the server's operator. It acts for a person if it needs one.
    CommandLine(Option<UserId>),
    /// Somebody who is not signed in.
    Visitor,
    /// The server by itself.
    Server,
}

impl Initiator {
    /// The spelling that the database uses.
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

/// What an event is about, with the name that it had then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: String,
    /// None when it was not at hand.
    pub name: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    ApiKey,
    Invitation,
    Organization,
    Project,
    User,
}

impl SubjectKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::Invitation => "invitation",
            Self::Organization => "organization",
            Self::Project => "project",
            Self::User => "user",
        }
    }
}

impl Subject {
    fn new(kind: SubjectKind, id: &str, name: Option<&str>) -> Self {
        Self { kind, id: id.to_owned(), name: name.map(str::to_owned) }
    }

    pub fn organization(id: &OrganizationId, name: Option<&str>) -> Self {
        Self::new(SubjectKind::Organization, id.as_str(), name)
    }

    pub fn user(id: &UserId, name: Option<&str>) -> Self {
        Self::new(SubjectKind::User, id.as_str(), name)
    }
}

impl From<&ApiKey> for Subject {
    fn from(api_key: &ApiKey) -> Self {
        Self::new(SubjectKind::ApiKey, api_key.id.as_str(), Some(api_key.name.as_str()))
    }
}

impl From<&Invitation> for Subject {
    fn from(invitation: &Invitation) -> Self {
        Self::new(SubjectKind::Invitation, invitation.id.as_str(), Some(invitation.email.as_str()))
    }
}

impl From<&Member> for Subject {
    fn from(member: &Member) -> Self {
        Self::user(&member.id, Some(&member.name))
    }
}

impl From<&Project> for Subject {
    fn from(project: &Project) -> Self {
        Self::new(SubjectKind::Project, project.id.as_str(), Some(project.name.as_str()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    ApiKeyConfirmed,
    ApiKeyCreated,
    ApiKeyDeleted,
    ApiKeyDisabled,
    ApiKeyEnabled,
    ApiKeyEdited,
    /// It ends earlier than before, since a new policy says so.
    ApiKeyExpiryShortened,
    ApiKeyHandedOver,
    /// A pending key was removed because nobody confirmed it in time.
    ApiKeyPurged,
    ApiKeyRenamed,
    ApiKeyRevoked,
    /// Its owner has seen the token again.
    ApiKeyTokenShown,
    /// Somebody looked at the details of a key that is not their own.
    ApiKeyViewed,
    /// Somebody took a list of keys away as a file; its subject is the organization.
    ApiKeysExported,
    InvitationAccepted,
    /// The mail server refused the mail with its link.
    InvitationMailFailed,
    /// It was accepted, but another organization has an account with the address.
    InvitationRefused,
    InvitationRevoked,
    MemberDisabled,
    MemberEnabled,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    OrganizationCreated,
    /// The operator changed whose keys a question accepts that names no organization; its subject is an organization
    /// that was or became the default.
    OrganizationDefaultChanged,
    /// Its subject is the organization.
    PolicyChanged,
    ProjectArchived,
    ProjectCreated,
    ProjectRenamed,
    /// No longer archived.
    ProjectRestored,
    SessionEnded,
    SessionStarted,
    UserCreated,
    UserEmailChanged,
    /// Whoever runs the server vouched for the address.
    UserEmailConfirmed,
    /// The address was taken from the account: nobody had proven it, and its mailbox opened an invitation.
    UserEmailReleased,
    UserPasswordChanged,
    /// By a link, and not with the password before it.
    UserPasswordReset,
    UserPasswordResetRequested,
    /// Somebody tried to register with the address of this account.
    UserRegistrationRefused,
    UserRenamed,
}

impl Action {
    /// `noun.past_participle`, stable.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKeyConfirmed => "api_key.confirmed",
            Self::ApiKeyCreated => "api_key.created",
            Self::ApiKeyDeleted => "api_key.deleted",
            Self::ApiKeyDisabled => "api_key.disabled",
            Self::ApiKeyEnabled => "api_key.enabled",
            Self::ApiKeyEdited => "api_key.edited",
            Self::ApiKeyExpiryShortened => "api_key.expiry_shortened",
            Self::ApiKeyHandedOver => "api_key.handed_over",
            Self::ApiKeyPurged => "api_key.purged",
            Self::ApiKeyRenamed => "api_key.renamed",
            Self::ApiKeyRevoked => "api_key.revoked",
            Self::ApiKeyTokenShown => "api_key.token_shown",
            Self::ApiKeyViewed => "api_key.viewed",
            Self::ApiKeysExported => "api_keys.exported",
            Self::InvitationAccepted => "invitation.accepted",
            Self::InvitationMailFailed => "invitation.mail_failed",
            Self::InvitationRefused => "invitation.refused",
            Self::InvitationRevoked => "invitation.revoked",
            Self::MemberDisabled => "member.disabled",
            Self::MemberEnabled => "member.enabled",
            Self::MemberInvited => "member.invited",
            Self::MemberRemoved => "member.removed",
            Self::MemberRoleChanged => "member.role_changed",
            Self::OrganizationCreated => "organization.created",
            Self::OrganizationDefaultChanged => "organization.default_changed",
            Self::PolicyChanged => "policy.changed",
            Self::ProjectArchived => "project.archived",
            Self::ProjectCreated => "project.created",
            Self::ProjectRenamed => "project.renamed",
            Self::ProjectRestored => "project.restored",
            Self::SessionEnded => "session.ended",
            Self::SessionStarted => "session.started",
            Self::UserCreated => "user.created",
            Self::UserEmailChanged => "user.email_changed",
            Self::UserEmailConfirmed => "user.email_confirmed",
            Self::UserEmailReleased => "user.email_released",
            Self::UserPasswordChanged => "user.password_changed",
            Self::UserPasswordReset => "user.password_reset",
            Self::UserPasswordResetRequested => "user.password_reset_requested",
            Self::UserRegistrationRefused => "user.registration_refused",
            Self::UserRenamed => "user.renamed",
        }
    }
}
