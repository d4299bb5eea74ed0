//! Mails that a use case asks for: values, sent by the door after the change is committed.

use crate::domain::{InvitationId, Language, OrganizationId, OrganizationName, Role, Timestamp};

#[derive(Clone, Debug)]
pub struct Mail {
    /// Whose doing it is: organizations take turns.
    pub organization_id: OrganizationId,
    /// An address that was parsed before.
    pub to: String,
    /// The choice of whoever gets it, if they have made one.
    pub language: Option<Language>,
    pub message: EmailMessage,
}

/// Links work once and are as good as a password: they are in the mail and nowhere else.
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
    /// Goes to the account's address, so that its owner learns of what they did not do themselves.
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
        /// Until that day; 0 for today.
        days: i64,
        link: String,
    },
    /// Goes to the address that the account had before.
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
