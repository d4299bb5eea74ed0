//! The values of single settings.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoMayCreate {
    Administrators,
    Everyone,
}

/// Which keys' tokens are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Viewable {
    Never,
    /// Keys that anybody can read anyway, in a page or an app.
    WebAndMobile,
    All,
}

/// Actions on a key without opening its menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowButton {
    View,
    Show,
    Copy,
    Edit,
    Revoke,
    Delete,
}

/// A field of a key that only people who manage all keys fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferedAttribute {
    ExternalId,
    Metadata,
    /// A rate limit and a quota of its own.
    Limits,
}

macro_rules! named {
    ($type:ty, $count:literal: $($variant:ident $name:literal),*) => {
        impl $type {
            pub const ALL: [Self; $count] = [$(Self::$variant),*];

            /// The spelling in forms and files.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),*
                }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.as_str() == text)
            }
        }
    };
}
pub(super) use named;

named!(WhoMayCreate, 2: Administrators "administrators", Everyone "everyone");
named!(Viewable, 3: Never "never", WebAndMobile "web_and_mobile", All "all");
named!(RowButton, 6: View "view", Show "show", Copy "copy", Edit "edit", Revoke "revoke", Delete "delete");
named!(OfferedAttribute, 3: ExternalId "external_id", Metadata "metadata", Limits "limits");

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: impl Serialize) -> String {
        serde_json::to_string(&value).unwrap()
    }

    #[test]
    fn names_are_those_of_files() {
        assert_eq!(WhoMayCreate::ALL.map(json), WhoMayCreate::ALL.map(|one| json(one.as_str())));
        assert_eq!(Viewable::ALL.map(json), Viewable::ALL.map(|one| json(one.as_str())));
        assert_eq!(OfferedAttribute::ALL.map(json), OfferedAttribute::ALL.map(|one| json(one.as_str())));
        assert_eq!(RowButton::ALL.map(json), RowButton::ALL.map(|one| json(one.as_str())));
        assert_eq!(RowButton::ALL.map(|one| RowButton::parse(one.as_str())), RowButton::ALL.map(Some));
    }
}
