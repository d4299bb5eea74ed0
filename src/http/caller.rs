//! The caller of a request that itself carries the token: web page, address and app. Read only for restricted keys.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap, HeaderName},
};

use super::client;
use crate::domain::api_key::restrictions::{AppIdentifier, Caller, Origin};

const X_APP_IDENTIFIER: HeaderName = HeaderName::from_static("x-app-identifier");
// The spelling of Google's libraries.
const X_ANDROID_PACKAGE: HeaderName = HeaderName::from_static("x-android-package");
const X_ANDROID_CERT: HeaderName = HeaderName::from_static("x-android-cert");
const X_IOS_BUNDLE_IDENTIFIER: HeaderName = HeaderName::from_static("x-ios-bundle-identifier");

/// Only browsers send them. A page can neither set nor remove them. `Sec-Fetch-Mode` says nothing: `fetch` in Node.js
/// sends it, too.
const BROWSER_HEADERS: [HeaderName; 2] = [header::ORIGIN, HeaderName::from_static("sec-fetch-site")];

pub fn read(request: &HttpRequest) -> Caller {
    let headers = request.headers();
    Caller {
        origin: origin(headers),
        address: client::address(request),
        app: app(headers),
        is_browser: BROWSER_HEADERS.iter().any(|name| headers.contains_key(name)),
    }
}

/// Browsers omit `Origin` from a page's safe requests to its own server. They still send `Referer`, unless the page
/// forbids it. A page cannot send another page's address there.
fn origin(headers: &HeaderMap) -> Option<Origin> {
    if headers.contains_key(header::ORIGIN) {
        return Origin::parse(only(headers, header::ORIGIN)?);
    }
    Origin::of_address(only(headers, header::REFERER)?)
}

/// Sent in one of three ways. Two at once count as none, because either could be wrong.
fn app(headers: &HeaderMap) -> Option<AppIdentifier> {
    let has = |name: &HeaderName| headers.contains_key(name);
    match (has(&X_APP_IDENTIFIER), has(&X_ANDROID_PACKAGE), has(&X_IOS_BUNDLE_IDENTIFIER)) {
        (true, false, false) => AppIdentifier::parse(only(headers, X_APP_IDENTIFIER)?),
        (false, true, false) => {
            let certificate = if has(&X_ANDROID_CERT) { Some(only(headers, X_ANDROID_CERT)?) } else { None };
            AppIdentifier::of_parts(only(headers, X_ANDROID_PACKAGE)?, certificate)
        }
        (false, false, true) => AppIdentifier::of_parts(only(headers, X_IOS_BUNDLE_IDENTIFIER)?, None),
        _ => return None,
    }
    .ok()
}

/// The header's value, if it occurs exactly once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut all = headers.get_all(name);
    let value = all.next()?.to_str().ok()?;
    if all.next().is_none() { Some(value.trim()) } else { None }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn caller(lines: &[(&'static str, &str)]) -> Caller {
        let request = lines.iter().fold(TestRequest::default(), |request, line| request.append_header(*line));
        read(&request.to_http_request())
    }

    #[test]
    fn the_origin_is_said_once_and_the_page_before_it_counts_only_without_one() {
        let example = Origin::parse("https://example.com");
        let (here, elsewhere) = (("origin", "https://example.com"), ("origin", "https://evil.example"));
        let page = ("referer", "https://example.com/page?query");
        for (lines, expected) in [
            (&[here][..], example.clone()),
            (&[here, ("referer", "https://evil.example/")], example.clone()),
            (&[page], example),
            (&[], None),
            (&[("origin", "null"), page], None),
            (&[("origin", ""), page], None),
            (&[here, elsewhere], None),
            (&[here, here], None),
            (&[page, page], None),
            (&[("referer", "about:client")], None),
        ] {
            assert_eq!(caller(lines).origin, expected, "{lines:?}");
        }
        assert_eq!(caller(&[elsewhere, page]).origin, Origin::parse("https://evil.example"));
    }

    #[test]
    fn a_browser_is_known_by_headers_that_no_page_can_change() {
        for name in ["origin", "sec-fetch-site"] {
            assert!(caller(&[(name, "null")]).is_browser, "{name}");
        }
        for name in ["referer", "user-agent", "sec-ch-ua", "accept", "sec-fetch-mode"] {
            assert!(!caller(&[(name, "Mozilla/5.0")]).is_browser, "{name}");
        }
    }

    #[test]
    fn an_app_is_told_in_one_of_three_ways() {
        let certificate = "ab".repeat(32);
        let (package, bundle) =
            (("x-android-package", "com.example.app"), ("x-ios-bundle-identifier", "com.example.app"));
        let identifier = ("x-app-identifier", "com.example.app");
        let named = AppIdentifier::parse("com.example.app").ok();
        let signed = AppIdentifier::parse(&format!("com.example.app {certificate}")).ok();
        let (sha256, sha1) = (("x-android-cert", certificate.as_str()), ("x-android-cert", &certificate[..40]));
        for (lines, expected) in [
            (&[identifier][..], named.clone()),
            (&[package], named.clone()),
            (&[bundle], named.clone()),
            (&[package, sha256], signed),
            // Google's own libraries send SHA-1, which is not collision resistant.
            (&[package, sha1], None),
            (&[bundle, sha256], named),
            (&[sha256], None),
            (&[package, bundle], None),
            (&[identifier, package], None),
            (&[identifier, identifier], None),
            (&[("x-app-identifier", "nonsense")], None),
            (&[], None),
        ] {
            assert_eq!(caller(lines).app, expected, "{lines:?}");
        }
    }
}
