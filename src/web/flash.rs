//! The message about the last action, for the next page. Kept in the session and displayed once; never contains a
//! secret.

mod api_permissions;

pub use api_permissions::ApiPermissionFlash;

use serde::{Deserialize, Serialize};

use super::{
    html_message::{HtmlMessage, Markup},
    labels,
};
use crate::{
    catalogue::Words,
    domain::{ExpirationDate, Role, Timestamp},
};

/// A message above the content of a page.
#[derive(Clone, Debug)]
pub struct FlashMessage {
    pub is_error: bool,
    pub text: Markup,
    pub undo: Option<Undo>,
    /// A page that is of use next: its address, and the message id of its name.
    pub link: Option<(&'static str, &'static str)>,
}

/// A form that undoes the action.
#[derive(Clone, Debug)]
pub struct Undo {
    pub address: String,
    pub fields: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flash {
    Welcome {
        organization: String,
    },
    ApiKeyConfirmed {
        id: String,
        name: String,
    },
    ApiKeyDiscarded {
        name: String,
    },
    ApiKeyMadeDisabled {
        id: String,
        name: String,
    },
    /// `active` counts the keys that worked until then, here and below.
    ApiKeyDeleted {
        name: String,
        active: usize,
        made_anew: usize,
    },
    ApiKeysDeleted {
        count: usize,
        active: usize,
        made_anew: usize,
    },
    AllApiKeysDeleted {
        count: i64,
        made_anew: usize,
    },
    OrganizationsApiKeysDeleted {
        count: i64,
        made_anew: usize,
    },
    ApiKeyDisabled {
        id: String,
        name: String,
        until: Option<i64>,
    },
    ApiKeyEnabled {
        id: String,
        name: String,
    },
    ApiKeyRevoked {
        name: String,
        active: usize,
    },
    ApiKeyEdited {
        name: String,
    },
    ApiKeyRenamed {
        id: String,
        name: String,
        previous: String,
    },
    /// Until when the former token works, in microseconds since 1970.
    ApiKeyRotated {
        name: String,
        former_ends_at: i64,
    },
    RotationDiscarded {
        id: String,
        name: String,
    },
    OverlapEnded {
        name: String,
    },
    LimitsReset {
        name: String,
    },
    ApiKeysDisabled {
        count: usize,
        untouched: usize,
    },
    ApiKeysEnabled {
        count: usize,
        untouched: usize,
    },
    ApiKeysRevoked {
        count: usize,
        active: usize,
        untouched: usize,
        system_keys: usize,
    },
    SystemApiKeysNotRevoked {
        count: usize,
    },
    /// `due_at` is the end of the day by which the key is due.
    ApiKeyMarked {
        name: String,
        due_at: i64,
    },
    ApiKeysMarked {
        count: usize,
        untouched: usize,
        due_at: i64,
    },
    ApiPermissions(ApiPermissionFlash),
    NothingToChange,
    NoApiKeySelected,
    NoApiKeyToDelete,
    TokenFound,
    TokenNotFound,
    TokenOfOtherSecret,
    /// What has changed of a person's own account. Nothing may have.
    AccountChanged {
        name: bool,
        theme: bool,
        language: bool,
    },
    ShortcutsOff,
    ShortcutsOn,
    EmailChanged {
        email: String,
    },
    PasswordChanged,
    SessionEnded,
    OtherSessionsEnded {
        count: usize,
    },
    MemberInvited {
        email: String,
    },
    InvitationEnded {
        email: String,
    },
    InvitationRevoked {
        email: String,
    },
    MemberRoleChanged {
        name: String,
        role: String,
    },
    MemberDisabled {
        name: String,
    },
    MemberEnabled {
        name: String,
    },
    MemberRemoved {
        name: String,
        revoked: i64,
        handed_over: i64,
        heir: Option<String>,
    },
    OrganizationHasNoApiKey,
    PolicyChanged {
        shortened: usize,
    },
    PolicyUnchanged,
    ProjectArchived {
        name: String,
    },
    ProjectCreated {
        name: String,
    },
    ProjectRenamed {
        name: String,
    },
    ProjectRestored {
        name: String,
    },
}

impl Flash {
    pub fn message(&self, words: Words) -> FlashMessage {
        let text = self.text(words);
        let is_error = matches!(
            self,
            Self::NoApiKeySelected
                | Self::NothingToChange
                | Self::SystemApiKeysNotRevoked { .. }
                | Self::PolicyUnchanged
                | Self::ApiPermissions(ApiPermissionFlash::GrantsUnchanged)
                | Self::TokenNotFound
                | Self::TokenOfOtherSecret
                | Self::NoApiKeyToDelete
                | Self::OrganizationHasNoApiKey
                | Self::InvitationEnded { .. }
        );
        let is_new_key = self.new_api_key().is_some();
        let link = is_new_key.then_some(("/settings/developers/verification", "flash-how-checked"));
        FlashMessage { is_error, text, undo: self.undo(), link }
    }

