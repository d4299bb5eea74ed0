//! The sites whose pages may use a key.

use std::{borrow::Cow, fmt};

use unicode_security::{MixedScript as _, confusable_detection::skeleton};

use super::{
    EntryError, Origin, Rule,
    origin::{Protocol, parse_host, parse_port, split_port},
};

/// `[SCHEME://]HOST[:PORT]`. A host is a name, an IP address (IPv6 in brackets), or `*.` and a name of two or more
/// parts. `*.` matches every host below that name, at any depth, but not the name itself. Without a scheme, `http` and
/// `https` match. Without a port, the scheme's default port matches; `:*` matches any port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TrustedDomain {
    protocol: Option<Protocol>,
    is_wildcard: bool,
    /// In the spelling of [`Origin`].
    host: String,
    port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Port {
    Default,
    Any,
    Number(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustedDomainError {
    #[error("not a domain")]
    Name,
    #[error("a scheme other than http and https")]
    Scheme,
    #[error("a path, a query or a user")]
    MoreThanAnOrigin,
    #[error("not a port")]
    Port,
    #[error("a wildcard elsewhere than before a name of two parts or more")]
    Wildcard,
}

impl TrustedDomain {
    pub fn matches(&self, origin: &Origin) -> bool {
        self.protocol.is_none_or(|protocol| protocol == origin.protocol)
            && self.matches_port(origin)
            && self.matches_host(&origin.host)
    }

    fn matches_host(&self, host: &str) -> bool {
        if self.is_wildcard {
            host.strip_suffix(&self.host).is_some_and(|above| above.len() > 1 && above.ends_with('.'))
        } else {
            host == self.host
        }
    }

    fn matches_port(&self, origin: &Origin) -> bool {
        match self.port {
            Port::Default => origin.port == origin.protocol.default_port(),
            Port::Any => true,
            Port::Number(port) => origin.port == port,
        }
    }

    /// Every trusted domain that matches this origin, in its canonical spelling.
    pub fn matching(origin: &Origin) -> Vec<String> {
        let Origin { protocol, host, port } = origin;
        let default_port = (*port == protocol.default_port()).then_some(Port::Default);
        let ports = [Some(Port::Any), Some(Port::Number(*port)), default_port].into_iter().flatten();
        let parents = host.match_indices('.').map(|(dot, _)| (true, &host[dot + 1..]));
        let hosts = || parents.clone().chain([(false, host.as_str())]);
        let rule = |protocol, port| {
            hosts()
                .map(move |(is_wildcard, host)| Self { protocol, is_wildcard, host: host.to_owned(), port }.to_string())
        };
        ports
            .flat_map(|port| [None, Some(*protocol)].into_iter().flat_map(move |protocol| rule(protocol, port)))
            .collect()
    }

    /// The host in Unicode, unless it could be mistaken for another name. Parses to the same value.
    pub fn to_unicode(&self) -> String {
        self.write(&unicode(&self.host))
    }

    fn write(&self, host: &str) -> String {
        let scheme = self.protocol.map_or(String::new(), |protocol| format!("{}://", protocol.as_str()));
        let wildcard = if self.is_wildcard { "*." } else { "" };
        let port = match self.port {
            Port::Default => String::new(),
            Port::Any => ":*".to_owned(),
            Port::Number(port) => format!(":{port}"),
        };
        format!("{scheme}{wildcard}{host}{port}")
    }
}

impl Rule for TrustedDomain {
    const MAX: usize = 50;

    fn parse(text: &str) -> Result<Self, EntryError> {
        Ok(parse(text.trim())?)
    }
}

fn parse(text: &str) -> Result<TrustedDomain, TrustedDomainError> {
    use TrustedDomainError::{MoreThanAnOrigin, Name, Scheme, Wildcard};
    let (protocol, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(Protocol::parse(scheme).ok_or(Scheme)?), rest),
        None => (None, text),
    };
    if rest.contains(['/', '\\', '?', '#', '@']) {
        return Err(MoreThanAnOrigin);
    }
    let (host, port) = split_port(rest).ok_or(Name)?;
    let (is_wildcard, name) = match host.strip_prefix("*.") {
        Some(name) => (true, name),
        None => (false, host),
    };
    if name.contains('*') {
        return Err(Wildcard);
    }
    let host = parse_host(name).ok_or(Name)?;
    // `*.` above a top-level name would match whole countries; above an address it matches nothing.
    let is_address = || host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok();
    if is_wildcard && (!host.contains('.') || is_address()) {
        return Err(Wildcard);
    }
    let port = parse_port_rule(port, protocol)?;
    Ok(TrustedDomain { protocol, is_wildcard, host, port })
}

fn parse_port_rule(port: Option<&str>, protocol: Option<Protocol>) -> Result<Port, TrustedDomainError> {
    Ok(match port {
        None => Port::Default,
        Some("*") => Port::Any,
        Some(digits) => {
            let port = parse_port(digits).ok_or(TrustedDomainError::Port)?;
            let is_default = protocol.is_some_and(|protocol| protocol.default_port() == port);
            if is_default { Port::Default } else { Port::Number(port) }
        }
    })
}

/// In Unicode if each part is of one script (UTS 39 §5.1), looks like no ASCII name (§4), and converts back to the same
/// name.
fn unicode(host: &str) -> Cow<'_, str> {
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return Cow::Borrowed(host);
    }
    let (shown, result) = idna::domain_to_unicode(host);
    let looks_like_itself =
        |label: &str| label.is_ascii() || (label.is_single_script() && !skeleton(label).all(|part| part.is_ascii()));
    let is_safe = result.is_ok()
        && shown.split('.').all(looks_like_itself)
        && parse_host(&shown).is_some_and(|back| back == host);
    if is_safe { Cow::Owned(shown) } else { Cow::Borrowed(host) }
}

