//! What verification needs to know of an organization beside its keys.

use std::{net::IpAddr, sync::Arc};

use super::permission_names::{NamedPermissions, SharedPermissions};
use crate::domain::{
    ApiGrants, ApiPermissionCatalogue, ApiPermissionSet, Role,
    api_key::restrictions::{List, Network},
    key_limits::KeyLimits,
};

/// Made once for all keys of an organization. A change of anything in it counts as a change of all its keys.
#[derive(Debug, Default)]
pub struct OrganizationRules {
    api_permissions: ApiPermissionCatalogue,
    /// What each role is granted of these, in the order of [`Role::ALL`].
    role_permissions: [ApiPermissionSet; Role::ALL.len()],
    /// What keys have of them.
    shared: SharedPermissions,
    /// From where its keys can be used. None restricts nothing.
    pub allowed_networks: List<Network>,
    /// Whether a server key is refused that a browser presents.
    pub refuses_browsers: bool,
    /// The limits of keys without limits of their own.
    pub limits: KeyLimits,
}

impl OrganizationRules {
    /// `role_grants` in the order of [`Role::ALL`].
    pub fn new(api_permissions: ApiPermissionCatalogue, role_grants: &[ApiGrants; Role::ALL.len()]) -> Self {
        let role_permissions = Role::ALL.map(|role| api_permissions.expand(&role_grants[role as usize]));
        Self {
            shared: SharedPermissions::default(),
            role_permissions,
            api_permissions,
            allowed_networks: List::default(),
            refuses_browsers: false,
            limits: KeyLimits::default(),
        }
    }

    /// Whether a key can be used from this address.
    pub fn admits_address(&self, address: Option<&IpAddr>) -> bool {
        self.allowed_networks.admits(address, |network, address| network.contains(*address))
    }

    /// Whether answers depend on the caller, for keys without restrictions, too.
    pub fn depend_on_caller(&self) -> bool {
        self.refuses_browsers || !self.allowed_networks.is_empty()
    }

    /// All permissions of the organization's API.
    pub fn api_permissions(&self) -> &ApiPermissionCatalogue {
        &self.api_permissions
    }

    /// The API permissions of a key: those of its owner, who may be granted more than their role, cut to what was
    /// selected for the key. None selects all of them.
    pub fn permissions_of_key(
        &self,
        owner_role: Role,
        owner_grants: &ApiGrants,
        chosen: Option<&ApiGrants>,
    ) -> Arc<NamedPermissions> {
        let of_role = &self.role_permissions[owner_role as usize];
        let of_owner = of_role.union(&self.api_permissions.expand(owner_grants));
        let of_key = match chosen {
            None => of_owner,
            Some(chosen) => of_owner.intersection(&self.api_permissions.expand(chosen)),
        };
        self.shared.share(of_key, &self.api_permissions)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*, sample::select};

    use super::*;
    use crate::domain::{
        ApiGrant, ApiPermissionName, KeyPermissions,
        api_key::ChosenPermissions,
        verification::{ExercisedPermissions, PermissionNames, PresentedKey, WantedPermissions},
    };

    /// Few parts, so that names and grants often meet.
    fn name() -> impl Strategy<Value = String> {
        vec(select(vec!["a", "b", "ab", "a-b"]), 1..4).prop_map(|parts| parts.join(":"))
    }

    fn grant() -> impl Strategy<Value = String> {
        (name(), any::<bool>()).prop_map(|(name, is_wildcard)| if is_wildcard { format!("{name}:*") } else { name })
    }

    fn grants(texts: &[String]) -> ApiGrants {
        texts.iter().map(|text| ApiGrant::parse(text).unwrap()).collect()
    }

    /// The definition, read word by word.
    fn is_granted(name: &str, grants: &[String]) -> bool {
        grants.iter().any(|grant| match grant.strip_suffix(":*") {
            Some(resource) => name.starts_with(&format!("{resource}:")),
            None => grant == name,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn a_key_has_what_its_owner_is_granted_and_what_was_selected_for_it(
            catalogue in vec(name(), 0..12),
            of_role in vec(grant(), 0..5),
            of_owner in vec(grant(), 0..4),
            chosen in option::of(vec(grant(), 0..5)),
            wanted in vec(grant(), 0..4),
            role in select(Role::ALL.to_vec()),
        ) {
            let known = |text: &String| ApiPermissionName::parse(text).unwrap();
            let mut role_grants: [ApiGrants; Role::ALL.len()] = Default::default();
            role_grants[role as usize] = grants(&of_role);
            let rules = OrganizationRules::new(catalogue.iter().map(known).collect(), &role_grants);
            let selected = chosen.as_deref().map(grants);
            let permissions = rules.permissions_of_key(role, &grants(&of_owner), selected.as_ref());

            let has = |name: &str| {
                catalogue.iter().any(|known| known == name)
                    && (is_granted(name, &of_role) || is_granted(name, &of_owner))
                    && chosen.as_ref().is_none_or(|chosen| is_granted(name, chosen))
            };
            let mut expected: Vec<&str> = catalogue.iter().map(String::as_str).filter(|name| has(name)).collect();
            expected.sort_unstable();
            expected.dedup();
            let mut rng = rand::SeedableRng::seed_from_u64(1);
            let key = PresentedKey {
                api_permissions: permissions.clone(),
                rules: rules.into(),
                ..PresentedKey::sample(&mut rng)
            };
            let names: Vec<_> = key.rules.api_permissions().names_of(&permissions.set).map(ApiPermissionName::as_str).collect();
            prop_assert_eq!(names, expected.clone());

            // The texts are those of the names, and keys with the same permissions share them.
            prop_assert_eq!(&permissions.names, &PermissionNames::new(expected.iter().copied()));
            let again = key.rules.permissions_of_key(role, &grants(&of_owner), selected.as_ref());
            prop_assert!(Arc::ptr_eq(&again, &permissions));

            let names = wanted.iter().map(String::as_str).collect();
            let mut exercised = ExercisedPermissions::default();
            let is_met = key.exercise(WantedPermissions::Named(&names), &mut exercised);
            prop_assert_eq!(is_met, wanted.iter().all(|name| has(name)));
            if is_met {
                let catalogue = key.rules.api_permissions();
                prop_assert!(catalogue.names_of(&exercised.api).all(|name| wanted.contains(&name.to_string())));
                prop_assert!(wanted.iter().all(|name| exercised.api.contains(catalogue.position(name).unwrap())));
            } else {
                prop_assert_eq!(exercised, ExercisedPermissions::default());
            }

            // What pages compute from grants is the same.
            let held = grants(&[of_role, of_owner].concat());
            let chosen = selected.map_or(KeyPermissions::Inherited, |api| {
                KeyPermissions::Only(ChosenPermissions { api, ..ChosenPermissions::default() })
            });
            prop_assert_eq!(&key.rules.api_permissions().expand(&chosen.api_within(&held)), &permissions.set);
        }
    }
}
