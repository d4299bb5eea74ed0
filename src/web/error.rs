//! Errors of requests for pages. [`super::error_page`] renders them.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use time::Duration;

use crate::{
    app::{
        self, NotShown,
        api_keys::{deleted::DeletedApiKey, list_query::ListQueryError},
    },
    http::form::FormError,
    store,
    store::Reason,
};

/// The missing subject of an address.
#[derive(Debug)]
pub enum Missing {
    /// The deleted key, if the viewer may know about it.
    ApiKey(Option<DeletedApiKey>),
    Member,
    Invitation,
    Session,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not found")]
    NotFound,
    /// The subject of the address was deleted, or never existed.
    #[error("not found: {0:?}")]
    Missing(Missing),
    #[error("method not allowed")]
    MethodNotAllowed { allow: String },
    #[error("forbidden")]
    Forbidden,
    /// The action requires the password, which was not typed recently.
    #[error("password proof required")]
    ProofRequired,
    #[error("signed out")]
    SignedOut { next: String },
    /// The form's token is wrong, or the request comes from another site.
    #[error("forged request")]
    Forged,
    /// The form's token is right, but the browser does not say that the form comes from these pages.
    #[error("the origin of the form is hidden")]
    OriginHidden,
    /// No form of these pages has these fields.
    #[error("malformed request")]
    Malformed,
    #[error("the body is too large")]
    TooLarge,
    #[error("{missing} of {selected} selected keys were not found")]
    SelectionNotFound { missing: usize, selected: usize },
    #[error("more than {limit} keys match")]
    TooManyMatch { limit: usize },
    #[error("too many exports are running")]
    TooManyExports,
    #[error("registration is closed")]
    RegistrationClosed,
    /// Too many attempts.
    #[error("too many attempts")]
    RateLimited { wait: Duration },
    /// Nobody can register, so nobody can be invited.
    #[error("nobody can be invited")]
    InvitationsClosed,
    #[error("the invitation is not valid")]
    InvitationNotValid,
    #[error("the invitation was already accepted")]
    InvitationAccepted,
    /// An account of another organization has the invited address. Shown only to the owner of the mailbox.
    #[error("the invited address already has an account")]
    AddressTaken,
    /// Nobody may change their own role, or disable or remove themselves.
    #[error("not allowed on your own account")]
    OwnAccount,
    #[error("this is the last Owner who can sign in")]
    LastOwner,
    /// Too many passwords are waiting to be hashed.
    #[error("too busy")]
    Busy,
    #[error("the database {0}: {1}")]
    Unavailable(Reason, String),
    #[error("the database connection was lost during a change: {0}")]
    OutcomeUnknown(String),
    /// The key expired or was revoked before it was confirmed.
    #[error("the key has expired or was revoked")]
    ApiKeyEnded,
    /// A system key can be deleted, but not revoked.
    #[error("the system created this key")]
    SystemApiKey,
    /// A revoked key cannot be edited.
    #[error("the key was revoked")]
    ApiKeyRevoked,
    /// The token cannot be seen again.
    #[error("the token cannot be displayed: {0:?}")]
    TokenNotShown(NotShown),
    /// The link for a new password no longer works.
    #[error("the link for a new password is no longer valid")]
    PasswordResetEnded,
    /// A form was sent without the cookie that its page has set.
    #[error("the browser did not send the cookie of the page")]
    NoCookie,
    #[error("internal error: {0:#}")]
    Internal(anyhow::Error),
}

impl Error {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Missing(_) | Self::SelectionNotFound { .. } | Self::InvitationNotValid => {
                StatusCode::NOT_FOUND
            }
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forbidden
            | Self::Forged
            | Self::OriginHidden
            | Self::NoCookie
            | Self::RegistrationClosed
            | Self::InvitationsClosed => StatusCode::FORBIDDEN,
            Self::ApiKeyEnded
            | Self::ApiKeyRevoked
            | Self::SystemApiKey
            | Self::TokenNotShown(NotShown::Pending | NotShown::Ended | NotShown::NotKept | NotShown::FormUsed)
            | Self::InvitationAccepted
            | Self::AddressTaken
            | Self::OwnAccount
            | Self::LastOwner => StatusCode::CONFLICT,
            Self::PasswordResetEnded => StatusCode::GONE,
            Self::SignedOut { .. } | Self::ProofRequired => StatusCode::SEE_OTHER,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooManyMatch { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RateLimited { .. } | Self::TooManyExports => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable(..) | Self::OutcomeUnknown(_) => StatusCode::SERVICE_UNAVAILABLE,
            // The server has lost what it needs; the request was valid.
            Self::TokenNotShown(NotShown::MasterKeyMissing | NotShown::Damaged) | Self::Internal(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }
}

/// A plain answer, which the gate replaces.
impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}

impl From<app::Error> for Error {
    fn from(error: app::Error) -> Self {
        use app::Error as E;
        match error {
            E::NotFound => Self::NotFound,
            E::Forbidden => Self::Forbidden,
            E::PasswordProofRequired => Self::ProofRequired,
            E::SelectionNotFound { missing, selected } => Self::SelectionNotFound { missing, selected },
            E::TooManyMatch { limit } => Self::TooManyMatch { limit },
            E::TooManyExports => Self::TooManyExports,
            E::RateLimited { wait } => Self::RateLimited { wait },
            E::RegistrationClosed => Self::RegistrationClosed,
            E::InvitationNotValid => Self::InvitationNotValid,
            E::InvitationAccepted => Self::InvitationAccepted,
            E::OwnAccount => Self::OwnAccount,
            E::LastOwner => Self::LastOwner,
            E::ApiKeyEnded => Self::ApiKeyEnded,
            E::TokenNotShown(reason) => Self::TokenNotShown(reason),
            E::SystemApiKey => Self::SystemApiKey,
            E::PasswordResetEnded => Self::PasswordResetEnded,
            E::Store(store::Error::Unavailable(reason, cause)) => Self::Unavailable(reason, cause),
            E::Store(store::Error::OutcomeUnknown(reason)) => Self::OutcomeUnknown(reason),
            E::Store(error) => Self::Internal(error.into()),
        }
    }
}

impl From<FormError> for Error {
    fn from(_: FormError) -> Self {
        Self::Malformed
    }
}

impl From<ListQueryError> for Error {
    fn from(error: ListQueryError) -> Self {
        match error {
            ListQueryError::Malformed => Self::Malformed,
            ListQueryError::NotFound => Self::NotFound,
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<actix_session::SessionInsertError> for Error {
    fn from(error: actix_session::SessionInsertError) -> Self {
        Self::Internal(anyhow::anyhow!("{error}"))
    }
}
