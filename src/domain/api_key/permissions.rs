//! Which of its owner's permissions a key has.

use crate::domain::{Permission, PermissionSet};

/// Never more than the owner's permissions at the time of use. When the owner loses a permission, their keys lose it
/// too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyPermissions {
    /// All permissions of the owner.
    #[default]
    Inherited,
    /// These, as far as the owner has them. A valid key may have no permissions.
    Only(PermissionSet),
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
        let mut chosen = PermissionSet::default();
        for name in names.filter(|name| *name != Self::CHOSEN) {
            match Permission::parse(name) {
                Some(permission) => chosen.insert(permission),
                None if name == Self::INHERIT => return Err(KeyPermissionsError::Contradictory),
                None => return Err(KeyPermissionsError::Unknown),
            }
        }
        Ok(Self::Only(chosen))
    }

    /// Names separated by spaces. None for [`Self::Inherited`].
    pub fn from_stored(names: Option<&str>) -> Option<Self> {
        match names {
            None => Some(Self::Inherited),
            Some(names) => names.split_whitespace().map(Permission::parse).collect::<Option<_>>().map(Self::Only),
        }
    }

    pub fn to_stored(self) -> Option<String> {
        match self {
            Self::Inherited => None,
            Self::Only(chosen) => Some(chosen.to_string()),
        }
    }

    pub fn allow(self, permission: Permission) -> bool {
        match self {
            Self::Inherited => true,
            Self::Only(chosen) => chosen.contains(permission),
        }
    }

    /// The permissions of a key whose owner has `held`.
    #[must_use]
    pub fn within(self, held: PermissionSet) -> PermissionSet {
        held.iter().filter(|permission| self.allow(*permission)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEE: Permission = Permission::SeeOwnApiKeys;
    const CREATE: Permission = Permission::CreateApiKeys;

    #[test]
    fn a_form_says_all_or_some_or_none_and_never_both() {
        let some = KeyPermissions::Only([SEE, CREATE].into_iter().collect());
        for (typed, expected) in [
            (&[][..], Ok(KeyPermissions::Inherited)),
            (&["inherit"], Ok(KeyPermissions::Inherited)),
            (&["chosen"], Ok(KeyPermissions::Only(PermissionSet::default()))),
            (&["chosen", "api_keys.create", "api_keys.see_own"], Ok(some)),
            (&["api_keys.see_own", "api_keys.create", "api_keys.create"], Ok(some)),
            (&["inherit", "api_keys.create"], Err(KeyPermissionsError::Contradictory)),
            (&["api_keys.create", "inherit"], Err(KeyPermissionsError::Contradictory)),
            (&["inherit", "chosen"], Err(KeyPermissionsError::Contradictory)),
            (&["api_keys.fly"], Err(KeyPermissionsError::Unknown)),
            (&[""], Err(KeyPermissionsError::Unknown)),
        ] {
            assert_eq!(KeyPermissions::parse(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for permissions in [
            KeyPermissions::Inherited,
            KeyPermissions::Only(PermissionSet::default()),
            KeyPermissions::Only([CREATE].into_iter().collect()),
            KeyPermissions::Only(Permission::ALL.into_iter().collect()),
        ] {
            assert_eq!(KeyPermissions::from_stored(permissions.to_stored().as_deref()), Some(permissions));
        }
        assert_eq!(KeyPermissions::from_stored(Some("api_keys.fly")), None);
    }

    #[test]
    fn a_key_has_what_its_owner_has_cut_to_what_was_chosen() {
        let held: PermissionSet = [SEE, Permission::SeeMembers].into_iter().collect();
        let chosen = KeyPermissions::Only([SEE, CREATE].into_iter().collect());
        assert_eq!(KeyPermissions::Inherited.within(held), held);
        assert_eq!(chosen.within(held), [SEE].into_iter().collect());
        assert_eq!(KeyPermissions::Only(PermissionSet::default()).within(held), PermissionSet::default());
    }
}
