//! Names of permissions as text, in the formats of verification answers. They have nothing to escape.

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