/// The canonical spelling, in ASCII.
impl fmt::Display for TrustedDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(&self.host))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(text: &str) -> TrustedDomain {
        parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_domain_is_spelled_in_one_way_and_shown_in_unicode_when_that_deceives_nobody() {
        for (typed, canonical, shown) in [
            (" Example.COM ", "example.com", "example.com"),
            ("example.com.", "example.com", "example.com"),
            ("HTTPS://example.com:443", "https://example.com", "https://example.com"),
            ("http://example.com:443", "http://example.com:443", "http://example.com:443"),
            ("example.com:0443", "example.com:443", "example.com:443"),
            ("localhost:*", "localhost:*", "localhost:*"),
            ("*.Example.com:*", "*.example.com:*", "*.example.com:*"),
            ("127.0.0.1:3000", "127.0.0.1:3000", "127.0.0.1:3000"),
            ("[0:0::1]", "[::1]", "[::1]"),
            ("Bücher.example", "xn--bcher-kva.example", "bücher.example"),
            ("*.пример.рф", "*.xn--e1afmkfd.xn--p1ai", "*.пример.рф"),
            ("例え.example", "xn--r8jz45g.example", "例え.example"),
            // Cyrillic letters that look like "apple", and a Latin word with one of them.
            ("аррӏе.com", "xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
            ("exаmple.com", "xn--exmple-4nf.com", "xn--exmple-4nf.com"),
            ("example。com", "example.com", "example.com"),
            ("ｅｘａｍｐｌｅ.com", "example.com", "example.com"),
            ("my_host.example", "my_host.example", "my_host.example"),
        ] {
            let rule = rule(typed.trim());
            assert_eq!((rule.to_string().as_str(), rule.to_unicode().as_str()), (canonical, shown), "{typed}");
            assert_eq!(parse(&rule.to_unicode()).as_ref(), Ok(&rule), "{typed}");
            assert_eq!(parse(&rule.to_string()), Ok(rule), "{typed}");
        }
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        use TrustedDomainError::{MoreThanAnOrigin, Name, Port, Scheme, Wildcard};
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = format!("{}example", "abcdefgh.".repeat(28));
        for (bad, error) in [
            ("", Name),
            (".", Name),
            ("a..example", Name),
            (".example.com", Name),
            ("example.com..", Name),
            ("-a.example", Name),
            ("a-.example", Name),
            ("a b.example", Name),
            ("ex%61mple.com", Name),
            ("xn--a.example", Name),
            ("a\u{202e}b.example", Name),
            ("a\u{200d}b.example", Name),
            ("127.1", Name),
            ("0x7f.0.0.1", Name),
            ("1.2.3.4.5", Name),
            ("[::1", Name),
            ("[fe80::1%25eth0]", Name),
            (&long_label, Name),
            (&long_name, Name),
            ("::1", Name),
            ("https://", Name),
            ("ftp://example.com", Scheme),
            ("*://example.com", Scheme),
            ("javascript://example.com", Scheme),
            ("example.com/", MoreThanAnOrigin),
            ("https://example.com/path", MoreThanAnOrigin),
            ("example.com?x", MoreThanAnOrigin),
            ("example.com#x", MoreThanAnOrigin),
            ("user@example.com", MoreThanAnOrigin),
            ("https://user:pass@example.com", MoreThanAnOrigin),
            ("example.com\\evil", MoreThanAnOrigin),
            ("example.com:", Port),
            ("example.com:0", Port),
            ("example.com:65536", Port),
            ("example.com:-1", Port),
            ("example.com:80-90", Port),
            ("*", Wildcard),
            ("*.", Name),
            ("*.com", Wildcard),
            ("*.localhost", Wildcard),
            ("**.example.com", Wildcard),
            ("*.*.example.com", Wildcard),
            ("a.*.example.com", Wildcard),
            ("*example.com", Wildcard),
            ("example.*", Wildcard),
            ("*.127.0.0.1", Wildcard),
            ("*.[::1]", Wildcard),
            ("*:*", Wildcard),
        ] {
            assert_eq!(parse(bad), Err(error), "{bad}");
        }
    }

    #[test]
    fn only_what_is_trusted_matches() {
        for (trusted, origin, is_match) in [
            ("example.com", "https://example.com", true),
            ("example.com", "http://example.com", true),
            ("example.com", "HTTPS://EXAMPLE.COM", true),
            ("example.com", "https://example.com.", true),
            ("example.com", "https://example.com:443", true),
            ("example.com", "http://example.com:443", false),
            ("example.com", "https://example.com:8443", false),
            ("example.com", "https://evil-example.com", false),
            ("example.com", "https://evilexample.com", false),
            ("example.com", "https://example.com.evil.org", false),
            ("example.com", "https://www.example.com", false),
            ("example.com", "https://example.co", false),
            ("example.com", "https://еxample.com", false),
            ("https://example.com", "https://example.com", true),
            ("https://example.com", "http://example.com", false),
            ("https://example.com", "http://example.com:443", false),
            ("http://example.com", "https://example.com", false),
            ("*.example.com", "https://www.example.com", true),
            ("*.example.com", "https://a.b.example.com", true),
            ("*.example.com", "https://example.com", false),
            ("*.example.com", "https://evil-example.com", false),
            ("*.example.com", "https://wwwexample.com", false),
            ("*.example.com", "https://www.example.com.evil.org", false),
            ("*.example.com", "https://www.example.com:8443", false),
            ("*.example.com:8443", "https://www.example.com:8443", true),
            ("localhost:*", "http://localhost:3000", true),
            ("localhost:*", "http://localhost", true),
            ("localhost:*", "http://localhost.evil.org:3000", false),
            ("localhost", "http://localhost:3000", false),
            ("localhost:3000", "http://localhost:3000", true),
            ("127.0.0.1:*", "http://127.0.0.1:3000", true),
            ("[::1]", "http://[0:0:0:0:0:0:0:1]", true),
            ("пример.рф", "https://xn--e1afmkfd.xn--p1ai", true),
            ("xn--e1afmkfd.xn--p1ai", "https://пример.рф", true),
        ] {
            let origin = Origin::parse(origin).unwrap_or_else(|| panic!("{origin}"));
            let trusted = rule(trusted);
            assert_eq!(trusted.matches(&origin), is_match, "{trusted} {origin:?}");
            assert_eq!(
                TrustedDomain::matching(&origin).contains(&trusted.to_string()),
                is_match,
                "{trusted} {origin:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_both_spellings_are_read_back(
            text in "\\PC{0,60}|(https?://)?(\\*\\.)?([a-zА-яüß0-9-]{1,9}\\.){0,3}[a-zß字0-9]{1,5}(:([0-9]{1,5}|\\*))?|(xn--[a-z0-9-]{1,12}\\.){1,2}com"
        ) {
            if let Ok(domain) = parse(&text) {
                prop_assert_eq!(parse(&domain.to_unicode()), Ok(domain.clone()));
                prop_assert_eq!(parse(&domain.to_string()), Ok(domain.clone()));
                let origin = Origin { protocol: domain.protocol.unwrap_or(Protocol::Https), host: domain.host.clone(), port: 8443 };
                let matching = TrustedDomain::matching(&origin);
                prop_assert_eq!(matching.contains(&domain.to_string()), domain.matches(&origin));
            }
            let _ = (Origin::parse(&text), Origin::of_address(&text));
        }
    }
}
