//! Buttons in the rows of the list: the actions that the policy names, where they apply.

use super::PATH;
use crate::{
    catalogue::Words,
    domain::{ApiKey, ApiKeyAction, Policy, Status, Timestamp, policy::RowButton},
};

pub struct RowButtonLink {
    pub href: String,
    /// The form that the button submits. None for a link.
    pub form: Option<&'static str>,
    /// A message id of the catalogue.
    pub label: &'static str,
    /// The label and the key's name, for screen readers.
    pub name: String,
    pub test_id: &'static str,
}

/// What the row knows besides its key.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct RowFacts {
    pub is_own: bool,
    pub may_manage: bool,
    pub token_is_kept: bool,
    /// A system key: it is created again when it is deleted, and cannot be revoked.
    pub is_protected: bool,
}

/// Forms of the list: one opens dialogs about a key, the other displays its token.
const QUESTION: Option<&str> = Some("row-menu");
pub const TOKEN: Option<&str> = Some("row-token");

/// `query` returns to the view.
pub fn list(
    words: Words,
    policy: &Policy,
    key: &ApiKey,
    facts: RowFacts,
    query: &str,
    now: Timestamp,
) -> Vec<RowButtonLink> {
    let status = key.status(now);
    let applies = |button: &RowButton| match button {
        RowButton::View => true,
        RowButton::Show | RowButton::Copy => {
            facts.is_own && facts.token_is_kept && matches!(status, Status::Active | Status::Disabled)
        }
        RowButton::Edit => facts.may_manage && status.is_live(),
        RowButton::Revoke => facts.may_manage && ApiKeyAction::Revoke.applies_to(status) && !facts.is_protected,
        RowButton::Delete => facts.may_manage,
    };
    let act = |button: RowButton| {
        let (noun, form, label, name, test_id) = match button {
            RowButton::View => ("", None, "list-view", "creation-row-view", "row-view"),
            RowButton::Show => ("/token", TOKEN, "creation-show", "creation-row-show", "row-show"),
            RowButton::Copy => ("/token?copy=yes", TOKEN, "creation-copy", "creation-row-copy", "row-copy"),
            RowButton::Edit => ("/edit", None, "list-edit", "creation-row-edit", "row-edit"),
            RowButton::Revoke => ("/revocation", QUESTION, "list-revoke", "creation-row-revoke", "row-revoke"),
            RowButton::Delete => ("/deletion", QUESTION, "api-key-delete", "api-key-delete-named", "row-delete"),
        };
        let query = if button == RowButton::Edit { query } else { "" };
        let name = words.say(name).with("name", key.name.as_str()).into();
        RowButtonLink { href: format!("{PATH}/{}{noun}{query}", key.id), form, label, name, test_id }
    };
    policy.row_buttons.iter().filter(|button| applies(button)).copied().map(act).collect()
}
