//! The purpose of a key.

use serde::{Deserialize, Serialize};

/// Fixed when the key is created, because it decides which restrictions the key can have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Used between machines. Can be restricted to networks.
    #[default]
    Server,
    /// Used in pages, where anybody can read it. Can be restricted to domains.
    Web,
    /// Used in apps, where anybody can read it. Can be restricted to apps.
    Mobile,
    /// Used to read figures and exports.
    Analytics,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Server, Self::Web, Self::Mobile, Self::Analytics];

    /// The spelling in the database, in addresses and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Web => "web",
            Self::Mobile => "mobile",
            Self::Analytics => "analytics",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_read_back_as_it_is_written() {
        assert!(Scope::ALL.into_iter().all(|scope| Scope::parse(scope.as_str()) == Some(scope)));
        assert_eq!(Scope::parse("Web"), None);
    }
}
