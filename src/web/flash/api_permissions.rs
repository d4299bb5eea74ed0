//! Messages about the permissions of the organization's own API.

use serde::{Deserialize, Serialize};

use crate::{
    catalogue::Words,
    web::html_message::{HtmlMessage, Markup},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiPermissionFlash {
    Created {
        name: String,
    },
    SeveralCreated {
        count: usize,
    },
    Described {
        name: String,
    },
    /// `api_keys` is how many had it by its name.
    Removed {
        name: String,
        api_keys: usize,
    },
    GrantsOfRolesChanged,
    GrantsOfMemberChanged {
        name: String,
    },
    GrantsUnchanged,
}

impl ApiPermissionFlash {
    pub fn text(&self, words: Words) -> Markup {
        let named = |id, name: &str| Markup::from(HtmlMessage::new(words.say(id)).verbatim("name", name));
        match self {
            Self::Created { name } => named("flash-api-permission-created", name),
            Self::SeveralCreated { count } => words.say("flash-api-permissions-created").with("count", count).into(),
            Self::Described { name } => named("flash-api-permission-described", name),
            Self::Removed { name, api_keys: 0 } => named("flash-api-permission-removed", name),
            Self::Removed { name, api_keys } => {
                let keys = words.say("flash-api-permission-removed-from-keys").with("count", api_keys);
                named("flash-api-permission-removed", name).and(keys)
            }
            Self::GrantsOfRolesChanged => words.say("flash-role-api-grants-changed").into(),
            Self::GrantsOfMemberChanged { name } => named("flash-member-api-grants-changed", name),
            Self::GrantsUnchanged => words.say("flash-api-grants-unchanged").into(),
        }
    }
}
