//! Emails that a use case returns as values. The caller sends them after the commit.

use crate::domain::{ExpirationDate, InvitationId, Language, OrganizationId, OrganizationName, Role, Timestamp};

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
    /// Somebody marked keys of the reader.
    RotationRequested(RotationRequest),
    /// A key is due for rotation, or overdue.
    RotationDue(DueRotation),
    /// The former token of a key ends soon, and something still uses it.
    OverlapEnds(EndingOverlap),
    /// Somebody else has rotated a key of the reader.
    RotatedByOther(ForeignRotation),
    EndedTokenUsed(EndedTokenNotice),
    /// Sent to the account's previous address.
    EmailChanged {
        new_email: String,
        at: Timestamp,
        address: Option<String>,
    },
}

#[derive(Clone, Debug)]
pub struct RotationRequest {
    /// Name, and last characters of the token.
    pub api_keys: Vec<(String, String)>,
    /// How many keys there are. Not all may be named.
    pub count: usize,
    pub organization: String,
    pub marked_by: String,
    pub rotate_by: ExpirationDate,
    pub note: Option<String>,
    pub link: String,
}

#[derive(Clone, Debug)]
pub struct DueRotation {
    pub name: String,
    pub organization: String,
    /// The last characters of its token.
    pub hint: String,
    pub rotate_by: ExpirationDate,
    /// Days until the end of that day; 0 for today, negative once it is overdue.
    pub days: i64,
    pub link: String,
}

#[derive(Clone, Debug)]
pub struct EndingOverlap {
    pub name: String,
    pub organization: String,
    /// The last characters of the former token.
    pub hint: String,
    pub ends_at: Timestamp,
    pub link: String,
}

#[derive(Clone, Debug)]
pub struct ForeignRotation {
    pub name: String,
    pub organization: String,
    /// The last characters of the former token.
    pub hint: String,
    pub rotated_by: String,
    /// When the former token ends.
    pub former_ends_at: Timestamp,
    pub link: String,
}

/// Somebody presented a token of a key after its end.
#[derive(Clone, Debug)]
pub struct EndedTokenNotice {
    /// Of the key.
    pub name: String,
    pub organization: String,
    /// The last characters of the token.
    pub hint: String,
    pub end: EndOfToken,
    pub at: Timestamp,
    pub address: Option<String>,
    pub agent: Option<String>,
    /// How often today.
    pub count_today: i64,
    pub link: String,
}

/// Why a token no longer verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndOfToken {
    /// A new token took its place.
    Rotated,
    /// Its key was revoked.
    Revoked,
    /// Its key was deleted.
    Deleted,
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
            Self::RotationRequested(_) => "rotation_requested",
            Self::RotationDue(_) => "rotation_due",
            Self::OverlapEnds(_) => "overlap_ends",
            Self::RotatedByOther(_) => "rotated_by_other",
            Self::EndedTokenUsed(_) => "ended_token_used",
        }
    }
}

impl std::fmt::Debug for EmailMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}
