//! What a use case can refuse, and why.

use time::Duration;

use crate::{
    app::{Fault, api_keys::creation::Made, policies::Plan},
    domain::{ApiKey, Invitation},
    store::{self, policies::StoredPolicy},
};

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
    /// What was typed breaks rules: at least one fault.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<Fault>),
    /// This create form has made a key already; none when that key is gone.
    #[error("the form was already submitted")]
    FormUsed(Option<Box<Made>>),
    /// This form has made an invitation already; none when that is gone by now.
    #[error("the form was already submitted")]
    InvitationFormUsed(Option<Box<Invitation>>),
    #[error("the owner already has {limit} keys, the most allowed")]
    ApiKeyLimitReached { limit: i64 },
    /// The key expired or was revoked and can only be deleted.
    #[error("the key has expired or was revoked")]
    ApiKeyEnded,
    #[error("the token cannot be displayed: {0:?}")]
    TokenNotShown(NotShown),
    /// The system makes this key for everybody: it can be deleted, and is made anew then, but not revoked.
    #[error("the system created this key")]
    SystemApiKey,
    /// Somebody has changed the key since its form was shown; it is as it is now. Nothing was changed.
    #[error("the key was changed in the meantime")]
    EditConflict(Box<ApiKey>),
    /// Somebody has changed the policy since its form was shown; it is as it is now. Nothing was changed.
    #[error("the policy was changed in the meantime")]
    PolicyConflict(Box<StoredPolicy>),
    /// More keys would be shortened than one change does. Nothing was changed.
    #[error("more than {limit} keys would be shortened")]
    TooManyToShorten { plan: Box<Plan>, limit: usize },
    /// Some of the selected keys are not there, or not this actor's. Nothing was changed.
    #[error("{missing} of {selected} selected keys were not found")]
    SelectionNotFound { missing: usize, selected: usize },
    /// The actor agreed to another number of keys than there are now. Nothing was changed.
    #[error("the number of keys has changed to {count}")]
    CountChanged { count: i64 },
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
    /// The password was changed by somebody else in the moment after it had matched.
    #[error("the password was changed in the meantime")]
    PasswordChangedMeanwhile,
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
