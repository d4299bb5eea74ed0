//! When a key was last used successfully, and from where.

use std::{fmt, net::IpAddr};

use crate::domain::{Timestamp, text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUse {
    pub at: Timestamp,
    pub address: Option<IpAddr>,
    pub agent: Option<UserAgent>,
}

/// The client's `User-Agent` (RFC 9110 §10.1.5). It comes from a stranger, so it is cleaned before it is displayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAgent(String);

impl UserAgent {
    const MAX: usize = 200;

    /// Cut to 200 characters. None if no visible character is left.
    pub fn from_header(header: &[u8]) -> Option<Self> {
        let visible = text::excerpt(&String::from_utf8_lossy(header), Self::MAX);
        (!visible.is_empty()).then_some(Self(visible))
    }

    /// A value that [`Self::from_header`] made before it was stored.
    pub fn from_stored(agent: String) -> Self {
        Self(agent)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_is_cut_and_cannot_deceive() {
        let of = |header: &str| UserAgent::from_header(header.as_bytes()).map(|agent| agent.as_str().to_owned());
        assert_eq!(of("curl/8.5.0").as_deref(), Some("curl/8.5.0"));
        assert_eq!(of(" a\u{202e}b\u{0}  c ").as_deref(), Some("ab c"));
        assert_eq!(of(&"я".repeat(300)).unwrap().chars().count(), 200);
        assert_eq!(of("\u{200b} "), None);
        assert_eq!(UserAgent::from_header(b"caf\xe9").unwrap().as_str(), "caf\u{fffd}");
    }
}
