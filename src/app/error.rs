//! What a use case can refuse, and why.

use time::Duration;

use crate::store;

/// What every caller answers in the same way. What only the caller of one use case can answer, by displaying its form
/// again for example, is a [`Failure::Refused`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or none that this actor may know of.
    #[error("not found")]
    NotFound,
    /// The actor may see it, but not do that.
    #[error("forbidden")]
    Forbidden,
    /// The act ends many keys, and the actor typed their password too long ago.
    #[error("password proof required")]
    PasswordProofRequired,
    /// The key expired or was revoked and can only be deleted.
    #[error("the key has expired or was revoked")]
    ApiKeyEnded,
    #[error("the token cannot be displayed: {0:?}")]
    TokenNotShown(NotShown),
    /// The system makes this key for everybody: it can be deleted, and is made anew then, but not revoked.
    #[error("the system created this key")]
    SystemApiKey,
    /// Some of the selected keys are not there, or not this actor's. Nothing was changed.
    #[error("{missing} of {selected} selected keys were not found")]
    SelectionNotFound { missing: usize, selected: usize },
    /// More keys match than one act changes. Nothing was changed.
    #[error("more than {limit} keys match")]
    TooManyMatch { limit: usize },
    /// As many exports run as one person, one organization or the server may have at once.
    #[error("too many exports are running")]
    TooManyExports,
    /// It was tried too often.
    #[error("too many attempts: try again in {wait}")]
    RateLimited { wait: Duration },
    #[error("registration is closed")]
    RegistrationClosed,
    /// The link for a new password was used, replaced or has expired, or its account is gone or disabled.
    #[error("the link for a new password is no longer valid")]
    PasswordResetEnded,
    /// It was used, revoked or has expired, nobody may offer it any more, or there never was one.
    #[error("the invitation is not valid")]
    InvitationNotValid,
    /// What was to be revoked has been accepted.
    #[error("the invitation was already accepted")]
    InvitationAccepted,
    /// Nobody does that to themselves.
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
    /// A reason that belongs to this use case, often the faults of what was typed.
    #[error("refused: {0:?}")]
    Refused(R),
    #[error(transparent)]
    Error(Error),
}

impl<R> Failure<R> {
    /// The same failure of a use case that calls this one.
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
    /// Its copy was never confirmed.
    Pending,
    /// The key expired or was revoked.
    Ended,
    /// Nobody can see it again.
    NotKept,
    /// The form has shown it already.
    FormUsed,
    /// What it was encrypted with is not in the secret key file.
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
