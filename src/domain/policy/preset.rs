//! Named policies to start from.

use super::{Policy, RowButton, Viewable, WhoMayCreate, setting::named};
use crate::domain::Scope;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Administrators create keys for a year. A token is displayed once, and works after the owner confirms that it is
    /// copied.
    CopyConfirmed,
    /// Everybody creates up to ten keys with one click, and gets a key and its secret.
    KeyAndSecret,
    /// Keys for pages, apps and analytics, in projects; their owners can see them at any time.
    ScopedProjects,
    /// Everybody has a system key and can create others.
    PersonalDefault,
    /// Administrators store tokens that they can see again.
    TokenVault,
}

named!(Preset, 5: CopyConfirmed "copy-confirmed", KeyAndSecret "key-and-secret", ScopedProjects "scoped-projects",
    PersonalDefault "personal-default", TokenVault "token-vault");

impl Preset {
    pub fn policy(self) -> Policy {
        let open = Policy {
            who_may_create: WhoMayCreate::Everyone,
            default_lifetime_days: None,
            allow_no_expiry: true,
            require_copy_confirmation: false,
            ..Policy::default()
        };
        match self {
            Self::CopyConfirmed => Policy::default(),
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
