//! Names of permissions as text, in the formats of verification answers. They have nothing to escape.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use crate::domain::{ApiPermissionCatalogue, ApiPermissionName, ApiPermissionSet};

/// API permissions of a key with their names as text, which every answer about the key has.
#[derive(Debug, Default)]
pub struct NamedPermissions {
    /// As positions in the catalogue of the organization.
    pub set: ApiPermissionSet,
    pub names: PermissionNames,
}

/// Each set that a key has now, once: most keys have the same as many others.
#[derive(Debug, Default)]
pub struct SharedPermissions(Mutex<HashMap<ApiPermissionSet, Weak<NamedPermissions>>>);

impl SharedPermissions {
    /// `set` is of this catalogue, which is always the same.
    pub fn share(&self, set: ApiPermissionSet, catalogue: &ApiPermissionCatalogue) -> Arc<NamedPermissions> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = shared.get(&set).and_then(Weak::upgrade) {
            return known;
        }
        if shared.len() == shared.capacity() {
            shared.retain(|_, known| known.strong_count() > 0);
        }
        let names = PermissionNames::new(catalogue.names_of(&set).map(ApiPermissionName::as_str));
        let permissions = Arc::new(NamedPermissions { set, names });
        shared.insert(set, Arc::downgrade(&permissions));
        permissions
    }
}

/// Of a set of permissions that many keys have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionNames {
    /// As [`write_json`] writes it.
    pub json: Box<str>,
    /// As [`write_scope`] writes it.
    pub scope: Box<str>,
}

impl PermissionNames {
    pub fn new<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let (mut json, mut scope) = (String::new(), String::new());
        write_json(&mut json, names.clone());
        write_scope(&mut scope, names);
        Self { json: json.into(), scope: scope.into() }
    }
}

/// The content of a JSON array.
pub fn write_json<'a>(json: &mut String, names: impl Iterator<Item = &'a str>) {
    for (index, name) in names.enumerate() {
        let opening = if index == 0 { "\"" } else { ",\"" };
        for part in [opening, name, "\""] {
            json.push_str(part);
        }
    }
}

/// Separated by spaces like OAuth scopes (RFC 6749 §3.3).
pub fn write_scope<'a>(scope: &mut String, names: impl Iterator<Item = &'a str>) {
    for (index, name) in names.enumerate() {
        if index > 0 {
            scope.push(' ');
        }
        scope.push_str(name);
    }
}
