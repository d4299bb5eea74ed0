//! What the next page says about what was just done. Kept in the session, shown once; never holds a secret.

use serde::{Deserialize, Serialize};

use super::{page::Message, words::count_of_keys};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flash {
    Welcome { organization: String },
    ApiKeyConfirmed { id: String, name: String },
    ApiKeyDiscarded { name: String },
    ApiKeyDeleted { name: String },
    ApiKeysDeleted { count: usize },
    AllApiKeysDeleted { count: i64 },
    OrganizationsApiKeysDeleted { count: i64 },
    NoApiKeySelected,
    NoApiKeyToDelete,
    OrganizationHasNoApiKey,
    ProjectArchived { name: String },
    ProjectCreated { name: String },
    ProjectRenamed { name: String },
    ProjectRestored { name: String },
}

impl Flash {
    pub fn message(&self) -> Message {
        let text = match self {
            Self::Welcome { organization } => {
                format!("Welcome. {organization} is set up, and you are its Owner. Next, create your first API key.")
            }
            Self::ApiKeyConfirmed { name, .. } => format!("API key “{name}” is active."),
            Self::ApiKeyDiscarded { name } => format!("API key “{name}” was discarded. It never worked."),
            Self::ApiKeyDeleted { name } => {
                format!("API key “{name}” was deleted. Integrations that use it have stopped working.")
            }
            Self::ApiKeysDeleted { count } => {
                let keys = count_of_keys(i64::try_from(*count).unwrap_or(i64::MAX));
                format!("{keys} deleted. Integrations that use them have stopped working.")
            }
            Self::AllApiKeysDeleted { count } => {
                format!("All your API keys were deleted: {}.", count_of_keys(*count))
            }
            Self::OrganizationsApiKeysDeleted { count } => {
                format!("All API keys of your organization were deleted: {}.", count_of_keys(*count))
            }
            Self::ProjectArchived { name } => {
                format!("Project “{name}” is archived. It takes no new keys; those that it has go on working.")
            }
            Self::ProjectCreated { name } => format!("Project “{name}” was created."),
            Self::ProjectRenamed { name } => format!("The project is called “{name}” now."),
            Self::ProjectRestored { name } => format!("Project “{name}” takes new keys again."),
            Self::OrganizationHasNoApiKey => {
                "There is nothing to delete: your organization has no API keys.".to_owned()
            }
            Self::NoApiKeyToDelete => "There is nothing to delete: you have no API keys.".to_owned(),
            Self::NoApiKeySelected => {
                "Nothing was deleted: no key was selected. Tick the keys to delete first.".to_owned()
            }
        };
        Message {
            is_error: matches!(self, Self::NoApiKeySelected | Self::NoApiKeyToDelete | Self::OrganizationHasNoApiKey),
            text,
        }
    }

    /// The key whose row is new to the reader.
    pub fn new_api_key(&self) -> Option<&str> {
        match self {
            Self::ApiKeyConfirmed { id, .. } => Some(id),
            _ => None,
        }
    }
}
