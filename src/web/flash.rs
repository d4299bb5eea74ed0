//! What the next page says about what was just done. Kept in the session, shown once; never holds a secret.

use std::fmt::Write as _;

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
    Renamed,
    ThemeChanged,
    EmailChanged { email: String },
    PasswordChanged,
    SessionEnded,
    OtherSessionsEnded { count: usize },
    MemberInvited { email: String },
    InvitationEnded { email: String },
    InvitationRevoked { email: String },
    MemberRoleChanged { name: String, role: String },
    MemberDisabled { name: String },
    MemberEnabled { name: String },
    MemberRemoved { name: String, revoked: i64, handed_over: i64, heir: Option<String> },
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
            Self::Renamed => "Your name was changed.".to_owned(),
            Self::ThemeChanged => "The pages look as you have chosen.".to_owned(),
            Self::EmailChanged { email } => {
                format!("Your email address was changed. Sign in with {email} from now on.")
            }
            Self::PasswordChanged => "Your password was changed. You are signed out everywhere else.".to_owned(),
            Self::SessionEnded => "That browser is signed out.".to_owned(),
            Self::OtherSessionsEnded { count: 0 } => "You were signed in nowhere else.".to_owned(),
            Self::OtherSessionsEnded { count: 1 } => "Your other session was ended.".to_owned(),
            Self::OtherSessionsEnded { count } => format!("Your {count} other sessions were ended."),
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
            Self::MemberInvited { email } => format!("{email} is invited. The link works once, within seven days."),
            Self::InvitationEnded { email } => {
                format!("The invitation of {email} has ended, and its link works no more. Invite them again.")
            }
            Self::InvitationRevoked { email } => {
                format!("The invitation of {email} was revoked. Its link works no more.")
            }
            Self::MemberRoleChanged { name, role } => {
                format!("{name} has the role {role} now, and has to sign in again.")
            }
            Self::MemberDisabled { name } => {
                format!("{name} is disabled: signed out everywhere, and none of their API keys works.")
            }
            Self::MemberEnabled { name } => format!("{name} is active again, and their API keys work as before."),
            Self::MemberRemoved { name, revoked, handed_over, heir } => {
                let mut text = format!("{name} was removed.");
                if let (Some(heir), 1..) = (heir, *handed_over) {
                    let _ = write!(text, " {} went to {heir}.", count_of_keys(*handed_over));
                }
                if *revoked > 0 {
                    let _ = write!(text, " {} revoked.", count_of_keys(*revoked));
                }
                text
            }
        };
        let is_error = matches!(
            self,
            Self::NoApiKeySelected
                | Self::NoApiKeyToDelete
                | Self::OrganizationHasNoApiKey
                | Self::InvitationEnded { .. }
        );
        Message { is_error, text }
    }

    /// The key whose row is new to the reader.
    pub fn new_api_key(&self) -> Option<&str> {
        match self {
            Self::ApiKeyConfirmed { id, .. } => Some(id),
            _ => None,
        }
    }
}
