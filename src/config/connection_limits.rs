//! How many connections there may be at once, and how long each may take for what.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// In all. The limit of open files may lower it.
    pub connections: usize,
    /// From one address (of IPv6 one network of 56 bits), unless it is a trusted proxy's.
    pub per_address: usize,
    /// Until the head of a request is there, from its first byte on.
    pub head: Duration,
    /// Until its body is there, from the end of the head on.
    pub body: Duration,
    /// Between two requests: longer than proxies keep a connection, so that they are the ones who close it.
    pub idle: Duration,
    /// How long a client may keep an answer waiting, beyond what it takes at [`SLOWEST_READER`].
    pub write: Duration,
    /// How long a server that was told to stop goes on serving, so that load balancers find out first.
    pub drain: Duration,
}

/// The slowest client that is worth a connection, in bytes a second.
pub const SLOWEST_READER: u64 = 8 * 1024;

/// The longest drain. Longer than any load balancer takes; a mistyped number should not keep a server alive for a day.
const LONGEST_DRAIN: u64 = 600;

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 4096,
            per_address: 512,
            head: Duration::from_secs(10),
            body: Duration::from_secs(20),
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
            // HAProxy asks every 2 s and believes the third answer.
            drain: Duration::from_secs(7),
        }
    }
}

impl ConnectionLimits {
    /// What is not given has its default. Gives all faults, a line each.
    pub fn parse(
        connections: Option<&str>,
        per_address: Option<&str>,
        drain_seconds: Option<&str>,
    ) -> Result<Self, String> {
        let default = Self::default();
        let mut faults = Vec::new();
        let mut number = |name: &str, text: Option<&str>, default: u64, least: u64, most: u64| {
            let Some(text) = text else { return default };
            match text.trim().parse() {
                Ok(number) if (least..=most).contains(&number) => number,
                _ => {
                    faults.push(format!("{name}: “{text}” is not a number from {least} to {most}"));
                    default
                }
            }
        };
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let connections = number("LATCHKEY_MAX_CONNECTIONS", connections, default.connections as u64, 16, 1_000_000);
        let per_address =
            number("LATCHKEY_MAX_CONNECTIONS_PER_ADDRESS", per_address, default.per_address as u64, 1, 1_000_000);
        let drain = number("LATCHKEY_DRAIN_SECONDS", drain_seconds, default.drain.as_secs(), 0, LONGEST_DRAIN);
        if faults.is_empty() {
            let (connections, per_address) = (count(connections), count(per_address));
            Ok(Self { connections, per_address, drain: Duration::from_secs(drain), ..default })
        } else {
            Err(faults.join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_each_a_fault() {
        let faults = ConnectionLimits::parse(Some("many"), Some("0"), Some("-1")).unwrap_err();
        assert_eq!(faults.lines().count(), 3, "{faults}");
        let limits = ConnectionLimits::parse(Some("100"), None, Some("0")).unwrap();
        assert_eq!((limits.connections, limits.per_address, limits.drain), (100, 512, Duration::ZERO));
    }
}
