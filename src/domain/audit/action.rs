//! The names of all events, and the groups that people filter by.

use super::SubjectKind;

/// Events that answer one question. Each event is in one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionGroup {
    /// Keys that were created or changed.
    ApiKeyChanges,
    /// Keys that were disabled, revoked or deleted, or that expired.
    ApiKeyEnds,
    /// Tokens, details and exports that somebody saw.
    Access,
    SignIns,
    /// Names, addresses and passwords of accounts.
    Accounts,
    Members,
    Projects,
    /// The policy, and the organization itself.
    Organization,
}

impl ActionGroup {
    pub const ALL: [Self; 8] = [
        Self::ApiKeyChanges,
        Self::ApiKeyEnds,
        Self::Access,
        Self::SignIns,
        Self::Accounts,
        Self::Members,
        Self::Projects,
        Self::Organization,
    ];

    /// The spelling in addresses. It has no dot, and the name of an event has one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKeyChanges => "key_changes",
            Self::ApiKeyEnds => "key_ends",
            Self::Access => "access",
            Self::SignIns => "sign_ins",
            Self::Accounts => "accounts",
            Self::Members => "members",
            Self::Projects => "projects",
            Self::Organization => "organization",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == text)
    }

    /// The names of its events.
    pub fn actions(self) -> impl Iterator<Item = &'static str> {
        ACTIONS.iter().filter(move |(_, _, group)| *group == self).map(|(name, ..)| *name)
    }
}

/// The names of the events about subjects of this kind.
pub fn actions_about(kind: SubjectKind) -> impl Iterator<Item = &'static str> {
    ACTIONS.iter().filter(move |(_, of, _)| *of == kind).map(|(name, ..)| *name)
}

/// The name of an event, known or of a later version: lower case, with a dot.
pub fn parse_action(text: &str) -> Option<String> {
    const LONGEST: usize = 64;
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let (noun, participle) = text.split_once('.')?;
    (text.len() <= LONGEST && is_word(noun) && is_word(participle)).then(|| text.to_owned())
}

use ActionGroup::{Access, Accounts, ApiKeyChanges, ApiKeyEnds, Members, Organization, Projects, SignIns};
use SubjectKind as Kind;

