//! The origin of a web page, as its browser sends it (RFC 6454 §7): scheme, host and port.

use url::Host;

/// An `http` or `https` origin. Other schemes and the origin `null` cannot be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    pub(super) protocol: Protocol,
    /// ASCII, in lower case, without a trailing dot.
    pub(super) host: String,
    pub(super) port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Protocol {
    Http,
    Https,
}

impl Origin {
    /// Reads `https://example.com:8443`, without a path or a user.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let protocol = Protocol::parse(scheme)?;
        let (host, port) = split_port(rest)?;
        let port = match port {
            Some(digits) => parse_port(digits)?,
            None => protocol.default_port(),
        };
        Some(Self { protocol, host: parse_host(host)?, port })
    }

    /// The origin of a page's address, such as a browser sends in `Referer` (RFC 9110 §10.1.3).
    pub fn of_address(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        Self::parse(address.get(..scheme.len() + "://".len() + end)?)
    }
}

impl Protocol {
    pub(super) fn parse(scheme: &str) -> Option<Self> {
        [Self::Http, Self::Https].into_iter().find(|protocol| protocol.as_str().eq_ignore_ascii_case(scheme))
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    pub(super) fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Splits the host from the part after its colon. An IPv6 address has its own colons in brackets.
pub(super) fn split_port(text: &str) -> Option<(&str, Option<&str>)> {
    let end = text.rfind(']').map_or(0, |bracket| bracket + 1);
    match text.get(end..)?.find(':') {
        Some(colon) => Some((text.get(..end + colon)?, Some(text.get(end + colon + 1..)?))),
        None => Some((text, None)),
    }
}

pub(super) fn parse_port(digits: &str) -> Option<u16> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|port| is_number && *port > 0)
}

/// A name in ASCII (UTS 46), or an address in the canonical spelling of URLs (URL Living Standard §3.5). Refuses
/// spellings that only URLs allow: percent signs, octal addresses, addresses with parts left out.
pub(super) fn parse_host(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.contains('%') {
        return None;
    }
    match Host::parse(text).ok()? {
        Host::Domain(name) => is_name(&name).then_some(name),
        Host::Ipv4(address) => Some(address.to_string()).filter(|canonical| canonical == text),
        address @ Host::Ipv6(_) => Some(address.to_string()),
    }
}

/// RFC 1123 §2.1, and the underscore that some hosts have anyway.
fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        Origin::parse(text).map_or_else(
            || "none".to_owned(),
            |Origin { protocol, host, port }| format!("{} {host} {port}", protocol.as_str()),
        )
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_else() {
        for (text, expected) in [
            ("https://example.com", "https example.com 443"),
            ("HTTPS://EXAMPLE.com.", "https example.com 443"),
            ("http://localhost:3000", "http localhost 3000"),
            ("http://[::1]:80", "http [::1] 80"),
            ("https://[::FFFF:10.0.0.1]", "https [::ffff:a00:1] 443"),
            ("https://пример.рф", "https xn--e1afmkfd.xn--p1ai 443"),
        ] {
            assert_eq!(seen(text), expected);
        }
        for bad in [
            "",
            "null",
            "example.com",
            "//example.com",
            "file://",
            "ftp://example.com",
            "chrome-extension://abcdef",
            "https://",
            "https://example.com/",
            "https://example.com?x",
            "https://example.com#x",
            "https://example.com\\@evil.example",
            "https://example.com@evil.example",
            "https://user:pass@example.com",
            "https://example.com:",
            "https://example.com:0",
            "https://example.com:65536",
            "https://example.com:+443",
            "https://example.com:443:443",
            "https://example.com..",
            "https://.example.com",
            "https://a..example.com",
            "https://-a.example.com",
            "https://ex%61mple.com",
            "https://0x7f.1",
            "https://127.1",
            "https://127.0.0.01",
            "https://[fe80::1%25eth0]",
            "https://[::1",
            "https://::1",
            "https://example.com https://evil.example",
            "https://example.com, https://evil.example",
            " https://example.com",
            "https://xn--a.example",
            "https://example.com\0",
        ] {
            assert_eq!(seen(bad), "none", "{bad}");
        }
    }

    #[test]
    fn the_address_of_a_page_has_the_origin_of_the_page() {
        let origin = Origin::parse("https://example.com");
        for address in
            ["https://example.com", "https://example.com/a?b=https://evil.example#c", "https://example.com?@"]
        {
            assert_eq!(Origin::of_address(address), origin, "{address}");
        }
        for bad in
            ["", "/a", "about:blank", "https://example.com@evil.example/", "https:///example.com", "https://évil\\/"]
        {
            assert_eq!(Origin::of_address(bad), None, "{bad}");
        }
        assert_ne!(Origin::of_address("https://evil.example/https://example.com"), origin);
    }
}
