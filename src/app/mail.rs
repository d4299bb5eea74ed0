//! Emails that a use case returns as values. The caller sends them after the commit.

use crate::domain::{InvitationId, Language, OrganizationId, OrganizationName, Role, Timestamp};

#[derive(Clone, Debug)]
pub struct Mail {
    /// Organizations take turns, so this is the one that caused the email.
    pub organization_id: OrganizationId,
    /// An address that was parsed before.
    pub to: String,
    /// The language that the reader selected, if any.
    pub language: Option<Language>,
    pub message: EmailMessage,
}

/// Links work once and are as powerful as a password: they exist only in the email.
#[derive(Clone)]
pub enum EmailMessage {
    Invitation {
        id: InvitationId,
        organization: OrganizationName,
        invited_by: String,
        role: Role,
        link: String,
        expires_at: Timestamp,
    },
    PasswordReset {
        link: String,
        expires_at: Timestamp,
    },
    /// Sent to the account's address, so that its owner learns of changes by others.
    PasswordChanged {
        at: Timestamp,
        address: Option<String>,
    },
    ApiKeyExpires {
        name: String,
        organization: String,
        /// The last characters of its token.
        hint: String,
        /// The last instant at which it works.
        last_day: Timestamp,
        /// Days until then; 0 for today.
        days: i64,
        link: String,
    },
    /// Sent to the account's previous address.
    EmailChanged {
        new_email: String,
        at: Timestamp,
        address: Option<String>,
    },
}

impl EmailMessage {
    /// For the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordChanged { .. } => "password_changed",
            Self::EmailChanged { .. } => "email_changed",
            Self::ApiKeyExpires { .. } => "api_key_expires",
        }
    }
}

impl std::fmt::Debug for EmailMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}
