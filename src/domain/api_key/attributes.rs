//! The attributes of a key: what it says to the services that check it, beside its permissions.

mod environment;
mod external_id;
mod metadata;

pub use environment::{Environment, EnvironmentError};
pub use external_id::ExternalId;
pub use metadata::{Metadata, MetadataError};

use crate::domain::key_limits::OwnLimits;

/// The default is a key of the environment "live" and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyAttributes {
    /// Given at the creation and never changed.
    pub environment: Environment,
    pub external_id: Option<ExternalId>,
    pub metadata: Option<Metadata>,
    pub limits: OwnLimits,
}

impl KeyAttributes {
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
