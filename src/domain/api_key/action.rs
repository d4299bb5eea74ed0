//! Actions on an existing key, apart from editing it.

use super::Status;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiKeyAction {
    /// Stops the key until somebody enables it or the pause ends.
    Disable,
    Enable,
    /// Gives the key a new token.
    Rotate,
    /// Stops the key for good and keeps its row.
    Revoke,
    /// Stops the key for good and deletes its row.
    Delete,
    /// Sets a date by which the key is due for rotation.
    MarkForRotation,
}

impl ApiKeyAction {
    pub const ALL: [Self; 6] =
        [Self::Disable, Self::Enable, Self::Rotate, Self::Revoke, Self::Delete, Self::MarkForRotation];

    /// Whether a key can never work again after this action.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Revoke | Self::Delete)
    }

    /// Whether the action changes a key with this status.
    pub fn applies_to(self, status: Status) -> bool {
        match self {
            Self::Disable => status == Status::Active,
            Self::Enable => status == Status::Disabled,
            Self::Rotate | Self::Revoke => matches!(status, Status::Pending | Status::Active | Status::Disabled),
            Self::Delete => true,
            Self::MarkForRotation => matches!(status, Status::Active | Status::Disabled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_apply_where_they_change_something() {
        for (status, expected) in [
            (Status::Pending, [false, false, true, true, true, false]),
            (Status::Active, [true, false, true, true, true, true]),
            (Status::Disabled, [false, true, true, true, true, true]),
            (Status::Expired, [false, false, false, false, true, false]),
            (Status::Revoked, [false, false, false, false, true, false]),
        ] {
            assert_eq!(ApiKeyAction::ALL.map(|action| action.applies_to(status)), expected, "{status:?}");
        }
    }
}
