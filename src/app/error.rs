//! Why a use case refuses something.

use time::Duration;

use crate::store;

/// Errors that every caller answers in the same way. What only one caller can answer, for example by displaying its
/// form again, is a [`Failure::Refused`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or this actor may not know of it.
    #[error("not found")]
    NotFound,
    /// The actor may see it, but may not do this.
    #[error("forbidden")]
    Forbidden,
    /// The action ends many keys, and the actor did not type their password recently.
    #[error("password proof required")]
    PasswordProofRequired,
    /// The key expired or was revoked and can only be deleted.
    #[error("the key has expired or was revoked")]
    ApiKeyEnded,
    #[error("the token cannot be displayed: {0:?}")]
    TokenNotShown(NotShown),
    /// A system key can be deleted, and is then created again, but it cannot be revoked.
    #[error("the system created this key")]
    SystemApiKey,
    /// Some of the selected keys do not exist or are not this actor's. Nothing was changed.
    #[error("{missing} of {selected} selected keys were not found")]
    SelectionNotFound { missing: usize, selected: usize },
    /// More keys match than one action can change. Nothing was changed.
    #[error("more than {limit} keys match")]
    TooManyMatch { limit: usize },
    /// The person, the organization or the server has reached its limit of concurrent exports.
    #[error("too many exports are running")]
    TooManyExports,
    /// Too many attempts.
    #[error("too many attempts: try again in {wait}")]
    RateLimited { wait: Duration },
    #[error("registration is closed")]
    RegistrationClosed,
    /// The link for a new password was used, replaced or has expired, or its account is gone or disabled.
    #[error("the link for a new password is no longer valid")]
    PasswordResetEnded,
    /// The invitation was used, was revoked, has expired or never existed, or nobody may offer the role any longer.
    #[error("the invitation is not valid")]
    InvitationNotValid,
    /// An accepted invitation cannot be revoked.
    #[error("the invitation was already accepted")]
    InvitationAccepted,
    /// Nobody may do this to their own account.
    #[error("not allowed on your own account")]
    OwnAccount,
    /// The organization would be left without an Owner who can sign in.
    #[error("this is the last Owner who can sign in")]
    LastOwner,
    #[error(transparent)]
    Store(store::Error),
}

/// Why a use case changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure<R> {
    /// A reason of this use case, often the faults of what was typed.
    #[error("refused: {0:?}")]
    Refused(R),
    #[error(transparent)]
    Error(Error),
}

impl<R> Failure<R> {
    /// Converts the failure of a use case that this one calls.
    pub fn map<S>(self, refused: impl FnOnce(R) -> S) -> Failure<S> {
        match self {
            Self::Refused(reason) => Failure::Refused(refused(reason)),
            Self::Error(error) => Failure::Error(error),
        }
    }
}

impl<R> From<Error> for Failure<R> {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl<R> From<store::Error> for Failure<R> {
    fn from(error: store::Error) -> Self {
        Self::Error(error.into())
    }
}

/// Why a token cannot be seen again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotShown {
    /// The owner never confirmed that they copied it.
    Pending,
    /// The key expired or was revoked.
    Ended,
    /// The policy does not keep it.
    NotKept,
    /// The form has already displayed it.
    FormUsed,
    /// The secret key file lacks the master key that it was encrypted with.
    MasterKeyMissing,
    Damaged,
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NotFound,
            other => Self::Store(other),
        }
    }
}
