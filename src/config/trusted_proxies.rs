//! Proxies whose report of the client's address is trusted.

use std::net::IpAddr;

use ipnet::IpNet;

/// Empty unless configured: anybody can send `X-Forwarded-For`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Addresses and networks (CIDR, RFC 4632), separated by commas. Fails with the first part that is neither.
    pub fn parse(text: &str) -> Result<Self, &str> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| parse_network(part).ok_or(part)).collect::<Result<_, _>>().map(Self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn parse_network(text: &str) -> Option<IpNet> {
    let address = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
    address.ok().or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_told_from_typing_errors() {
        let proxies = TrustedProxies::parse("127.0.0.1, 10.0.0.0/8,fd00::/8 ,").unwrap();
        let contains = |address: &str| proxies.contains(address.parse().unwrap());
        assert!(contains("127.0.0.1") && contains("10.9.8.7") && contains("fd00::1"));
        assert!(!contains("127.0.0.2") && !contains("11.0.0.1") && !contains("fe00::1"));
        assert_eq!(TrustedProxies::parse(""), Ok(TrustedProxies::default()));
        for bad in ["localhost", "10.0.0.0/33", "10.0.0", "*"] {
            assert_eq!(TrustedProxies::parse(&format!("127.0.0.1, {bad}")), Err(bad));
        }
    }
}
