//! Whether a request comes from this server's own pages: the first of two guards against forged requests.

use actix_web::http::{
    Uri,
    header::{self, HeaderMap},
};
use url::Url;

/// Decides by Fetch Metadata (`Sec-Fetch-Site`, W3C) where the browser sends it, else by `Origin` (RFC 6454 §7).
/// Browsers omit the first over plain http to other machines. Programs send neither, and need the second guard's token.
pub fn is_own(headers: &HeaderMap, base_url: &Url) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        // `none`: started by the person, for example a reload.
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, None) => true,
        (None, Some(origin)) => origin == base_url.origin().ascii_serialization() || has_host_of(headers, origin),
    }
}

/// Whether the browser hides which page a form comes from. Browsers do so under some referrer policies. These pages
/// have none of them, but a proxy may set one.
pub fn is_hidden(headers: &HeaderMap) -> bool {
    let is_null = headers.get(header::ORIGIN).is_some_and(|origin| origin == "null");
    is_null && !headers.contains_key("sec-fetch-site")
}

/// The host to which the browser sent the request. A machine may have several names.
fn has_host_of(headers: &HeaderMap, origin: &str) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let authority = origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(ToString::to_string));
    host.is_some() && host == authority.as_deref()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn own(headers: &[(&'static str, &'static str)]) -> bool {
        let headers =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_own(&headers.collect(), &Url::parse("https://keys.example.org").unwrap())
    }

    #[test]
    fn own_pages_are_told_from_strangers() {
        let host = ("host", "10.0.0.1:8080");
        assert!(own(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(own(&[("sec-fetch-site", "none")]));
        assert!(own(&[("origin", "https://keys.example.org")]));
        assert!(own(&[host, ("origin", "http://10.0.0.1:8080")]));
        assert!(own(&[host]));

        for site in ["cross-site", "same-site", "", "same-origin, cross-site"] {
            assert!(!own(&[("sec-fetch-site", site), ("origin", "https://keys.example.org")]), "{site}");
        }
        for origin in ["null", "https://evil.example", "https://keys.example.org.evil.example", "http://10.0.0.1", ""] {
            assert!(!own(&[host, ("origin", origin)]), "{origin}");
        }
    }
}