    fn text(&self, words: Words) -> Markup {
        let about = |id, value, name: &str| HtmlMessage::new(words.say(id)).verbatim(value, name).into();
        let named = |id, name: &str| about(id, "name", name);
        let to = |id, email: &str| about(id, "email", email);
        let id = match self {
            Self::Welcome { organization } => return about("flash-welcome", "organization", organization),
            Self::ApiKeyConfirmed { name, .. } => return named("flash-api-key-confirmed", name),
            Self::ApiKeyDiscarded { name } => return named("flash-api-key-discarded", name),
            Self::ApiKeyMadeDisabled { name, .. } => return named("flash-api-key-made-disabled", name),
            Self::ApiKeyDeleted { name, active, made_anew } => {
                return deleted(words, stopped(words, named("flash-api-key-deleted", name), 1, *active), *made_anew);
            }
            Self::ApiKeysDeleted { count, active, made_anew } => {
                let text = words.say("flash-api-keys-deleted").with("count", count);
                return deleted(words, stopped(words, text, *count, *active), *made_anew);
            }
            Self::AllApiKeysDeleted { count, made_anew } => {
                return deleted(words, words.say("flash-all-api-keys-deleted").with("count", count), *made_anew);
            }
            Self::OrganizationsApiKeysDeleted { count, made_anew } => {
                let text = words.say("flash-organizations-api-keys-deleted").with("count", count);
                return deleted(words, text, *made_anew);
            }
            Self::ApiKeyDisabled { name, until: None, .. } => return named("flash-api-key-disabled", name),
            Self::ApiKeyDisabled { name, until: Some(until), .. } => return disabled_until(words, name, *until),
            Self::ApiKeyEnabled { name, .. } => return named("flash-api-key-enabled", name),
            Self::ApiKeyRevoked { name, active } => {
                return stopped(words, named("flash-api-key-revoked", name), 1, *active);
            }
            Self::ApiKeyEdited { name } => return named("flash-api-key-edited", name),
            Self::ApiKeyRenamed { name, .. } => return named("flash-api-key-renamed", name),
            Self::ApiKeyRotated { name, former_ends_at } => {
                let until = labels::minute(words, Timestamp::from_unix_micros(*former_ends_at)).text;
                let text = HtmlMessage::new(words.say("flash-api-key-rotated"));
                return text.verbatim("name", name).with("until", until).into();
            }
            Self::RotationDiscarded { name, .. } => return named("flash-rotation-discarded", name),
            Self::OverlapEnded { name } => return named("flash-overlap-ended", name),
            Self::LimitsReset { name } => return named("flash-limits-reset", name),
            Self::ApiKeysDisabled { count, untouched } => {
                return of_several(words, "flash-api-keys-disabled", *count, *untouched);
            }
            Self::ApiKeysEnabled { count, untouched } => {
                return of_several(words, "flash-api-keys-enabled", *count, *untouched);
            }
            Self::ApiKeysRevoked { count, active, untouched, system_keys } => {
                return several_revoked(words, *count, *active, *untouched, *system_keys);
            }
            Self::ApiKeyMarked { name, due_at } => return marked(words, name, *due_at),
            Self::ApiKeysMarked { count, untouched, due_at } => {
                return several_marked(words, *count, *untouched, *due_at);
            }
            Self::SystemApiKeysNotRevoked { count } => {
                return words.say("creation-system-not-revoked").with("count", count).into();
            }
            Self::EmailChanged { email } => return to("flash-email-changed", email),
            Self::OtherSessionsEnded { count: 0 } => "flash-no-other-session",
            Self::OtherSessionsEnded { count } => {
                return words.say("flash-other-sessions-ended").with("count", count).into();
            }
            Self::PolicyUnchanged => "flash-policy-unchanged",
            Self::PolicyChanged { shortened: 0 } => "flash-policy-changed",
            Self::PolicyChanged { shortened } => {
                return words.say("flash-policy-changed-and-shortened").with("count", shortened).into();
            }
            Self::ProjectArchived { name } => return named("flash-project-archived", name),
            Self::ProjectCreated { name } => return named("flash-project-created", name),
            Self::ProjectRenamed { name } => return named("flash-project-renamed", name),
            Self::ProjectRestored { name } => return named("flash-project-restored", name),
            Self::MemberInvited { email } => return to("flash-member-invited", email),
            Self::InvitationEnded { email } => return to("flash-invitation-ended", email),
            Self::InvitationRevoked { email } => return to("flash-invitation-revoked", email),
            Self::MemberRoleChanged { name, role } => return role_changed(words, name, role),
            Self::MemberDisabled { name } => return named("flash-member-disabled", name),
            Self::MemberEnabled { name } => return named("flash-member-enabled", name),
            Self::MemberRemoved { name, revoked, handed_over, heir } => {
                return and_keys(words, named("flash-member-removed", name), *revoked, *handed_over, heir.as_deref());
            }
            Self::ApiPermissions(flash) => return flash.text(words),
            Self::NothingToChange => "flash-nothing-to-change",
            Self::TokenFound => "list-token-found",
            Self::TokenNotFound => "list-token-not-found",
            Self::TokenOfOtherSecret => "list-token-of-other-secret",
            Self::AccountChanged { name: false, theme: false, language: false } => "flash-account-unchanged",
            Self::AccountChanged { name, theme, language } => return account_changed(words, *name, *theme, *language),
            Self::ShortcutsOff => "flash-shortcuts-off",
            Self::ShortcutsOn => "flash-shortcuts-on",
            Self::PasswordChanged => "flash-password-changed",
            Self::SessionEnded => "flash-session-ended",
            Self::OrganizationHasNoApiKey => "flash-organization-has-no-api-key",
            Self::NoApiKeyToDelete => "flash-no-api-key-to-delete",
            Self::NoApiKeySelected => "flash-no-api-key-selected",
        };
        words.say(id).into()
    }

