//! Limits on connections and their durations.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// In all. The limit of open files may lower it.
    pub connections: usize,
    /// From one address (for IPv6, one network of 56 bits). Trusted proxies are exempt.
    pub per_address: usize,
    /// From the first byte of a request until its head is complete.
    pub head: Duration,
    /// From the end of the head until the body is complete.
    pub body: Duration,
    /// Between two requests. Longer than proxies keep a connection, so that they close it first.
    pub idle: Duration,
    /// How long a client may block an answer, in addition to the time at [`SLOWEST_READER`].
    pub write: Duration,
    /// How long a stopping server continues to serve, so that load balancers notice first.
    pub drain: Duration,
}

/// The slowest client that keeps its connection, in bytes per second.
pub const SLOWEST_READER: u64 = 8 * 1024;

/// In seconds. Longer than any load balancer needs; a typing error must not keep a server running for a day.
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
            // HAProxy checks every 2 s and acts on the third failure.
            drain: Duration::from_secs(7),
        }
    }
}

impl ConnectionLimits {
    /// Missing values have their defaults. Returns all faults, one per line.
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