/// Every event: its name, its subject, its group.
const ACTIONS: &[(&str, SubjectKind, ActionGroup)] = &[
    ("api_key.confirmed", Kind::ApiKey, ApiKeyChanges),
    ("api_key.created", Kind::ApiKey, ApiKeyChanges),
    ("api_key.deleted", Kind::ApiKey, ApiKeyEnds),
    ("api_key.disabled", Kind::ApiKey, ApiKeyEnds),
    ("api_key.edited", Kind::ApiKey, ApiKeyChanges),
    ("api_key.enabled", Kind::ApiKey, ApiKeyChanges),
    ("api_key.ended_token_used", Kind::ApiKey, ApiKeyEnds),
    ("api_key.expired", Kind::ApiKey, ApiKeyEnds),
    ("api_key.expiry_shortened", Kind::ApiKey, ApiKeyChanges),
    ("api_key.handed_over", Kind::ApiKey, ApiKeyChanges),
    ("api_key.limits_reset", Kind::ApiKey, ApiKeyChanges),
    ("api_key.overlap_ended", Kind::ApiKey, ApiKeyEnds),
    ("api_key.purged", Kind::ApiKey, ApiKeyEnds),
    ("api_key.reminder_sent", Kind::ApiKey, ApiKeyChanges),
    ("api_key.renamed", Kind::ApiKey, ApiKeyChanges),
    ("api_key.revoked", Kind::ApiKey, ApiKeyEnds),
    ("api_key.rotated", Kind::ApiKey, ApiKeyChanges),
    ("api_key.rotation_discarded", Kind::ApiKey, ApiKeyChanges),
    ("api_key.rotation_started", Kind::ApiKey, ApiKeyChanges),
    ("api_key.rotation_marked", Kind::ApiKey, ApiKeyChanges),
    ("api_key.token_shown", Kind::ApiKey, Access),
    ("api_key.viewed", Kind::ApiKey, Access),
    ("api_keys.exported", Kind::Organization, Access),
    ("api_permission.changed", Kind::ApiPermission, Organization),
    ("api_permission.created", Kind::ApiPermission, Organization),
    ("api_permission.removed", Kind::ApiPermission, Organization),
    ("audit_log.archived", Kind::Organization, Organization),
    ("audit_log.exported", Kind::Organization, Access),
    ("invitation.accepted", Kind::Invitation, Members),
    ("invitation.mail_failed", Kind::Invitation, Members),
    ("invitation.refused", Kind::Invitation, Members),
    ("invitation.revoked", Kind::Invitation, Members),
    ("master_key.forgotten", Kind::Organization, Organization),
    ("master_key.replaced", Kind::Organization, Organization),
    ("master_key.rotated", Kind::Organization, Organization),
    ("master_key.rotation_undone", Kind::Organization, Organization),
    ("member.api_grants_changed", Kind::User, Members),
    ("member.disabled", Kind::User, Members),
    ("member.enabled", Kind::User, Members),
    ("member.invited", Kind::Invitation, Members),
    ("member.removed", Kind::User, Members),
    ("member.role_changed", Kind::User, Members),
    ("organization.created", Kind::Organization, Organization),
    ("organization.default_changed", Kind::Organization, Organization),
    ("policy.changed", Kind::Organization, Organization),
    ("project.archived", Kind::Project, Projects),
    ("project.created", Kind::Project, Projects),
    ("project.renamed", Kind::Project, Projects),
    ("project.restored", Kind::Project, Projects),
    ("role.api_grants_changed", Kind::Organization, Organization),
    ("session.ended", Kind::User, SignIns),
    ("session.failures_began", Kind::User, SignIns),
    ("session.failures_ended", Kind::User, SignIns),
    ("session.password_confirmed", Kind::User, SignIns),
    ("session.started", Kind::User, SignIns),
    ("user.created", Kind::User, Members),
    ("user.email_changed", Kind::User, Accounts),
    ("user.email_confirmed", Kind::User, Accounts),
    ("user.email_released", Kind::User, Accounts),
    ("user.password_changed", Kind::User, Accounts),
    ("user.password_reset", Kind::User, Accounts),
    ("user.password_reset_requested", Kind::User, Accounts),
    ("user.registration_refused", Kind::User, Accounts),
    ("user.renamed", Kind::User, Accounts),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_event_is_in_the_table_under_its_kind() {
        let code = include_str!("event.rs");
        let (mut found, mut kind) = (BTreeSet::new(), "");
        for line in code.lines() {
            if let Some(name) = line.strip_prefix("pub enum ").and_then(|rest| rest.strip_suffix("Event {")) {
                kind = name;
            }
            if let Some((_, name)) = line.split_once("#[serde(rename = \"") {
                found.insert((name.split('"').next().unwrap().to_owned(), kind.to_owned()));
            }
        }
        let listed: BTreeSet<_> =
            ACTIONS.iter().map(|(name, kind, _)| ((*name).to_owned(), format!("{kind:?}"))).collect();
        assert_eq!(found, listed);
        assert_eq!(ACTIONS.len(), listed.len());
        assert!(ACTIONS.iter().all(|(name, ..)| parse_action(name).as_deref() == Some(name)));
    }

    #[test]
    fn groups_have_all_events_and_names_of_their_own() {
        let all: usize = ActionGroup::ALL.iter().map(|group| group.actions().count()).sum();
        assert_eq!(all, ACTIONS.len());
        for group in ActionGroup::ALL {
            assert_eq!(ActionGroup::parse(group.as_str()), Some(group));
            assert!(group.actions().next().is_some() && parse_action(group.as_str()).is_none());
        }
        for bad in ["", ".", "a.", ".b", "a.b.c", "A.b", "a b.c", "a.б", &format!("{}.b", "a".repeat(70))] {
            assert_eq!(parse_action(bad), None, "{bad}");
        }
    }
}
