//! Which of its owner's permissions a key has.

use crate::domain::{ApiGrant, ApiGrants, Permission, PermissionSet};

/// Never more than the owner's permissions at the time of use. When the owner loses a permission, their keys lose it
/// too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyPermissions {
    /// All permissions of the owner.
    #[default]
    Inherited,
    /// These, as far as the owner has them. A valid key may have no permissions.
    Only(ChosenPermissions),
}

/// The permissions that somebody selected for a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChosenPermissions {
    pub latchkey: PermissionSet,
    /// Of the organization's own API.
    pub api: ApiGrants,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyPermissionsError {
    #[error("both all permissions and some of them")]
    Contradictory,
    #[error("no permission of that name")]
    Unknown,
    /// The actor does not have this permission, so they cannot give it to a key.
    #[error("a permission that the person who selected it does not have")]
    NotHeld,
    /// The owner does not have this permission, so the key would not have it either.
    #[error("a permission that the owner of the key does not have")]
    NotHeldByOwner,
}

impl KeyPermissions {
    /// The form's value for "all permissions of the owner".
    pub const INHERIT: &'static str = "inherit";
    /// The form's value for "the following permissions", so that a form can also select none.
    pub const CHOSEN: &'static str = "chosen";

    /// Reads [`Self::INHERIT`], or names of permissions, optionally after [`Self::CHOSEN`]. No value means to inherit,
    /// because some forms have no such field.
    pub fn parse<T: AsRef<str>>(typed: &[T]) -> Result<Self, KeyPermissionsError> {
        let mut names = typed.iter().map(AsRef::as_ref).peekable();
        if names.peek().is_none_or(|first| *first == Self::INHERIT) {
            let is_alone = names.all(|name| name == Self::INHERIT);
            return if is_alone { Ok(Self::Inherited) } else { Err(KeyPermissionsError::Contradictory) };
        }
        let mut chosen = ChosenPermissions::default();
        for name in names.filter(|name| *name != Self::CHOSEN) {
            if name == Self::INHERIT {
                return Err(KeyPermissionsError::Contradictory);
            }
            chosen.insert(name).ok_or(KeyPermissionsError::Unknown)?;
        }
        chosen.api = chosen.api.without_covered();
        Ok(Self::Only(chosen))
    }

    /// Names separated by spaces. None for [`Self::Inherited`].
    pub fn from_stored(names: Option<&str>) -> Option<Self> {
        let Some(names) = names else { return Some(Self::Inherited) };
        let mut chosen = ChosenPermissions::default();
        names.split_whitespace().try_for_each(|name| chosen.insert(name))?;
        Some(Self::Only(chosen))
    }

    pub fn to_stored(&self) -> Option<String> {
        match self {
            Self::Inherited => None,
            Self::Only(chosen) => Some(chosen.names().collect::<Vec<_>>().join(" ")),
        }
    }

    pub fn allow(&self, permission: Permission) -> bool {
        match self {
            Self::Inherited => true,
            Self::Only(chosen) => chosen.latchkey.contains(permission),
        }
    }

    /// What a key is granted of the organization's API if its owner is granted `held`.
    #[must_use]
    pub fn api_within(&self, held: &ApiGrants) -> ApiGrants {
        match self {
            Self::Inherited => held.clone(),
            Self::Only(chosen) => chosen.api.intersection(held),
        }
    }

    /// Latchkey's permissions of a key whose owner has `held`.
    #[must_use]
    pub fn within(&self, held: PermissionSet) -> PermissionSet {
        held.iter().filter(|permission| self.allow(*permission)).collect()
    }
}

impl ChosenPermissions {
    pub fn is_empty(&self) -> bool {
        self.latchkey == PermissionSet::default() && self.api.is_empty()
    }

    /// Latchkey's own permissions come first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let latchkey = self.latchkey.iter().map(|permission| -> &str { permission.as_str() });
        latchkey.chain(self.api.iter().map(ApiGrant::as_str))
    }

    /// None if no permission can have this name.
    fn insert(&mut self, name: &str) -> Option<()> {
        match Permission::parse(name) {
            Some(permission) => self.latchkey.insert(permission),
            None => self.api.insert(ApiGrant::parse(name).ok()?),
        }
        Some(())
    }
}

