//! The permissions that a request asks for.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
};

use super::{ExercisedPermissions, OrganizationRules};
use crate::domain::Permission;

/// The permissions that a request asks for. The key must have all of them.
#[derive(Clone, Copy, Debug, Default)]
pub enum WantedPermissions<'a> {
    #[default]
    None,
    /// For Latchkey's own endpoints.
    Latchkey(Permission),
    Named(&'a WantedNames),
}

/// Names of permissions of Latchkey or of the organization's API. There may be no permission with such a name.
///
/// Requests with the same names may share this: most are about the same organization, and then a verification need not
/// look up each name again.
#[derive(Clone, Debug)]
pub struct WantedNames {
    names: Vec<Box<str>>,
    /// What they are in the rules that they were last looked up in.
    found: RefCell<Option<(Weak<OrganizationRules>, FoundPermissions)>>,
}

/// The permissions that names stand for in an organization. A key may have them or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundPermissions {
    pub permissions: ExercisedPermissions,
    /// Whether there is a permission for each name.
    pub has_every_name: bool,
}

impl FoundPermissions {
    pub fn one(permission: Permission) -> Self {
        let latchkey = [permission].into_iter().collect();
        Self { permissions: ExercisedPermissions { latchkey, ..ExercisedPermissions::default() }, has_every_name: true }
    }
}

impl WantedNames {
    pub fn push(&mut self, name: Box<str>) {
        self.names.push(name);
        self.found.take();
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.iter().map(|name| &**name)
    }

    pub(super) fn find_in(&self, rules: &Arc<OrganizationRules>) -> FoundPermissions {
        // The weak reference keeps the address of the last rules from being used again, and rules never change. So the
        // same address means the same rules.
        if let Some((last, found)) = &*self.found.borrow()
            && last.as_ptr() == Arc::as_ptr(rules)
        {
            return *found;
        }
        let mut found = FoundPermissions { permissions: ExercisedPermissions::default(), has_every_name: true };
        for name in self.iter() {
            if let Some(position) = rules.api_permissions().position(name) {
                found.permissions.api.insert(position);
                // A database of a later version may have more permissions than a set has places.
                found.has_every_name &= found.permissions.api.contains(position);
            } else if let Some(permission) = Permission::parse(name) {
                found.permissions.latchkey.insert(permission);
            } else {
                found.has_every_name = false;
            }
        }
        self.found.replace(Some((Arc::downgrade(rules), found)));
        found
    }
}

impl PartialEq for WantedNames {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for WantedNames {}

impl<T: Into<Box<str>>> FromIterator<T> for WantedNames {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        Self { names: names.into_iter().map(Into::into).collect(), found: RefCell::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ApiPermissionName, ApiPermissionSet, Role};

    #[test]
    fn names_are_found_in_the_rules_at_hand_whichever_were_asked_before() {
        let rules = |names: &[&str]| {
            let catalogue = names.iter().map(|name| ApiPermissionName::parse(name).unwrap()).collect();
            Arc::new(OrganizationRules::new(catalogue, &<[_; Role::ALL.len()]>::default()))
        };
        let (read_first, read_second, none) = (rules(&["b:read"]), rules(&["a:read", "b:read"]), rules(&[]));
        let mut names: WantedNames = ["b:read", "api_keys.see_own"].into_iter().collect();
        let find = |names: &WantedNames, rules: &Arc<OrganizationRules>| {
            let FoundPermissions { permissions, has_every_name } = names.find_in(rules);
            (permissions.api.iter().collect::<Vec<_>>(), permissions.latchkey.to_string(), has_every_name)
        };
        let own = || "api_keys.see_own".to_owned();
        for _ in 0..2 {
            for (rules, expected) in [
                (&read_first, (vec![0], own(), true)),
                (&read_second, (vec![1], own(), true)),
                (&none, (vec![], own(), false)),
            ] {
                assert_eq!([(); 2].map(|()| find(&names, rules)), [(); 2].map(|()| expected.clone()));
            }
        }
        assert!(find(&names, &read_second).2);
        names.push("a:delete".into());
        assert!(!find(&names, &read_second).2, "there is no such permission");
        drop(read_second);
        assert_eq!(find(&names, &rules(&["a:delete", "b:read"])), (vec![0, 1], own(), true));
    }

    #[test]
    fn a_permission_without_a_place_in_a_set_is_not_found() {
        let name = |number: usize| ApiPermissionName::parse(&format!("a:{number:04}")).unwrap();
        let places = ApiPermissionSet::WORDS * 64;
        let rules = OrganizationRules::new((0..=places).map(name).collect(), &<[_; Role::ALL.len()]>::default());
        let rules = Arc::new(rules);
        let finds = |number: usize| [name(number).as_str()].into_iter().collect::<WantedNames>().find_in(&rules);
        assert!(finds(places - 1).has_every_name && !finds(places).has_every_name);
    }
}
