//! What the texts of a setting may be.

use crate::domain::{
    api_key::{
        attributes::Environment,
        restrictions::{Network, Rule as _},
    },
    token::TokenPrefix,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRule {
    TokenPrefix,
    Environment,
    Network,
}

impl TextRule {
    pub fn allows(self, text: &str) -> bool {
        match self {
            Self::TokenPrefix => TokenPrefix::parse(text).is_ok(),
            Self::Environment => Environment::parse(text).is_ok(),
            Self::Network => Network::parse(text).is_ok(),
        }
    }

    /// For messages of the command line.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::TokenPrefix => {
                "2 to 16 lower-case letters and digits, and not the prefix of another vendor's tokens or of \
                 Latchkey's ids"
            }
            Self::Environment => "1 to 16 lower-case letters, digits and hyphens, beginning with a letter",
            Self::Network => "an IP address or a network in CIDR notation",
        }
    }
}
