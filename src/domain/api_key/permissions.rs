//! What a key may do of what its owner may.

use crate::domain::{Permission, PermissionSet};

/// Never more than the owner may at the time of the question: whoever loses a permission loses it for their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyPermissions {
    /// All that the owner may.
    #[default]
    Inherited,
    /// Of that, these. None at all is a key that is good and may do nothing.
    Only(PermissionSet),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyPermissionsError {
    #[error("both all permissions and some of them")]
    Contradictory,
    #[error("no permission of that name")]
    Unknown,
    /// Nobody gives a key what they do not have.
    #[error("a permission that the person who selected it does not have")]
    NotHeld,
}

impl KeyPermissions {
    /// What a form says for "all that the owner may".
    pub const INHERIT: &'static str = "inherit";
    /// What a form says for "those that follow", so that none can be chosen too.
    pub const CHOSEN: &'static str = "chosen";

    /// [`Self::INHERIT`], or names of permissions, with or without [`Self::CHOSEN`] before them. Nothing at all, as of a
    /// form that does not ask, is to inherit.
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

    /// Names separated by spaces; none for [`Self::Inherited`].
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

    /// What the key of an owner who may `held` may do.
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
