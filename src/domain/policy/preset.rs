//! Policies that belong together, each with a name, to begin from.

use super::{Policy, RowButton, Viewable, WhoMayCreate, setting::named};
use crate::domain::Scope;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Administrators make keys for a year; each is shown once, and works when its token has been copied.
    CopyConfirmed,
    /// Everybody makes up to ten keys with one press, and gets a key and its secret.
    KeyAndSecret,
    /// Keys for pages, apps and analytics, in projects; their owners can see them at any time.
    ScopedProjects,
    /// Everybody has a key that the system made, and may make others.
    PersonalDefault,
    /// Administrators keep tokens that they can look at again.
    TokenVault,
}

named!(Preset, 5: CopyConfirmed "copy-confirmed", KeyAndSecret "key-and-secret", ScopedProjects "scoped-projects",
    PersonalDefault "personal-default", TokenVault "token-vault");

impl Preset {
    pub fn policy(self) -> Policy {
        let strict = Policy {
            who_may_create: WhoMayCreate::Administrators,
            default_lifetime_days: Some(365),
            max_lifetime_days: 365,
            allow_no_expiry: false,
            max_keys_per_user: 10,
            viewable: Viewable::Never,
            require_copy_confirmation: true,
            system_default_key: false,
            scopes_offered: Scope::ALL.to_vec(),
            reminder_days: vec![30, 7, 1],
            revoke_unused_after_days: None,
            one_click_creation: false,
            row_buttons: Vec::new(),
        };
        let open = Policy {
            who_may_create: WhoMayCreate::Everyone,
            default_lifetime_days: None,
            allow_no_expiry: true,
            require_copy_confirmation: false,
            ..strict.clone()
        };
        match self {
            Self::CopyConfirmed => strict,
            Self::KeyAndSecret => Policy { scopes_offered: vec![Scope::Server], one_click_creation: true, ..open },
            Self::ScopedProjects => Policy {
                viewable: Viewable::All,
                scopes_offered: vec![Scope::Web, Scope::Mobile, Scope::Analytics],
                row_buttons: vec![RowButton::View, RowButton::Copy, RowButton::Edit, RowButton::Delete],
                ..open
            },
            Self::PersonalDefault => Policy {
                viewable: Viewable::All,
                system_default_key: true,
                row_buttons: vec![RowButton::Copy, RowButton::Edit, RowButton::Revoke, RowButton::Delete],
                ..open
            },
            Self::TokenVault => Policy {
                who_may_create: WhoMayCreate::Administrators,
                viewable: Viewable::All,
                row_buttons: vec![RowButton::Show, RowButton::Revoke],
                ..open
            },
        }
    }
}
