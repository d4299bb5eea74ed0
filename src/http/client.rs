//! The client's address: the peer of the connection or, if that is a trusted proxy, the address that the proxy reports
//! in `X-Forwarded-For`. Each proxy appends the address of its own peer. Only the part that trusted proxies wrote
//! counts, whatever the client put before it.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, HeaderName},
    web,
};

use super::untrusted_proxy;
use crate::config::TrustedProxies;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

pub fn address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let proxies = request.app_data::<web::Data<TrustedProxies>>();
    Some(proxies.map_or(peer, |proxies| behind(peer, request.headers(), proxies)))
}

/// The client's network, for counting.
pub fn network(request: &HttpRequest) -> Option<IpAddr> {
    address(request).map(network_of)
}

/// The first 56 bits of an IPv6 address. A provider gives one customer that much or more, so it counts as one client.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d & 0xff00, 0, 0, 0, 0).into()
        }
        IpAddr::V4(_) => address,
    }
}

fn behind(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let mut client = peer;
    if !proxies.contains(client) {
        if headers.contains_key(X_FORWARDED_FOR) {
            untrusted_proxy::warn(client);
        }
        return client;
    }
    let lines: Vec<&str> = headers.get_all(X_FORWARDED_FOR).filter_map(|line| line.to_str().ok()).collect();
    for part in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Some(address) = parse_address(part) else { break };
        client = address;
        if !proxies.contains(client) {
            break;
        }
    }
    client
}

/// An address as proxies write it: with or without a port, in brackets, or with a zone (RFC 4007 §11), which is
/// ignored.
pub fn parse_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            (host, if after.is_empty() { None } else { Some(after.strip_prefix(':')?) })
        }
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port)),
            _ => (text, None),
        },
    };
    if port.is_some_and(|port| port.bytes().any(|byte| !byte.is_ascii_digit()) || port.parse::<u16>().is_err()) {
        return None;
    }
    let address = match host.split_once('%') {
        Some((address, zone)) if !zone.is_empty() => IpAddr::V6(address.parse().ok()?),
        _ => host.parse().ok()?,
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let proxies = TrustedProxies::parse("127.0.0.1,10.0.0.0/8,fd00::/8").unwrap();
        let request = TestRequest::default().peer_addr(SocketAddr::new(peer.parse().unwrap(), 1));
        let request = request.app_data(web::Data::new(proxies));
        let request = forwarded.iter().fold(request, |request, line| request.append_header((X_FORWARDED_FOR, *line)));
        address(&request.to_http_request()).unwrap().to_string()
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_nobody_else() {
        for (peer, forwarded, client) in [
            ("203.0.113.9", &[][..], "203.0.113.9"),
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:127.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("127.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("127.0.0.1", &["[2001:db8::1]"], "2001:db8::1"),
            ("127.0.0.1", &["unknown"], "127.0.0.1"),
            // The client's own entries come before those of the proxies.
            ("127.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["1.1.1.1, 198.51.100.1, 10.1.2.3"], "198.51.100.1"),
            ("127.0.0.1", &["1.1.1.1, 198.51.100.1", "10.1.2.3"], "198.51.100.1"),
            ("127.0.0.1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["198.51.100.1, nonsense, 10.1.2.3"], "10.1.2.3"),
            ("127.0.0.1", &["nonsense"], "127.0.0.1"),
            ("fd00::1", &["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
        ] {
            assert_eq!(seen(peer, forwarded), client, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn an_address_is_read_as_proxies_write_it() {
        for (text, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            (" 192.0.2.7\r\n", "192.0.2.7"),
            ("192.0.2.7:4711", "192.0.2.7"),
            ("[192.0.2.7]:4711", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("[::ffff:192.0.2.7]:4711", "192.0.2.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:4711", "fe80::1"),
        ] {
            assert_eq!(parse_address(text).map(|address| address.to_string()).as_deref(), Some(expected), "{text}");
        }
        for bad in [
            "",
            "unknown",
            "_hidden",
            "example.com",
            "10.0.0.0/8",
            "192.0.2.7, 192.0.2.8",
            "192.0.2.7:",
            "192.0.2.7:+80",
            "192.0.2.7:65536",
            "192.0.2.7%eth0",
            "fe80::1%",
            "[2001:db8::1",
            "[2001:db8::1]4711",
            "[]",
        ] {
            assert_eq!(parse_address(bad), None, "{bad}");
        }
    }
}