/// Only permissions of Latchkey itself.
impl From<PermissionSet> for ChosenPermissions {
    fn from(latchkey: PermissionSet) -> Self {
        Self { latchkey, ..Self::default() }
    }
}

/// Only permissions of Latchkey itself.
impl FromIterator<Permission> for ChosenPermissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().collect::<PermissionSet>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEE: Permission = Permission::SeeOwnApiKeys;
    const CREATE: Permission = Permission::CreateApiKeys;

    fn grants(text: &str) -> ApiGrants {
        text.split_whitespace().map(|grant| ApiGrant::parse(grant).unwrap()).collect()
    }

    #[test]
    fn a_form_says_all_or_some_or_none_and_never_both() {
        let some = || KeyPermissions::Only([SEE, CREATE].into_iter().collect());
        let both = ChosenPermissions { latchkey: [SEE].into_iter().collect(), api: grants("invoices:* orders:read") };
        let all = ChosenPermissions { api: grants("a:*"), ..ChosenPermissions::default() };
        for (typed, expected) in [
            (&[][..], Ok(KeyPermissions::Inherited)),
            (&["inherit"], Ok(KeyPermissions::Inherited)),
            (&["chosen"], Ok(KeyPermissions::Only(ChosenPermissions::default()))),
            (&["chosen", "api_keys.create", "api_keys.see_own"], Ok(some())),
            (&["api_keys.see_own", "api_keys.create", "api_keys.create"], Ok(some())),
            (&["chosen", "orders:read", "api_keys.see_own", "invoices:*"], Ok(KeyPermissions::Only(both))),
            (&["inherit", "api_keys.create"], Err(KeyPermissionsError::Contradictory)),
            (&["api_keys.create", "inherit"], Err(KeyPermissionsError::Contradictory)),
            (&["inherit", "chosen"], Err(KeyPermissionsError::Contradictory)),
            (&["api_keys.fly"], Err(KeyPermissionsError::Unknown)),
            (&["chosen", "a:b", "a:*", "a:c:*"], Ok(KeyPermissions::Only(all))),
            (&["chosen", "*"], Err(KeyPermissionsError::Unknown)),
            (&["chosen", "Invoices:read"], Err(KeyPermissionsError::Unknown)),
            (&[""], Err(KeyPermissionsError::Unknown)),
        ] {
            assert_eq!(KeyPermissions::parse(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for permissions in [
            KeyPermissions::Inherited,
            KeyPermissions::Only(ChosenPermissions::default()),
            KeyPermissions::Only([CREATE].into_iter().collect()),
            KeyPermissions::Only(Permission::ALL.into_iter().collect()),
            KeyPermissions::Only(ChosenPermissions {
                latchkey: [SEE].into_iter().collect(),
                api: grants("invoices:* a:b:c"),
            }),
        ] {
            assert_eq!(KeyPermissions::from_stored(permissions.to_stored().as_deref()), Some(permissions));
        }
        assert_eq!(KeyPermissions::from_stored(Some("api_keys.fly")), None);
        let of_an_earlier_version = KeyPermissions::from_stored(Some("api_keys.see_own api_keys.create"));
        assert_eq!(of_an_earlier_version, Some(KeyPermissions::Only([SEE, CREATE].into_iter().collect())));
    }

    #[test]
    fn a_key_has_what_its_owner_has_cut_to_what_was_chosen() {
        let held: PermissionSet = [SEE, Permission::SeeMembers].into_iter().collect();
        let chosen = KeyPermissions::Only([SEE, CREATE].into_iter().collect());
        assert_eq!(KeyPermissions::Inherited.within(held), held);
        assert_eq!(chosen.within(held), [SEE].into_iter().collect());
        assert_eq!(KeyPermissions::Only(ChosenPermissions::default()).within(held), PermissionSet::default());
    }
}
