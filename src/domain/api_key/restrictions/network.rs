//! An IP address or a network in CIDR notation (RFC 4632, RFC 4291 §2.3).

use std::{fmt, net::IpAddr};

use ipnet::{IpNet, Ipv4Net};

use super::{EntryError, Rule};

/// A network without host bits. An IPv4-mapped IPv6 network (RFC 4291 §2.5.5.2) is stored as the IPv4 network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

/// Length of the prefix `::ffff:0:0/96`, in bits.
const MAPPED_PREFIX: u8 = 96;

impl Network {
    /// An IPv4-mapped address counts as its IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl Rule for Network {
    const MAX: usize = 100;

    fn parse(text: &str) -> Result<Self, EntryError> {
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse::<IpNet>().map_err(|_| EntryError::Network)?,
        };
        Ok(Self(unmapped(network).trunc()))
    }
}

fn unmapped(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else { return network };
    let address = mapped.addr().to_ipv4_mapped();
    let bits = mapped.prefix_len().checked_sub(MAPPED_PREFIX);
    let unmapped = address.zip(bits).and_then(|(address, bits)| Ipv4Net::new(address, bits).ok());
    unmapped.map_or(network, IpNet::V4)
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn network(text: &str) -> Network {
        Network::parse(text).unwrap_or_else(|_| panic!("{text}"))
    }

    #[test]
    fn a_network_is_spelled_in_one_way() {
        for (typed, canonical) in [
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1/32", "192.0.2.1"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("::ffff:10.0.0.1", "10.0.0.1"),
            ("::ffff:a00:1", "10.0.0.1"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
        ] {
            assert_eq!(network(typed).to_string(), canonical);
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for bad in [
            "",
            "10.0.0",
            "10.0.0.256",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/",
            "10.0.0.0/255.0.0.0",
            "010.0.0.1",
            "0x0a.0.0.1",
            "167772161",
            "10.0.0.1:80",
            "[::1]",
            "fe80::1%eth0",
            "fe80::%1/64",
            "::/129",
            "10.0.0.*",
            "localhost",
            "10.0.0.0 /8",
            "１０.0.0.1",
        ] {
            assert!(Network::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn mapped_addresses_are_understood_on_both_sides() {
        for (rule, address, is_inside) in [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("::ffff:10.0.0.1", "10.0.0.1", true),
            ("::ffff:10.0.0.1", "::ffff:10.0.0.1", true),
            ("::ffff:10.0.0.1", "10.0.0.2", false),
            // IPv4-compatible addresses are obsolete and count as IPv6 addresses.
            ("10.0.0.1", "::10.0.0.1", false),
            ("::/0", "10.0.0.1", false),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/33", "2001:db8:8000::", false),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
        ] {
            assert_eq!(network(rule).contains(address.parse().unwrap()), is_inside, "{rule} {address}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_the_canonical_spelling_is_read_back(text in "\\PC{0,40}|[0-9a-f:./]{0,40}") {
            if let Ok(network) = Network::parse(&text) {
                prop_assert_eq!(Network::parse(&network.to_string()), Ok(network));
            }
        }

        #[test]
        fn every_address_with_every_prefix_is_a_network(address: IpAddr, bits in 0_u8..=32) {
            let network = network(&format!("{address}/{bits}"));
            prop_assert!(Network::parse(&network.to_string()) == Ok(network));
            prop_assert!(network.contains(address) || address.to_canonical() != address);
        }
    }
}
