//! The indexes that lists are read through.

/// SQLite gets the name of the index, because it has no statistics here. PostgreSQL takes it because of the order: for
/// a mere count it might scan the table instead.
#[derive(Clone, Copy, Debug)]
pub(in crate::store::api_keys) struct Index {
    pub name: &'static str,
    pub order: &'static str,
}

pub(super) const BY_NAME: Index = Index { name: "api_keys_of_organization_by_name", order: "k.name_folded, k.id" };
pub(super) const BY_CREATION: Index =
    Index { name: "api_keys_of_organization_by_creation", order: "k.created_at, k.id" };
pub(super) const BY_EXPIRY: Index = Index { name: "api_keys_of_organization_by_expiry", order: "k.expires_at, k.id" };
pub(super) const BY_USE: Index =
    Index { name: "api_keys_of_organization_by_use", order: "COALESCE(k.last_used_at, 0), k.id" };
pub(super) const BY_PROJECT: Index =
    Index { name: "api_keys_of_organization_by_project", order: "k.project_id, k.created_at, k.id" };
pub(super) const BY_SCOPE: Index =
    Index { name: "api_keys_of_organization_by_scope", order: "k.scope, k.created_at, k.id" };
pub(super) const BY_STATUS: Index =
    Index { name: "api_keys_of_organization_by_status", order: "k.noted_status, k.created_at, k.id" };
pub(super) const BY_STATUS_AND_USE: Index = Index {
    name: "api_keys_of_organization_by_status_and_use",
    order: "k.noted_status, COALESCE(k.last_used_at, 0), k.id",
};
pub(super) const ENABLED_LATER: Index = Index { name: "api_keys_enabled_later", order: "k.disabled_until" };
pub(super) const LIVE_BY_EXPIRY: Index =
    Index { name: "api_keys_live_by_expiry", order: "k.expires_at, k.created_at, k.id" };
pub(super) const LIVE_BY_DISUSE: Index =
    Index { name: "api_keys_live_by_disuse", order: "COALESCE(k.last_used_at, k.created_at)" };
pub(in crate::store::api_keys) const LIVE_BY_ROTATION_DUE: Index =
    Index { name: "api_keys_live_by_rotation_due", order: "k.rotation_due_at" };
pub(super) const LIVE_BY_TOKEN_AGE: Index =
    Index { name: "api_keys_live_by_token_age", order: "COALESCE(k.rotated_at, k.confirmed_at)" };
pub(in crate::store::api_keys) const LIVE_OF_PROJECT: Index =
    Index { name: "api_keys_live_of_project", order: "k.project_id, k.expires_at" };
pub(super) const OF_PERSON_BY_CREATION: Index = Index { name: "api_keys_by_creation", order: "k.created_at, k.id" };
pub(super) const OF_PERSON_BY_EXPIRY: Index = Index { name: "api_keys_by_expiry", order: "k.expires_at, k.id" };

/// A table with some of the keys, and its index that has them in the order of their creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TableBeside {
    pub name: &'static str,
    pub index: &'static str,
}

pub(super) const WORDS: TableBeside = TableBeside { name: "api_key_words", index: "api_key_words_by_word" };
pub(super) const UNUSED_PERMISSIONS: TableBeside =
    TableBeside { name: "unused_permission_marks", index: "unused_permission_marks_by_creation" };
