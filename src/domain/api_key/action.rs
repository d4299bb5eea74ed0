//! What can be done to a key that exists, beside editing it.

use super::Status;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiKeyAction {
    /// It stops, until somebody enables it or its time is over.
    Disable,
    Enable,
    /// It stops for good, and its row stays.
    Revoke,
    /// It stops for good, and its row goes.
    Delete,
}

impl ApiKeyAction {
    pub const ALL: [Self; 4] = [Self::Disable, Self::Enable, Self::Revoke, Self::Delete];

    /// Whether keys cannot work again after it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Revoke | Self::Delete)
    }

    /// Whether it does anything to a key in this state.
    pub fn applies_to(self, status: Status) -> bool {
        match self {
            Self::Disable => status == Status::Active,
            Self::Enable => status == Status::Disabled,
            Self::Revoke => matches!(status, Status::Pending | Status::Active | Status::Disabled),
            Self::Delete => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_apply_where_they_change_something() {
        for (status, expected) in [
            (Status::Pending, [false, false, true, true]),
            (Status::Active, [true, false, true, true]),
            (Status::Disabled, [false, true, true, true]),
            (Status::Expired, [false, false, false, true]),
            (Status::Revoked, [false, false, false, true]),
        ] {
            assert_eq!(ApiKeyAction::ALL.map(|action| action.applies_to(status)), expected, "{status:?}");
        }
    }
}
