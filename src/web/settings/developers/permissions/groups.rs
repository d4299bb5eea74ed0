//! The rows of a form that grants API permissions: a group for each resource, with its wildcards.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{ApiGrant, ApiPermission};

/// The grants about one resource.
#[derive(Debug, PartialEq, Eq)]
pub struct GrantGroup {
    pub resource: String,
    pub parts: Vec<GrantPart>,
}

/// Rows that belong together. If the first one is a wildcard, it covers the others; the wildcard of the resource is
/// alone and covers all parts after it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct GrantPart {
    pub rows: Vec<GrantRow>,
    pub is_of_resource: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct GrantRow {
    pub grant: ApiGrant,
    pub description: String,
    pub is_wildcard: bool,
}

/// Each permission, the wildcard of each resource, and further wildcards that are granted or stand for several
/// permissions.
pub fn groups<'a>(
    permissions: &'a [ApiPermission],
    granted: impl IntoIterator<Item = &'a ApiGrant>,
) -> Vec<GrantGroup> {
    let mut rows: BTreeMap<String, BTreeMap<String, GrantRow>> = BTreeMap::new();
    let mut add = |grant: ApiGrant, description: &str| {
        // A wildcard sorts right before what it covers.
        let key = grant.as_str().trim_end_matches('*').to_owned();
        let resource = key.split(':').next().unwrap_or_default().to_owned();
        let (is_wildcard, description) = (grant.is_wildcard(), description.to_owned());
        rows.entry(resource).or_default().insert(key, GrantRow { grant, description, is_wildcard });
    };
    for permission in permissions {
        add(permission.name.clone().into(), permission.description.as_str());
    }
    let granted = granted.into_iter().filter(|grant| grant.is_wildcard()).cloned();
    for wildcard in wildcards(permissions).into_iter().chain(granted) {
        add(wildcard, "");
    }
    let group = |(resource, rows): (String, BTreeMap<String, GrantRow>)| GrantGroup {
        parts: parts(&resource, rows.into_values()),
        resource,
    };
    rows.into_iter().map(group).collect()
}

fn wildcards(permissions: &[ApiPermission]) -> BTreeSet<ApiGrant> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for permission in permissions {
        let name = permission.name.as_str();
        for (end, _) in name.match_indices(':') {
            *counts.entry(&name[..end]).or_default() += 1;
        }
    }
    let useful = counts.into_iter().filter(|(prefix, count)| !prefix.contains(':') || *count > 1);
    useful.filter_map(|(prefix, _)| ApiGrant::wildcard_of(prefix).ok()).collect()
}

/// Begins a part at each wildcard, and after the last row that it covers.
fn parts(resource: &str, rows: impl Iterator<Item = GrantRow>) -> Vec<GrantPart> {
    let mut parts: Vec<GrantPart> = Vec::new();
    for row in rows {
        let is_of_resource = row.is_wildcard && row.grant.as_str().len() == resource.len() + 2;
        let continues =
            parts.last().and_then(|part| part.rows.first().map(|first| (part, first))).is_some_and(|(part, first)| {
                match (first.is_wildcard, row.is_wildcard) {
                    (true, _) => !part.is_of_resource && first.grant.covers(&row.grant),
                    (false, is_wildcard) => !is_wildcard,
                }
            });
        match parts.last_mut() {
            Some(part) if continues => part.rows.push(row),
            _ => parts.push(GrantPart { rows: vec![row], is_of_resource }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ApiPermissionName, Timestamp, api_permission::ApiPermissionDescription};

    fn parts_of(names: &[&str], granted: &[&str]) -> String {
        let permission = |name: &&str| ApiPermission {
            name: ApiPermissionName::parse(name).unwrap(),
            description: ApiPermissionDescription::default(),
            created_at: Timestamp::from_unix_micros(0),
        };
        let mut permissions: Vec<_> = names.iter().map(permission).collect();
        permissions.sort_by(|one, other| one.name.cmp(&other.name));
        let granted: Vec<_> = granted.iter().map(|grant| ApiGrant::parse(grant).unwrap()).collect();
        let part = |part: &GrantPart| part.rows.iter().map(|row| row.grant.as_str()).collect::<Vec<_>>().join(" ");
        let group = |group: &GrantGroup| group.parts.iter().map(part).collect::<Vec<_>>().join(" | ");
        groups(&permissions, &granted).iter().map(group).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_group_begins_with_the_wildcard_of_its_resource() {
        assert_eq!(
            parts_of(&["invoices:send", "invoices:read", "customers:read"], &[]),
            "customers:* | customers:read\ninvoices:* | invoices:read invoices:send"
        );
        assert_eq!(parts_of(&["a", "a:b"], &[]), "a | a:* | a:b", "the wildcard does not cover the name without parts");
    }

    #[test]
    fn a_further_wildcard_is_offered_if_it_is_granted_or_covers_several() {
        let names = ["a:b:c", "a:b:d", "a:e:f", "a:g"];
        assert_eq!(parts_of(&names, &[]), "a:* | a:b:* a:b:c a:b:d | a:e:f a:g");
        assert_eq!(parts_of(&names, &["a:e:*", "a:g", "z:*"]), "a:* | a:b:* a:b:c a:b:d | a:e:* a:e:f | a:g\nz:*");
    }
}
