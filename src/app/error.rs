//! What a use case can refuse, and why.

use crate::{
    domain::{ApiKey, ExpirationDateError, PasswordError, TextError},
    store,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or none that this actor may know of.
    #[error("not found")]
    NotFound,
    /// The actor may see it, but not do that.
    #[error("forbidden")]
    Forbidden,
    /// What was typed breaks rules: at least one fault.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<Fault>),
    /// This create form has made a key already; none when that key is gone by now.
    #[error("the form was used before")]
    FormUsed(Option<Box<ApiKey>>),
    #[error("the owner has {limit} keys, which is the limit")]
    ApiKeyLimitReached { limit: i64 },
    /// The key expired or was revoked and can only be deleted.
    #[error("the key has ended")]
    ApiKeyEnded,
    /// Some of the selected keys are not there, or not this actor's. Nothing was changed.
    #[error("{missing} of {selected} selected keys were not found")]
    SelectionNotFound { missing: usize, selected: usize },
    /// The actor agreed to another number of keys than there are now. Nothing was changed.
    #[error("there are {count} keys now")]
    CountChanged { count: i64 },
    #[error("registration is closed")]
    RegistrationClosed,
    #[error(transparent)]
    Store(store::Error),
}

/// A field whose content cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    ApiKeyName(TextError),
    ApiKeyNameTaken,
    Description(TextError),
    ExpirationDate(ExpirationDateError),
    OrganizationName(TextError),
    PersonName(TextError),
    EmailAddress,
    EmailAddressTaken,
    Password(PasswordError),
    /// There is no such project, or none that takes keys.
    Project,
    ProjectName(TextError),
    ProjectNameTaken,
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NotFound,
            other => Self::Store(other),
        }
    }
}