    fn undo(&self) -> Option<Undo> {
        let (id, act, fields) = match self {
            Self::ApiKeyDisabled { id, .. } => (id, "enablement", Vec::new()),
            Self::ApiKeyEnabled { id, .. } => (id, "disablement", Vec::new()),
            // A script gets the row.
            Self::ApiKeyRenamed { id, previous, .. } => {
                (id, "name", vec![("name", previous.clone()), ("row", "text".to_owned())])
            }
            _ => return None,
        };
        Some(Undo { address: format!("/settings/developers/api-keys/{id}/{act}"), fields })
    }

    /// The key whose row is new to the reader.
    pub fn new_api_key(&self) -> Option<&str> {
        match self {
            Self::ApiKeyConfirmed { id, .. } | Self::ApiKeyMadeDisabled { id, .. } => Some(id),
            _ => None,
        }
    }
}

fn disabled_until(words: Words, name: &str, until: i64) -> Markup {
    let until = labels::day(words, Timestamp::from_unix_micros(until)).title;
    HtmlMessage::new(words.say("flash-api-key-disabled-until")).verbatim("name", name).with("until", until).into()
}

fn several_revoked(words: Words, count: usize, active: usize, untouched: usize, system_keys: usize) -> Markup {
    let text = words.say("flash-api-keys-revoked").with("count", count);
    let text = and_untouched(words, stopped(words, text, count, active), untouched - system_keys);
    match system_keys {
        0 => text,
        _ => text.and(words.say("creation-system-not-revoked").with("count", system_keys)),
    }
}

fn role_changed(words: Words, name: &str, role: &str) -> Markup {
    let role = Role::parse(role).map(|role| labels::role(words, role)).unwrap_or_default();
    HtmlMessage::new(words.say("flash-member-role-changed")).verbatim("name", name).with("role", role).into()
}

fn marked(words: Words, name: &str, due_at: i64) -> Markup {
    let text = HtmlMessage::new(words.say("flash-api-key-marked"));
    text.verbatim("name", name).with("date", last_day(words, due_at)).into()
}

fn several_marked(words: Words, count: usize, untouched: usize, due_at: i64) -> Markup {
    let text = words.say("flash-api-keys-marked").with("count", count).with("date", last_day(words, due_at));
    and_untouched(words, text.into(), untouched)
}

fn last_day(words: Words, end: i64) -> String {
    labels::date(words, ExpirationDate::last_day_before(Timestamp::from_unix_micros(end)))
}

/// A sentence for each change.
fn account_changed(words: Words, name: bool, theme: bool, language: bool) -> Markup {
    let all = [(name, "flash-renamed"), (theme, "flash-theme-changed"), (language, "flash-language-changed")];
    let changed = all.into_iter().filter(|(is_changed, _)| *is_changed);
    Markup::escaped(changed.map(|(_, id)| words.say(id).to_string()).collect::<Vec<_>>().join(" "))
}

/// Adds a sentence about keys that were created in their place, if there are any.
fn deleted(words: Words, text: impl Into<Markup>, made_anew: usize) -> Markup {
    let text = text.into();
    match made_anew {
        0 => text,
        _ => text.and(words.say("flash-system-keys-made-anew").with("count", made_anew)),
    }
}

/// Adds a sentence about what stopped working, but only for keys that were active.
fn stopped(words: Words, text: impl Into<Markup>, count: usize, active: usize) -> Markup {
    let text = text.into();
    match active {
        0 => text,
        _ if active == count => text.and(words.say("flash-integrations-stopped").with("count", count)),
        _ => text.and(words.say("flash-some-integrations-stopped").with("count", active)),
    }
}

/// Adds what became of the keys of a removed member, if there were any.
fn and_keys(words: Words, mut text: Markup, revoked: i64, handed_over: i64, heir: Option<&str>) -> Markup {
    if let (Some(heir), 1..) = (heir, handed_over) {
        let handed = HtmlMessage::new(words.say("flash-keys-handed-over")).count("count", handed_over);
        text = text.and(handed.verbatim("heir", heir));
    }
    if revoked > 0 {
        text = text.and(words.say("flash-keys-revoked").with("count", revoked));
    }
    text
}

fn of_several(words: Words, id: &'static str, count: usize, untouched: usize) -> Markup {
    and_untouched(words, words.say(id).with("count", count).into(), untouched)
}

/// Adds a sentence about unchanged keys, if there are any.
fn and_untouched(words: Words, text: Markup, untouched: usize) -> Markup {
    if untouched == 0 {
        return text;
    }
    text.and(words.say("flash-others-untouched").with("count", untouched))
}
